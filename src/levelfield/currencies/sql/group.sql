-- The grouper. Every record is held against the rows of the decision tables, in order; the number
-- of the first that fits decides. What the rows say is written in from the scheme's tables. Where
-- counts are all that is wanted, records are added up before their class is looked up.

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

-- name: ruled_record
SELECT
    {{ kept | join(', ') }}, units,
{%- for name in assumed %}
    {{ name }}_unknown,
{%- endfor %}
{{ first_fitting }} AS rule_number
FROM settled_record
{% if counted %}
-- name: ruled_count
SELECT
    {{ kept | join(', ') }},
{%- for name in assumed %}
    {{ name }}_unknown,
{%- endfor %}
    rule_number, CAST(SUM(units) AS BIGINT) AS units
FROM ruled_record
GROUP BY {{ kept | join(', ') }}{% for name in assumed %}, {{ name }}_unknown{% endfor %}, rule_number
{% endif %}
-- name: currency_rule
SELECT
    rule_number, rule, NULLIF(currency, '') AS currency, NULLIF(error_class, '') AS error_class,
    basis{% for name in assumed %}, asks_{{ name }}{% endfor %}
FROM (
    VALUES
    {%- for rule in rules %}
        ({{ rule }}){{ '' if loop.last else ',' }}
    {%- endfor %}
) AS t (
    rule_number, rule, currency, error_class, basis{% for name in assumed %}, asks_{{ name }}{% endfor %}
)

-- name: unit
SELECT
{%- for name in before %}
    c.{{ name }},
{%- endfor %}
    r.currency, r.error_class, r.basis, r.rule,
{%- if assumed %}
    CASE WHEN r.currency IS NOT NULL THEN NULLIF(SUBSTR(
    {%- for name in assumed %}
        CASE WHEN c.{{ name }}_unknown AND r.asks_{{ name }} THEN ';{{ name }}' ELSE '' END
        {{- '' if loop.last else ' ||' }}
    {%- endfor %}
    , 2), '') END AS assumed,
{%- else %}
    CAST(NULL AS STRING) AS assumed,
{%- endif %}
{%- for name in after %}
    c.{{ name }}{{ '' if loop.last else ',' }}
{%- endfor %}
FROM {{ 'ruled_count' if counted else 'ruled_record' }} AS c
JOIN currency_rule AS r ON r.rule_number = c.rule_number
