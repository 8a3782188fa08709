"""Runs cross-field rules over checked tables: one query per table, on either engine."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from levelfield.engine import Engine
from levelfield.intake.rules.rule import Related, Rule, flat

PER_MASK = 30
"""Rules that share one whole number as bits; both engines count in 32 bits."""

LARGE = 2_000_000
"""Rows from which on memory is spared at the cost of more queries: about so many are counted in
memory together."""


def view_name(table: str) -> str:
    return f"intake_{table.lower()}"


def evaluate(engine: Engine, rules: Sequence[Rule], rows: int = 0) -> dict[str, NDArray[np.int64]]:
    """The positions (`row_index`) at which each rule fires, by rule id, in ascending order.

    All rules are of one table, whose flattened rows the engine has under `view_name(table)`, as
    it has those of the tables in which the rules count; `rows` is about how many there are.
    """
    # Of a large table one query after the other, since each counts in memory of its own.
    queries = parts(rules, 1 + rows // LARGE) if rows >= LARGE else [query(rules)]
    found = pa.concat_tables([engine.numbers(text) for text in queries])
    index, part, mask = (found.column(name).to_numpy() for name in ("row_index", "part", "mask"))
    fired: dict[str, NDArray[np.int64]] = {}
    for number, group in enumerate(_groups(rules)):
        here = part == number
        places, bits = index[here], mask[here]
        for bit, rule in enumerate(group):
            fired[rule.id] = np.sort(places[(bits >> bit) & 1 == 1])
    return fired


def query(rules: Sequence[Rule]) -> str:
    """The rows of the rules' table at which any rule fires, with a bit for each rule of a part."""
    return " UNION ALL ".join(parts(rules))


def parts(rules: Sequence[Rule], slices: int = 1) -> list[str]:
    """The query in parts: rules that need the same counts, together.

    With several slices a part that counts once is cut into so many, by what it counts.
    """
    return [
        _part(number, group, place, cut)
        for number, group in enumerate(_groups(rules))
        for cut in (slices if len(_joined(group)) == 1 else 1,)
        for place in range(cut)
    ]


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that need the same counts, together: a join carries no other rule's columns."""
    alike: dict[frozenset[Related], list[Rule]] = {}
    for rule in rules:
        alike.setdefault(frozenset(rule.related.values()), []).append(rule)
    return [
        group[start : start + PER_MASK]
        for group in alike.values()
        for start in range(0, len(group), PER_MASK)
    ]


def _part(number: int, rules: Sequence[Rule], place: int = 0, slices: int = 1) -> str:
    joined = _joined(rules)
    own, their = "", ""
    if slices > 1:
        ((mine, theirs), *_) = next(iter(joined)).pairs
        own, their = (f"AND part_of({flat(key)}, {slices}) = {place}" for key in (mine, theirs))
    bits = [
        f"CASE WHEN {_condition(rule, joined)} THEN {1 << bit} ELSE 0 END"
        for bit, rule in enumerate(rules)
    ]
    joins = " ".join(
        _join(related, alias, _fewest(related, rules), their) for related, alias in joined.items()
    )
    return (
        f"SELECT row_index, {number} AS part, mask FROM (SELECT row_index, {' + '.join(bits)} "
        f"AS mask FROM {view_name(rules[0].table)} AS checked {joins} WHERE single {own}) "
        "AS judged WHERE mask > 0"
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


def _fewest(related: Related, rules: Sequence[Rule]) -> int:
    """How many rows must agree before any of the rules can tell it from none.

    Nearly every group of a large table has one row, and most rules ask for more: what they cannot
    tell from none need not be kept and joined.
    """
    fewest = []
    for rule in rules:
        for name in (name for name, own in rule.related.items() if own == related):
            uses = re.findall(rf"\b{name}_rows\b", rule.when)
            above = re.findall(rf"\b{name}_rows > (\d+)", rule.when)
            fewest.append(min(map(int, above)) + 1 if len(above) == len(uses) > 0 else 1)
    return 1 if related.span else min(fewest)


def _join(related: Related, alias: str, fewest: int, their: str) -> str:
    theirs = [flat(other) for _, other in related.pairs]
    keys = ", ".join(f"{name} AS key_{n}" for n, name in enumerate(theirs))
    span = flat(related.span) if related.span else ""
    spans = f", min({span}) AS first_one, max({span}) AS last_one" if span else ""
    where = f"AND ({flat(related.where)})" if related.where else ""
    on = " AND ".join(f"{flat(own)} = {alias}.key_{n}" for n, (own, _) in enumerate(related.pairs))
    return (
        f"LEFT JOIN (SELECT {keys}, count(*) AS n{spans} FROM {view_name(related.table)} "
        f"WHERE single {where} {their} GROUP BY {', '.join(theirs)} HAVING count(*) >= {fewest}) "
        f"AS {alias} ON {on}"
    )
