-- All cells of the tables in which an enforced identity fails, blanks included: the localisation's input.
with

terms as (
    select * from {{ ref('int_identity_terms') }}
    where is_enforced
),

consistency as (
    select * from {{ ref('int_section_consistency') }}
    where not is_consistent
)

select distinct
    terms.report_id,
    terms.section,
    terms.line,
    terms."column",
    terms.printed_value
from terms
inner join consistency on terms.report_id = consistency.report_id and terms.section = consistency.section
