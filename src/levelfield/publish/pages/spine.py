"""The spine of a provider: where each measure lies among all providers, worse left, better right.

The provider's own value is exact; the others' are those that the public may see, so that the page
of one party tells it nothing more of another.
"""

from dataclasses import dataclass

import numpy as np

from levelfield.benchmark.reading import Reading
from levelfield.disclosure import enough_peers
from levelfield.publish.cells import Record, number, value_cell
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.strips import Scale, strip
from levelfield.publish.words import counted, figure

HEAD = columns(
    "Measure",
    "Value #",
    "Worst or lowest #",
    "Among providers",
    "Best or highest #",
    "Where it lies",
)
NOTE = (
    "Pale from the worst to the best public value of a provider, darker the middle half, dashed "
    "line the median; worse lies left and better right, and where neither is better the higher "
    "value lies right. The ends stand as far from the median as the further of the two. The keys "
    "of the values are in the tables of all measures."
)


@dataclass(frozen=True)
class Spread:
    """The public values of all providers in a few figures."""

    low: float
    first_quarter: float
    median: float
    last_quarter: float
    high: float
    count: int


def spread(one: MeasureResults) -> Spread | None:
    """How the providers' public values spread; None where too few are shown to stand beside."""
    values = [value for value in one.held["value"].to_pylist() if value is not None]
    if not enough_peers(len(values)):
        return None
    low, first, median, last, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist()
    return Spread(low, first, median, last, high, len(values))


def place(value: float, among: Spread, reading: Reading) -> str:
    """Where a value lies, in words: the middle half, or the better, worse, upper or lower quarter.

    >>> place(9.0, Spread(0, 2, 4, 6, 8, 12), Reading("mean", "days", "lower"))
    'worse quarter'
    """
    if among.first_quarter <= value <= among.last_quarter:
        return "middle half"
    above = value > among.last_quarter
    if reading.polarity == "none":
        return "upper quarter" if above else "lower quarter"
    return "better quarter" if above == (reading.polarity == "higher") else "worse quarter"


def spine_row(one: MeasureResults, row: Record, kind: str) -> tuple[str, Row] | None:
    """The measure's place in words, and its row of the spine; None without others beside it."""
    among, value = spread(one), number(row["value"])
    if among is None or value is None:
        return None
    unit, reading = one.reading.unit, one.reading
    reach = max(among.high - among.median, among.median - among.low)
    ends = (among.median - reach, among.median + reach)
    worst, best = among.low, among.high
    if reading.polarity == "lower":
        ends, worst, best = (ends[1], ends[0]), best, worst
    where = place(value, among, reading)
    mark = strip(
        Scale(*ends),
        value,
        number(row["lower"]),
        number(row["upper"]),
        kind=kind,
        reference=among.median,
        bands=[(among.low, among.high), (among.first_quarter, among.last_quarter)],
    )
    return where, (
        Cell(one.measure.title),
        value_cell(row, unit),
        figure(worst, unit),
        Cell("", html=mark),
        figure(best, unit),
        Cell(where.capitalize(), note=f"median {figure(among.median, unit)} of {among.count}"),
    )


def spine_sentence(places: list[str], name: str) -> str:
    """How many measures lie where, and that a place alone is no finding."""
    if not places:
        return f"No measure of {name} has enough other providers to stand beside."
    where = ("better quarter", "middle half", "worse quarter", "upper quarter", "lower quarter")
    told = [f"{places.count(one)} in the {one}" for one in where if one in places]
    return (
        f"Of {counted(len(places), 'measure')} of {name}, {', '.join(told)} of the providers. "
        "A quarter of the providers always lies in the worse quarter: the shape of the mark says "
        "whether chance and the usual spread explain the place."
    )


def spine_table(title: str, rows: list[Row]) -> Table:
    """The spine of one domain."""
    return Table(title, HEAD, tuple(rows))
