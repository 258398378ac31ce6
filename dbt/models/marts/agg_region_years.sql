-- Measures by region, year and reporting scope; never added over scopes or over levels of regions.
with

members as (
    select * from {{ ref('int_region_rollup') }}
),

measures as (
    select * from {{ ref('int_measure_bounds') }}
),

rolled_up as (
    {{ rolled_up_measures('members', ['region_code', 'report_year', 'reporting_scope']) }}
)

select * from rolled_up
