{#- Measures added up over groups of reports, with how many reports each figure rests on and between which bounds the
    whole lies. `members` is a relation with `report_id` and the columns of `groups`; the measures of the reports with
    their bounds are the CTE `measures`. -#}
{% macro rolled_up_measures(members, groups) -%}
    select
        {% for group in groups -%}
        members.{{ group }},
        {% endfor -%}
        measures.measure,
        sum(measures.figure)::decimal(24, 6) as figure,
        -- what is known of the unknown ones, added up: the total is at least this much
        sum(measures.known_figure)::decimal(24, 6) as known_figure,
        -- a bound of the whole needs one of each report
        (case when count(*) = count(measures.lower_bound) then sum(measures.lower_bound) end)::decimal(24, 6)
            as lower_bound,
        (case when count(*) = count(measures.upper_bound) then sum(measures.upper_bound) end)::decimal(24, 6)
            as upper_bound,
        count(*)::integer as reports,
        count(measures.figure)::integer as reports_known,
        sum(measures.parts)::bigint as parts,
        sum(measures.known_parts)::bigint as parts_known
    from {{ members }} as members
    inner join measures on members.report_id = measures.report_id
    group by all
{%- endmacro %}

{#- Rates over groups of reports: both sides of each from the reports in which both are known. -#}
{% macro rolled_up_rates(members, groups) -%}
    select
        {% for group in groups -%}
        members.{{ group }},
        {% endfor -%}
        rates.rate,
        sum(rates.numerator)::decimal(24, 6) as numerator,
        sum(rates.denominator)::decimal(24, 6) as denominator,
        (sum(rates.numerator) / nullif(sum(rates.denominator), 0))::double as rate_value,
        count(*)::integer as reports_known
    from {{ members }} as members
    inner join rates on members.report_id = rates.report_id
    group by all
{%- endmacro %}
