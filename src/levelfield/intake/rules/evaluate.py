"""Runs cross-field rules over checked tables: one query per table, on either engine."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from levelfield.engine import Engine
from levelfield.intake.rules.rule import Related, Rule, flat

PER_MASK = 30
"""Rules that share one whole number as bits; both engines count in 32 bits."""


def view_name(table: str) -> str:
    return f"intake_{table.lower()}"


def evaluate(engine: Engine, rules: Sequence[Rule]) -> dict[str, NDArray[np.int64]]:
    """The positions (`row_index`) at which each rule fires, by rule id, in ascending order.

    All rules are of one table, whose flattened rows the engine has under `view_name(table)`, as
    it has those of the tables in which the rules count.
    """
    found = engine.query(query(rules))
    index = found.column("row_index").to_numpy()
    fired: dict[str, NDArray[np.int64]] = {}
    for number, rule in enumerate(rules):
        mask = found.column(f"mask_{number // PER_MASK}").to_numpy()
        fired[rule.id] = np.sort(index[(mask >> (number % PER_MASK)) & 1 == 1])
    return fired


def query(rules: Sequence[Rule]) -> str:
    """The rows of the rules' table at which any rule fires, with a bit for each rule."""
    joined = _joined(rules)
    masks = []
    for start in range(0, len(rules), PER_MASK):
        bits = [
            f"CASE WHEN {_condition(rule, joined)} THEN {1 << bit} ELSE 0 END"
            for bit, rule in enumerate(rules[start : start + PER_MASK])
        ]
        masks.append(f"{' + '.join(bits)} AS mask_{start // PER_MASK}")
    joins = [_join(related, alias) for related, alias in joined.items()]
    fires = " OR ".join(f"mask_{number} > 0" for number in range(len(masks)))
    return (
        f"SELECT * FROM (SELECT row_index, {', '.join(masks)} "
        f"FROM {view_name(rules[0].table)} AS checked {' '.join(joins)} WHERE single) AS judged "
        f"WHERE {fires}"
    )


def _joined(rules: Sequence[Rule]) -> dict[Related, str]:
    """Each count that the rules need, once, with the name of its join."""
    wanted = dict.fromkeys(related for rule in rules for related in rule.related.values())
    return {related: f"related_{number}" for number, related in enumerate(wanted)}


def _condition(rule: Rule, joined: Mapping[Related, str]) -> str:
    condition = flat(rule.when)
    for name, related in rule.related.items():
        alias = joined[related]
        condition = re.sub(rf"\b{name}_rows\b", f"coalesce({alias}.n, 0)", condition)
        condition = re.sub(rf"\b{name}_(first|last)\b", rf"{alias}.\1_one", condition)
    return condition


def _join(related: Related, alias: str) -> str:
    theirs = [flat(other) for _, other in related.pairs]
    keys = ", ".join(f"{name} AS key_{n}" for n, name in enumerate(theirs))
    span = flat(related.span) if related.span else ""
    spans = f", min({span}) AS first_one, max({span}) AS last_one" if span else ""
    where = f"AND ({flat(related.where)})" if related.where else ""
    on = " AND ".join(f"{flat(own)} = {alias}.key_{n}" for n, (own, _) in enumerate(related.pairs))
    return (
        f"LEFT JOIN (SELECT {keys}, count(*) AS n{spans} FROM {view_name(related.table)} "
        f"WHERE single {where} GROUP BY {', '.join(theirs)}) AS {alias} ON {on}"
    )
