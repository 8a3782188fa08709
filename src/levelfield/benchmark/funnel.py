"""The funnel: who differs from the reference by more than chance, and more than is usual."""

import numpy as np
import pyarrow as pa

from levelfield.benchmark.adjusted import Adjusted
from levelfield.benchmark.reading import Reading, forbidden
from levelfield.benchmark.results import Funnel, NotComparable
from levelfield.benchmark.spread import Points, Spread, spread_of
from levelfield.benchmark.tables import Floats, numbers, one_row_each, texts, with_numbers
from levelfield.benchmark.words import BETWEEN, Names, figure, kind_of, organisations
from levelfield.statistics import funnel_limits, funnel_scores, funnel_signal

FEWEST = 5
"""Organisations that a funnel needs: with fewer, each is most of what it is held against."""

_CURVE_POINTS = 60
_UNSUITED = {
    "composite": "a mean of several measures has no counts of its own",
    "count": "a count follows the size of the organisation, so a reference would say nothing",
    "mean": "chance in a mean depends on how people differ, which its two counts do not show",
    "median": "chance in a median depends on the spread of the values, which counts do not show",
    "gap": "a gap rests on two groups, each of a size of its own",
    "slope": "a slope rests on several groups, each of a size of its own",
    "ratio": "both counts of a ratio are left to chance",
    "opportunity": "the parts of one person's care go together, which its counts do not show",
}


def funnel(
    values: pa.Table,
    reading: Reading,
    *,
    reference: float | None = None,
    allow_overdispersion: bool = True,
    spread_from: pa.Table | None = None,
    names: Names | None = None,
) -> Funnel | NotComparable:
    """The funnel of one proportion or rate in one period, one value per organisation.

    `reference` is what organisations are held against, in the unit of the values; without one, all
    of them taken together. With overdispersion allowed and ten organisations, limits are widened by
    the spread that is usual between them; for a smaller group it may be taken from the values of
    more of their kind, `spread_from`. Organisations without a value, with nothing in the
    denominator, or with a proportion above one stand outside the comparison and keep their row.
    NotComparable for another statistic, values without counts, fewer than five organisations, a
    rate without any event, and where the definition forbids it.
    Raises ValueError for two values of one organisation.
    """
    one_row_each(values, "org_code")
    if refused := forbidden(values, reading):
        return NotComparable(f"No funnel: {refused}.")
    points = _points(values, reading, reference)
    if isinstance(points, NotComparable):
        return points
    more = points
    if spread_from is not None:
        found = _points(spread_from, reading, None)
        more = points if isinstance(found, NotComparable) else found
    spread = spread_of(points, more, allow_overdispersion)
    whose = "all organisations shown, taken together" if reference is None else "given"
    return _drawn(values, points, whose, reading, spread, names or {})


def _points(values: pa.Table, reading: Reading, reference: float | None) -> Points | NotComparable:
    count, size, value = (numbers(values, c) for c in ("numerator", "denominator", "value"))
    known = ~np.isnan(value) & (size > 0)
    if reading.is_share:
        known &= ~(count > size)
    reason = _refusal(reading, known, count, size)
    if reason:
        return NotComparable(reason)
    together = float(count[known].sum() / size[known].sum())
    return Points(
        "proportion" if reading.is_share else "rate",
        np.where(known, value / reading.multiplier, np.nan),
        np.where(known, size, np.nan),
        together if reference is None else reference / reading.multiplier,
        reading.multiplier,
    )


def adjusted_funnel(
    found: Adjusted,
    reading: Reading,
    *,
    allow_overdispersion: bool = True,
    names: Names | None = None,
) -> Funnel | NotComparable:
    """The funnel of observed over expected events; the size of a point is its `information`.

    Where events are common, as many expected events carry less chance than a rare one's would:
    `information` is the number of rare events that would vary as much. With E events expected, of
    variance V, the variance of the ratio is V/E², that of a Poisson count with E²/V expected; the
    limits are that count's. NotComparable for fewer than five organisations with a ratio, and
    after direct standardisation, which expects no events.
    """
    ratio, size = numbers(found.points, "ratio"), numbers(found.points, "information")
    known = ~np.isnan(ratio) & (size > 0)
    if not known.any():
        why = "nobody has a ratio of counted to expected events"
        if found.method.startswith("direct"):
            why = "direct standardisation has no expected events"
        return NotComparable(f"No funnel: {why}.")
    if known.sum() < FEWEST:
        return NotComparable(_too_few(int(known.sum())))
    points = Points(
        "ratio", np.where(known, ratio, np.nan), np.where(known, size, np.nan), 1.0, 1.0
    )
    plain = Reading("ratio", "rate", reading.polarity)
    whose = "as many events as expected"
    spread = spread_of(points, points, allow_overdispersion)
    return _drawn(found.points, points, whose, plain, spread, names or {})


def _drawn(
    values: pa.Table,
    points: Points,
    whose: str,
    reading: Reading,
    spread: Spread,
    names: Names,
) -> Funnel:
    signal = funnel_signal(
        points.kind,
        points.value,
        points.size,
        points.centre,
        between_variance=spread.allowed,
        scale=spread.scale,
        poisson="exact",
    )
    scores = np.full(points.value.shape, np.nan)
    if points.centre > 0 and (points.kind != "proportion" or points.centre < 1):
        z, error = funnel_scores(
            points.kind, points.value, points.size, points.centre, scale=spread.scale
        )
        scores = z * error / np.sqrt(error**2 + spread.allowed)
    kinds = [_kind(s, reading) for s in signal]
    table = with_numbers(values, **_limits(points, points.size, spread), z=scores)
    table = table.append_column("signal", pa.array(signal, from_pandas=True).cast(pa.int8()))
    table = table.append_column("kind", pa.array(kinds, pa.string()))
    least, most = np.nanmin(points.size), np.nanmax(points.size)
    sizes = np.geomspace(least, most, _CURVE_POINTS)
    sizes = np.unique(sizes.round() if points.kind == "proportion" else sizes)
    centre = points.centre * points.unit
    chance = "binomial" if points.kind == "proportion" else "Poisson"
    return Funnel(
        points=table,
        limits=with_numbers(pa.table({"size": sizes}), **_limits(points, sizes, spread)),
        reference=centre,
        tau2=spread.tau2,
        scale=spread.scale,
        method=f"funnel, {'additive random effects' if spread.tau2 else f'exact {chance}'}",
        parameters={
            "reference": centre,
            "reference is": whose,
            "limits": "95% and 99.8%",
            **spread.parameters,
        },
        sentence=_sentence(
            texts(values, "org_code"), signal, centre, reading, names, spread.tau2 is not None
        ),
    )


def _kind(signal: float, reading: Reading) -> str | None:
    """What a point is: only beyond the 99.8% limits is it called better or worse."""
    if np.isnan(signal):
        return None
    return BETWEEN if abs(signal) == 1 else kind_of(int(signal / 2), reading.polarity)


def _refusal(reading: Reading, known: np.ndarray, count: Floats, size: Floats) -> str:
    if not (reading.is_share or reading.statistic == "rate"):
        return f"No funnel: {_UNSUITED[reading.statistic]}."
    if not reading.independent:
        return "No funnel: what is summed comes in rows that go together, not one by one."
    if reading.comparison == "bars":
        return "No funnel: its definition has providers compared by ordered bars."
    what = "percentages" if reading.is_share else "rates"
    if np.isnan(size).all() or np.isnan(count).all():
        return f"No funnel: these {what} come without the counts that chance depends on."
    if np.isnan(count[known]).any() or (reading.is_share and (size[known] % 1).any()):
        return f"No funnel: some of the counts behind these {what} are missing or not whole."
    if known.sum() < FEWEST:
        return _too_few(int(known.sum()))
    if not reading.is_share and not count[known].any():
        return "No funnel: there is no event anywhere, so nobody differs from anybody."
    return ""


def _too_few(there: int) -> str:
    return f"No funnel: it takes {FEWEST} organisations with a value; here are {there}."


def _limits(points: Points, size: Floats, spread: Spread) -> dict[str, Floats]:
    limits = funnel_limits(
        points.kind,
        size,
        points.centre,
        between_variance=spread.allowed,
        scale=spread.scale,
        poisson="exact",
    )
    return {
        "lower95": limits.lower[0] * points.unit,
        "upper95": limits.upper[0] * points.unit,
        "lower998": limits.lower[1] * points.unit,
        "upper998": limits.upper[1] * points.unit,
    }


def _sentence(
    codes: list[str],
    signal: Floats,
    centre: float,
    reading: Reading,
    names: Names,
    spread_known: bool,
) -> str:
    compared = int((~np.isnan(signal)).sum())
    high = [code for code, s in zip(codes, signal, strict=True) if s == 2]
    low = [code for code, s in zip(codes, signal, strict=True) if s == -2]
    against = f"the reference of {figure(centre, reading)}"
    if not high and not low:
        return f"None of {compared} organisations lies outside the 99.8% limits round {against}."
    outside = len(high) + len(low)
    where = [
        f"{organisations(found, names)} {side}{_meaning(direction, reading)}"
        for found, side, direction in ((high, "above", 1), (low, "below", -1))
        if found
    ]
    lie = "lies" if outside == 1 else "lie"
    spread = "" if spread_known else ", with no allowance for how providers usually differ"
    return (
        f"{outside} of {compared} organisations {lie} outside the 99.8% limits round {against}"
        f"{spread}: {'; '.join(where)}."
    )


def _meaning(direction: int, reading: Reading) -> str:
    return "" if reading.polarity == "none" else f" ({kind_of(direction, reading.polarity)})"
