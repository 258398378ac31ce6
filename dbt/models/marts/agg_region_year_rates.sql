-- Rates by region, year and reporting scope; never added over scopes or over levels of regions.
with

members as (
    select * from {{ ref('int_region_rollup') }}
),

rates as (
    select * from {{ ref('int_report_rates') }}
),

rolled_up as (
    {{ rolled_up_rates('members', ['region_code', 'report_year', 'reporting_scope']) }}
)

select * from rolled_up
