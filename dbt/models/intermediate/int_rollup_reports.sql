-- The reports that may be added up, each with whom it speaks for. Reports of a whole jurisdiction count for their own
-- government only: they hold what the organs and lower levels report again. A report that doesn't say is left out,
-- unless its kind of agency speaks for itself alone.
with

reports as (
    select * from {{ ref('int_report_agencies') }}
    where report_year is not null
),

types as (
    select * from {{ ref('agency_types') }}
),

scoped as (
    select
        reports.*,
        types.speaks_for_jurisdiction,
        coalesce(
            reports.reporting_scope, case when not types.speaks_for_jurisdiction then 'own_organ' end
        ) as rollup_scope
    from reports
    inner join types on reports.agency_type = types.agency_type
)

select
    report_id,
    agency_id,
    agency_type,
    admin_level,
    region_code,
    report_year,
    rollup_scope as reporting_scope,
    reporting_scope is null as is_scope_assumed
from scoped
where rollup_scope = 'own_organ' or (rollup_scope = 'whole_jurisdiction' and speaks_for_jurisdiction)
qualify
    row_number() over (
        partition by
            -- an agency has one report of its own a year, a division one of all its organs: a government and its
            -- office may both publish that
            if(rollup_scope = 'own_organ', agency_id, coalesce(region_code, agency_id)),
            township,
            report_year,
            rollup_scope
        order by agency_type = 'government' desc, reporting_scope is null asc, cells_read desc, report_id asc
    ) = 1
