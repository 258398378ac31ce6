-- What each cell of sections 3 and 4 may be by itself, in reports that leave a doubt: a printed figure is what it says,
-- a suspect one anything between the print and what the explanations propose, an unknown one any count.
with

cells as not materialized (
    select * from {{ ref('int_breakdowns') }}
),

lines as (
    select
        lines.line,
        sub_tables.section
    from {{ ref('catalogue_lines') }} as lines
    inner join {{ ref('catalogue_sub_tables') }} as sub_tables on lines.sub_table = sub_tables.sub_table
),

explanations as (
    select * from {{ ref('int_explanations') }}
),

proposals as (
    select
        report_id,
        line,
        "column",
        min(coalesce(proposed, proposed_least)) as least,
        bool_and(coalesce(proposed, proposed_most) is not null) as has_most,
        max(coalesce(proposed, proposed_most)) as most
    from explanations
    group by report_id, line, "column"
),

-- sections that don't balance, and no list of explanations that is complete says where
unexplained as (
    select
        consistency.report_id,
        consistency.section
    from {{ ref('int_section_consistency') }} as consistency
    left join explanations
        on consistency.report_id = explanations.report_id and consistency.section = explanations.section
    where not consistency.is_consistent
    group by consistency.report_id, consistency.section
    having not coalesce(bool_and(explanations.search = 'complete'), false)
),

doubted as (
    select report_id from cells
    where figure is null
    union distinct
    select report_id from explanations
    union distinct
    select report_id from unexplained
)

select
    cells.report_id,
    cells.line,
    cells."column",
    cells.figure is null as is_unknown,
    unexplained.report_id is not null as is_unexplained,
    coalesce(least(cells.figure, proposals.least), 0) as least,
    case
        when unexplained.report_id is null and coalesce(proposals.has_most, true)
            -- a printed figure that is no count has a proposal, and a blank has none
            then greatest(cells.figure, proposals.most)
    end as most
from cells
semi join doubted on cells.report_id = doubted.report_id
inner join lines on cells.line = lines.line
left join unexplained on cells.report_id = unexplained.report_id and lines.section = unexplained.section
left join proposals
    on
        cells.report_id = proposals.report_id
        and cells.line = proposals.line
        and cells."column" = proposals."column"
