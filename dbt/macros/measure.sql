{#- One measure of a line of section 2, from its cells: NULL where blank, unread or in another unit. -#}
{% macro count_measure(column) -%}
    max({{ count_of('figure', 'unit') }}) filter (where "column" = '{{ column }}')
{%- endmacro %}

{% macro yuan_measure(column) -%}
    (max(figure) filter (where "column" = '{{ column }}' and unit = 'yuan'))::decimal(24, 6)
{%- endmacro %}
