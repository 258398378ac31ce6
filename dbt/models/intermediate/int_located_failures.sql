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

scopes as (
    select * from {{ ref('int_identity_scopes') }}
    where not is_across_years
)

select distinct
    failures.report_id,
    failures.identity,
    failures.scope
from failures
inner join scopes on failures.identity = scopes.identity and failures.scope = scopes.scope
inner join explanations
    on
        failures.report_id = explanations.report_id
        and scopes.line = explanations.line
        and scopes."column" = explanations."column"
