"""Ordered bars: every organisation's value with its interval, for values that bear no funnel."""

import numpy as np
import pyarrow as pa
from scipy import special

from levelfield.benchmark.reading import Reading, forbidden
from levelfield.benchmark.results import Bars, NotComparable
from levelfield.benchmark.tables import Floats, numbers, one_row_each, texts
from levelfield.benchmark.words import BETWEEN, Names, figure, kind_of

_CAUTION = " A count follows the size of the organisation: it says who does how much, not how well."

_NO_INTERVALS = " The values have no intervals, so that chance alone may order them so."

_WIDER = float(special.ndtri(0.999) / special.ndtri(0.975))
"""How much wider an interval of 99.8% is than one of 95%, where values are normal."""


def ordered_bars(
    values: pa.Table,
    reading: Reading,
    *,
    reference: float | None = None,
    names: Names | None = None,
) -> Bars | NotComparable:
    """The values of one measure in one period in order, best first.

    `reference` is drawn as a line; without one it is the median of the organisations, and nothing
    where a single one has a value, which would be held against itself. Intervals are those of
    the values. Organisations without a value come last. As in a funnel, one is called better or
    worse only where an interval of 99.8% leaves the reference out, which is reckoned as the
    interval shown, widened as a normal distribution would.
    NotComparable when no organisation has a value, and where the definition forbids it. Raises
    ValueError for two values of one organisation.
    """
    one_row_each(values, "org_code")
    if refused := forbidden(values, reading):
        return NotComparable(f"No comparison: {refused}.")
    polarity = reading.polarity
    value = numbers(values, "value")
    known = ~np.isnan(value)
    if not known.any():
        return NotComparable("No comparison: no organisation has a value.")
    whose = "median of the organisations" if reference is None else "given"
    centre = reference
    if centre is None and known.sum() > 1:
        centre = float(np.median(value[known]))
    codes = np.array(texts(values, "org_code"))
    order = np.lexsort((codes, value if reading.polarity == "lower" else -value))
    lower, upper = numbers(values, "lower"), numbers(values, "upper")
    line = np.nan if centre is None else centre
    near = (lower > line).astype(int) - (upper < line).astype(int)
    least, greatest = value - (value - lower) * _WIDER, value + (upper - value) * _WIDER
    far = (least > line).astype(int) - (greatest < line).astype(int)
    kinds = [
        None if not present else BETWEEN if one and not other else kind_of(int(other), polarity)
        for one, other, present in zip(near, far, known, strict=True)
    ]
    points = values.append_column("kind", pa.array(kinds, pa.string())).take(order)
    methods = sorted({text for text in texts(values, "method") if text})
    return Bars(
        points=points,
        reference=centre,
        method="ordered bars with intervals",
        parameters={
            **({} if centre is None else {"reference": centre, "reference is": whose}),
            "intervals": "; ".join(methods),
        },
        sentence=_sentence(codes[order], value[order], reading, names or {})
        + (_NO_INTERVALS if _without_intervals(values, reading) else ""),
    )


def _without_intervals(values: pa.Table, reading: Reading) -> bool:
    """Whether organisations stand in an order that nothing says the chance of; counts have none."""
    value, lower = numbers(values, "value"), numbers(values, "lower")
    known = ~np.isnan(value)
    return reading.statistic != "count" and known.sum() > 1 and bool(np.isnan(lower[known]).all())


def _sentence(codes: np.ndarray, value: Floats, reading: Reading, names: Names) -> str:
    known = ~np.isnan(value)
    codes, value = codes[known], value[known]
    first, last = (
        f"{figure(value[n], reading)} ({names.get(codes[n], codes[n])})" for n in (0, -1)
    )
    if value.size == 1:
        return f"One organisation has a value: {first}."
    low, high = (figure(q, reading) for q in np.quantile(value, [0.25, 0.75]))
    return (
        f"Values run from {first} to {last}; "
        f"the middle half of {value.size} organisations lies between {low} and {high}."
        f"{_CAUTION if reading.statistic == 'count' else ''}"
    )
