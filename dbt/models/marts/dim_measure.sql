-- The crosswalk of the form's versions: each measure, whether it may be compared between them, and summed over years.
with

measures as (
    select * from {{ ref('measures') }}
),

parts as (
    select
        *,
        coalesce(form, '') as form_rank
    from {{ ref('int_measure_parts') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

columns as (
    select * from {{ ref('catalogue_columns') }}
),

described as (
    select
        parts.measure,
        any_value(columns.unit) as unit,
        bool_or(parts.form is null or parts.form = '2019') as is_in_2019,
        bool_or(parts.form is null or parts.form = '2021') as is_in_2021,
        -- the latest form's wording
        arg_max(concat_ws('：', lines.label_zh, if(columns.dimension = 'total', null, columns.label_zh)), form_rank)
            as label_zh,
        arg_max(concat_ws(': ', lines.label_en, if(columns.dimension = 'total', null, columns.label_en)), form_rank)
            as label_en
    from parts
    inner join lines on parts.line = lines.line
    inner join columns on parts."column" = columns."column" and (columns.form is null or parts.form = columns.form)
    group by parts.measure
)

select
    measures.measure,
    coalesce(measures.label_zh, described.label_zh) as label_zh,
    coalesce(measures.label_en, described.label_en) as label_en,
    described.unit,
    measures.sort_order::integer as sort_order,
    described.is_in_2019,
    described.is_in_2021,
    measures.comparability = 'comparable' as compares_between_forms,
    measures.additivity = 'flow' as is_additive_over_years,
    measures.note_zh,
    measures.note_en
from measures
inner join described on measures.measure = described.measure
