"""Contacts → units of care: the decision tables of a scheme as portable SQL."""

from collections.abc import Collection
from pathlib import Path
from typing import Literal

import pyarrow as pa

from levelfield.currencies.rules import CODES, EVENTS, NONE, Rule
from levelfield.currencies.scheme import Scheme, Settled
from levelfield.engine import NamedQuery, load_pipeline
from levelfield.engine.sql import literal

UNIT_SCHEMA = pa.schema(
    [
        ("provider", pa.string()),
        ("period", pa.string()),
        ("submission_id", pa.string()),
        ("care_contact_id", pa.string()),
        ("commissioner", pa.string()),
        ("team_type", pa.string()),
        ("age_band", pa.string()),
        ("currency", pa.string()),
        ("error_class", pa.string()),
        ("basis", pa.string()),
        ("rule", pa.string()),
        ("assumed", pa.string()),
    ]
)
"""One row for each contact. Exactly one of `currency` and `error_class` is set; `basis` is direct,
nearest or underivable; `rule` is the row of the decision tables that fired. `assumed` names what a
parameter took for granted to give the currency: `attendance`, `group`, both joined by `;`, or null.
"""


ASSUMED: tuple[Literal["attendance"], Literal["group"]] = ("attendance", "group")
"""What a parameter may take for granted."""


def group(scheme: Scheme, contact: str = "contact") -> list[NamedQuery]:
    """The queries that give each row of the fact `contact` one unit; the last is named `unit`.

    `contact` is the name of the table or view to read. Compose the queries and run them on either
    engine; the columns are those of UNIT_SCHEMA.
    """
    fields = [c for c in CODES if c != "team_type"]
    return load_pipeline(
        Path(__file__).with_name("group.sql"),
        contact=contact,
        code_fields=fields,
        events=EVENTS,
        child_to_age=scheme.parameters.child_to_age,
        words=_words(scheme),
        assumptions=[_assumption(scheme.settled[name], name) for name in ASSUMED],
        rules=[
            {"condition": _condition(rule), "number": rule.number, "outcome": _outcome(rule)}
            for rule in scheme.rules
        ],
    )


def _words(scheme: Scheme) -> list[dict[str, object]]:
    """How each settled column is made, and what an unknown code becomes under the parameters."""
    choices = scheme.parameters
    otherwise = {
        "attendance": "attended" if choices.missing_attendance == "attended" else "missing",
        "mode": "missing",
        "group": "one_to_one" if choices.group_unknown == "one_to_one" else "unknown",
    }
    return [
        {
            "name": name,
            "field": settled.field,
            "values": [(word, _codes(codes)) for word, codes in settled.values.items()],
            "otherwise": otherwise[name],
        }
        for name, settled in scheme.settled.items()
    ]


def _assumption(settled: Settled, name: str) -> dict[str, str]:
    known = [code for codes in settled.values.values() for code in codes]
    return {"name": name, "field": settled.field, "known": _codes(known)}


def _codes(codes: Collection[str]) -> str:
    return ", ".join(literal(code) for code in sorted(codes))


def _condition(rule: Rule) -> str:
    tests = [_test(column, values) for column, values in rule.conditions.items()]
    return " AND ".join(tests) or "TRUE"


def _test(column: str, values: frozenset[str]) -> str:
    if column == "event":
        return f"({' OR '.join(sorted(values))})"
    if column == "team_type" or column not in CODES:
        column = f"settled_{column}"
    given = values - {NONE}
    test = f"{column} IN ({_codes(given)})"
    if NONE not in values:
        return test
    return f"({test} OR {column} IS NULL)" if given else f"{column} IS NULL"


def _outcome(rule: Rule) -> str:
    words = [rule.id, rule.currency or "", rule.error_class or "", rule.basis]
    asks_group = str("group" in rule.conditions).upper()
    return ", ".join([str(rule.number), *map(literal, words), asks_group])
