"""A page of many measures by many providers: which findings remain when all are looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from levelfield.benchmark.funnel import FEWEST
from levelfield.benchmark.results import Funnel, NotComparable, Parameters
from levelfield.benchmark.tables import numbers, texts, with_numbers
from levelfield.core.values import VALUE_COLUMNS
from levelfield.statistics import adjusted_p_values, two_sided_p_values

RATE = 0.05
"""The share of findings that may be there by chance."""


@dataclass(frozen=True)
class Findings:
    """Every organisation of every funnel, and which of them stand out."""

    points: pa.Table
    """The values of all measures, with `z`, `p`, `q` (the false discovery rate of a finding at
    that p) and `found`; empty where a point stands outside its comparison."""
    found: int
    looked_at: int
    method: str
    parameters: Parameters
    sentence: str


def findings(
    funnels: Mapping[str, Funnel | NotComparable], providers: int | None = None
) -> Findings | NotComparable:
    """What stands out on a page of funnels, by measure, with the false discovery rate held at 5%.

    Another value of a measure, such as its adjusted one, goes by `measure.name`: its comparisons
    count as such, its measure once.
    Scores are those of the funnels, the spread between organisations included. Tests of measures
    that go together are allowed for as Benjamini and Hochberg do. NotComparable without any funnel,
    which `providers`, how many the home has, may explain.
    Source: as `statistics.adjusted_p_values`.
    """
    drawn = [one for one in funnels.values() if isinstance(one, Funnel)]
    if not drawn and providers is not None and providers < FEWEST:
        return NotComparable(
            f"Nothing to look at: a funnel takes {FEWEST} providers; this home has {providers}."
        )
    if not drawn:
        return NotComparable("Nothing to look at: no measure has a funnel.")
    points = pa.concat_tables([one.points.select([*VALUE_COLUMNS, "z"]) for one in drawn])
    p = two_sided_p_values(numbers(points, "z"))
    q = adjusted_p_values(p)
    stands_out = pa.array(np.where(np.isnan(q), False, q <= RATE), pa.bool_(), mask=np.isnan(q))
    points = with_numbers(points, p=p, q=q).append_column("found", stands_out)
    looked_at = int((~np.isnan(q)).sum())
    found = int((q <= RATE).sum())
    alone = int((p <= RATE).sum())
    seen = _measures(texts(points, "measure"))
    return Findings(
        points=points,
        found=found,
        looked_at=looked_at,
        method="false discovery rate",
        parameters={
            "rate": RATE,
            "measures with a funnel": len(seen),
            "measures without": len(_measures(funnels) - seen),
            "control": "Benjamini and Hochberg",
        },
        sentence=(
            f"Of {looked_at} comparisons in {len(seen)} measure{'s' * (len(seen) != 1)} {found} "
            f"stand{'s' * (found == 1)} out when all are looked at together; one by one it would "
            f"have been {alone}, and {RATE:.0%} of {looked_at} is {looked_at * RATE:.0f} by chance "
            "alone."
        ),
    )


def _measures(names: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}
