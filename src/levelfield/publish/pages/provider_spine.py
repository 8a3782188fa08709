"""What stands on a provider's spine: its measures, crude and adjusted, and the composites."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark import Adjusted, Bars, Funnel, forbidden
from levelfield.publish.cells import Record, number, value_cell
from levelfield.publish.composed import CompositeResults
from levelfield.publish.pages.spine import Marked, spine_row
from levelfield.publish.parts import Cell, Row
from levelfield.publish.results import MeasureResults
from levelfield.publish.words import figure, unit_words

Placed = tuple[str, Row]
"""Where a value lies, in words, and its row of the spine."""

_WITHIN, _BETWEEN = "within limits", "between the limits"


def measure_rows(held: Iterable[tuple[MeasureResults, Record, str]], code: str) -> Iterator[Placed]:
    """The rows of measures that may be compared, each given with the provider's exact value and
    what its place means."""
    for one, row, kind in held:
        if forbidden(one.held, one.reading):
            continue
        main = one.comparison and one.comparison.main
        # An interval beside the median is no finding among many measures: only a funnel's is.
        told = kind if isinstance(main, Funnel) or kind == _WITHIN else _BETWEEN
        adjusted = adjusted_value(one, code)
        title = f"{one.measure.title} (crude)" if adjusted else one.measure.title
        yield from _placed(_of_measure(one, row, told, title))
        if adjusted:
            yield from _placed(_of_adjusted(one, adjusted, code))


def composite_rows(composites: Iterable[CompositeResults], code: str) -> Iterator[Placed]:
    """The rows of the composites in which the provider has a value."""
    for made in composites:
        row = made.row(made.exact, code)
        if row is not None:
            yield from _placed(_of_composite(made, row, code))


def adjusted_value(one: MeasureResults, code: str) -> Record | None:
    """The provider's own value adjusted as the measure asks: its exact count over the expected
    events as everybody sees them. None without one, and for measures that ask for none."""
    own = one.row(one.exact, code)
    if one.measure.adjustment is None or one.mix is None or own is None:
        return None
    others = one.held.filter(pc.not_equal(one.held["org_code"], code))
    mine = pa.Table.from_pylist([dict(own)], one.held.schema)
    found = one.adjusted_beside(pa.concat_tables([others, mine]))
    if not isinstance(found, Adjusted):
        return None
    rows: list[Record] = found.points.filter(pc.equal(found.points["org_code"], code)).to_pylist()
    return rows[0] if rows and rows[0]["adjusted"] is not None else None


def adjusted_for(one: MeasureResults) -> str:
    """For what a measure asks to be adjusted: `age band and sex`."""
    found = one.public_adjusted
    return str(found.parameters["adjusted for"]) if isinstance(found, Adjusted) else ""


def _placed(mark: Marked) -> Iterator[Placed]:
    row = spine_row(mark)
    if row is not None:
        yield row


def _of_measure(one: MeasureResults, row: Record, kind: str, title: str) -> Marked:
    return Marked(
        Cell(title, note=unit_words(one.reading.unit, one.per)),
        value_cell(row, one.reading.unit),
        one.reading,
        one.held["value"].to_pylist(),
        number(row["value"]),
        (number(row["lower"]), number(row["upper"])),
        kind,
    )


def _of_adjusted(one: MeasureResults, row: Record, code: str) -> Marked:
    unit, found, drawn = one.reading.unit, one.public_adjusted, one.public_adjusted_funnel
    others = found.points["adjusted"].to_pylist() if isinstance(found, Adjusted) else []
    kind = _kind(drawn.points, code) if isinstance(drawn, Funnel) else _WITHIN
    title = f"{one.measure.title}, adjusted for {adjusted_for(one)}"
    return Marked(
        Cell(title, note=unit_words(unit, one.per)),
        Cell(figure(number(row["adjusted"]), unit)),
        one.reading,
        others,
        number(row["adjusted"]),
        (number(row["adjusted_lower"]), number(row["adjusted_upper"])),
        kind,
    )


def _of_composite(made: CompositeResults, row: Record, code: str) -> Marked:
    kind = _kind(made.bars.points, code) if isinstance(made.bars, Bars) else _WITHIN
    return Marked(
        Cell(made.title),
        value_cell(row, made.reading.unit),
        made.reading,
        made.held["value"].to_pylist(),
        number(row["value"]),
        (number(row["lower"]), number(row["upper"])),
        _WITHIN if kind == _WITHIN else _BETWEEN,
    )


def _kind(points: pa.Table, code: str) -> str:
    found = points.filter(pc.equal(points["org_code"], code))["kind"].to_pylist()
    return str(found[0]) if found and found[0] else _WITHIN
