select
    source_uri,
    content_sha256,
    report_id,
    media_type,
    size_bytes,
    observation_number,
    reason,
    detail
from {{ source('staging', 'documents') }}
