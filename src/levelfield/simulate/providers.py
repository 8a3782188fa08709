"""The fictional providers and the truth about each: case mix, quality, completeness and cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from levelfield.core.errors import UsageError
from levelfield.simulate.assumptions import rows_of

GROUPS = ("nursing", "specialist", "therapy", "children", "intermediate", "other")

Change = Literal["", "two_hour_improves", "dna_shift", "system_change"]


@dataclass(frozen=True)
class Provider:
    """One provider's true parameters.

    `offers` weighs each group of pathways against the other providers; `dna_odds` multiplies the
    odds of a missed contact, `dna_gradient` is added to its logarithm for each fifth more deprived
    than the middle one; the `*_missing` fields and `clock_untimed` are shares of records;
    `cost_index` stands beside a national average of one; `refreshes` is how many months in twelve
    come twice; `change` happens in the month counted from zero.
    """

    code: str
    name: str
    kind: str
    mff: float
    commissioner: str
    size: float
    offers: Mapping[str, float]
    dna_odds: float
    dna_gradient: float
    two_hour_share: float
    wait_factor: float
    attendance_missing: float
    ethnicity_missing: float
    clock_untimed: float
    team_missing: float
    cost_index: float
    refreshes: int
    change: str
    change_month: int


def make_providers(count: int) -> list[Provider]:
    """The first `count` providers; beyond the described ones, variations on them in turn.

    Raises UsageError for fewer than one or more than there are codes.
    """
    described = [_provider(row) for row in rows_of("providers.csv")]
    codes = [f"Z{letter}{digit}" for letter in "ABCDEFGHJK" for digit in "123456789"]
    if not 1 <= count <= len(codes):
        raise UsageError(f"{count} providers cannot be simulated: ask for 1 to {len(codes)}.")
    return described[:count] + [
        _variation(described[n % len(described)], codes[n], n) for n in range(len(described), count)
    ]


def _variation(base: Provider, code: str, number: int) -> Provider:
    """A provider like `base` with another code and nearby parameters, always the same ones."""
    rng = np.random.default_rng(number)
    near = np.exp(rng.normal(0.0, 0.2, 4))
    return Provider(
        **{
            **base.__dict__,
            "code": code,
            "name": f"{base.name} {code}",
            "size": round(base.size * near[0], 2),
            "dna_odds": round(base.dna_odds * near[1], 2),
            "wait_factor": round(base.wait_factor * near[2], 2),
            "cost_index": round(base.cost_index * near[3] ** 0.3, 2),
            "change": "",
        }
    )


def _provider(row: dict[str, str]) -> Provider:
    return Provider(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        mff=float(row["mff"]),
        commissioner=row["commissioner"],
        size=float(row["size"]),
        offers={group: float(row[group]) for group in GROUPS},
        dna_odds=float(row["dna_odds"]),
        dna_gradient=float(row["dna_gradient"]),
        two_hour_share=float(row["two_hour_share"] or 0),
        wait_factor=float(row["wait_factor"]),
        attendance_missing=float(row["attendance_missing"]),
        ethnicity_missing=float(row["ethnicity_missing"]),
        clock_untimed=float(row["clock_untimed"] or 0),
        team_missing=float(row["team_missing"]),
        cost_index=float(row["cost_index"]),
        refreshes=int(row["refreshes"]),
        change=row["change"],
        change_month=int(row["change_month"] or 0),
    )
