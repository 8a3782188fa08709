"""The named sums over rows that a statistic is reckoned from."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from levelfield.engine.sql import literal
from levelfield.measures.definition import Measure
from levelfield.measures.judged import Judged, all_of, judge, number
from levelfield.measures.parts import Component

FIFTHS = ("1", "2", "3", "4", "5")
"""The groups of a slope, from the most to the least deprived."""


class Sum(NamedTuple):
    """One sum: how it is made of what each row adds, which is nothing where `row` is empty."""

    row: str
    how: Literal["COUNT", "SUM"] = "COUNT"
    type: Literal["BIGINT", "DECIMAL(38, 4)", "DECIMAL(38, 8)"] = "BIGINT"

    def total(self, column: str) -> str:
        """The sum of a column that holds what each row adds."""
        return f"COUNT({column})" if self.how == "COUNT" else f"CAST(SUM({column}) AS {self.type})"


def measure_sums(measure: Measure) -> dict[str, Sum]:
    """The sums of a measure by name; none for those of persons and medians, which need more.

    Each is as `estimates` reads it. Where rows hold counts, `rows` says how many of them count and
    `wrong` how many were left out because their own counts cannot be right.
    """
    if measure.unit == "person" or measure.statistic == "median":
        return {}
    return dict(_sums(measure))


def _sums(measure: Measure) -> Iterator[tuple[str, Sum]]:
    judged = judge(measure)
    if measure.gap:
        for name, group in [
            (measure.gap.first_name, measure.gap.first),
            (measure.gap.second_name, measure.gap.second),
        ]:
            own = f"{measure.gap.column} = {literal(group)}"
            yield f"{name}_denominator", _rows(judged.counts, own)
            yield f"{name}_numerator", _rows(judged.is_hit, own)
    elif measure.statistic == "slope":
        for fifth in FIFTHS:
            own = f"deprivation_fifth = '{fifth}'"
            yield f"denominator_{fifth}", _rows(judged.counts, own)
            if measure.observation:
                total = number(measure.observation.value)
                yield f"total_{fifth}", _amount(all_of([judged.counts, own]), total)
            else:
                yield f"numerator_{fifth}", _rows(judged.is_hit, own)
    elif measure.observation:
        yield "denominator", _rows(judged.counts)
        taken = number(measure.observation.value)
        yield "total", _amount(judged.counts, taken)
        square = f"CASE WHEN {judged.counts} THEN {_product(taken, taken)} END"
        yield "squares", Sum(square, "SUM", "DECIMAL(38, 8)")
    elif measure.statistic == "opportunity":
        yield from _opportunities(judged.counts, measure.components)
    else:
        yield "denominator", _amount(judged.counts, judged.size)
        yield "numerator", _amount(judged.is_hit, judged.hit)
        if measure.interval == "clustered":
            yield from _squares(judged)
        if judged.wrong:
            yield "rows", _rows(f"(({judged.counts}) OR ({judged.is_hit}))")
            yield "wrong", _rows(judged.wrong)


def _rows(*conditions: str) -> Sum:
    return Sum(f"CASE WHEN {all_of(conditions)} THEN 1 END")


def _amount(condition: str, adds: str) -> Sum:
    if adds == "1":
        return _rows(condition)
    return Sum(f"CASE WHEN {condition} THEN {adds} END", "SUM", "DECIMAL(38, 4)")


def _squares(judged: Judged) -> Iterator[tuple[str, Sum]]:
    """Squares and products of what the rows add: each row is a cluster."""
    either = f"({judged.counts}) OR ({judged.is_hit})"
    size = f"CASE WHEN {judged.counts} THEN {judged.size} ELSE 0 END"
    hit = f"CASE WHEN {judged.is_hit} THEN {judged.hit} ELSE 0 END"
    for name, adds in [
        ("denominator_squares", _product(size, size)),
        ("products", _product(size, hit)),
        ("numerator_squares", _product(hit, hit)),
    ]:
        yield name, Sum(f"CASE WHEN {either} THEN {adds} END", "SUM", "DECIMAL(38, 8)")


def _product(first: str, second: str) -> str:
    """A product of two numbers. DuckDB multiplies two of 18 digits in 64 bits, where the squares of
    a few hundred thousand overflow; with one of 19 digits either engine has room."""
    return f"CAST(({first}) AS DECIMAL(19, 4)) * ({second})"


def _opportunities(counts: str, components: tuple[Component, ...]) -> Iterator[tuple[str, Sum]]:
    """How many parts applied and how many of these were met, with squares: rows are clusters."""
    applied = _ones(f"({one.applies})" for one in components)
    met = _ones(f"({one.applies}) AND ({one.met})" for one in components)
    yield "rows", _rows(counts)
    for name, adds in [
        ("denominator", applied),
        ("numerator", met),
        ("denominator_squares", f"{applied} * {applied}"),
        ("products", f"{applied} * {met}"),
        ("numerator_squares", f"{met} * {met}"),
    ]:
        yield name, Sum(f"CASE WHEN {counts} THEN {adds} END", "SUM")


def _ones(conditions: Iterable[str]) -> str:
    return "(" + " + ".join(f"CASE WHEN {one} THEN 1 ELSE 0 END" for one in conditions) + ")"
