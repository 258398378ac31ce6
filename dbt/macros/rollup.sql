{#- Measures added up over groups of reports, with how many reports each figure rests on. `members` is a relation with
    `report_id` and the columns of `groups`. -#}
{% macro rolled_up_measures(members, groups) -%}
    select
        {% for group in groups -%}
        members.{{ group }},
        {% endfor -%}
        measures.measure,
        sum(measures.figure)::decimal(24, 6) as figure,
        sum(measures.known_figure)::decimal(24, 6) as known_figure,
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
