{#- The ratio metrics of the project in the order of their names: name, numerator and denominator, which are measures. -#}
{% macro ratio_metrics() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for metric in graph.metrics.values() | selectattr('type', 'equalto', 'ratio') | sort(attribute='name') -%}
            {%- do found.append({
                'rate': metric.name,
                'numerator': metric.type_params.numerator.name,
                'denominator': metric.type_params.denominator.name,
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found) -}}
{%- endmacro %}

{#- The measures that ratio metrics are made of and the other simple metrics, in the order of their names. -#}
{% macro measures_of_rates() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for metric in graph.metrics.values() | selectattr('type', 'equalto', 'simple') | sort(attribute='name') -%}
            {%- do found.append(metric.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found) -}}
{%- endmacro %}

{#- One row per report with every measure of the rates as a column, and every rate: NULL where a part is unknown or the
    denominator is 0. By a filter each: lists take longer, and those of a million reports don't fit into memory. -#}
{% macro measures_by_report(measures) -%}
    select
        report_id
        {%- for measure in measures_of_rates() %},
        max(figure) filter (where measure = '{{ measure }}')::bigint as {{ measure }}
        {%- endfor %}
        {%- for metric in ratio_metrics() %},
        {{ metric.numerator }} / nullif({{ metric.denominator }}, 0) as {{ metric.rate }}
        {%- endfor %}
    from {{ measures }}
    group by report_id
{%- endmacro %}
