with

sections as (
    select * from {{ ref('int_current_sections') }}
    where section = 2
),

figures as (
    select
        int_figures.report_id,
        int_figures.line,
        {{ count_measure('decisions') }} as decisions,
        {{ count_measure('items_prior_year') }} as items_prior_year,
        {{ count_measure('items_change') }} as items_change,
        bool_or(int_figures.is_inferred) as is_inferred
    from {{ ref('int_figures') }} as int_figures
    inner join {{ ref('catalogue_lines') }} as lines on int_figures.line = lines.line
    where lines.dimension = 'decision_type'
    group by int_figures.report_id, int_figures.line
)

select
    sections.report_id,
    sections.agency_id,
    sections.report_year,
    figures.line as decision_type,
    figures.decisions,
    figures.items_prior_year,
    figures.items_change,
    sections.reporting_scope,
    sections.is_consistent,
    figures.is_inferred
from figures
inner join sections on figures.report_id = sections.report_id
