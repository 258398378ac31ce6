-- Where another copy of a report says something else than the current one, cell by cell.
with

copies as (
    select * from {{ ref('int_report_copies') }}
),

pairs as (
    select
        others.report_id,
        current_copies.report_id as current_report_id
    from copies as others
    inner join copies as current_copies
        on others.copy_key = current_copies.copy_key and current_copies.is_current and not others.is_current
),

figures as not materialized (
    select * from {{ ref('int_figures') }}
),

cells as (
    select
        pairs.report_id,
        pairs.current_report_id,
        figures.line,
        figures."column",
        figures.printed_value,
        figures.reading,
        false as is_of_current
    from pairs
    inner join figures on pairs.report_id = figures.report_id
    union all
    select
        pairs.report_id,
        pairs.current_report_id,
        figures.line,
        figures."column",
        figures.printed_value,
        figures.reading,
        true as is_of_current
    from pairs
    inner join figures on pairs.current_report_id = figures.report_id
),

compared as (
    select
        report_id,
        current_report_id,
        line,
        "column",
        max(printed_value) filter (where not is_of_current) as printed_value,
        max(printed_value) filter (where is_of_current) as current_value,
        count(*) filter (where not is_of_current) = 0 as is_only_in_current,
        count(*) filter (where is_of_current) = 0 as is_missing_in_current
    from cells
    group by report_id, current_report_id, line, "column"
)

select
    report_id,
    current_report_id,
    line,
    "column",
    printed_value::decimal(24, 6) as printed_value,
    current_value::decimal(24, 6) as current_value,
    case
        when is_only_in_current then 'only_in_current'
        when is_missing_in_current then 'missing_in_current'
        else 'changed'
    end as difference
from compared
where printed_value is distinct from current_value
