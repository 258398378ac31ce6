{#- A figure as a count: NULL where it isn't a whole number in the unit of counts. -#}
{% macro count_of(figure, unit) -%}
    case when {{ unit }} = 'count' and {{ figure }} = floor({{ figure }}) then {{ figure }}::bigint end
{%- endmacro %}
