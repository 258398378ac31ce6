-- Rates by type and level of agency, year and reporting scope: no two reports of a row overlap.
with

members as (
    select * from {{ ref('int_rollup_reports') }}
),

rates as (
    select * from {{ ref('int_report_rates') }}
),

rolled_up as (
    {{ rolled_up_rates('members', ['agency_type', 'admin_level', 'report_year', 'reporting_scope']) }}
)

select * from rolled_up
