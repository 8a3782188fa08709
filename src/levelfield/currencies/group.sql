-- The grouper. Every contact is held against the rows of the decision tables, in order; the number
-- of the first that fits decides. What the rows say is written in from the scheme's tables.

-- name: settled_contact
SELECT
    provider, period, submission_id, care_contact_id, commissioner, age_band, team_type,
    {{ code_fields | join(', ') }},
    {{ events | join(', ') }},
    CASE
        WHEN team_type IS NOT NULL AND NOT COALESCE(team_valid, FALSE) THEN 'invalid'
        ELSE team_type
    END AS settled_team_type,
    CASE
        WHEN age_years IS NULL THEN 'missing'
        WHEN age_years <= {{ child_to_age }} THEN 'child'
        ELSE 'adult'
    END AS settled_age_group,
{%- for word in words %}
    CASE
    {%- for value, codes in word['values'] %}
        WHEN {{ word['field'] }} IN ({{ codes }}) THEN '{{ value }}'
    {%- endfor %}
        ELSE '{{ word['otherwise'] }}'
    END AS settled_{{ word['name'] }},
{%- endfor %}
{%- for assumption in assumptions %}
    COALESCE({{ assumption['field'] }} NOT IN ({{ assumption['known'] }}), TRUE)
        AS {{ assumption['name'] }}_unknown{{ '' if loop.last else ',' }}
{%- endfor %}
FROM {{ contact }}

-- name: ruled_contact
SELECT
    provider, period, submission_id, care_contact_id, commissioner, age_band, team_type,
    attendance_unknown, group_unknown,
    CASE
    {%- for rule in rules %}
        WHEN {{ rule['condition'] }} THEN {{ rule['number'] }}
    {%- endfor %}
    END AS rule_number
FROM settled_contact

-- name: currency_rule
SELECT
    rule_number, rule, NULLIF(currency, '') AS currency, NULLIF(error_class, '') AS error_class,
    basis, asks_group
FROM (
    VALUES
    {%- for rule in rules %}
        ({{ rule['outcome'] }}){{ '' if loop.last else ',' }}
    {%- endfor %}
) AS t (rule_number, rule, currency, error_class, basis, asks_group)

-- name: unit
SELECT
    c.provider, c.period, c.submission_id, c.care_contact_id, c.commissioner, c.team_type,
    c.age_band, r.currency, r.error_class, r.basis, r.rule,
    CASE
        WHEN r.currency IS NULL THEN NULL
        WHEN c.attendance_unknown AND c.group_unknown AND r.asks_group THEN 'attendance;group'
        WHEN c.attendance_unknown THEN 'attendance'
        WHEN c.group_unknown AND r.asks_group THEN 'group'
    END AS assumed
FROM ruled_contact AS c
JOIN currency_rule AS r ON r.rule_number = c.rule_number
