-- Measures by region, year and reporting scope; never added over scopes or over levels of regions.
with

members as (
    select * from {{ ref('int_region_rollup') }}
),

measures as (
    select * from {{ ref('int_report_measures') }}
),

bounds as (
    select * from {{ ref('int_measure_bounds') }}
),

rolled_up as (
    {{ rolled_up_measures('members', ['region_code', 'report_year', 'reporting_scope']) }}
)

select
    region_code,
    report_year,
    reporting_scope,
    measure,
    figure,
    -- what is known of the unknown ones, added up: the total is at least this much
    known_figure,
    lower_bound,
    upper_bound,
    reports,
    reports_known,
    parts,
    parts_known
from rolled_up
