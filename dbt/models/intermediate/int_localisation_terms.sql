-- The enforced identities within one report, term by term, with the place of each term's cell on the form.
with

scopes as (
    select * from {{ ref('int_identity_scopes') }}
    where is_enforced and not is_across_years
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

positions as (
    select distinct
        sub_table,
        "column",
        position
    from {{ ref('catalogue_sub_table_columns') }}
)

select
    scopes.identity,
    scopes.scope,
    scopes.section::integer as section,
    scopes.tolerance::integer as tolerance,
    scopes.sign::integer as sign,
    scopes.line,
    scopes."column",
    lines.sort_order::integer as line_order,
    positions.position::integer as column_order
from scopes
inner join lines on scopes.line = lines.line
inner join positions on lines.sub_table = positions.sub_table and scopes."column" = positions."column"
