"""The spine of a provider: where each measure lies among all providers, worse left, better right.

The provider's own value is exact; the others' are those that the public may see, so that the page
of one party tells it nothing more of another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from levelfield.benchmark.reading import Reading
from levelfield.disclosure import enough_peers
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.strips import Scale, strip
from levelfield.publish.words import counted, figure, listed

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
    "value lies right. The ends stand as far from the median as the further of the two. Measures "
    "that are not to be compared, as their pages say, are left out."
)
BY_ITS_MARK = "the shape of the mark says whether chance and the usual spread explain the place"
"""What a place means where each mark is shaped by what the comparison found."""


@dataclass(frozen=True)
class Spread:
    """The public values of all providers in a few figures."""

    low: float
    first_quarter: float
    median: float
    last_quarter: float
    high: float
    count: int


@dataclass(frozen=True)
class Marked:
    """A row to be placed: its title, the provider's value as a cell, as a number and with its
    interval, what its place means (`kind`), and the public values of all providers."""

    title: Cell
    cell: Cell
    reading: Reading
    values: Sequence[float | None]
    value: float | None
    interval: tuple[float | None, float | None]
    kind: str


def spread(values: Sequence[float | None]) -> Spread | None:
    """How the providers' public values spread; None where too few are shown to stand beside."""
    known = [value for value in values if value is not None]
    if not enough_peers(len(known)):
        return None
    low, first, median, last, high = np.quantile(known, [0, 0.25, 0.5, 0.75, 1]).tolist()
    return Spread(low, first, median, last, high, len(known))


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


def spine_row(mark: Marked) -> tuple[str, Row] | None:
    """The value's place in words, and its row of the spine; None without others beside it."""
    among, value, reading = spread(mark.values), mark.value, mark.reading
    if among is None or value is None:
        return None
    reach = max(among.high - among.median, among.median - among.low)
    ends = (among.median - reach, among.median + reach)
    worst, best = among.low, among.high
    if reading.polarity == "lower":
        ends, worst, best = (ends[1], ends[0]), best, worst
    where = place(value, among, reading)
    drawn = strip(
        Scale(*ends),
        value,
        *mark.interval,
        kind=mark.kind,
        reference=among.median,
        bands=[(among.low, among.high), (among.first_quarter, among.last_quarter)],
    )
    middle = figure(among.median, reading.unit)
    return where, (
        mark.title,
        mark.cell,
        figure(worst, reading.unit),
        Cell("", html=drawn),
        figure(best, reading.unit),
        Cell(where.capitalize(), note=f"median {middle} of {among.count}"),
    )


def spine_sentence(places: list[str], name: str, meaning: str) -> str:
    """How many values lie where, and that a place alone is no finding; `meaning` says what is.

    >>> spine_sentence(["worse quarter", "middle half", "middle half"], "ZA1", "ask")
    'Of 3 values of ZA1, 2 lie in the middle half and 1 in the worse quarter of the providers. A \
quarter of the providers always lies in the worse quarter: ask.'
    """
    if not places:
        return f"No value of {name} has enough other providers to stand beside."
    where = ("better quarter", "middle half", "worse quarter", "upper quarter", "lower quarter")
    many = [(places.count(one), one) for one in where if one in places]
    first, *others = many
    told = [f"{counted(first[0], 'lies', 'lie')} in the {first[1]}"]
    told += [f"{number} in the {one}" for number, one in others]
    return (
        f"Of {counted(len(places), 'value')} of {name}, {listed(told)} of the providers. "
        f"A quarter of the providers always lies in the worse quarter: {meaning}."
    )


def spine_table(title: str, rows: list[Row]) -> Table:
    """The spine of one domain."""
    return Table(title, HEAD, tuple(rows))
