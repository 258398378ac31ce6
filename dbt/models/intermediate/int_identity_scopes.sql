-- The identities written out: one row per identity, scope and term, with the cell that the term is.
with

terms as (
    select * from {{ ref('catalogue_identity_terms') }}
),

identities as (
    select
        identities.*,
        identities.identity in (
            select identity from terms
            where year_offset != 0
        ) as is_across_years
    from {{ ref('catalogue_identities') }} as identities
),

sub_tables as (
    select * from {{ ref('catalogue_sub_tables') }}
),

lines as (
    select
        sub_tables.section,
        lines.line,
        lines.dimension
    from {{ ref('catalogue_lines') }} as lines
    inner join sub_tables on lines.sub_table = sub_tables.sub_table
    where lines.role != 'heading'
),

columns as (
    select distinct
        sub_tables.section,
        sub_table_columns."column"
    from {{ ref('catalogue_sub_table_columns') }} as sub_table_columns
    inner join sub_tables on sub_table_columns.sub_table = sub_tables.sub_table
),

scopes as (
    select
        identities.identity,
        lines.line as scope
    from identities
    inner join lines on identities.section = lines.section
    where
        identities.scope_axis = 'line'
        and (identities.scope_dimension = 'line' or identities.scope_dimension = lines.dimension)
    union all
    select
        identities.identity,
        columns."column" as scope
    from identities
    inner join columns on identities.section = columns.section
    where identities.scope_axis = 'column'
)

select
    identities.identity,
    identities.section,
    identities.is_enforced,
    identities.tolerance,
    identities.form,
    identities.is_across_years,
    scopes.scope,
    terms.side,
    terms.weight,
    terms.weight * case terms.side when 'left' then 1 else -1 end as sign,
    terms.year_offset,
    coalesce(terms.line, scopes.scope) as line,
    coalesce(terms."column", scopes.scope) as "column"
from identities
inner join scopes on identities.identity = scopes.identity
inner join terms on identities.identity = terms.identity
