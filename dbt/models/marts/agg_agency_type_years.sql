-- Measures by type and level of agency, year and reporting scope: no two reports of a row overlap.
with

members as (
    select * from {{ ref('int_rollup_reports') }}
),

measures as (
    select * from {{ ref('int_measure_bounds') }}
),

rolled_up as (
    {{ rolled_up_measures('members', ['agency_type', 'admin_level', 'report_year', 'reporting_scope']) }}
)

select * from rolled_up
