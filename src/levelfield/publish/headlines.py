"""The findings of a measure in plain sentences: the same on pages, in workbooks and elsewhere."""

from levelfield.core.dates import period_words
from levelfield.core.values import NATIONAL
from levelfield.publish.cells import Record, interval_text, shown_value
from levelfield.publish.results import MeasureResults
from levelfield.publish.words import MISSING, with_unit

WITHHELD = "interval not given to the public"
"""What stands in place of an interval that disclosure control has taken."""


def headlines(one: MeasureResults) -> tuple[str, ...]:
    """Everybody's value, who differs, and how it moves: as the public may see it."""
    national = one.row(one.public, NATIONAL)
    found = [] if national is None else [_value(one, national)]
    if one.held.num_rows:
        found.append(one.beside_others.sentence)
    return (*found, one.national_trend.sentence)


def _value(one: MeasureResults, national: Record) -> str:
    unit = one.reading.unit
    words = f"All providers together, {period_words(one.period)}: {shown_value(national, unit)}"
    between = interval_text(national, unit)
    words += f" {one.per}" * bool(one.per)
    words += "" if between == MISSING else f" (95% interval {between})"
    standard = one.reading.standard
    words += f" ({WITHHELD})" if one.no_interval else ""
    target = "" if standard is None else f"; standard {with_unit(standard, unit, one.per)}"
    return f"{words}{target}."
