with

documents as (
    select * from {{ ref('stg_documents') }}
)

select
    source_uri,
    content_sha256,
    reason,
    detail
from documents
where reason is not null
