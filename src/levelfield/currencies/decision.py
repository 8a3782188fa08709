"""Decision tables as one SQL expression: the number of the first row that fits a record.

Rows that follow one another and all ask a code of the same column are taken together by that code,
so that a record is held against the rows of its own code alone. A record that none of them fits
goes on to the next rows, as it would one by one.
"""

from collections.abc import Iterator, Sequence

from levelfield.currencies.conditions import NONE, codes_sql
from levelfield.currencies.rules import Rule
from levelfield.currencies.scheme import Scheme
from levelfield.engine.sql import literal

_WORTH = 8
"""Fewer rows of one column are as quick one by one."""


def first_fitting(scheme: Scheme) -> str:
    """SQL over the columns of `settled_record`; every record fits a row, so it is never null."""
    parts = list(_parts(scheme))
    return parts[0] if len(parts) == 1 else "COALESCE(\n" + ",\n".join(parts) + "\n)"


def _parts(scheme: Scheme) -> Iterator[str]:
    rules, place = scheme.rules, 0
    while place < len(rules):
        single: list[Rule] = []
        column, end = _longest_run(scheme, place)
        while end - place < _WORTH and place < len(rules):
            single.append(rules[place])
            place += 1
            column, end = _longest_run(scheme, place)
        if single:
            yield _one_by_one(scheme, single)
        if place < len(rules):
            yield _by_code(scheme, rules[place:end], column)
            place = end


def _longest_run(scheme: Scheme, start: int) -> tuple[str, int]:
    """The column of codes that most rows from here on ask, and where they end."""
    best = ("", start)
    for name, condition in scheme.conditions.items():
        if not condition.codes:
            continue
        end = start
        while end < len(scheme.rules) and _asks_code(scheme.rules[end], name):
            end += 1
        best = max(best, (name, end), key=lambda pair: pair[1])
    return best


def _asks_code(rule: Rule, column: str) -> bool:
    return column in rule.conditions and NONE not in rule.conditions[column]


def _by_code(scheme: Scheme, rules: Sequence[Rule], column: str) -> str:
    own: dict[str, list[Rule]] = {}
    for rule in rules:
        for code in sorted(rule.conditions[column]):
            own.setdefault(code, []).append(rule)
    lines = [
        f"  WHEN {literal(code)} THEN {_one_by_one(scheme, of_code, column)}"
        for code, of_code in own.items()
    ]
    return "\n".join([f"CASE settled_{column}", *lines, "END"])


def _one_by_one(scheme: Scheme, rules: Sequence[Rule], known: str = "") -> str:
    """The rows in their order; the column `known` needs no asking."""
    tests = [(_condition(scheme, rule, known), rule.number) for rule in rules]
    if tests[0][0] == "TRUE":
        return str(tests[0][1])
    lines = [f"    WHEN {test} THEN {number}" for test, number in tests]
    return "\n".join(["CASE", *lines, "  END"])


def _condition(scheme: Scheme, rule: Rule, known: str) -> str:
    tests = [
        _test(scheme, column, values)
        for column, values in rule.conditions.items()
        if column != known
    ]
    return " AND ".join(tests) or "TRUE"


def _test(scheme: Scheme, column: str, values: frozenset[str]) -> str:
    if scheme.conditions[column].flags:
        return f"({' OR '.join(sorted(values))})"
    given = values - {NONE} if scheme.conditions[column].codes else values
    test = f"settled_{column} IN ({codes_sql(given)})"
    if given == values:
        return test
    return f"({test} OR settled_{column} IS NULL)" if given else f"settled_{column} IS NULL"
