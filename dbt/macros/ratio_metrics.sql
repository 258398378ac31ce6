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
