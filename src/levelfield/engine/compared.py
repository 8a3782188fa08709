"""What a predicate compares: a text with a text, a number with a number, a day with a day.

Engines cast one side to the other in silence, and then fail on the first value that cannot be cast:
a code written as a number would pass every check and stop a build.
"""

import re
from collections.abc import Mapping
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from levelfield.core.errors import DefinitionError

Node = dict[str, Any]
"""A part of the parsed tree, as DuckDB gives it in JSON."""

_KINDS = {
    **dict.fromkeys(["STRING", "VARCHAR"], "text"),
    **dict.fromkeys(["INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "NUMERIC"], "a number"),
    "DATE": "a date",
    "BOOLEAN": "true or false",
}
"""SQL types, of columns, constants and casts, and what they are in words."""

_GIVEN = {
    **dict.fromkeys(["days_between", "minutes_between", "years_between", "length"], "a number"),
    **dict.fromkeys(["month_of", "financial_year_of", "substr", "lower", "upper", "trim"], "text"),
    **dict.fromkeys(["||"], "text"),
    "add_days": "a date",
}
"""What the functions give whose kind does not depend on what they are given."""

_OF_DATES = {"days_between": 2, "years_between": 2, "add_days": 1, "moment": 1, "month_of": 1}
"""How many of a function's arguments, from the first, are dates."""

_LIKE_TO_LIKE = frozenset({"nullif", "least", "greatest"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class _Side(NamedTuple):
    """One side of a comparison: what kind it is, its name or text, and whether it is a constant."""

    kind: str
    said: str
    constant: bool = False


def check_compared(node: Node, columns: Mapping[str, str], where: str) -> None:
    """Refuse a comparison of unlike things, and a date that does not exist or is written otherwise.

    Raises DefinitionError that begins with `where`. What cannot be told from the tree, as the kind
    of a sum, is left to the engine.
    """
    for text in _dates(node):
        _check_day(text, where)
    found = [_side(part, columns) for part in _alike(node)]
    for first, second in combinations([side for side in found if side is not None], 2):
        if not (first.constant and second.constant):
            _check_pair(*((second, first) if first.constant else (first, second)), where)


def _alike(node: Node) -> list[Node]:
    """The parts of a node that are compared with each other."""
    if node["class"] == "COMPARISON":
        return [node["left"], node["right"]]
    if node["class"] == "BETWEEN":
        return [node["input"], node["lower"], node["upper"]]
    if node["type"] in ("COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE"):
        return list(node["children"])
    if node["class"] == "FUNCTION" and node["function_name"] in _LIKE_TO_LIKE:
        return [one["expression"] for one in node["arguments"]]
    return []


def _dates(node: Node) -> list[str]:
    """The texts that a node takes for dates."""
    parts: list[Node] = []
    if node["class"] == "CAST" and node["type_expr"]["type_name"].upper() == "DATE":
        parts = [node["child"]]
    if node["class"] == "FUNCTION":
        many = _OF_DATES.get(node["function_name"], 0)
        parts = [one["expression"] for one in node["arguments"][:many]]
    return [part["literal"]["text"] for part in parts if _kind_of_constant(part) == "STRING"]


def _kind_of_constant(node: Node) -> str:
    return str(node["literal"].get("kind", "")) if node["class"] == "CONSTANT" else ""


def _side(node: Node, columns: Mapping[str, str]) -> _Side | None:
    """What stands on a side of a comparison; none where the tree does not tell."""
    kind, said, constant = "", "", False
    if node["class"] == "COLUMN_REF":
        said = ".".join(node["column_names"])
        kind = columns[said]
    elif node["class"] == "CONSTANT":
        kind, said, constant = _kind_of_constant(node), node["literal"].get("text", ""), True
    elif node["class"] == "CAST":
        kind, said = node["type_expr"]["type_name"].upper(), "what CAST gives"
    elif node["class"] == "FUNCTION" and node["function_name"] in _GIVEN:
        return _Side(_GIVEN[node["function_name"]], f"what {node['function_name']} gives")
    return _Side(_KINDS[kind], said, constant) if kind in _KINDS else None


def _check_pair(side: _Side, other: _Side, where: str) -> None:
    """Whether a side can be compared with another; only the second may be a constant."""
    if side.kind == "a date" and other.constant:
        if other.kind == "text":
            _check_day(other.said, where)
            return
        raise DefinitionError(
            f"{where}: {side.said} is a date, and {other.said} is none: {_WRITTEN}."
        )
    if side.kind == other.kind or _is_number(side, other):
        return
    if not other.constant:
        raise DefinitionError(
            f"{where}: {side.said} is {side.kind} and {other.said} is {other.kind}: compare like "
            "with like."
        )
    if side.kind == "text":
        raise DefinitionError(
            f"{where}: write '{other.said}' in quotes: {side.said} holds text, as codes are."
        )
    written = "write a number" if side.kind == "a number" else "write TRUE or FALSE"
    raise DefinitionError(
        f"{where}: {side.said} is {side.kind}, and '{other.said}' is not: {written}."
    )


def _is_number(side: _Side, other: _Side) -> bool:
    """Whether a text in quotes stands for the number that it is compared with."""
    return side.kind == "a number" and other.constant and bool(_NUMBER.fullmatch(other.said))


_WRITTEN = "a date is written '2025-04-01'"


def _check_day(text: str, where: str) -> None:
    try:
        sound = bool(_DAY.fullmatch(text)) and date.fromisoformat(text) is not None
    except ValueError:
        raise DefinitionError(
            f"{where}: there is no day '{text}': correct it; {_WRITTEN}."
        ) from None
    if not sound:
        raise DefinitionError(f"{where}: '{text}' is no date: {_WRITTEN}.")
