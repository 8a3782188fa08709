"""The benchmark room: funnels, bars, trends and their bundle, with what they refuse and why."""

from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
import pytest

from levelfield.benchmark import (
    Adjusted,
    Bars,
    Funnel,
    NotComparable,
    Reading,
    Trend,
    adjust,
    benchmark,
    funnel,
    ordered_bars,
    ranks,
    reading_of_measure,
    reading_of_series,
    trend,
)
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.core.values import VALUE_SCHEMA
from levelfield.measures import load_measures
from levelfield.published import load_published, published_dataset
from levelfield.statistics import wilson_interval

SHARE = Reading("proportion", "percent", "higher", 0.7)


def value(code: str, count: float | None, size: float | None, **given: object) -> dict[str, object]:
    share = count / size if count is not None and size else None
    lower, upper = wilson_interval(count, size) if share is not None else (None, None)
    row = {
        "measure": "seen",
        "version": "1",
        "period": "2026-03",
        "org_level": "provider",
        "org_code": code,
        "stratifier": "all",
        "stratum": "all",
        "numerator": count,
        "denominator": size,
        "value": share,
        "lower": lower,
        "upper": upper,
        "method": "Wilson score, 95%",
        "flags": "",
        "lineage": f"V-{code}",
    }
    return row | given


def table(rows: Iterable[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=VALUE_SCHEMA)


def months(counts: list[int | None], size: int = 100, **given: object) -> pa.Table:
    first = Month.parse("2024-04")
    return table(
        value("ZA1", count, size, period=str(first.plus(n)), **given)
        for n, count in enumerate(counts)
    )


SIX = [("ZA1", 70), ("ZA2", 72), ("ZA3", 69), ("ZA4", 71), ("ZA5", 40), ("ZA6", 73)]


def test_a_funnel_finds_the_one_that_differs() -> None:
    found = funnel(table(value(code, n, 100) for code, n in SIX), SHARE, names={"ZA5": "Elmet"})
    assert isinstance(found, Funnel)
    assert found.reference == pytest.approx(395 / 600)
    assert found.points["signal"].to_pylist() == [0, 0, 0, 0, -2, 0]
    assert found.points["kind"].to_pylist() == ["within limits"] * 4 + ["worse", "within limits"]
    assert found.points.column_names[: len(VALUE_SCHEMA.names)] == VALUE_SCHEMA.names
    assert found.sentence == (
        "1 of 6 organisations lies outside the 99.8% limits round the reference of 65.8%, with no "
        "allowance for how providers usually differ: Elmet below (worse)."
    )
    assert found.method == "funnel, exact binomial"
    assert found.parameters["overdispersion"] == "not allowed for: fewer than 10 organisations"


def test_a_funnel_widens_where_everybody_differs() -> None:
    rows = table(value(f"Z{n:02}", 6000 + 150 * n, 10_000) for n in range(12))
    widened, exact = funnel(rows, SHARE), funnel(rows, SHARE, allow_overdispersion=False)
    assert isinstance(widened, Funnel)
    assert isinstance(exact, Funnel)
    assert set(widened.points["signal"].to_pylist()) == {0}
    assert sum(abs(signal) == 2 for signal in exact.points["signal"].to_pylist()) >= 8
    assert widened.tau2 == widened.parameters["tau squared"] > 0
    assert widened.scale == "arcsine"
    assert exact.tau2 is None
    assert widened.method == "funnel, additive random effects"
    assert widened.sentence.startswith("None of 12 organisations lies outside")


def test_a_reference_that_all_miss_is_no_spread_between_them() -> None:
    rows = table(value(f"Z{n:02}", 600 + n % 3, 1000) for n in range(12))
    held = funnel(rows, SHARE, reference=0.7)
    assert isinstance(held, Funnel)
    assert held.tau2 == 0
    assert held.points["signal"].to_pylist() == [-2] * 12


def test_sums_that_come_in_rows_have_no_funnel() -> None:
    spend = reading_of_measure(load_measures()["local_spend"], "2026-03")
    found = funnel(table(value(code, n, 100) for code, n in SIX), spend)
    assert isinstance(found, NotComparable)
    assert "rows that go together" in found.reason


def test_a_measure_that_is_compared_by_bars_has_no_funnel() -> None:
    found = funnel(table(value(code, n, 100) for code, n in SIX), replace(SHARE, comparison="bars"))
    assert found == NotComparable(
        "No funnel: its definition has providers compared by ordered bars."
    )


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        ("referral_share_deprived", "since a fifth of England's areas is not a fifth of every"),
        ("fft_positive", "since the guidance says that the results are not meant for comparing"),
        ("fft_negative", "since the guidance says that the results are not meant for comparing"),
        ("wait_slope", "since the mix of services differs by fifth"),
        ("wait_incomplete_18w", "since which services a provider runs decides how long"),
    ],
)
def test_nobody_is_compared_where_the_definition_forbids_it(measure: str, why: str) -> None:
    """No funnel, no bars, no ranks, each with the reason; everybody's own past is still told."""
    reading = reading_of_measure(load_measures()[measure], "2026-03")
    whole = table(value(code, n, 100, measure=measure) for code, n in SIX)
    for told, begins in (
        (funnel(whole, reading), "No funnel: "),
        (ordered_bars(whole, reading), "No comparison: "),
        (ranks(whole, reading), "No ranks: "),
    ):
        assert isinstance(told, NotComparable)
        assert told.reason.startswith(begins)
        assert why in told.reason
    found = benchmark(whole, reading, measure=measure)
    assert why in found.sentence
    assert found.sentence.count("side by side") == 1
    rows = found.rows()
    assert [row["org_code"] for row in rows] == [code for code, _ in SIX]
    assert {(row["reference"], row["signal"], row["comparison_method"]) for row in rows} == {
        (None, None, "")
    }


def test_what_is_compared_within_a_service_is_compared_there() -> None:
    """Whole providers differ by their services; one service across providers is like with like,
    and so are whole providers once their mix of services is taken out."""
    measure = load_measures()["wait_incomplete_18w"]
    reading = reading_of_measure(measure, "2026-03")
    one = {"measure": measure.id, "stratifier": "service", "stratum": "12"}
    drawn = funnel(table(value(code, n, 100, **one) for code, n in SIX), reading)
    assert isinstance(drawn, Funnel)
    whole = table(value(code, n, 100, measure=measure.id) for code, n in SIX)
    both = pa.concat_tables([whole, table(value(code, n, 100, **one) for code, n in SIX)])
    assert isinstance(adjust(measure, whole, both, None, reading, {}), Adjusted)
    forbids = load_measures()["fft_positive"]
    never = reading_of_measure(forbids, "2026-03")
    told = adjust(forbids, whole, both, None, never, {})
    assert isinstance(told, NotComparable)
    assert told.reason.startswith("No adjustment: organisations are not held side by side")


def test_a_point_beyond_95_percent_alone_lies_between_the_limits() -> None:
    """Outside the inner limits, yet not so far that anybody should call it better or worse."""
    codes = [(f"ZA{n}", 500) for n in range(1, 6)]
    found = funnel(table(value(code, n, 1000) for code, n in [*codes, ("ZA9", 540)]), SHARE)
    assert isinstance(found, Funnel)
    assert found.points["signal"].to_pylist() == [0, 0, 0, 0, 0, 1]
    assert found.points["kind"].to_pylist()[-1] == "between the limits"


def test_the_drawn_curve_passes_through_the_limits_of_the_points() -> None:
    rows = table(value(code, n * 3, 300) for code, n in SIX)
    found = funnel(rows, SHARE, reference=0.6)
    assert isinstance(found, Funnel)
    assert found.reference == 0.6
    assert found.limits["size"].to_pylist() == [300]
    for name in ("lower95", "upper95", "lower998", "upper998"):
        assert found.points[name].to_pylist() == found.limits[name].to_pylist() * 6


def test_a_funnel_leaves_out_and_keeps_the_row_of_who_has_no_value() -> None:
    rows = [*(value(code, n, 100) for code, n in SIX), value("ZA7", 0, 0), value("ZA8", None, None)]
    found = funnel(table(rows), SHARE)
    assert isinstance(found, Funnel)
    assert found.points.num_rows == 8
    assert found.points["signal"].to_pylist()[6:] == [None, None]
    assert found.points["kind"].to_pylist()[6:] == [None, None]
    assert "of 6 organisations" in found.sentence


@pytest.mark.parametrize(
    ("rows", "reading", "why"),
    [
        (SIX[:4], SHARE, "it takes 5 organisations with a value; here are 4"),
        (SIX, Reading("median", "days", "lower"), "chance in a median depends on the spread"),
    ],
)
def test_a_funnel_is_refused_with_the_reason(rows, reading: Reading, why: str) -> None:
    found = funnel(table(value(code, n, 100) for code, n in rows), reading)
    assert isinstance(found, NotComparable)
    assert why in found.reason


def test_percentages_without_counts_have_no_funnel() -> None:
    bare = [value(code, None, None, value=n / 100) for code, n in SIX]
    found = funnel(table(bare), SHARE)
    assert isinstance(found, NotComparable)
    assert "without the counts" in found.reason
    half = funnel(table([value("ZA0", 3.5, 7.5), *(value(c, n, 100) for c, n in SIX)]), SHARE)
    assert isinstance(half, NotComparable)
    assert "not whole" in half.reason


@pytest.mark.parametrize("compare", [funnel, ordered_bars])
def test_a_mixture_of_values_is_refused(compare) -> None:
    rows = table([*(value(code, n, 100) for code, n in SIX), value("ZA1", 1, 2)])
    with pytest.raises(ValueError, match="same org_code"):
        compare(rows, SHARE)


def test_bars_come_best_first_with_their_reference() -> None:
    rows = table([value("ZA9", None, None), *(value(code, n, 100) for code, n in SIX)])
    found = ordered_bars(rows, SHARE)
    assert isinstance(found, Bars)
    order = found.points["org_code"].to_pylist()
    assert order == ["ZA6", "ZA2", "ZA4", "ZA1", "ZA3", "ZA5", "ZA9"]
    assert found.reference == pytest.approx(0.705)
    assert found.points["kind"].to_pylist()[5:] == ["worse", None]
    assert found.sentence == (
        "Values run from 73.0% (ZA6) to 40.0% (ZA5); "
        "the middle half of 6 organisations lies between 69.2% and 71.8%."
    )
    lowest_first = ordered_bars(rows, Reading("proportion", "percent", "lower"))
    assert isinstance(lowest_first, Bars)
    assert lowest_first.points["org_code"].to_pylist()[0] == "ZA5"
    assert isinstance(ordered_bars(rows.slice(0, 1), SHARE), NotComparable)


def test_an_order_of_values_without_intervals_says_so() -> None:
    bare = {"lower": None, "upper": None}
    rows = [value(code, n, 100, **bare) for code, n in SIX]
    said = "The values have no intervals, so that chance alone may order them so."
    assert ordered_bars(table(rows), SHARE).sentence.endswith(said)
    one_has = [value("ZA1", 70, 100), *rows[1:]]
    assert said not in ordered_bars(table(one_has), SHARE).sentence


def test_bars_of_counts_say_that_they_follow_size() -> None:
    rows = table(value(code, n, None, value=float(n)) for code, n in SIX)
    found = ordered_bars(rows, Reading("count", "number", "none"))
    assert isinstance(found, Bars)
    assert found.sentence.startswith("Values run from 73 (ZA6) to 40 (ZA5);")
    assert found.sentence.endswith("who does how much, not how well.")


STEADY = [70, 72, 71, 73, 70, 72, 71, 73, 70, 72, 71, 73]


def test_a_steady_trend_has_provisional_limits_below_fifteen_months() -> None:
    found = trend(months(STEADY), SHARE)
    assert isinstance(found, Trend)
    assert (found.variation, found.assurance, found.provisional_limits) == (
        "common cause",
        None,
        True,
    )
    assert found.sentence == (
        "March 2025 was 73.0% against a mean of 71.5%: no sign of a change. "
        "The limits are provisional: they stand on fewer than 15 months."
    )


def test_a_season_is_said_and_its_absence_noted() -> None:
    winter = [80, 80, 79, 78, 79, 80, 78, 76, 70, 66, 67, 73]
    found = trend(months([*winter, *(n + 1 for n in winter[:6]), *winter[6:]]), SHARE)
    assert isinstance(found, Trend)
    assert found.parameters["over the years"] == (
        "a season: the same months are high or low every year"
    )
    assert found.sentence.endswith(
        "The same months are high or low every year, which these limits know nothing of: hold a "
        "month against the same month of earlier years too."
    )
    short = trend(months(STEADY), SHARE)
    assert isinstance(short, Trend)
    assert short.parameters["over the years"] == "too short to tell a season"


def test_a_last_month_far_out_is_a_change_for_the_worse() -> None:
    found = trend(months([*STEADY, 71, 72, 71, 40]), SHARE)
    assert isinstance(found, Trend)
    assert found.variation == "special cause concern"
    assert found.points["rule"].to_pylist()[-1] == "outside limits"
    assert found.points["kind"].to_pylist()[-1] == "worse"
    assert not found.provisional_limits


def test_without_polarity_or_standard_there_is_no_verdict() -> None:
    found = trend(months([*STEADY, 40]), Reading("proportion", "percent", "none", 0.7))
    assert isinstance(found, Trend)
    assert (found.variation, found.assurance) == ("special cause neutral", None)
    plain = trend(months(STEADY), Reading("proportion", "percent", "higher"))
    assert isinstance(plain, Trend)
    assert plain.assurance is None


def test_a_month_without_a_value_is_a_gap_and_a_year_is_no_month() -> None:
    rows = months([None, *STEADY[:5], None, *STEADY[6:], None])
    without_row = rows.filter(pa.compute.not_equal(rows["period"], "2024-10"))
    year = table([value("ZA1", 800, 1200, period="2024-25")])
    found = trend(pa.concat_tables([without_row, year]), SHARE)
    assert isinstance(found, Trend)
    assert found.points["period"].to_pylist()[0] == "2024-05"
    assert found.points["period"].to_pylist()[-1] == "2025-04"
    gap = found.points.slice(5, 1).to_pylist()[0]
    assert (gap["period"], gap["value"], gap["kind"], gap["variation"]) == (
        "2024-10",
        None,
        None,
        "",
    )


def test_months_that_lack_data_make_no_trend() -> None:
    """A caseload whose history is not held looks better at first: that is no change."""
    held = months([100] * 4 + [80, 82, 79, 81, 80, 78, 82, 81]).to_pylist()
    for row in held[:4]:
        row["flags"] = "incomplete;not official"
    found = trend(table(held), SHARE)
    assert isinstance(found, Trend)
    assert found.points["period"][0].as_py() == "2024-08"
    assert found.variation == "common cause"
    assert found.parameters["incomplete months left out"] == 4


def test_a_break_in_series_begins_new_limits() -> None:
    before = months(STEADY).to_pylist()
    after = [value("ZA1", n - 30, 100, period=f"2025-{4 + k:02}") for k, n in enumerate(STEADY[:8])]
    after[0]["flags"] = "as published;break in series"
    found = trend(table([*before, *after]), SHARE)
    assert isinstance(found, Trend)
    assert len(set(found.points["mean"].to_pylist())) == 2
    assert set(found.points["variation"].to_pylist()) == {"common cause"}


def test_too_few_or_overlapping_months_have_no_trend() -> None:
    few = trend(months(STEADY[:7]), SHARE)
    assert isinstance(few, NotComparable)
    assert "here are 7" in few.reason
    rolling = trend(months(STEADY), Reading("proportion", "percent", "higher", months=3))
    assert isinstance(rolling, NotComparable)
    assert "looks back over 3 months" in rolling.reason
    assert isinstance(trend(months([None]), SHARE), NotComparable)


@pytest.fixture(scope="module")
def economy() -> pa.Table:
    first = Month.parse("2025-04")
    return table(
        value(
            code,
            n + month % 3 if code != "ZA5" or month < 6 else None,
            100,
            period=str(first.plus(month)),
        )
        for code, n in SIX
        for month in range(12)
        if code != "ZA6" or month < 11
    )


def test_a_benchmark_joins_peers_past_and_standard(economy: pa.Table) -> None:
    found = benchmark(economy, SHARE, measure="seen")
    assert found.period == "2026-03"
    assert isinstance(found.main, Bars)
    assert found.sentence.endswith("it takes 5 organisations with a value; here are 4.")
    rows = {row["org_code"]: row for row in found.rows()}
    assert list(rows) == ["ZA2", "ZA4", "ZA1", "ZA3", "ZA5"]
    assert rows["ZA2"]["variation"] == "common cause"
    assert rows["ZA2"]["assurance"] is None
    assert rows["ZA5"]["variation"] is None
    assert rows["ZA1"]["lineage"] == "V-ZA1"


def test_a_benchmark_of_the_past_does_not_know_the_future(economy: pa.Table) -> None:
    found = benchmark(economy, SHARE, measure="seen", period="2026-01")
    assert isinstance(found.funnel, Funnel)
    last = found.trends["ZA1"]
    assert isinstance(last, Trend)
    assert last.points["period"].to_pylist()[-1] == "2026-01"
    early = benchmark(economy, SHARE, measure="seen", period="2025-09")
    assert {row["signal"] for row in early.rows()} >= {"within limits", "below the 99.8% limit"}
    assert all(row["variation"] is None for row in early.rows())


def test_a_benchmark_of_nothing_says_so(economy: pa.Table) -> None:
    with pytest.raises(UsageError, match="no values of 'seen' by provider in 2027-01"):
        benchmark(economy, SHARE, measure="seen", period="2027-01")
    with pytest.raises(UsageError, match="no values of 'unseen' by provider"):
        benchmark(economy, SHARE, measure="unseen")


def test_a_standard_is_read_from_the_day_on_which_it_holds() -> None:
    measure = next(m for m in load_measures().values() if m.id == "ucr_2h")
    (standard,) = measure.standards
    assert standard.valid_from is not None
    begun = Month.of(standard.valid_from)
    assert reading_of_measure(measure, str(begun.next())).standard == standard.value
    assert reading_of_measure(measure, str(begun.plus(-1))).standard is None


def test_the_published_two_hour_percentages_have_a_trend_and_no_funnel() -> None:
    values = load_published("ucr_2h_2024-25")
    dataset = published_dataset("ucr_2h_2024-25")
    series = next(series for series in dataset.series if series.unit == "proportion")
    reading = reading_of_series(series, "2025-03")
    found = benchmark(values, reading, measure=series.measure)
    assert isinstance(found.funnel, NotComparable)
    assert "without the counts" in found.funnel.reason
    england = benchmark(values, reading, measure=series.measure, org_level="national")
    national = england.trends["ENG"]
    assert isinstance(national, Trend)
    assert national.provisional_limits
