-- The counts that rates are made of, and the rates as the metrics define them: NULL where a part is unknown or the
-- denominator is 0.
with

reports as (
    select * from {{ ref('int_report_agencies') }}
),

consistency as (
    select
        report_id,
        bool_and(is_consistent) as is_consistent
    from {{ ref('int_section_consistency') }}
    group by report_id
),

measures as (
    select
        report_id
        {%- for measure in measures_of_rates() %},
        (max(figure) filter (where measure = '{{ measure }}'))::bigint as {{ measure }}
        {%- endfor %}
    from {{ ref('int_report_measures') }}
    group by report_id
)

select
    reports.report_id,
    reports.agency_id,
    reports.region_code_of_year as region_code,
    reports.report_year,
    make_date(reports.report_year, 12, 31) as report_period,
    reports.reporting_scope
    {%- for measure in measures_of_rates() %},
    measures.{{ measure }}
    {%- endfor %}
    {%- for metric in ratio_metrics() %},
    measures.{{ metric.numerator }} / nullif(measures.{{ metric.denominator }}, 0) as {{ metric.rate }}
    {%- endfor %},
    consistency.is_consistent
from reports
inner join consistency on reports.report_id = consistency.report_id
left join measures on reports.report_id = measures.report_id
