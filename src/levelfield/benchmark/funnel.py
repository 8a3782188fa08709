"""The funnel: who differs from the reference by more than chance, and more than is usual."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import Funnel, NotComparable, Parameters
from levelfield.benchmark.tables import Floats, numbers, one_row_each, texts, with_numbers
from levelfield.benchmark.words import BETWEEN, Names, figure, kind_of, organisations
from levelfield.statistics import (
    between_variance,
    funnel_limits,
    funnel_scores,
    funnel_signal,
    overdispersion,
)

FEWEST = 5
"""Organisations that a funnel needs: with fewer, each is most of what it is held against."""

FEWEST_FOR_OVERDISPERSION = 10
"""Organisations below which the spread between them cannot be told from its own outliers."""

TRIM = 0.1
_CURVE_POINTS = 60
_UNSUITED = {
    "count": "a count follows the size of the organisation, so a reference would say nothing",
    "mean": "chance in a mean depends on how people differ, which its two counts do not show",
    "median": "chance in a median depends on the spread of the values, which counts do not show",
    "gap": "a gap rests on two groups, each of a size of its own",
}


@dataclass(frozen=True)
class _Spread:
    """How far organisations differ beyond chance."""

    tau2: float
    parameters: Parameters


def funnel(
    values: pa.Table,
    reading: Reading,
    *,
    reference: float | None = None,
    allow_overdispersion: bool = True,
    names: Names | None = None,
) -> Funnel | NotComparable:
    """The funnel of one proportion in one period, one value per organisation.

    `reference` is what organisations are held against; without one, all of them taken together.
    With overdispersion allowed and ten organisations, limits are widened by the spread that is
    usual between them. Organisations without a value, or with nothing in the denominator, stand
    outside the comparison and keep their row.
    NotComparable for another statistic, values without counts, and fewer than five organisations.
    Raises ValueError for two values of one organisation.
    """
    one_row_each(values, "org_code")
    count, size, value = (numbers(values, c) for c in ("numerator", "denominator", "value"))
    known = ~np.isnan(value) & (size > 0)
    reason = _refusal(reading, known, count, size)
    if reason:
        return NotComparable(reason)
    given = reference is not None
    centre = reference if reference is not None else float(count[known].sum() / size[known].sum())
    spread = _spread(value[known], size[known], centre, allow_overdispersion)
    at = np.where(known, size, np.nan)
    signal = funnel_signal("proportion", value, at, centre, between_variance=spread.tau2)
    kinds = [_kind(s, reading) for s in signal]
    points = with_numbers(values, **_limits(at, centre, spread.tau2))
    points = points.append_column("signal", pa.array(signal, from_pandas=True).cast(pa.int8()))
    points = points.append_column("kind", pa.array(kinds, pa.string()))
    sizes = np.unique(np.geomspace(size[known].min(), size[known].max(), _CURVE_POINTS).round())
    return Funnel(
        points=points,
        limits=with_numbers(pa.table({"size": sizes}), **_limits(sizes, centre, spread.tau2)),
        reference=centre,
        method="funnel, additive random effects" if spread.tau2 else "funnel, exact binomial",
        parameters={
            "reference": centre,
            "reference is": "given" if given else "all organisations shown, taken together",
            "limits": "95% and 99.8%",
            **spread.parameters,
        },
        sentence=_sentence(texts(values, "org_code"), signal, centre, reading, names or {}),
    )


def _kind(signal: float, reading: Reading) -> str | None:
    """What a point is: only beyond the 99.8% limits is it called better or worse."""
    if np.isnan(signal):
        return None
    return BETWEEN if abs(signal) == 1 else kind_of(int(signal / 2), reading.polarity)


def _refusal(reading: Reading, known: np.ndarray, count: Floats, size: Floats) -> str:
    if reading.statistic != "proportion":
        return f"No funnel: {_UNSUITED[reading.statistic]}."
    if np.isnan(size).all() or np.isnan(count).all():
        return "No funnel: these percentages come without the counts that chance depends on."
    if np.isnan(count[known]).any() or (size[known] % 1).any():
        return "No funnel: some of the counts behind these percentages are missing or not whole."
    if (count[known] > size[known]).any():
        return "No funnel: some of these percentages have a numerator above their denominator."
    if known.sum() < FEWEST:
        return f"No funnel: it takes {FEWEST} organisations with a value; here are {known.sum()}."
    return ""


def _spread(value: Floats, size: Floats, centre: float, allowed: bool) -> _Spread:
    if not allowed:
        return _Spread(0.0, {"overdispersion": "not allowed for"})
    if value.size < FEWEST_FOR_OVERDISPERSION:
        few = f"not allowed for: fewer than {FEWEST_FOR_OVERDISPERSION} organisations"
        return _Spread(0.0, {"overdispersion": few})
    z, error = funnel_scores("proportion", value, size, centre)
    found = overdispersion(z, trim=TRIM)
    tau2 = between_variance(found, error)
    return _Spread(
        tau2,
        {
            "overdispersion": "allowed for" if tau2 else "none found",
            "phi": found.phi,
            "tau squared": tau2,
            "scale": "arcsine square root",
            "winsorised at each end": TRIM,
        },
    )


def _limits(size: Floats, centre: float, tau2: float) -> dict[str, Floats]:
    limits = funnel_limits("proportion", size, centre, between_variance=tau2)
    return {
        "lower95": limits.lower[0],
        "upper95": limits.upper[0],
        "lower998": limits.lower[1],
        "upper998": limits.upper[1],
    }


def _sentence(
    codes: list[str], signal: Floats, centre: float, reading: Reading, names: Names
) -> str:
    compared = int((~np.isnan(signal)).sum())
    high = [code for code, s in zip(codes, signal, strict=True) if s == 2]
    low = [code for code, s in zip(codes, signal, strict=True) if s == -2]
    against = f"the reference of {figure(centre, reading.unit)}"
    if not high and not low:
        return f"None of {compared} organisations lies outside the 99.8% limits round {against}."
    outside = len(high) + len(low)
    where = [
        f"{organisations(found, names)} {side}{_meaning(direction, reading)}"
        for found, side, direction in ((high, "above", 1), (low, "below", -1))
        if found
    ]
    lie = "lies" if outside == 1 else "lie"
    return (
        f"{outside} of {compared} organisations {lie} outside the 99.8% limits round {against}: "
        f"{'; '.join(where)}."
    )


def _meaning(direction: int, reading: Reading) -> str:
    return "" if reading.polarity == "none" else f" ({kind_of(direction, reading.polarity)})"
