"""What the recount of a cell comes to: its value, counts, records, and whether it agrees."""

from collections.abc import Iterator, Mapping
from math import isclose

from levelfield.explain.cell import Figure, Recount
from levelfield.explain.explanation import Check, Count, Part, Records
from levelfield.explain.words import figure, record_rows
from levelfield.measures import Measure, judged
from levelfield.statistics import quantile

_SPREAD = (
    ("least", 0.0),
    ("lower quartile", 0.25),
    ("median", 0.5),
    ("upper quartile", 0.75),
    ("greatest", 1.0),
)

Row = Mapping[str, object]


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
    yield Count("of these, not what the measure is about", rows.get(judged.OTHER, 0))
    for standing, why in _left_out(measure):
        yield Count(f"left out: {why}", rows.get(standing, 0))
    yield Count("rows that count", rows.get(judged.COUNTED, 0))
    for part, one in made.figures.items():
        if measure.gap and not part:
            continue
        name = f", {part.replace('_', ' ')}" if measure.gap else ""
        persons = " (persons)" if measure.unit == "person" else ""
        if measure.gap or not part:
            yield Count(f"denominator{name}{persons}", round(one.denominator))
        if one.numerator is not None:
            yield Count(f"numerator{name}", round(one.numerator))


def _left_out(measure: Measure) -> Iterator[tuple[str, str]]:
    for number, exclusion in enumerate(measure.exclusions, start=1):
        yield f"exclusion {number}", exclusion.why
    for number, exception in enumerate(measure.exceptions, start=1):
        yield f"exception {number}", f"{exception.why} (and not in the numerator)"
    holds_counts = judged.judge(measure, judged.Asked(measure.fact)).wrong is not None
    if measure.observation or holds_counts:
        yield judged.UNOBSERVED, "nothing to observe"
    if measure.components:
        yield judged.NOTHING_APPLIES, "none of the parts applies"
    if measure.gap or measure.statistic == "slope":
        yield judged.NOT_COMPARED, "in none of the groups compared"
    if holds_counts:
        yield judged.WRONG, "its own counts cannot be right"


def check(part: str, row: Row, made: Recount) -> Check:
    """Whether a stored value and its counts come out again."""
    one, stored = made.figures[part], row["value"]
    said = "no value" if one.value is None else f"{one.value:.6g}"
    if one.numerator is not None:
        said = f"{quotient(one)}, {said}"
    agrees = one.value == stored
    if one.value is not None and isinstance(stored, float):
        agrees = isclose(one.value, stored)
    agrees = agrees and row["numerator"] == one.numerator and row["denominator"] == one.denominator
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


def quotient(one: Figure) -> str:
    """`31 of 75`; nothing where the value is no quotient."""
    if one.numerator is None:
        return ""
    return f"{_whole(one.numerator):,} of {_whole(one.denominator):,}"


def _whole(number: float) -> float:
    """A count as a whole number where it is one."""
    return int(number) if number.is_integer() else number
