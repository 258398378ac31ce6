select
    report_id,
    source_uri,
    content_sha256,
    title,
    agency_name,
    index_number,
    form,
    reporting_scope,
    layout,
    script,
    report_year,
    tables_read,
    published_on,
    signed_on
from {{ source('staging', 'reports') }}
