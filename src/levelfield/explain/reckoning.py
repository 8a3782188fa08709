"""What the recount of a cell comes to: its value, counts, records, and whether it agrees."""

from collections.abc import Iterator, Mapping
from math import isclose

from levelfield.core.values import ALL
from levelfield.explain.cell import Recount
from levelfield.explain.explanation import Check, Count, Part, Records
from levelfield.explain.words import figure, record_rows
from levelfield.measures import Measure
from levelfield.measures.parts import Gap
from levelfield.statistics import quantile

PROBABILITIES = {"": 0.5, "lower_quartile": 0.25, "upper_quartile": 0.75}
"""The quantile of a median's parts."""

_SPREAD = (
    ("least", 0.0),
    ("lower quartile", 0.25),
    ("median", 0.5),
    ("upper quartile", 0.75),
    ("greatest", 1.0),
)

Row = Mapping[str, object]


def value_of(measure: Measure, part: str, made: Recount) -> float | None:
    """The value of a measure, or of a part of it, from its recount; None without a denominator."""
    if measure.observation:
        if not made.histogram:
            return None
        probability = PROBABILITIES[part]
        return quantile(list(made.histogram), list(made.histogram.values()), probability)
    if measure.gap is None:
        return _share(made, ALL)
    gap = measure.gap
    if part:
        return _share(made, _group(gap, part))
    first, second = _share(made, gap.first), _share(made, gap.second)
    return None if first is None or second is None else first - second


def spread(made: Recount) -> tuple[Part, ...]:
    """The histogram behind a median, in one line."""
    if not made.histogram:
        return ()
    numbers = list(made.histogram.values())
    found = [
        f"{label} {figure(quantile(list(made.histogram), numbers, probability), 'number')}"
        for label, probability in _SPREAD
    ]
    return (Part("Observations", f"{sum(numbers):,}: {', '.join(found)}"),)


def counts(measure: Measure, made: Recount) -> Iterator[Count]:
    """From all rows that stand in the cell down to the denominator and the numerator."""
    rows = made.rows
    yield Count(f"rows of the fact '{measure.fact}' that stand here", sum(rows.values()))
    yield Count("of these, not what the measure is about", rows.get("other", 0))
    for number, exclusion in enumerate(measure.exclusions, start=1):
        yield Count(f"left out: {exclusion.why}", rows.get(f"exclusion {number}", 0))
    if measure.observation:
        yield Count("left out: nothing to observe", rows.get("unobserved", 0))
    if measure.gap:
        yield Count("left out: in neither group compared", rows.get("not compared", 0))
    yield Count("rows that count", rows.get("counted", 0))
    if measure.gap:
        for group, name in [
            (measure.gap.first, measure.gap.first_name),
            (measure.gap.second, measure.gap.second_name),
        ]:
            yield Count(f"denominator, {name.replace('_', ' ')}", made.sizes.get(group, 0))
            yield Count(f"numerator, {name.replace('_', ' ')}", made.hits.get(group, 0))
        return
    persons = " (persons)" if measure.unit == "person" else ""
    yield Count(f"denominator{persons}", made.sizes[ALL])
    if measure.numerator:
        yield Count("numerator", made.hits[ALL])


def check(measure: Measure, part: str, row: Row, made: Recount) -> Check:
    """Whether a stored value and its counts come out again."""
    value, stored = value_of(measure, part, made), row["value"]
    size = sum(made.sizes.values())
    said = "no value" if value is None else f"{value:.6g}"
    agrees = value == stored
    if value is not None and isinstance(stored, float):
        agrees = isclose(value, stored)
    if measure.gap and part:
        size = made.sizes.get(_group(measure.gap, part), 0)
    elif measure.numerator and not measure.gap:
        said = f"{quotient(made)}, {said}"
        agrees = agrees and row["numerator"] == made.hits[ALL]
    agrees = agrees and row["denominator"] == size
    before = "no value" if stored is None else f"{stored:.6g} of {row['denominator']:,.0f}"
    verdict = "agrees" if agrees else f"DIFFERS from what is stored: {before}"
    return Check(f"Recounted from the facts: {said}; {verdict}.", agrees)


def records(measure: Measure, made: Recount) -> tuple[Records, ...]:
    """The first records that count, those in the numerator apart from the others."""
    hit, missed = made.record_numbers
    groups = [
        ("In the numerator", hit, made.numerator_records),
        ("In the denominator only", missed, made.denominator_records),
    ]
    if measure.observation:
        groups = [("Observed", missed, made.denominator_records)]
    return tuple(
        Records(title, number, tuple(table.column_names), record_rows(table))
        for title, number, table in groups
        if number
    )


def quotient(made: Recount) -> str:
    """`31 of 75`."""
    return f"{made.hits[ALL]:,} of {made.sizes[ALL]:,}"


def _share(made: Recount, group: str) -> float | None:
    size = made.sizes.get(group, 0)
    return made.hits[group] / size if size else None


def _group(gap: Gap, part: str) -> str:
    return gap.first if part == gap.first_name else gap.second
