{#- A figure as a count: NULL where it isn't a whole number in the unit of counts. Figures of usual size are divided in
    64 bits: in 128 it takes twenty times as long, and a tenth of all models' time. -#}
{% macro count_of(figure, unit) -%}
    case when {{ unit }} = 'count' then {{ whole_number('try_cast(' ~ figure ~ ' as decimal(18, 6))', figure) }} end
{%- endmacro %}

{#- A figure as a whole number, NULL where it is none: `small` is the figure in 64 bits, NULL where it is too large. -#}
{% macro whole_number(small, figure) -%}
    case
        when {{ small }} = floor({{ small }}) then {{ small }}::bigint
        when {{ small }} is null and {{ figure }} = floor({{ figure }}) then {{ figure }}::bigint
    end
{%- endmacro %}
