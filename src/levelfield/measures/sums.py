"""The named sums over rows that a statistic is reckoned from."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from levelfield.engine.sql import literal
from levelfield.measures.definition import Measure
from levelfield.measures.judged import Asked, Judged, all_of, judge
from levelfield.measures.parts import Component

FIFTHS = ("1", "2", "3", "4", "5")
"""The groups of a slope, from the most to the least deprived."""


class Sum(NamedTuple):
    """One sum over the rows for which a condition holds: of a number, or of how many they are."""

    condition: str
    adds: str | None = None
    type: Literal["BIGINT", "DECIMAL(38, 4)", "DECIMAL(38, 8)"] = "BIGINT"

    @property
    def added(self) -> str:
        """What one row adds, as SQL: whether it counts, or a number."""
        if self.adds is None:
            return self.condition
        return f"CASE WHEN {self.condition} THEN {self.adds} ELSE 0 END"

    def total(self, added: str) -> str:
        """The sum of a column with what the rows add, as SQL."""
        return f"COUNT_IF({added})" if self.adds is None else f"SUM({added})"


def measure_sums(measure: Measure, asked: Asked) -> dict[str, Sum]:
    """The sums of a measure by name; adds what they need to what is asked of each row.

    Each is as `estimates` reads it. Where rows hold counts, `rows` says how many of them count and
    `wrong` how many were left out because their own counts cannot be right. A median has how many
    rows count alone, for each observation. Not for measures of persons, which need more than sums.
    """
    return dict(_sums(measure, asked))


def is_of_sums(measure: Measure) -> bool:
    """Whether sums over all rows of a cell are all that a measure needs."""
    return measure.unit != "person" and measure.statistic != "median"


def _sums(measure: Measure, asked: Asked) -> Iterator[tuple[str, Sum]]:
    judged = judge(measure, asked)
    if measure.gap:
        for name, group in [
            (measure.gap.first_name, measure.gap.first),
            (measure.gap.second_name, measure.gap.second),
        ]:
            own = asked.holds(f"{measure.gap.column} = {literal(group)}")
            yield f"{name}_denominator", Sum(all_of([judged.counts, own]))
            yield f"{name}_numerator", Sum(all_of([judged.is_hit, own]))
    elif measure.statistic == "slope":
        for fifth in FIFTHS:
            own = asked.holds(f"deprivation_fifth = '{fifth}'")
            counts = all_of([judged.counts, own])
            yield f"denominator_{fifth}", Sum(counts)
            if measure.observation:
                value = asked.number(measure.observation.value)
                yield f"total_{fifth}", _amount(counts, value)
            else:
                yield f"numerator_{fifth}", Sum(all_of([judged.is_hit, own]))
    elif measure.observation:
        value = asked.number(measure.observation.value)
        yield "denominator", Sum(judged.counts)
        if measure.statistic == "median":
            return
        yield "total", _amount(judged.counts, value)
        yield "squares", Sum(judged.counts, _square(value), "DECIMAL(38, 8)")
    elif measure.statistic == "opportunity":
        yield from _opportunities(judged.counts, measure.components, asked)
    else:
        yield "denominator", _amount(judged.counts, judged.size)
        yield "numerator", _amount(judged.is_hit, judged.hit)
        if measure.interval == "clustered":
            yield from _squares(judged)
        if judged.wrong:
            yield "rows", Sum(f"({judged.counts}) OR ({judged.is_hit})")
            yield "wrong", Sum(judged.wrong)


def _amount(condition: str, adds: str | None) -> Sum:
    return Sum(condition) if adds is None else Sum(condition, adds, "DECIMAL(38, 4)")


def _squares(judged: Judged) -> Iterator[tuple[str, Sum]]:
    """Squares and products of what the rows add: each row is a cluster."""
    either = f"({judged.counts}) OR ({judged.is_hit})"
    size = f"CASE WHEN {judged.counts} THEN {judged.size or 1} ELSE 0 END"
    hit = f"CASE WHEN {judged.is_hit} THEN {judged.hit or 1} ELSE 0 END"
    for name, adds in [
        ("denominator_squares", _product(size, size)),
        ("products", _product(size, hit)),
        ("numerator_squares", _product(hit, hit)),
    ]:
        yield name, Sum(either, adds, "DECIMAL(38, 8)")


def _product(first: str, second: str) -> str:
    """A product of two numbers. DuckDB multiplies two of 18 digits in 64 bits, where the squares of
    a few hundred thousand overflow; with one of 19 digits either engine has room."""
    return f"CAST(({first}) AS DECIMAL(19, 4)) * ({second})"


def _square(number: str) -> str:
    whole = number.startswith("whole_")
    return f"CAST({number} AS BIGINT) * {number}" if whole else _product(number, number)


def _opportunities(
    counts: str, components: tuple[Component, ...], asked: Asked
) -> Iterator[tuple[str, Sum]]:
    """How many parts applied and how many of these were met, with squares: rows are clusters."""
    applied = asked.count(_ones(f"({one.applies})" for one in components))
    met = asked.count(_ones(f"({one.applies}) AND ({one.met})" for one in components))
    yield "rows", Sum(counts)
    yield "denominator", Sum(counts, applied)
    yield "numerator", Sum(counts, met)
    yield "denominator_squares", Sum(counts, f"{applied} * {applied}")
    yield "products", Sum(counts, f"{applied} * {met}")
    yield "numerator_squares", Sum(counts, f"{met} * {met}")


def _ones(conditions: Iterable[str]) -> str:
    return " + ".join(f"CASE WHEN {one} THEN 1 ELSE 0 END" for one in conditions)
