"""What changed this month: new signals of many control charts, when all are looked at together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import scipy

from levelfield.benchmark.findings import RATE
from levelfield.benchmark.results import NotComparable, Parameters, Trend
from levelfield.benchmark.tables import numbers, with_numbers
from levelfield.core.dates import period_words
from levelfield.core.values import VALUE_COLUMNS
from levelfield.statistics import adjusted_p_values
from levelfield.statistics.icons import COMMON

FEWEST = 5
"""Earlier months of a stretch below which a month is not held against them."""

Trends = Mapping[str, Trend | NotComparable]


@dataclass(frozen=True)
class News:
    """The last month of every control chart that reaches it."""

    points: pa.Table
    """A row a chart: the month's value, `before` (the mean of the earlier months of its stretch),
    `rule` and `variation` of the month, `new` (a signal that the month before did not show on the
    same side), `p` (how often chance alone would put a month as far from those before), `q` (the
    false discovery rate at that p over all charts) and `remains` (new, and q within the rate)."""
    looked_at: int
    new: int
    remaining: int
    method: str
    parameters: Parameters
    sentence: str


def news(trends: Mapping[str, Trends], month: str) -> News | NotComparable:
    """The signals that are new in `month`, by measure and organisation, false discovery at 5%.

    A chart's rules look at one series. Over many series the month is held against the earlier
    months of its own stretch by Student's t for one new observation (it supposes months that are
    independent and nearly normal), and Benjamini and Hochberg's control says which new signals
    remain. A run builds up slowly, so its last month alone seldom remains. NotComparable where no
    chart reaches the month.
    Source: prediction of a new observation, as in Hahn & Meeker (1991), Statistical Intervals,
    ch. 4; control as `statistics.adjusted_p_values`.
    """
    found = [one for held in trends.values() for one in held.values() if isinstance(one, Trend)]
    lasts = [one for one in found if one.points["period"][-1].as_py() == month]
    if not lasts:
        return NotComparable(f"No control chart reaches {period_words(month)}.")
    before, p = np.array([_held_against(one) for one in lasts]).T
    q = adjusted_p_values(p)
    new = np.array([_is_new(one) for one in lasts])
    remains = new & (np.nan_to_num(q, nan=1.0) <= RATE)
    columns = [*VALUE_COLUMNS, "rule", "variation"]
    points = pa.concat_tables(
        [one.points.slice(one.points.num_rows - 1).select(columns) for one in lasts]
    )
    points = with_numbers(points, before=before, p=p, q=q)
    points = points.append_column("new", pa.array(new)).append_column("remains", pa.array(remains))
    looked_at, fresh, left = len(lasts), int(new.sum()), int(remains.sum())
    return News(
        points=points,
        looked_at=looked_at,
        new=fresh,
        remaining=left,
        method="new signals under false discovery control",
        parameters={
            "month": month,
            "control charts": looked_at,
            "test": "Student's t of the month against the earlier months of its stretch",
            "control": "Benjamini and Hochberg",
            "rate": RATE,
        },
        sentence=(
            f"In {period_words(month)} {fresh} of {looked_at} control charts "
            f"show{'s' if fresh == 1 else ''} a signal that was not there the month before; "
            f"{left} of them remain{'s' if left == 1 else ''} when all charts are looked at "
            "together."
        ),
    )


def _is_new(one: Trend) -> bool:
    """Whether the last month is a signal, and the month with a value before it none on that side.

    A far month pulls the mean along, and may make signals of those before on the other side.
    """
    rows = [row for row in one.points.to_pylist() if row["value"] is not None]
    sides = [
        0 if row["variation"] == COMMON else (1 if row["value"] > row["mean"] else -1)
        for row in rows[-2:]
    ]
    return sides[-1] != 0 and sides[:-1] != sides[-1:]


def _held_against(one: Trend) -> tuple[float, float]:
    """The mean of the earlier months of the last stretch, and the p-value of the last month.

    Missing below FEWEST earlier months, and where they do not vary: then nothing says how far a
    month may lie from them.
    """
    segment = numbers(one.points, "segment")
    values = numbers(one.points, "value")[segment == segment[-1]]
    last, earlier = values[-1], values[:-1][~np.isnan(values[:-1])]
    if earlier.size < FEWEST:
        return np.nan, np.nan
    mean, spread = earlier.mean(), earlier.std(ddof=1)
    if spread <= 1e-12 * max(1.0, abs(mean)):
        return float(mean), np.nan
    t = (last - mean) / (spread * np.sqrt(1 + 1 / earlier.size))
    return float(mean), float(2 * scipy.stats.t.sf(abs(t), earlier.size - 1))
