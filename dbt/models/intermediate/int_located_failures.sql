-- The failing identities that one explanation alone accounts for: a cell of theirs is in an explanation without a
-- rival, and all explanations are known.
with

failures as (
    select * from {{ ref('identity_results') }}
    where is_enforced and status = 'fail'
),

explanations as (
    select * from {{ ref('int_explanations') }}
    where explanations_for_part = 1 and search = 'complete'
),

terms as (
    select * from {{ ref('int_identity_terms') }}
)

select distinct
    failures.report_id,
    failures.identity,
    failures.scope
from failures
inner join terms
    on
        failures.report_id = terms.report_id
        and failures.identity = terms.identity
        and failures.scope = terms.scope
inner join explanations
    on
        terms.report_id = explanations.report_id
        and terms.line = explanations.line
        and terms."column" = explanations."column"
