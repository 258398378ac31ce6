{#- Tables that are made part by part, each of so many reports (`reports_of_a_part`): what doesn't fit into memory for all
    of them at once takes more than its share of time. A model says so in its meta (`in_parts`), and asks with `in_part`
    which reports it is to take, by their number in int_line_sets; outside of a part all of them. -#}
{% macro in_part(report_number) -%}
    coalesce({{ report_number }} between getvariable('first_report') and getvariable('last_report'), true)
{%- endmacro %}

{#- In place of the adapter's macro, which it calls. -#}
{% macro duckdb__create_table_as(
    temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none
) -%}
    {%- set created = dbt.duckdb__create_table_as(
        temporary, relation, compiled_code, language, partitioned_by=partitioned_by, sorted_by=sorted_by
    ) -%}
    {%- set size = var('reports_of_a_part') -%}
    {%- set reports = last_report() if config.get('meta', {}).get('in_parts') else 0 -%}
    {%- if reports <= size -%}
        {{- return(created) -}}
    {%- endif -%}
    set variable first_report = 1;
    set variable last_report = {{ size }};
    {{ created }};
    {%- for first in range(size + 1, reports + 1, size) %}
    set variable first_report = {{ first }};
    set variable last_report = {{ first + size - 1 }};
    insert into {{ relation }} by name ({{ compiled_code }});
    {%- endfor %}
    reset variable first_report;
    reset variable last_report;
{%- endmacro %}

{% macro last_report() -%}
    {%- set found = run_query('select coalesce(max(report_number), 0) from ' ~ ref('int_line_sets')) -%}
    {{- return(found.columns[0].values()[0] | int) -}}
{%- endmacro %}
