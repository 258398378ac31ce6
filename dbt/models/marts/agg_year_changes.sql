{{ config(meta={'in_parts': true}) }}

-- Each measure of a report beside the same agency's of the year before; never across forms that define it otherwise.
with

reports as (
    select report_id from {{ ref('int_line_sets') }}
    where {{ in_part('report_number') }}
),

pairs as (
    select consecutive_reports.* from {{ ref('int_consecutive_reports') }} as consecutive_reports
    semi join reports on consecutive_reports.report_id = reports.report_id
    where previous_report_id is not null
),

own_measures as (
    select measures.* from {{ ref('int_report_measures') }} as measures
    semi join pairs on measures.report_id = pairs.report_id
),

previous_measures as (
    select measures.* from {{ ref('int_report_measures') }} as measures
    semi join pairs on measures.report_id = pairs.previous_report_id
),

definitions as (
    select * from {{ ref('measures') }}
),

compared as (
    select
        pairs.report_id,
        pairs.previous_report_id,
        pairs.agency_id,
        pairs.report_year,
        own.measure,
        own.figure,
        previous.figure as previous_figure,
        coalesce(pairs.form = pairs.previous_form, false)
        or definitions.comparability = 'comparable' as is_comparable
    from pairs
    inner join own_measures as own on pairs.report_id = own.report_id
    inner join definitions on own.measure = definitions.measure
    left join previous_measures as previous
        on pairs.previous_report_id = previous.report_id and own.measure = previous.measure
)

select
    report_id,
    previous_report_id,
    agency_id,
    report_year,
    measure,
    figure::decimal(24, 6) as figure,
    previous_figure::decimal(24, 6) as previous_figure,
    is_comparable,
    case when is_comparable then (figure - previous_figure)::decimal(24, 6) end as change,
    case when is_comparable then ((figure - previous_figure) / nullif(previous_figure, 0))::double end as change_share
from compared
