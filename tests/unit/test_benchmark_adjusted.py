"""Like with like: standardisation, case-mix regression, and the funnel of what they leave."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from compared import column, drawn_values
from levelfield.benchmark import (
    Adjusted,
    Funnel,
    NotComparable,
    Reading,
    adjusted_funnel,
    case_mix_model,
    counts_by,
    standardise,
)
from levelfield.benchmark.model import c_statistic, tenths
from levelfield.statistics import directly_standardised_rate, wilson_interval

SHARE = Reading("proportion", "percent", "lower")
RATE = Reading("rate", "rate", "lower", multiplier=1000)

TWO_SERVICES = """
    org_code | stratifier | stratum | numerator | denominator
    ZA1      | all        | all     | 19        | 100
    ZA1      | service    | 12      | 1         | 10
    ZA1      | service    | 16      | 18        | 90
    ZA2      | all        | all     | 11        | 100
    ZA2      | service    | 12      | 9         | 90
    ZA2      | service    | 16      | 2         | 10
"""


def _by_service(reading: Reading, way: str = "indirect") -> Adjusted | NotComparable:
    values = drawn_values(TWO_SERVICES)
    counts = counts_by(values, measure="seen", period="2026-03", stratifier="service")
    whole = values.filter(pa.compute.equal(values["stratifier"], "all"))
    return standardise(whole, counts, reading, by=["service"], way=way)


def test_sums_that_come_in_rows_are_not_adjusted_as_if_they_were_single_events() -> None:
    """Wilson's and Byar's intervals of pounds or bed days would claim too much certainty."""
    found = _by_service(Reading("proportion", "percent", "lower", independent=False))
    assert isinstance(found, NotComparable)
    assert "rows that go together" in found.reason


def test_a_difference_of_services_alone_goes_when_services_are_adjusted_for() -> None:
    """Both miss 10% in one service and 20% in the other: all the rest is what they offer."""
    found = _by_service(SHARE)
    assert isinstance(found, Adjusted)
    assert column(found.points, "value") == {"ZA1": 0.19, "ZA2": 0.11}
    assert column(found.points, "expected") == {"ZA1": 19, "ZA2": pytest.approx(11)}
    assert column(found.points, "ratio") == {"ZA1": 1, "ZA2": pytest.approx(1)}
    assert column(found.points, "adjusted") == {
        "ZA1": pytest.approx(0.15),
        "ZA2": pytest.approx(0.15),
    }
    lower, upper = wilson_interval(19, 100)
    assert column(found.points, "ratio_lower")["ZA1"] == pytest.approx(lower / 0.19)
    assert column(found.points, "ratio_upper")["ZA1"] == pytest.approx(upper / 0.19)
    assert found.strata.to_pylist() == [
        {"service": "12", "numerator": 10, "denominator": 100, "value": 0.1, "share": 0.5},
        {"service": "16", "numerator": 20, "denominator": 100, "value": 0.2, "share": 0.5},
    ]
    assert found.sentence.startswith(
        "Adjusted for service, ZA1 moves most of 2 organisations: from 19.0% to 15.0%."
    )


def test_direct_standardisation_gives_everybody_the_same_mix() -> None:
    share = _by_service(SHARE, "direct")
    assert isinstance(share, Adjusted)
    assert column(share.points, "adjusted") == {
        "ZA1": pytest.approx(0.15),
        "ZA2": pytest.approx(0.15),
    }
    assert column(share.points, "ratio") == {"ZA1": None, "ZA2": None}
    rate = _by_service(RATE, "direct")
    assert isinstance(rate, Adjusted)
    expected = directly_standardised_rate([1, 18], [10, 90], [100, 100], multiplier=1000)
    assert column(rate.points, "adjusted_upper")["ZA1"] == pytest.approx(expected.upper)
    why = adjusted_funnel(share, SHARE)
    assert why == NotComparable("No funnel: direct standardisation has no expected events.")


def test_a_table_without_ratios_is_not_said_to_be_directly_standardised() -> None:
    """What disclosure control has emptied, for one."""
    found = _by_service(SHARE)
    assert isinstance(found, Adjusted)
    place = found.points.column_names.index("ratio")
    nothing = pa.nulls(found.points.num_rows, pa.float64())
    emptied = replace(found, points=found.points.set_column(place, "ratio", nothing))
    assert adjusted_funnel(emptied, SHARE) == NotComparable(
        "No funnel: nobody has a ratio of counted to expected events."
    )


def test_the_information_of_common_events_is_more_than_their_number() -> None:
    found = _by_service(SHARE)
    rate = _by_service(RATE)
    assert isinstance(found, Adjusted)
    assert isinstance(rate, Adjusted)
    assert column(found.points, "information")["ZA1"] == pytest.approx(19**2 / (0.9 + 14.4))
    assert column(rate.points, "information")["ZA1"] == pytest.approx(19)


@pytest.mark.parametrize(
    ("counts", "reading", "why"),
    [
        ("org_code|service|numerator|denominator\nZA1|12|1|10", SHARE, "its own reference"),
        ("org_code|service|numerator|denominator\nZA1|12|0|10\nZA2|12|0|9", SHARE, "no event"),
        ("org_code|service|numerator|denominator\nZA1|12||0\nZA2|12||0", SHARE, "nothing is known"),
        (
            "org_code|service|numerator|denominator\nZA1|12||5\nZA2|12||5",
            SHARE,
            "without the counts",
        ),
        (
            "org_code|service|numerator|denominator\nZA1|12|1|5\nZA2|12|1|5",
            Reading("median", "days", "lower"),
            "a median is no count",
        ),
    ],
)
def test_what_cannot_be_adjusted_says_why(counts: str, reading: Reading, why: str) -> None:
    values = drawn_values("org_code | numerator | denominator\nZA1 | 1 | 10\nZA2 | 2 | 10")
    for found in (
        standardise(values, _table(counts), reading, by=["service"]),
        case_mix_model(values, _table(counts), reading, by=["service"], family="poisson"),
    ):
        assert isinstance(found, NotComparable)
        assert why in found.reason


def test_a_stratum_with_more_hits_than_people_is_an_error() -> None:
    values = drawn_values("org_code | numerator | denominator\nZA1 | 1 | 10\nZA2 | 2 | 10")
    wrong = _table("org_code|service|numerator|denominator\nZA1|12|11|10\nZA2|12|1|10")
    with pytest.raises(ValueError, match="numerator above its denominator"):
        standardise(values, wrong, SHARE, by=["service"])


def _table(text: str) -> pa.Table:
    lines = [line.split("|") for line in text.splitlines()]
    found = {name: [line[n] for line in lines[1:]] for n, name in enumerate(lines[0])}
    for name in ("numerator", "denominator"):
        found[name] = [float(cell) if cell else None for cell in found[name]]
    return pa.table(found)


def _economy(providers: int = 12, effect: float = 0.0) -> tuple[pa.Table, pa.Table]:
    """Providers with the risks of their age and sex alone, but for the last one's own `effect`."""
    rng = np.random.default_rng(4)
    line = {("0-18", "female"): -2.2, ("0-18", "male"): -1.8, ("65+", "female"): -1.0}
    line[("65+", "male")] = -0.6
    rows = []
    for n in range(providers):
        own = effect if n == providers - 1 else 0.0
        for age, sex in line:
            size = int(rng.integers(150, 900) * (2 if (age == "65+") == (n % 2 == 0) else 0.4))
            risk = 1 / (1 + np.exp(-(line[age, sex] + own)))
            rows.append((f"Z{n:02}", age, sex, float(rng.binomial(size, risk)), float(size)))
    names = ["org_code", "age_band", "sex", "numerator", "denominator"]
    counts = pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))
    whole = counts.group_by("org_code").aggregate([("numerator", "sum"), ("denominator", "sum")])
    drawn = "org_code | numerator | denominator\n" + "\n".join(
        f"{row['org_code']} | {row['numerator_sum']} | {row['denominator_sum']}"
        for row in whole.to_pylist()
    )
    return drawn_values(drawn), counts


def test_a_logistic_model_finds_the_risks_and_leaves_what_a_provider_adds() -> None:
    values, counts = _economy(effect=0.7)
    found = case_mix_model(values, counts, SHARE, by=["age_band", "sex"], family="logistic")
    assert isinstance(found, Adjusted)
    assert found.model is not None
    assert found.model.held_out
    effects = {
        (row["term"], row["level"]): row["effect"] for row in found.model.coefficients.to_pylist()
    }
    assert sum(effect == 1 for effect in effects.values()) == 2
    assert found.points["expected"].to_numpy().sum() == pytest.approx(
        found.points["observed"].to_numpy().sum()
    )
    age = next(v for (term, _), v in effects.items() if term == "age_band" and v != 1)
    assert max(age, 1 / age) == pytest.approx(np.exp(1.2), rel=0.15)
    what = column(found.model.performance, "value", by="what")
    assert 0.6 < what["c statistic"] < 0.75
    assert what["calibration slope"] == pytest.approx(1, abs=0.2)
    assert found.model.calibration["denominator"].to_numpy().sum() == pytest.approx(
        counts["denominator"].to_numpy().sum()
    )
    drawn = adjusted_funnel(found, SHARE)
    assert isinstance(drawn, Funnel)
    signals = column(drawn.points, "signal")
    assert signals["Z11"] == 2
    assert drawn.points["kind"].to_pylist()[-1] == "worse"
    assert drawn.reference == 1
    assert column(found.points, "ratio")["Z11"] > 1.3


def test_a_poisson_model_gives_the_saturated_rates_of_one_factor() -> None:
    """With one column the model is the table of rates, so that both ways must agree."""
    values, counts = _economy()
    by_model = case_mix_model(values, counts, RATE, by=["age_band"], family="poisson")
    by_strata = standardise(values, counts, RATE, by=["age_band"])
    assert isinstance(by_model, Adjusted)
    assert isinstance(by_strata, Adjusted)
    assert by_model.points["ratio"].to_numpy() == pytest.approx(
        by_strata.points["ratio"].to_numpy(), rel=1e-9
    )
    assert by_model.points["ratio_lower"].to_numpy() == pytest.approx(
        by_strata.points["ratio_lower"].to_numpy(), rel=1e-9
    )


def test_few_providers_are_judged_on_what_the_model_saw_and_rare_levels_are_pooled() -> None:
    values, counts = _economy(providers=3)
    extra = pa.table(
        {
            "org_code": ["Z00"],
            "age_band": ["85+"],
            "sex": ["male"],
            "numerator": [3.0],
            "denominator": [4.0],
        }
    )
    counts = pa.concat_tables([counts, extra])
    found = case_mix_model(values, counts, SHARE, by=["age_band", "sex"], family="logistic")
    assert isinstance(found, Adjusted)
    assert found.model is not None
    assert not found.model.held_out
    assert "the organisations it was fitted to" in found.model.sentence
    assert found.parameters["levels taken with the reference level"] == "age band 85+"


def test_models_refuse_what_they_are_not_for() -> None:
    values, counts = _economy(providers=3)
    wrong = case_mix_model(values, counts, RATE, by=["sex"], family="logistic")
    assert isinstance(wrong, NotComparable)
    everybody = counts.set_column(3, "numerator", counts["denominator"])
    all_of_them = case_mix_model(values, everybody, SHARE, by=["sex"], family="logistic")
    assert isinstance(all_of_them, NotComparable)
    assert "everybody has the event" in all_of_them.reason
    one_level = counts.set_column(2, "sex", pa.array(["male"] * counts.num_rows))
    nothing = case_mix_model(values, one_level, SHARE, by=["sex"], family="logistic")
    assert isinstance(nothing, NotComparable)
    assert "no level" in nothing.reason


def test_tells_apart_by_pairs() -> None:
    predicted = np.array([0.1, 0.4, 0.4, 0.8])
    events, others = np.array([1.0, 2, 1, 3]), np.array([4.0, 1, 2, 1])
    pairs = [
        (hit * miss, 1.0 if p > q else 0.5 if p == q else 0.0)
        for p, hit in zip(predicted, events, strict=True)
        for q, miss in zip(predicted, others, strict=True)
    ]
    by_hand = sum(weight * won for weight, won in pairs) / sum(weight for weight, _ in pairs)
    assert c_statistic(predicted, events, others) == pytest.approx(by_hand)
    assert np.isnan(c_statistic(predicted, events * 0, others))


def test_tenths_hold_everybody_once_in_the_order_of_risk() -> None:
    predicted = np.linspace(0.05, 0.5, 40)
    size = np.full(40, 25.0)
    found = tenths(predicted, predicted * size, size, share=False)
    assert found["tenth"].to_pylist() == list(range(1, 11))
    assert found["denominator"].to_pylist() == [100.0] * 10
    assert found["observed"].to_numpy() == pytest.approx(found["expected"].to_numpy())
    together = tenths(np.full(40, 0.2), size * 0.2, size, share=True)
    assert together["denominator"].to_pylist() == [1000.0]


def test_direct_standardisation_leaves_out_what_is_not_known() -> None:
    """A stratum that nobody knows would take the value of whoever has nobody in it."""
    values = drawn_values(TWO_SERVICES)
    counts = counts_by(values, measure="seen", period="2026-03", stratifier="service")
    unknown = pa.table(
        {"org_code": ["ZA1"], "service": ["not known"], "numerator": [5.0], "denominator": [50.0]}
    )
    whole = values.filter(pa.compute.equal(values["stratifier"], "all"))
    both = pa.concat_tables([counts, unknown])
    found = standardise(whole, both, SHARE, by=["service"], way="direct")
    assert isinstance(found, Adjusted)
    assert column(found.points, "adjusted")["ZA2"] == pytest.approx(0.15)
    assert found.parameters["share not known, left out"] == pytest.approx(50 / 250)
    new = pa.table(
        {"org_code": ["ZA1"], "service": ["20"], "numerator": [5.0], "denominator": [50.0]}
    )
    lacking = standardise(
        whole, pa.concat_tables([counts, new]), SHARE, by=["service"], way="direct"
    )
    assert isinstance(lacking, Adjusted)
    assert column(lacking.points, "adjusted")["ZA2"] is None
    assert lacking.parameters["without a value"] == 1
