{#- What every fact carries of its report, in one order. -#}
{% macro fact_keys(reports='reports') -%}
    {{ reports }}.report_id,
    {{ reports }}.agency_id,
    {{ reports }}.report_year
{%- endmacro %}

{% macro fact_flags(figures='figures', reports='reports', consistency='consistency') -%}
    {{ reports }}.reporting_scope,
    {{ consistency }}.is_consistent,
    {{ figures }}.is_inferred
{%- endmacro %}
