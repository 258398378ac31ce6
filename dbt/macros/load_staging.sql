{#- Into the lake, what Dagster and the extraction put into the published file: the tables of the sources, all in one
    transaction. `dbt run-operation load_staging --target lake` -#}
{% macro load_staging() -%}
    {%- set found = run_query(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'published'"
    ).columns[0].values() | list -%}
    {%- set wanted = graph.sources.values() | sort(attribute='unique_id') -%}
    {%- set loads = ['begin'] -%}
    {%- for source in wanted -%}
        {%- set name = source.schema ~ '.' ~ source.identifier -%}
        {%- if name not in found -%}
            {{ exceptions.raise_compiler_error('GONGKAI_WAREHOUSE must name a published warehouse: there is no table ' ~ name) }}
        {%- endif -%}
        {%- do loads.append('create schema if not exists lake.' ~ source.schema) -%}
        {%- do loads.append('create or replace table lake.' ~ name ~ ' as from published.' ~ name) -%}
    {%- endfor -%}
    {%- do run_query((loads + ['commit']) | join(';\n')) -%}
    {%- do log('staging: ' ~ wanted | length ~ ' tables', info=true) -%}
{%- endmacro %}
