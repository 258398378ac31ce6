{#- The lines of the document in which the terms of failing identities stand, by report, identity and scope. Of those
    within one report: the balances of the others have their lines. Apart from adding up, and by a few reports' figures
    only: most identities hold, and nobody asks where. -#}
{% macro lines_of_failures(balances) -%}
    with listed as (
        -- what comes out of a list is taken for a few rows, which it is: they are kept in memory, not all cells
        select unnest(list(struct_pack(report_id, identity, scope))) as balance from {{ balances }}
        where status = 'fail' and source_lines is null
    ),

    failing as materialized (
        select
            listed.balance.report_id,
            listed.balance.identity,
            listed.balance.scope,
            scopes.line,
            scopes."column"
        from listed
        inner join {{ ref('int_identity_scopes') }} as scopes
            on
                listed.balance.identity = scopes.identity
                and listed.balance.scope = scopes.scope
                and not scopes.is_across_years
        semi join {{ ref('int_applicable_lines') }} as applicable
            on listed.balance.report_id = applicable.report_id and scopes.line = applicable.line
    ),

    cells as (
        select figures.* from {{ ref('int_figures') }} as figures
        semi join failing on figures.report_id = failing.report_id
    )

    select
        failing.report_id,
        failing.identity,
        failing.scope,
        list(cells.source_line) as source_lines
    from cells
    inner join failing
        on
            cells.report_id = failing.report_id
            and cells.line = failing.line
            and cells."column" = failing."column"
    group by failing.report_id, failing.identity, failing.scope
{%- endmacro %}
