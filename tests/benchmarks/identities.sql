-- What quality.identity_results says of every report, identity and scope, written by hand as one statement over staging
-- and the seeds of the catalogue; which report is whose of the year before is taken from the models.
with

scopes as (
    select
        identities.identity,
        identities.tolerance,
        identities.form,
        places.scope,
        terms.side,
        terms.weight,
        terms.year_offset,
        coalesce(terms.line, places.scope) as line,
        coalesce(terms."column", places.scope) as "column",
        bool_or(terms.year_offset != 0) over (partition by identities.identity) as is_across_years
    from catalogue.catalogue_identities as identities
    inner join (
        select
            'line' as axis,
            sub_tables.section,
            lines.dimension,
            lines.line as scope
        from catalogue.catalogue_lines as lines
        inner join catalogue.catalogue_sub_tables as sub_tables on lines.sub_table = sub_tables.sub_table
        where lines.role != 'heading'
        union
        select
            'column' as axis,
            sub_tables.section,
            null as dimension,
            columns."column" as scope
        from catalogue.catalogue_sub_table_columns as columns
        inner join catalogue.catalogue_sub_tables as sub_tables on columns.sub_table = sub_tables.sub_table
    ) as places
        on
            identities.section = places.section
            and identities.scope_axis = places.axis
            and (places.axis = 'column' or identities.scope_dimension in ('line', places.dimension))
    inner join catalogue.catalogue_identity_terms as terms on identities.identity = terms.identity
),

lines as (
    select
        lines.line,
        subtotals.line as subtotal,
        subtotals.form as subtotal_form
    from catalogue.catalogue_lines as lines
    left join catalogue.catalogue_lines as subtotals
        on subtotals.role = 'subtotal' and subtotals.line in (lines.line, lines.parent_line)
    where lines.role != 'heading'
),

-- of a subtotal and its parts those that are printed, else those of the form
choices as (
    select
        reports.report_id,
        lines.subtotal,
        not coalesce(bool_or(cells.line != lines.subtotal), false)
        and (
            coalesce(bool_or(cells.line = lines.subtotal), false)
            or coalesce(any_value(lines.subtotal_form = reports.form), false)
        ) as is_one_line
    from staging.reports as reports
    inner join lines on lines.subtotal is not null
    left join staging.cells as cells
        on reports.report_id = cells.report_id and lines.line = cells.line and cells.reading != 'blank'
    group by reports.report_id, lines.subtotal
),

terms as (
    select
        reports.report_id,
        null as compared_report_id,
        reports.report_id as term_report_id,
        scopes.*
    from staging.reports as reports
    cross join lines
    left join choices on reports.report_id = choices.report_id and lines.subtotal = choices.subtotal
    inner join scopes on lines.line = scopes.line and not scopes.is_across_years
    where lines.subtotal is null or (lines.subtotal = lines.line) = choices.is_one_line
    union all
    select
        pairs.report_id,
        pairs.previous_report_id as compared_report_id,
        if(scopes.year_offset = 0, pairs.report_id, pairs.previous_report_id) as term_report_id,
        scopes.*
    from intermediate.int_consecutive_reports as pairs
    inner join scopes
        on
            scopes.is_across_years
            and (
                scopes.form is null
                or (pairs.form = scopes.form and scopes.form = coalesce(pairs.previous_form, scopes.form))
            )
),

sides as (
    select
        terms.report_id,
        terms.compared_report_id,
        terms.identity,
        terms.scope,
        terms.tolerance,
        sum(terms.weight * cells.value) filter (where terms.side = 'left') as left_value,
        sum(terms.weight * cells.value) filter (where terms.side = 'right') as right_value,
        count(*) - count(cells.value) as unknown_terms,
        count(*) - count(*) filter (where cells.reading in ('read', 'blank')) as unread_terms,
        bool_or(cells.value is null and (terms.weight > 0) = (terms.side = 'left')) as can_rise,
        bool_or(cells.value is null and (terms.weight > 0) != (terms.side = 'left')) as can_fall
    from terms
    left join staging.cells as cells
        on
            terms.term_report_id = cells.report_id
            and terms.line = cells.line
            and terms."column" = cells."column"
    group by all
),

balances as (
    select
        *,
        coalesce(left_value, 0) - coalesce(right_value, 0) as balance
    from sides
),

judged as (
    select
        *,
        case
            when unknown_terms = 0 and abs(balance) <= tolerance then 'pass'
            when unknown_terms = 0 or balance != floor(balance) then 'fail'
            when (can_rise or balance >= -tolerance) and (can_fall or balance <= tolerance) then 'not_assessable'
            else 'fail'
        end as status
    from balances
)

select
    report_id,
    compared_report_id,
    identity,
    scope,
    left_value::decimal(24, 6) as left_value,
    right_value::decimal(24, 6) as right_value,
    (case when status != 'not_assessable' then balance end)::decimal(24, 6) as difference,
    status,
    case when unread_terms = 0 then abs(balance) <= tolerance end as holds_if_blank_is_zero
from judged
