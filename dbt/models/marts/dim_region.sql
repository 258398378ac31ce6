-- Empty until the divisions of GB/T 2260 are loaded: a region is NULL so far, never guessed.
select
    null::varchar as region_code,
    null::varchar as region_name,
    null::varchar as parent_code,
    null::varchar as province_name,
    null::varchar as admin_level
where false
