"""How good the classes of a scheme are: cost explained, stability, and trim points."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray
from scipy.stats.contingency import association

Place = Literal["period", "provider"]

PALLIATIVE_REFERENCE = (0.17, 0.21)
"""The share of the variance of cost that published classes of palliative care explain, lowest and
highest. It is what can be hoped for of a community scheme: most of the variance lies within any
class. From the literature as the project's brief gives it (to be verified)."""


@dataclass(frozen=True)
class Explained:
    """How much of the variance of a cost lies between classes.

    `share` is one less the sum of squares within classes over the total; None when the cost does
    not vary. `adjusted` allows for the number of classes, and may be below 0. `trimmed` counts the
    records whose cost was brought down to the limit.
    """

    records: int
    classes: int
    share: float | None
    adjusted: float | None
    trimmed: int = 0

    @property
    def words(self) -> str:
        """The result in a sentence, beside the published reference."""
        low, high = PALLIATIVE_REFERENCE
        reference = f"Published classes of palliative care explain {low:.0%} to {high:.0%}."
        if self.share is None:
            return f"The cost does not vary, so that there is nothing to explain. {reference}"
        return (
            f"{self.classes:,} classes explain {self.share:.1%} of the variance of the cost of "
            f"{self.records:,} records. {reference}"
        )


def variance_explained(
    cost: ArrayLike,
    classes: ArrayLike,
    trim_above: float | None = None,
    weights: ArrayLike | None = None,
) -> Explained:
    """The share of the variance of `cost` that a scheme's classes explain.

    `cost` is a number for each record, in any unit, and `classes` its class (text), of the same
    length; a record whose cost is not a number is left out. Costs above the quantile `trim_above`
    (as 0.99) are brought down to it, since a few outliers can be most of the variance. `weights`
    say how many records a cost stands for (one, unless given); the quantile is of the costs alone.
    Raises ValueError for arrays of two lengths and for a negative weight.
    Source: the R² of a one-way analysis of variance (Fisher 1925); adjusted by Wherry (1931).
    """
    values = np.asarray(cost, dtype=float)
    labels = np.asarray(classes)
    if values.shape != labels.shape or values.ndim != 1:
        raise ValueError("cost and classes must be two rows of one length")
    weight = np.ones(values.shape) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != values.shape or np.any(weight < 0):
        raise ValueError("weights must be as many as costs, and not negative")
    known = np.isfinite(values) & (weight > 0)
    values, labels, weight = values[known], labels[known], weight[known]
    trimmed = 0
    if trim_above is not None and len(values):
        limit = np.quantile(values, trim_above)
        trimmed = round(float(weight[values > limit].sum()))
        values = np.minimum(values, limit)
    names, place = np.unique(labels, return_inverse=True)
    records, groups = round(float(weight.sum())), len(names)
    middle = np.average(values, weights=weight) if len(values) else 0.0
    total = float((weight * (values - middle) ** 2).sum())
    # A cost that is the same everywhere leaves a rest of rounding.
    if total <= 1e-12 * max(1.0, float((weight * values**2).sum())):
        return Explained(records, groups, None, None, trimmed)
    means = np.bincount(place, weight * values) / np.bincount(place, weight)
    within = float((weight * (values - means[place]) ** 2).sum())
    share = 1.0 - within / total
    free = records - groups
    adjusted = 1.0 - (1.0 - share) * (records - 1) / free if free > 0 else None
    return Explained(records, groups, share, adjusted, trimmed)


@dataclass(frozen=True)
class Mix:
    """A month's or provider's units, and how far its mix lies from that of all the others.

    `distance` is the share of its units that would have to change class for the two to agree
    (total variation distance), from 0 to 1; None when there is no other.
    """

    name: str
    units: int
    distance: float | None


@dataclass(frozen=True)
class Stability:
    """How alike the mix of classes is between months or providers.

    `association` is Cramér's V between class and place less what chance alone gives, from 0 (the
    same mix everywhere) to 1; None when there are not two classes and two places.
    """

    by: Place
    mixes: tuple[Mix, ...]
    association: float | None


def stability(counts: pa.Table, by: Place) -> Stability:
    """The mix of classes of counted units (`COUNT_SCHEMA`) by month or by provider.

    Error classes count as classes. Sources: Cramér (1946); bias correction by Bergsma (2013).
    """
    table = _crossed(counts, by)
    places, cells = table
    units = cells.sum(axis=1)
    everybody = cells.sum(axis=0)
    mixes = []
    for name, own, number in zip(places, cells, units, strict=True):
        rest = everybody - own
        if number == 0 or rest.sum() == 0:
            mixes.append(Mix(name, int(number), None))
            continue
        distance = 0.5 * float(np.abs(own / number - rest / rest.sum()).sum())
        mixes.append(Mix(name, int(number), distance))
    used = cells[units > 0][:, everybody > 0]
    return Stability(by, tuple(mixes), _association(used))


def _association(cells: NDArray[np.int64]) -> float | None:
    rows, columns = cells.shape
    if rows < 2 or columns < 2:
        return None
    number = int(cells.sum())
    phi2 = float(association(cells, method="cramer")) ** 2 * (min(rows, columns) - 1)
    corrected = max(0.0, phi2 - (rows - 1) * (columns - 1) / (number - 1))
    tall = rows - (rows - 1) ** 2 / (number - 1)
    wide = columns - (columns - 1) ** 2 / (number - 1)
    least = min(tall, wide) - 1
    return float(np.sqrt(corrected / least)) if least > 0 else None


def _crossed(counts: pa.Table, by: Place) -> tuple[list[str], NDArray[np.int64]]:
    """Units by place (rows) and class (columns)."""
    rows: list[dict[str, Any]] = counts.select([by, "currency", "error_class", "units"]).to_pylist()
    places = sorted({row[by] for row in rows})
    classes = sorted({row["currency"] or row["error_class"] for row in rows})
    at = {name: n for n, name in enumerate(places)}
    of = {name: n for n, name in enumerate(classes)}
    cells = np.zeros((len(places), len(classes)), dtype=np.int64)
    for row in rows:
        cells[at[row[by]], of[row["currency"] or row["error_class"]]] += row["units"]
    return places, cells


def trim_points(size: ArrayLike, classes: ArrayLike, fences: float = 1.5) -> dict[str, float]:
    """The length beyond which a record counts as an outlier, by class.

    It is the upper quartile and `fences` times the distance between the quartiles, as trim points
    of hospital stays are set (recalled, to be verified; Tukey 1977 for the fences). `size` is a
    length for each record, in any unit, `classes` its class; a size that is not a number is left
    out. Raises ValueError for arrays of two lengths.
    """
    values = np.asarray(size, dtype=float)
    labels = np.asarray(classes)
    if values.shape != labels.shape or values.ndim != 1:
        raise ValueError("size and classes must be two rows of one length")
    known = np.isfinite(values)
    values, labels = values[known], labels[known]
    found = {}
    for name in np.unique(labels):
        lower, upper = np.quantile(values[labels == name], [0.25, 0.75])
        found[str(name)] = float(upper + fences * (upper - lower))
    return found
