"""XmR charts against NHSRplotthedots: limits, rules, icons."""

import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from levelfield.statistics import (
    RULES,
    Xmr,
    assurance,
    point_variation,
    rules,
    seasonality,
    variation,
    xmr,
)

GOLDEN = Path(__file__).parent / "golden"


def read(name: str, *keys: str) -> dict[tuple[str, ...], list[dict[str, str]]]:
    groups = defaultdict(list)
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            groups[tuple(row[key] for key in keys)].append(row)
    return groups


POINTS = {case: rows for (case,), rows in read("spc_points", "case").items()}
SUMMARY = {case: rows for (case,), rows in read("spc_summary", "case").items()}
VECTORS = read("spc_rule_vectors", "rule", "vector")
DIRECTION = {"increase": "higher", "decrease": "lower"}
WORDS = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "hit and miss"}
RULE_WORDS = {"CL": "shift", "Increasing": "trend", "Decreasing": "trend"}


def column(rows: list[dict[str, str]], name: str) -> Any:
    return np.array([float(row[name]) for row in rows])


def flags(rows: list[dict[str, str]], name: str) -> list[bool]:
    return [row[name] in ("true", "1") for row in rows]


def our_rule(theirs: str) -> str:
    if theirs == "Common Cause":
        return ""
    if theirs.startswith(("Above", "Below")):
        return "outside limits"
    if theirs.startswith("2 in 3"):
        return "two of three near a limit"
    return RULE_WORDS[theirs.split()[-1]]


def chart_of(case: str) -> Xmr:
    segments = [int(row["segment"]) for row in POINTS[case]]
    return xmr(
        column(POINTS[case], "value"),
        screen=SUMMARY[case][0]["outliers_screened"] == "true",
        rebase=[segments.index(1)] if 1 in segments else [],
    )


@pytest.mark.parametrize("case", POINTS)
def test_every_point_of_a_chart_agrees(case: str) -> None:
    rows, summary = POINTS[case], SUMMARY[case]
    improvement = DIRECTION[summary[0]["improvement_direction"]]
    chart = chart_of(case)
    for name, ours in (
        ("mean", chart.mean),
        ("lower_limit", chart.lower),
        ("upper_limit", chart.upper),
    ):
        np.testing.assert_allclose(ours, column(rows, name), rtol=1e-12)
    assert chart.segment.tolist() == column(rows, "segment").tolist()
    assert chart.side.tolist() == column(rows, "side_of_mean").tolist()
    assert chart.outside.tolist() == flags(rows, "outside_limits")
    assert chart.near.tolist() == flags(rows, "close_to_limits")
    assert [RULES[rule] for rule in chart.rule] == [our_rule(row["rule"]) for row in rows]
    icons = [word.replace(" ", "_") for word in point_variation(chart, improvement)]
    assert icons == [row["icon"] for row in rows]


@pytest.mark.parametrize("case", SUMMARY)
def test_the_icons_of_a_chart_agree(case: str) -> None:
    rows, summary = POINTS[case], SUMMARY[case][-1]
    improvement = DIRECTION[summary["improvement_direction"]]
    chart = chart_of(case)
    assert str(variation(chart, improvement)).replace(" ", "_") == summary["variation_icon"]
    in_segment = chart.segment == int(summary["segment"])
    words = point_variation(chart, improvement)[in_segment].tolist()
    assert [words.count(word) for word in ("common cause", "special cause improvement")] == [
        int(summary["common_cause"]),
        int(summary["improvement"]),
    ]
    if summary["assurance_icon"]:
        icon = str(assurance(chart, float(rows[0]["target"]), improvement))
        assert icon == WORDS[summary["assurance_icon"]]


def test_the_waits_of_england_have_the_season_that_is_known_of_them() -> None:
    """Emergency departments miss their standard in winter; three years are enough to see it."""
    rows = POINTS["performance_england_target95"]
    found = seasonality(column(rows, "value"))
    worst = np.argsort(found.pattern)[:3]
    assert found.seasonal
    assert {rows[place]["date"][5:7] for place in worst} == {"12", "01", "02"}


@pytest.mark.parametrize(("rule", "vector"), VECTORS)
def test_a_run_rule_agrees_on_its_vector(rule: str, vector: str) -> None:
    rows = VECTORS[rule, vector]
    expected = column(rows, "expected").tolist()
    if "two_in_three" in rule:
        near, side = column(rows, "close_to_limits") == 1, column(rows, "side_of_mean")
        found = rules.two_of_three(near, side.astype(np.int8))
        assert (found & near if rule.startswith("part") else found).tolist() == expected
        return
    given = column(rows, "input")
    if rule == "seven_point_trend":
        assert rules.trend_ends(given, 7).tolist() == expected
    elif rule == "seven_one_side":
        assert np.abs(rules.ends_of_runs(given.astype(np.int8), 7)).tolist() == expected
    else:
        assert np.abs(rules.members_of_runs(given.astype(np.int8), 7)).tolist() == expected


@pytest.mark.parametrize("row", read("spc_assurance_vectors")[()])
def test_assurance_agrees_on_its_vector(row: dict[str, str]) -> None:
    limits = {name: np.array([float(row[f"{name}_limit"])]) for name in ("lower", "upper")}
    chart = replace(xmr([2.0]), **limits, provisional=np.array(False))
    icon = assurance(chart, float(row["target"]), DIRECTION[row["improvement_direction"]])
    assert str(icon) == WORDS[row["expected"]]
