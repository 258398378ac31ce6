-- Which cells of a table that doesn't balance may be wrong, and what they should say; what is printed stays.
with

explanations as (
    select * from {{ ref('int_explanations') }}
),

figures as (
    select * from {{ ref('int_figures') }}
)

select
    explanations.report_id,
    explanations.explanation_no::integer as explanation_no,
    explanations.part_no::integer as part_no,
    explanations.section::integer as section,
    explanations.line,
    explanations."column",
    explanations.search,
    explanations.evidence,
    explanations.identities,
    figures.raw_text,
    figures.source_line::integer as source_line,
    explanations.printed::decimal(24, 6) as printed,
    explanations.proposed::bigint as proposed,
    explanations.proposed_least::bigint as proposed_least,
    explanations.proposed_most::bigint as proposed_most,
    explanations.evidence_rank::integer as evidence_rank,
    explanations.cells_in_explanation::integer as cells_in_explanation,
    explanations.explanations_for_part::integer as explanations_for_part,
    explanations.explanations_for_report::integer as explanations_for_report,
    explanations.is_tie
from explanations
inner join figures
    on
        explanations.report_id = figures.report_id
        and explanations.line = figures.line
        and explanations."column" = figures."column"
