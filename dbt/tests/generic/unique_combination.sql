{#- The grain of a model: no two rows share the values of these columns (NULLs count as equal). Rows are told apart by
    one number first, which takes a third of the time; what shares it by chance doesn't share the values. -#}
{% test unique_combination(model, columns) %}
with

doubled as (
    select hash({{ columns | join(', ') }}) as row_hash
    from {{ model }}
    group by row_hash
    having count(*) > 1
)

select
    {{ columns | join(', ') }},
    count(*) as rows_found
from {{ model }}
semi join doubled on hash({{ columns | join(', ') }}) = doubled.row_hash
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
