"""The published figures of `tests/backtest/golden`, and ours beside them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from levelfield import statistics as s
from levelfield.quality import ItemCounts, maturity_index

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "backtest" / "golden"

ROUNDED_DEVIATES = [1.959964, 3.090232]
"""FunnelPlotR rounds its normal deviates so where it adjusts for overdispersion."""

Row = dict[str, str]


@dataclass(frozen=True)
class Compared:
    """Figures or words of a reference and ours, in one order; `nan` is a figure that is not given.

    `allowed` is the relative difference up to which the two agree.
    """

    case: str
    what: str
    reference: Any
    ours: Any
    allowed: float = 1e-9


def everything() -> Iterator[Compared]:
    """All that is compared, in the order of the table."""
    yield from control_charts()
    yield from run_rules()
    yield from icons()
    yield from adjusted_funnels()
    yield from square_root_scores()
    yield from exact_funnels()
    yield from public_health()
    yield from credibility()
    yield from false_discoveries()
    yield from maturity()


def read(name: str) -> list[Row]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(rows: list[Row], name: str) -> Any:
    return np.array([float(row[name] or "nan") for row in rows])


def flags(rows: list[Row], name: str) -> Any:
    return np.array([row[name] in ("true", "1") for row in rows])


def grouped(rows: list[Row], *keys: str) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


DIRECTION = {"increase": "higher", "decrease": "lower"}
ASSURANCE = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "hit and miss"}


def rule_name(theirs: str) -> str:
    """Our name of the rule that NHSRplotthedots says a point breaks."""
    if theirs == "Common Cause":
        return ""
    if theirs.startswith(("Above", "Below")):
        return "outside limits"
    if theirs.startswith("2 in 3"):
        return "two of three near a limit"
    return {"CL": "shift", "Increasing": "trend", "Decreasing": "trend"}[theirs.split()[-1]]


def control_charts() -> Iterator[Compared]:
    summaries = grouped(read("spc_summary"), "case")
    for (case,), rows in grouped(read("spc_points"), "case").items():
        summary = summaries[case,]
        segments = column(rows, "segment").tolist()
        chart = s.xmr(
            column(rows, "value"),
            screen=summary[0]["outliers_screened"] == "true",
            rebase=[segments.index(1)] if 1 in segments else [],
        )
        improvement = DIRECTION[summary[0]["improvement_direction"]]
        name = f"NHSRplotthedots: {case.replace('_', ' ')}"
        theirs = [column(rows, key) for key in ("mean", "lower_limit", "upper_limit")]
        yield Compared(name, "mean and limits", theirs, [chart.mean, chart.lower, chart.upper])
        marks = [column(rows, "side_of_mean"), flags(rows, "outside_limits")]
        marks.append(flags(rows, "close_to_limits"))
        yield Compared(name, "side, outside, near", marks, [chart.side, chart.outside, chart.near])
        yield Compared(
            name,
            "rule of each point",
            [rule_name(row["rule"]) for row in rows],
            [s.RULES[rule] for rule in chart.rule],
        )
        theirs = [row["icon"].replace("_", " ") for row in rows]
        theirs.append(summary[-1]["variation_icon"].replace("_", " "))
        ours = [*s.point_variation(chart, improvement), str(s.variation(chart, improvement))]
        if summary[-1]["assurance_icon"]:
            theirs.append(ASSURANCE[summary[-1]["assurance_icon"]])
            ours.append(str(s.assurance(chart, float(rows[0]["target"]), improvement)))
        yield Compared(name, "icons", theirs, ours)


def run_rules() -> Iterator[Compared]:
    theirs: dict[str, list[float]] = {}
    ours: dict[str, list[float]] = {}
    for (rule, _), rows in grouped(read("spc_rule_vectors"), "rule", "vector").items():
        if "two_in_three" in rule:
            near, side = flags(rows, "close_to_limits"), column(rows, "side_of_mean")
            found = s.rules.two_of_three(near, side.astype(np.int8))
            found = found & near if rule.startswith("part") else found
        elif rule == "seven_point_trend":
            found = s.rules.trend_ends(column(rows, "input"), 7)
        else:
            runs = s.rules.ends_of_runs if rule == "seven_one_side" else s.rules.members_of_runs
            found = np.abs(runs(column(rows, "input").astype(np.int8), 7))
        theirs.setdefault(rule, []).extend(column(rows, "expected"))
        ours.setdefault(rule, []).extend(np.asarray(found, dtype=float))
    for rule, expected in theirs.items():
        name = f"rule: {rule.replace('_', ' ')}"
        yield Compared("NHSRplotthedots: test vectors", name, expected, ours[rule])


def icons() -> Iterator[Compared]:
    rows, found = read("spc_assurance_vectors"), []
    for row in rows:
        limits = {name: np.array([float(row[f"{name}_limit"])]) for name in ("lower", "upper")}
        chart = replace(s.xmr([2.0]), **limits, provisional=np.array(False))
        direction = DIRECTION[row["improvement_direction"]]
        found.append(str(s.assurance(chart, float(row["target"]), direction)))
    expected = [ASSURANCE[row["expected"]] for row in rows]
    yield Compared("NHSRplotthedots: test vectors", "assurance", expected, found)


def adjusted_funnels() -> Iterator[Compared]:
    """The method of the Summary Hospital-level Mortality Indicator."""
    parameters = {row["case"]: row for row in read("funnel_medpar_parameters")}
    curve = read("funnel_medpar_limit_curve")
    for case, file in (
        ("shmi_99.8", "funnel_medpar_shmi"),
        ("shmi_exact_99.8", "funnel_medpar_shmi_exact"),
    ):
        rows, said = read(file), parameters[case]
        name = "FunnelPlotR: SHMI" + (", exact expected" if "exact" in case else "")
        expected = column(rows, "expected")
        ratio = column(rows, "observed") / expected
        z, error = s.funnel_scores("ratio", ratio, expected)
        spread = s.overdispersion(z, trim=0.1, method="truncate")
        tau2 = s.between_variance(spread, error)
        scores = [column(rows, key) for key in ("z", "s", "z_used")]
        yield Compared(name, "scores, errors, trimmed scores", scores, [z, error, spread.z])
        theirs = [float(said["phi"]), float(said["tau2"])]
        yield Compared(name, "phi and tau squared", theirs, [spread.phi, tau2])
        yield from _adjusted_limits(name, rows, tau2)
        signal = np.abs(s.funnel_signal("ratio", ratio, expected, between_variance=tau2))
        yield Compared(name, "outside 99.8%", flags(rows, "outlier_998"), signal == 2)
        if "outlier_95" in rows[0]:
            yield Compared(name, "outside 95%", flags(rows, "outlier_95"), signal >= 1)
    tau2 = float(parameters["shmi_99.8"]["tau2"])
    yield from _adjusted_limits("FunnelPlotR: SHMI, curve", curve, tau2)


def _adjusted_limits(name: str, rows: list[Row], tau2: float) -> Iterator[Compared]:
    theirs = [
        [column(rows, f"adj_{side}_{level}") for level in ("95", "998")]
        for side in ("lower", "upper")
    ]
    for what, levels, allowed in (
        ("limits, with its rounded deviates", s.confidence_within(ROUNDED_DEVIATES), 1e-9),
        ("limits, with deviates not rounded", list(s.FUNNEL_CONFIDENCE), 1e-6),
    ):
        limits = s.funnel_limits("ratio", column(rows, "expected"), 1.0, levels, tau2)
        yield Compared(name, what, theirs, [limits.lower, limits.upper], allowed)


def square_root_scores() -> Iterator[Compared]:
    """The method of the Care Quality Commission."""
    rows = read("funnel_medpar_cqc_z")
    (said,) = (row for row in read("funnel_medpar_parameters") if row["case"] == "cqc")
    expected, name = column(rows, "expected"), "FunnelPlotR: CQC"
    ratio = column(rows, "observed") / expected
    z, error = s.funnel_scores("ratio", ratio, expected, scale="square root")
    spread = s.overdispersion(z)
    scores = [column(rows, key) for key in ("z", "s", "z_used")]
    yield Compared(name, "scores, errors, winsorised scores", scores, [z, error, spread.z])
    theirs = [float(said["phi"]), float(said["tau2"])]
    ours = [spread.phi, s.between_variance(spread, error)]
    yield Compared(name, "phi and tau squared", theirs, ours)


def exact_funnels() -> Iterator[Compared]:
    for file, name in (
        ("funnel_medpar_unadjusted", "hospitals"),
        ("funnel_medpar_limit_curve", "curve"),
        ("funnel_poisson_limits", "few events"),
    ):
        rows = read(file)
        limits = s.funnel_limits("ratio", column(rows, "expected"))
        theirs = [
            [column(rows, f"{side}_{level}") for level in ("95", "998")]
            for side in ("lower", "upper")
        ]
        ours = [limits.lower, limits.upper]
        yield Compared(f"FunnelPlotR: {name}", "exact Poisson limits", theirs, ours)
    rows = read("funnel_medpar_unadjusted")
    expected = column(rows, "expected")
    signal = np.abs(s.funnel_signal("ratio", column(rows, "observed") / expected, expected))
    theirs = [flags(rows, "outlier_95"), flags(rows, "outlier_998")]
    yield Compared("FunnelPlotR: hospitals", "outside limits", theirs, [signal >= 1, signal == 2])


def public_health() -> Iterator[Compared]:
    levels, rows = [0.95, 0.998], grouped(read("phstats_results"), "statistic")
    given, values = read("phstats_bands"), grouped(read("phstats_values"), "group")
    area = {key: column(given, key).reshape(-1, 19) for key in given[0] if key not in ("area",)}
    events, population = area["events"], area["population"]
    known, people = area["reference_events"][0], area["reference_population"][0]
    crude = known.sum() / people.sum()
    found = {
        "dsr": s.directly_standardised_rate(
            events, population, area["standard"][0], confidence=levels
        ),
        "isratio": s.indirectly_standardised_ratio(events, population, known / people, levels),
        "israte": s.indirectly_standardised_rate(
            events, population, known / people, crude, confidence=levels
        ),
    }
    for statistic in ("proportion", "rate"):
        keys = [row["key"].split("/") for row in rows[statistic,]]
        count, total = np.array(keys, dtype=float).T
        if statistic == "proportion":
            found[statistic] = s.Estimate(count / total, *s.wilson_interval(count, total, levels))
        else:
            bounds = s.rate_interval(count, total, 100_000, levels)
            found[statistic] = s.Estimate(100_000 * count / total, *bounds)
    samples = [column(values[group,], "value") for group in "abcde"]
    bounds = [s.mean_interval(sample, levels) for sample in samples]
    found["mean"] = s.Estimate(
        np.array([sample.mean() for sample in samples]),
        np.array([one.lower for one in bounds]).T,
        np.array([one.upper for one in bounds]).T,
    )
    for statistic, (value, lower, upper) in found.items():
        keys_of = ("value", "lower_95", "lower_998", "upper_95", "upper_998")
        theirs = [column(rows[statistic,], key) for key in keys_of]
        yield Compared("PHStatsMethods", _NAMES[statistic], theirs, [value, *lower, *upper])
    every = read("phstats_values")
    for key, groups, highest_first in (
        ("septile_highest_first", 7, True),
        ("decile_lowest_first", 10, False),
    ):
        ours = s.assign_quantiles(column(every, "value"), groups, highest_first=highest_first)
        yield Compared("PHStatsMethods", key.replace("_", " "), column(every, key), ours)


_NAMES = {
    "dsr": "directly standardised rates",
    "isratio": "indirectly standardised ratios",
    "israte": "indirectly standardised rates",
    "proportion": "proportions, Wilson's interval",
    "rate": "rates, Byar's and exact interval",
    "mean": "means, Student's interval",
}


def credibility() -> Iterator[Compared]:
    """Hachemeister's claims, to the digits that are printed."""
    rows = read("hachemeister")
    claims, number = (column(rows, key).reshape(5, 12) for key in ("average_claim", "claims"))
    for weights, given in (("claims", number), ("none", 1)):
        model = s.buhlmann_straub(claims, given)
        printed = [row for row in read("hachemeister_results") if row["weights"] == weights]
        ours = [
            np.round(
                np.atleast_1d(getattr(model, row["figure"]))[int(row["state"] or 1) - 1],
                int(row["decimals"]),
            )
            for row in printed
        ]
        name = "Bühlmann and Straub" if weights == "claims" else "Bühlmann, without weights"
        yield Compared(f"actuar: {name}", "as printed, rounded", column(printed, "printed"), ours)


def false_discoveries() -> Iterator[Compared]:
    rows = read("thrombolysis_p_values")
    adjusted = s.adjusted_p_values(column(rows, "p"))
    name = "Benjamini and Hochberg (1995)"
    yield Compared(name, "rejected at 5%", flags(rows, "rejected_at_5"), adjusted <= 0.05)


def maturity() -> Iterator[Compared]:
    """The file holds coverage to twelve decimals, the methodology thirds."""
    rows = read("dqmi_worked_example")
    (result,) = read("dqmi_worked_example_result")
    items = [
        ItemCounts(
            records=int(row["records"]),
            valid_and_complete=int(row["valid_and_complete"]),
            defaults=int(row["defaults"] or 0),
            threshold=float(row["threshold_pct"] or 0) / 100,
            coverage=float(Fraction(row["coverage"]).limit_denominator(3)),
        )
        for row in rows
    ]
    scores = [item.score for item in items]
    yield Compared("DQMI: worked example", "items", column(rows, "item_score"), scores)
    index = maturity_index(items)
    yield Compared("DQMI: worked example", "index", [float(result["dqmi_exact"])], [index])
