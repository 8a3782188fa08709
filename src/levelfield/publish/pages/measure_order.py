"""The providers of a measure in the order of their values, and what makes them unlike."""

import pyarrow.compute as pc

from levelfield.benchmark import Bars, Funnel, Ranked, guard_words, guards, ranks
from levelfield.core.dates import period_words
from levelfield.disclosure import load_rules
from levelfield.publish.breaks import Crossed
from levelfield.publish.cells import Record, number, records, value_table
from levelfield.publish.pages.measure_groups import scale_of
from levelfield.publish.parts import Cell, Column, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.strips import strip
from levelfield.publish.words import MISSING

_FUNNEL_MARKS = (
    "Marks: a diamond is better and a square worse than chance and the usual spread between "
    "providers explain (99.8%), a cross lies beyond the 95% limit alone, a circle within. "
)
_BARS_MARKS = (
    "Marks: a cross where the interval leaves out the median of the providers, as one in twenty "
    "would by chance; a circle where it holds it. "
)
_LINE = "The line across is the {}. "
_RANKS = (
    "Rank: the places that chance leaves open (95%), from the first to the last; where both "
    "are one, chance leaves open that place alone. A rank says who lies above whom among these "
    "providers, the funnel whether that is more than chance and the usual spread between them: a "
    "narrow range of places is no finding."
)


def order_table(one: MeasureResults, breaks: Crossed, csv: str) -> Table:
    """Every provider with its value, interval and mark, and the ranks that chance leaves open."""
    bars, among = one.public_bars, one.public_funnel
    # In the order of what is shown: the place of a suppressed provider would say how it does.
    shown = records(bars.points if isinstance(bars, Bars) else one.held)
    found = ranks(
        one.held,
        one.reading,
        funnel=among if isinstance(among, Funnel) else None,
        names=one.names,
    )
    more = [(Column("Value and interval"), _marks(one, shown))] if isinstance(bars, Bars) else []
    note = ""
    if isinstance(bars, Bars):
        # A mark says how an interval lies to the median: without any there is none to explain.
        told = any(row["lower"] is not None for row in shown)
        if isinstance(among, Funnel):
            note = _FUNNEL_MARKS + _LINE.format("reference of the funnel")
        elif bars.reference is not None:
            note = _BARS_MARKS * told + _LINE.format("median of the providers")
    if isinstance(found, Ranked):
        more.append((Column("Rank, 95%", numeric=True), _ranks(found, shown)))
        note += _RANKS
    said = [note.strip(), one.no_interval, load_rules()[one.measure.small_numbers].words]
    note = " ".join(filter(None, said))
    return value_table(
        shown,
        "Provider",
        [
            Cell(one.names.get(code, code), note=breaks.note(code))
            for code in (str(row["org_code"]) for row in shown)
        ],
        one.reading.unit,
        f"{one.measure.title}, {period_words(one.period)}",
        csv,
        per=one.per,
        more=more,
        note=note,
    )


def _marks(one: MeasureResults, shown: list[Record]) -> list[Cell]:
    scale = scale_of(shown)
    if scale is None or isinstance(one.public_bars, Bars) is False:
        return [Cell("") for _ in shown]
    among = one.public_funnel
    if isinstance(among, Funnel):
        kinds = dict(zip(*(among.points[n].to_pylist() for n in ("org_code", "kind")), strict=True))
        reference: float | None = among.reference
    else:
        assert isinstance(one.public_bars, Bars)
        kinds = {row["org_code"]: _plainly(row) for row in shown}
        reference = one.public_bars.reference
    cells = []
    for row in shown:
        value, lower, upper = (number(row[name]) for name in ("value", "lower", "upper"))
        kind = kinds.get(row["org_code"]) or "within limits"
        mark = strip(scale, value, lower, upper, kind=kind, reference=reference)
        cells.append(Cell("", html=mark))
    return cells


def _plainly(row: Record) -> str:
    """An interval that leaves the median out is no finding among many: it gets no colour."""
    return "within limits" if row["kind"] in (None, "within limits") else "between the limits"


def _ranks(found: Ranked, shown: list[Record]) -> list[Cell]:
    points = {row["org_code"]: row for row in found.points.to_pylist()}
    cells = []
    for row in shown:
        point = points[row["org_code"]]
        first, last = point["rank_lower"], point["rank_upper"]
        text = MISSING if first is None else f"{first:.0f} to {last:.0f}"
        cells.append(Cell(text))
    return cells


def guard_table(data: SiteData, one: MeasureResults) -> dict[str, object]:
    """What makes the providers unlike each other, in a sentence and provider by provider."""
    found = guards(
        one.public,
        one.reading,
        measure=one.measure.id,
        period=one.period,
        matrix=data.matrix,
        successions=data.successions,
    )
    # How many records came later is an exact count, and may be a small one.
    revised = pc.equal(found["kind"], "revised")
    said = pc.if_else(revised, "months were submitted again", found["what"])
    found = found.set_column(found.schema.get_field_index("what"), "what", said)
    rows = tuple(
        (Cell(data.name(row["org_code"])), row["kind"], row["what"], row["done"])
        for row in found.to_pylist()
    )
    head = columns("Provider", "Guard", "What", "What was done")
    caption = "What makes providers unlike each other"
    return {"sentence": guard_words(found), "table": Table(caption, head, rows) if rows else None}
