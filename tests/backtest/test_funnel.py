"""Funnel limits and overdispersion against FunnelPlotR."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from levelfield.statistics import (
    between_variance,
    confidence_within,
    funnel_limits,
    funnel_scores,
    funnel_signal,
    overdispersion,
)

GOLDEN = Path(__file__).parent / "golden"


def read(name: str) -> dict[str, Any]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def numbers(table: dict[str, Any], name: str) -> Any:
    return np.array([float(cell) if cell else np.nan for cell in table[name]])


PARAMETERS = {
    case: {key: column[place] for key, column in read("funnel_medpar_parameters").items()}
    for place, case in enumerate(read("funnel_medpar_parameters")["case"])
}
# The package rounds its normal deviates to six decimals where it adjusts; these are the levels that
# they stand for. At 0.95 and 0.998 themselves the limits differ by up to 1.2e-7, on the curve 3e-7.
ROUNDED_LEVELS = confidence_within([1.959964, 3.090232])
SHMI = {"shmi_99.8": "funnel_medpar_shmi", "shmi_exact_99.8": "funnel_medpar_shmi_exact"}


@pytest.mark.parametrize("case", SHMI)
def test_the_log_ratio_method_agrees(case: str) -> None:
    table, parameters = read(SHMI[case]), PARAMETERS[case]
    expected = numbers(table, "expected")
    ratio = numbers(table, "observed") / expected
    z, error = funnel_scores("ratio", ratio, expected)
    np.testing.assert_allclose(z, numbers(table, "z"), rtol=1e-9)
    np.testing.assert_allclose(error, numbers(table, "s"), rtol=1e-12)

    spread = overdispersion(z, trim=0.1, method="truncate")
    tau2 = between_variance(spread, error)
    np.testing.assert_allclose(spread.z, numbers(table, "z_used"), rtol=1e-9)
    assert spread.phi == pytest.approx(float(parameters["phi"]), rel=1e-12)
    assert tau2 == pytest.approx(float(parameters["tau2"]), rel=1e-12)

    limits = funnel_limits("ratio", expected, 1.0, ROUNDED_LEVELS, tau2)
    for row, name in enumerate(("95", "998")):
        np.testing.assert_allclose(
            limits.lower[row], numbers(table, f"adj_lower_{name}"), rtol=1e-10
        )
        np.testing.assert_allclose(
            limits.upper[row], numbers(table, f"adj_upper_{name}"), rtol=1e-10
        )
    signal = np.abs(funnel_signal("ratio", ratio, expected, between_variance=tau2))
    assert ";".join(table["provider"][signal == 2]) == parameters["outlier_providers"]
    assert (signal == 2).tolist() == (table["outlier_998"] == "true").tolist()
    if "outlier_95" in table:
        assert (signal >= 1).tolist() == (table["outlier_95"] == "true").tolist()


def test_the_exact_poisson_limits_agree() -> None:
    table = read("funnel_medpar_unadjusted")
    expected = numbers(table, "expected")
    limits = funnel_limits("ratio", expected)
    for row, name in enumerate(("95", "998")):
        np.testing.assert_allclose(limits.lower[row], numbers(table, f"lower_{name}"), rtol=1e-10)
        np.testing.assert_allclose(limits.upper[row], numbers(table, f"upper_{name}"), rtol=1e-10)
    signal = np.abs(funnel_signal("ratio", numbers(table, "observed") / expected, expected))
    assert (signal == 2).tolist() == (table["outlier_998"] == "true").tolist()
    assert (signal >= 1).tolist() == (table["outlier_95"] == "true").tolist()


def test_winsorised_overdispersion_agrees() -> None:
    """The square-root scores of the Care Quality Commission, winsorised."""
    table, parameters = read("funnel_medpar_cqc_z"), PARAMETERS["cqc"]
    expected = numbers(table, "expected")
    ratio = numbers(table, "observed") / expected
    z, error = funnel_scores("ratio", ratio, expected, scale="square root")
    np.testing.assert_allclose(z, numbers(table, "z"), rtol=1e-9)
    np.testing.assert_allclose(error, numbers(table, "s"), rtol=1e-12)

    spread = overdispersion(z)
    np.testing.assert_allclose(spread.z, numbers(table, "z_used"), rtol=1e-9)
    assert spread.phi == pytest.approx(float(parameters["phi"]), rel=1e-12)
    tau2 = between_variance(spread, error)
    assert tau2 == pytest.approx(float(parameters["tau2"]), rel=1e-12)


@pytest.mark.parametrize("name", ["funnel_medpar_limit_curve", "funnel_poisson_limits"])
def test_the_curve_of_exact_limits_agrees(name: str) -> None:
    table = read(name)
    limits = funnel_limits("ratio", numbers(table, "expected"))
    for row, level in enumerate(("95", "998")):
        np.testing.assert_allclose(limits.lower[row], numbers(table, f"lower_{level}"), rtol=1e-9)
        np.testing.assert_allclose(limits.upper[row], numbers(table, f"upper_{level}"), rtol=1e-9)


def test_the_curve_of_adjusted_limits_agrees() -> None:
    table = read("funnel_medpar_limit_curve")
    tau2 = float(PARAMETERS["shmi_99.8"]["tau2"])
    limits = funnel_limits("ratio", numbers(table, "expected"), 1.0, ROUNDED_LEVELS, tau2)
    for row, level in enumerate(("95", "998")):
        np.testing.assert_allclose(
            limits.lower[row], numbers(table, f"adj_lower_{level}"), rtol=1e-10
        )
        np.testing.assert_allclose(
            limits.upper[row], numbers(table, f"adj_upper_{level}"), rtol=1e-10
        )
