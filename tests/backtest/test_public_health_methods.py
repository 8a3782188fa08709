"""Standardised rates, intervals and quantile groups against the Python package of the Department
of Health and Social Care that makes England's public health profiles (PHStatsMethods).
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from levelfield.statistics import (
    Estimate,
    assign_quantiles,
    directly_standardised_rate,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
    mean_interval,
    rate_interval,
    wilson_interval,
)

GOLDEN = Path(__file__).parent / "golden"
LEVELS = [0.95, 0.998]


def read(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"phstats_{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def bands(column: str) -> np.ndarray:
    """Areas by bands."""
    return np.array([float(row[column]) for row in read("bands")]).reshape(-1, 19)


def published(statistic: str) -> np.ndarray:
    """Value, then lower and upper bound at 95% and at 99.8%: five columns, blank as nan."""
    columns = ("value", "lower_95", "upper_95", "lower_998", "upper_998")
    return np.array(
        [
            [float(row[column] or "nan") for column in columns]
            for row in read("results")
            if row["statistic"] == statistic
        ]
    )


def assert_agrees(found: Estimate, statistic: str) -> None:
    value, (lower, lowest), (upper, uppermost) = found
    ours = np.stack([value, lower, upper, lowest, uppermost], axis=-1)
    np.testing.assert_allclose(ours, published(statistic), rtol=1e-9)


def test_directly_standardised_rates_agree() -> None:
    found = directly_standardised_rate(
        bands("events"), bands("population"), bands("standard")[0], confidence=LEVELS
    )
    assert np.isnan(found.value).sum() == 1
    assert_agrees(found, "dsr")


def test_indirectly_standardised_ratios_and_rates_agree() -> None:
    events, people = bands("reference_events")[0], bands("reference_population")[0]
    areas = (bands("events"), bands("population"), events / people)
    assert_agrees(indirectly_standardised_ratio(*areas, LEVELS), "isratio")
    crude = events.sum() / people.sum()
    assert_agrees(indirectly_standardised_rate(*areas, crude, confidence=LEVELS), "israte")


@pytest.mark.parametrize("statistic", ["proportion", "rate"])
def test_proportions_and_rates_agree(statistic: str) -> None:
    keys = [row["key"].split("/") for row in read("results") if row["statistic"] == statistic]
    count, total = np.array(keys, dtype=float).T
    if statistic == "proportion":
        bounds, unit = wilson_interval(count, total, LEVELS), 1
    else:
        bounds, unit = rate_interval(count, total, 100_000, LEVELS), 100_000
    assert_agrees(Estimate(unit * count / total, *bounds), statistic)


def test_means_agree() -> None:
    rows = read("values")
    for group, theirs in zip("abcde", published("mean"), strict=True):
        values = np.array([float(row["value"]) for row in rows if row["group"] == group])
        lower, upper = mean_interval(values, LEVELS)
        ours = [values.mean(), lower[0], upper[0], lower[1], upper[1]]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@pytest.mark.parametrize(
    ("column", "groups", "highest_first"),
    [("septile_highest_first", 7, True), ("decile_lowest_first", 10, False)],
)
def test_quantile_groups_agree(column: str, groups: int, highest_first: bool) -> None:
    rows = read("values")
    values = [float(row["value"]) for row in rows]
    found = assign_quantiles(values, groups, highest_first=highest_first)
    assert found.tolist() == [float(row[column]) for row in rows]
