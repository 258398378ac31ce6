select
    report_id,
    section,
    line,
    "column",
    unit,
    raw_text,
    source_line,
    sentence_number,
    value as printed_value
from {{ source('staging', 'prose_figures') }}
