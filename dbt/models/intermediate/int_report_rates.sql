{{ config(meta={'in_parts': true}) }}

-- Each rate of each report for which numerator and denominator are known; what a rate is stands with the metrics.
with

reports as (
    select report_id from {{ ref('int_line_sets') }}
    where {{ in_part('report_number') }}
),

measures as (
    select measures.* from {{ ref('int_report_measures') }} as measures
    semi join reports on measures.report_id = reports.report_id
    where measures.figure is not null
),

rates as (
    {% for metric in ratio_metrics() -%}
    select
        '{{ metric.rate }}' as rate,
        '{{ metric.numerator }}' as numerator,
        '{{ metric.denominator }}' as denominator
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- else -%}
    select
        null::varchar as rate,
        null::varchar as numerator,
        null::varchar as denominator
    where false
    {%- endfor %}
)

select
    numerators.report_id,
    rates.rate,
    numerators.figure as numerator,
    denominators.figure as denominator
from rates
inner join measures as numerators on rates.numerator = numerators.measure
inner join measures as denominators
    on rates.denominator = denominators.measure and numerators.report_id = denominators.report_id
