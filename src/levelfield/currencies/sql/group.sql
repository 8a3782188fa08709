{%- macro marks(held) %}
{%- if assumed -%}
    CASE WHEN {% for name in assumed %}{{ held.format(name) }}{{ '' if loop.last else ' OR ' }}{% endfor %} THEN SUBSTR(
    {%- for name in assumed %}
        CASE WHEN {{ held.format(name) }} THEN ';{{ name }}' ELSE '' END
        {{- '' if loop.last else ' ||' }}
    {%- endfor %}
    , 2) END
{%- else -%}
    CAST(NULL AS STRING)
{%- endif %}
{%- endmacro -%}
-- The grouper. Every record is held against the rows of the decision tables, in order; the number
-- of the first that fits decides. What the rows say is written in from the scheme's tables: rows
-- that ask codes and words alone are joined, one for each combination of words that they fit. Where
-- counts are all that is wanted, records are added up before the name of their class is looked up.

-- name: settled_record
SELECT
    provider, period, submission_id, {{ record.id }} AS record_id, commissioner, team_type,
    age_band,
    {{ record.units or 'CAST(1 AS BIGINT)' }} AS units,
    CAST({{ record.size or 'NULL' }} AS DOUBLE) AS size,
    CAST({{ record.excess or 'NULL' }} AS DOUBLE) AS excess,
{%- for flag in flags %}
    {{ flag }},
{%- endfor %}
{%- for name in assumed %}
    {{ conditions[name].unknown_sql() }} AS {{ name }}_unknown,
{%- endfor %}
{%- for name, sql in asked.items() %}
    {{ sql }} AS settled_{{ name }}{{ '' if loop.last else ',' }}
{%- endfor %}
FROM {{ source }}

{% for together in joined %}
-- name: {{ together.name }}
SELECT
{%- for name in together.codes %}
    l.fits_{{ name }},
{%- endfor %}
{%- for name in together.words %}
    of_{{ name }}.word AS fits_{{ name }},
{%- endfor %}
    MIN(l.rule_number) AS rule_number
FROM (
    VALUES
    {%- for row in together.rows %}
        ({{ row }}){{ '' if loop.last else ',' }}
    {%- endfor %}
) AS l (rule_number{% for name in together.columns %}, fits_{{ name }}{% endfor %})
{%- for name, words in together.words.items() %}
JOIN (VALUES {% for word in words %}({{ literal(word) }}){{ '' if loop.last else ', ' }}{% endfor %}) AS of_{{ name }} (word)
    ON l.fits_{{ name }} = of_{{ name }}.word OR l.fits_{{ name }} IS NULL
{%- endfor %}
GROUP BY
{%- for name in together.codes %} l.fits_{{ name }}{{ '' if loop.last and not together.words else ',' }}{% endfor %}
{%- for name in together.words %} of_{{ name }}.word{{ '' if loop.last else ',' }}{% endfor %}
{% endfor %}
-- name: ruled_record
SELECT
{%- for name in kept %}
    s.{{ name }},
{%- endfor %}
    s.units,
{%- for name in assumed %}
    s.{{ name }}_unknown,
{%- endfor %}
{{ first_fitting }} AS rule_number
FROM settled_record AS s
{%- for together in joined %}
LEFT JOIN {{ together.name }}
    ON
    {%- for name in together.columns %} {{ together.name }}.fits_{{ name }} = s.settled_{{ name }}
        {{- '' if loop.last else ' AND' }}{% endfor %}
{%- endfor %}

-- name: currency_rule
SELECT
    rule_number, rule, NULLIF(currency, '') AS currency, NULLIF(error_class, '') AS error_class,
    basis, outcome_number{% for name in assumed %}, asks_{{ name }}{% endfor %}
FROM (
    VALUES
    {%- for rule in rules %}
        ({{ rule }}){{ '' if loop.last else ',' }}
    {%- endfor %}
) AS t (
    rule_number, rule, currency, error_class, basis, outcome_number{% for name in assumed %}, asks_{{ name }}{% endfor %}
)
{% if counted %}
-- name: ruled_count
SELECT
{%- for name in before %}
    c.{{ name }},
{%- endfor %}
{%- for name in assumed %}
    c.{{ name }}_unknown AND r.asks_{{ name }} AS {{ name }}_assumed,
{%- endfor %}
    r.outcome_number, CAST(SUM(c.units) AS BIGINT) AS units
FROM ruled_record AS c
JOIN currency_rule AS r ON r.rule_number = c.rule_number
GROUP BY
{%- for name in before %} c.{{ name }},{% endfor %}
{%- for name in assumed %} c.{{ name }}_unknown AND r.asks_{{ name }},{% endfor %} r.outcome_number

-- name: unit_count
SELECT
{%- for name in before %}
    c.{{ name }},
{%- endfor %}
    r.currency, r.error_class, r.basis,
    {{ marks('{}_assumed') }} AS assumed,
    c.units, CAST(NULL AS DOUBLE) AS size, CAST(NULL AS DOUBLE) AS excess
FROM ruled_count AS c
JOIN currency_rule AS r ON r.rule_number = c.outcome_number
{% else %}
-- name: unit
SELECT
{%- for name in before %}
    c.{{ name }},
{%- endfor %}
    r.currency, r.error_class, r.basis, r.rule,
    {{ marks('{0}_unknown AND asks_{0}') }} AS assumed,
    c.units, c.size, c.excess
FROM ruled_record AS c
JOIN currency_rule AS r ON r.rule_number = c.rule_number
{% endif %}
