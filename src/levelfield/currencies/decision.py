"""Decision tables as SQL: the number of the first row that fits a record.

Rows that ask nothing but codes and words are joined to a record by what it holds in the columns
that they ask. The others are asked in one expression. The first row that fits is the one of the
least number, whichever way it was found.

In the expression, rows that follow one another and all ask a code of the same column are taken
together by that code, so that a record is held against the rows of its own code alone. A record
that none of them fits goes on to the next rows, as it would one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import prod

from levelfield.currencies.conditions import NONE, codes_sql
from levelfield.currencies.rules import Rule
from levelfield.currencies.scheme import Scheme
from levelfield.engine.sql import literal

_WORTH = 8
"""Fewer rows of one column are as quick one by one."""

_WORTH_JOINING = 40
"""Fewer rows that ask the same columns of codes are as quick in the expression as joined."""

_MOST_CELLS = 500
"""With more combinations of words than this, what is joined outgrows the rows it is made from."""


@dataclass(frozen=True)
class JoinedRows:
    """Rows of the tables that are joined to a record by what it holds in some columns.

    `codes` are the conditions that every row asks; `words` are those that some ask, with the words
    that a record may hold. `rows` have, as SQL constants, the number of a row and a value for each
    of `columns`: null where it asks none.
    """

    name: str
    codes: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    rows: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.codes, *self.words)


@dataclass(frozen=True)
class Decision:
    """The rows to join, and the SQL over them (by their names) and over the columns of
    `settled_record` that gives the number of the first row that fits. Every record fits one."""

    joined: tuple[JoinedRows, ...]
    first_fitting: str


def decide(scheme: Scheme) -> Decision:
    """How the rows of a scheme are held against a record."""
    exact: dict[tuple[str, ...], list[Rule]] = {}
    for rule in filter(partial(_is_exact, scheme), scheme.rules):
        asked = (
            name for name, c in scheme.conditions.items() if c.codes and name in rule.conditions
        )
        exact.setdefault(tuple(asked), []).append(rule)
    joined: list[JoinedRows] = []
    numbers: set[int] = set()
    for codes, rules in exact.items():
        together = _joined_rows(scheme, codes, rules)
        cells = prod(map(len, together.words.values()))
        if codes and len(together.rows) >= _WORTH_JOINING and cells <= _MOST_CELLS:
            joined.append(together)
            numbers.update(rule.number for rule in rules)
    found = [f"{together.name}.rule_number" for together in joined]
    parts = list(_parts(scheme, [rule for rule in scheme.rules if rule.number not in numbers]))
    if parts:
        found.append(_of("COALESCE", parts))
    return Decision(tuple(joined), _of("LEAST", found))


def _of(function: str, parts: Sequence[str]) -> str:
    """An SQL function that passes over nulls, of several parts; one part is its own answer."""
    return parts[0] if len(parts) == 1 else f"{function}(\n" + ",\n".join(parts) + "\n)"


def _is_exact(scheme: Scheme, rule: Rule) -> bool:
    """Whether a row asks nothing but codes and words; an empty field equals nothing."""
    return not any(
        scheme.conditions[name].flags or (scheme.conditions[name].codes and NONE in values)
        for name, values in rule.conditions.items()
    )


def _joined_rows(scheme: Scheme, codes: tuple[str, ...], rules: Sequence[Rule]) -> JoinedRows:
    words = {
        name: condition.values
        for name, condition in scheme.conditions.items()
        if name not in codes and any(name in rule.conditions for rule in rules)
    }
    rows = []
    for rule in rules:
        asked = [sorted(rule.conditions.get(name, ())) for name in (*codes, *words)]
        for cell in product(*(map(literal, values) if values else ["NULL"] for values in asked)):
            rows.append(", ".join([str(rule.number), *cell]))
    return JoinedRows(f"rows_by_{'_and_'.join(codes)}", codes, words, tuple(rows))


def _parts(scheme: Scheme, rules: Sequence[Rule]) -> Iterator[str]:
    place = 0
    while place < len(rules):
        single: list[Rule] = []
        column, end = _longest_run(scheme, rules, place)
        while end - place < _WORTH and place < len(rules):
            single.append(rules[place])
            place += 1
            column, end = _longest_run(scheme, rules, place)
        if single:
            yield _one_by_one(scheme, single)
        if place < len(rules):
            yield _by_code(scheme, rules[place:end], column)
            place = end


def _longest_run(scheme: Scheme, rules: Sequence[Rule], start: int) -> tuple[str, int]:
    """The column of codes that most rows from here on ask, and where they end."""
    best = ("", start)
    for name, condition in scheme.conditions.items():
        if not condition.codes:
            continue
        end = start
        while end < len(rules) and _asks_code(rules[end], name):
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
