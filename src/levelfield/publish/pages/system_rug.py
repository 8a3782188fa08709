"""The rug of the system: providers by measures, crude and adjusted, and composites."""

from collections import Counter
from dataclasses import replace

import pyarrow as pa

from levelfield.benchmark import (
    Adjusted,
    Bars,
    Funnel,
    NotComparable,
    Reading,
    findings,
    forbidden,
    method_words,
)
from levelfield.publish.adjusted import name_adjusted
from levelfield.publish.cells import Record, flags, number, records
from levelfield.publish.composed import CompositeResults, composed
from levelfield.publish.pages.measure_index import by_domain, measure_path
from levelfield.publish.pages.rug import Look, Rug, RugCell, RugRow
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, counted, listed

_LEGEND: tuple[tuple[Look, str, str], ...] = (
    ("b", "+", "better, also when all are looked at together"),
    ("c", "!", "worse, also when all are looked at together"),
    ("u", "≠", "unlike the rest, where neither way is better"),
    ("w", "×", "beyond the 95% limit, or an interval that leaves the median out: no finding here"),
    ("w", "·", "within"),
    ("w", "s", "suppressed"),
    ("w", "n", "not compared: the measure's page says why"),
    ("w", MISSING, "no value"),
)

Found = dict[str, MeasureResults]


def system_rug(data: SiteData, found: Found) -> Rug:
    """Measures down, providers across: what stands out when all are looked at together."""
    codes = sorted(data.providers, key=lambda code: (len(code), code))
    adjusted = {name: one for name, one in found.items() if _asks(one)}
    funnels = {name: one.public_funnel for name, one in found.items()}
    funnels |= {name_adjusted(name): _adjusted_funnel(one) for name, one in adjusted.items()}
    told = findings(funnels, len(codes))
    points: dict[tuple[str, str], Record] = {}
    if not isinstance(told, NotComparable):
        points = {(str(r["measure"]), str(r["org_code"])): r for r in records(told.points)}
    groups = tuple(
        (
            domain.capitalize(),
            tuple(
                row
                for one in held
                for row in (
                    RugRow(one.measure.title, _path(one), _cells(one, codes, points)),
                    *(_adjusted_rows(one, codes, points) if one.measure.id in adjusted else ()),
                )
            ),
        )
        for domain, held in by_domain(found).items()
    )
    composites = composed(data, found).values()
    if composites:
        rows = tuple(
            RugRow(made.title, measure_path(made.composite.id), _composite_cells(made, codes))
            for made in composites
        )
        groups += (("Composites", rows),)
    notes = [listed([f"{code} {data.name(code)}" for code in codes]) + "."]
    if not isinstance(told, NotComparable):
        notes.append(method_words(told.method, told.parameters))
    notes += _without_funnel(found)
    return Rug(
        "Providers by measure",
        told.sentence,
        tuple((code, data.name(code)) for code in codes),
        groups,
        _LEGEND,
        tuple(notes),
    )


def _path(one: MeasureResults) -> str:
    return measure_path(one.measure.id)


def _asks(one: MeasureResults) -> bool:
    """Whether the measure asks for an adjustment, and the public may see it."""
    return one.measure.adjustment is not None and isinstance(one.public_adjusted, Adjusted)


def _adjusted_funnel(one: MeasureResults) -> Funnel | NotComparable:
    """The adjusted funnel under a name of its own, so that its points are told apart."""
    found = one.public_adjusted_funnel
    if not isinstance(found, Funnel):
        return found or NotComparable("No funnel: nothing is adjusted.")
    name = pa.repeat(pa.scalar(name_adjusted(one.measure.id)), found.points.num_rows)
    place = found.points.column_names.index("measure")
    return replace(found, points=found.points.set_column(place, "measure", name))


def _adjusted_rows(
    one: MeasureResults, codes: list[str], points: dict[tuple[str, str], Record]
) -> tuple[RugRow, ...]:
    """The row of the adjusted values, below that of the crude ones."""
    found, drawn = one.public_adjusted, one.public_adjusted_funnel
    assert isinstance(found, Adjusted)
    held = {str(row["org_code"]): row for row in records(found.points)}
    signals = records(drawn.points) if isinstance(drawn, Funnel) else []
    kinds = {str(row["org_code"]): row for row in signals}
    name = name_adjusted(one.measure.id)
    cells = tuple(
        _cell(one.reading, held.get(code), kinds.get(code), points.get((name, code)), "adjusted")
        for code in codes
    )
    title = f"{one.measure.title}, adjusted for {found.parameters['adjusted for']}"
    return (RugRow(title, _path(one), cells),)


def _composite_cells(made: CompositeResults, codes: list[str]) -> tuple[RugCell, ...]:
    held = {str(row["org_code"]): row for row in records(made.held)}
    signals: dict[str, Record] = {}
    if isinstance(made.bars, Bars):
        signals = {str(row["org_code"]): row for row in records(made.bars.points)}
    return tuple(_cell(made.reading, held.get(code), signals.get(code), None) for code in codes)


def _without_funnel(found: Found) -> list[str]:
    """How many measures have no funnel, by the reason; nothing where all have one."""
    refused = [one.public_funnel for one in found.values()]
    # What follows the semicolon is how many organisations a measure happens to have.
    why = Counter(
        one.reason.removeprefix("No funnel: ").removesuffix(".").partition(";")[0]
        for one in refused
        if isinstance(one, NotComparable)
    )
    if not why:
        return []
    said = " ".join(f"{number}: {reason}." for reason, number in why.most_common())
    return [
        f"{counted(why.total(), 'measure')} without a funnel, so that nobody stands out in "
        f"{'it' if why.total() == 1 else 'them'}. {said} A suppressed value counts as none."
    ]


def _cells(
    one: MeasureResults, codes: list[str], points: dict[tuple[str, str], Record]
) -> tuple[RugCell, ...]:
    held = {str(row["org_code"]): row for row in records(one.held)}
    if forbidden(one.held, one.reading):
        return tuple(_uncompared(held.get(code)) for code in codes)
    signals: dict[str, Record] = {}
    if isinstance(one.public_funnel, Funnel):
        signals = {str(row["org_code"]): row for row in records(one.public_funnel.points)}
    elif isinstance(one.public_bars, Bars):
        signals = {str(row["org_code"]): row for row in records(one.public_bars.points)}
    return tuple(
        _cell(one.reading, held.get(code), signals.get(code), points.get((one.measure.id, code)))
        for code in codes
    )


def _uncompared(row: Record | None) -> RugCell:
    """A value that its measure forbids to hold beside others."""
    if row is not None and row["value"] is not None:
        return RugCell("n", "e")
    return RugCell("s" if row is not None and "suppressed" in flags(row) else MISSING, "e")


def _cell(
    reading: Reading,
    row: Record | None,
    signal: Record | None,
    point: Record | None,
    value: str = "value",
) -> RugCell:
    if row is not None and "suppressed" in flags(row):
        return RugCell("s", "e")
    if row is None or row[value] is None or signal is None:
        return RugCell(MISSING, "e")
    if point is not None and point["found"]:
        look = _look(number(point["z"]) or 0.0, reading.polarity)
        return RugCell("", look)
    return RugCell("·" if signal["kind"] == "within limits" else "×")


def _look(z: float, polarity: str) -> Look:
    if polarity == "none":
        return "u"
    return "b" if (z > 0) == (polarity == "higher") else "c"
