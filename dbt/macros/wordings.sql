{#- A text without white space of any kind, quotes and middle dots. -#}
{% macro without_spaces(text) -%}
    regexp_replace({{ text }}, '[\s\x{3000}\x{a0}“”"《》·]', '', 'g')
{%- endmacro %}

{#- A text after replacements in their order, each a pattern and what stands in its place, joined by chr(31). -#}
{% macro reworded(text, replacements) -%}
    list_reduce(
        list_prepend({{ text }}, {{ replacements }}),
        (text, rule) -> regexp_replace(text, split_part(rule, chr(31), 1), split_part(rule, chr(31), 2), 'g')
    )
{%- endmacro %}

{#- In how many places two texts differ; NULL where they aren't equally long. DuckDB's own distances count bytes. -#}
{% macro letters_that_differ(one, other) -%}
    case
        when length({{ one }}) = length({{ other }})
            then len(list_filter(list_zip(string_split({{ one }}, ''), string_split({{ other }}, '')), pair -> pair[1] != pair[2]))
    end
{%- endmacro %}
