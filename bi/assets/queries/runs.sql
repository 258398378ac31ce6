-- The publishes of the warehouse, the latest first.
select
    run_number,
    strftime(finished_at, '%Y-%m-%d %H:%M') as finished_at,
    documents,
    documents_new,
    documents_changed,
    reports,
    identities_passed,
    identities_failed,
    row_number() over (order by run_number desc) as recency
from quality.run_history
