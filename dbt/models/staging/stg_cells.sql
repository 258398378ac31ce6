select
    report_id,
    cell_number,
    section,
    line,
    "column",
    unit,
    reading,
    inference,
    raw_text,
    remark,
    source_line,
    label_distance,
    value as printed_value,
    coalesce(value, inferred_value) as figure,
    value is null and inferred_value is not null as is_inferred
from {{ source('staging', 'cells') }}
