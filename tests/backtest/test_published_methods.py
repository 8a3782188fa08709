"""Credibility and false discovery against published worked examples."""

import csv
from pathlib import Path

import numpy as np
import pytest

from levelfield.statistics import Credibility, adjusted_p_values, buhlmann_straub

GOLDEN = Path(__file__).parent / "golden"


def read(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


STATES = read("hachemeister")
"""Hachemeister (1975): average claims and their number, five states by twelve quarters."""

PRINTED = read("hachemeister_results")


def credibility(weights: str) -> Credibility:
    claims, number = (
        np.array([float(row[name]) for row in STATES]).reshape(5, 12)
        for name in ("average_claim", "claims")
    )
    return buhlmann_straub(claims, number if weights == "claims" else 1)


def test_the_claims_are_those_of_the_example() -> None:
    number = np.array([int(row["claims"]) for row in STATES]).reshape(5, 12)
    assert number.sum(axis=1).tolist() == [100155, 19895, 13735, 4152, 36110]


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: "-".join(list(row.values())[:3]))
def test_credibility_of_hachemeister_s_states(row: dict[str, str]) -> None:
    """As the R package actuar prints it (vignette on credibility), to all digits shown there."""
    found = np.atleast_1d(getattr(credibility(row["weights"]), row["figure"]))
    place = int(row["state"] or 1) - 1
    assert round(float(found[place]), int(row["decimals"])) == float(row["printed"])


def test_false_discoveries_of_benjamini_and_hochberg_s_example() -> None:
    """Their fifteen p-values of a trial of thrombolysis (1995, section 4): four are rejected."""
    rows = read("thrombolysis_p_values")
    adjusted = adjusted_p_values([float(row["p"]) for row in rows])
    assert len(rows) == 15
    assert (adjusted <= 0.05).tolist() == [row["rejected_at_5"] == "true" for row in rows]
    assert adjusted[3] == pytest.approx(0.0095 * 15 / 4)
