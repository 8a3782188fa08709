"""Funnels of nobody, of one, of none, of all the same, and the ways in which limits are taken."""

import time

import numpy as np
import pytest
from scipy import stats

from levelfield import statistics as s
from levelfield.statistics import chance


def test_nobody_and_one_organisation_have_no_spread_between_them() -> None:
    nobody = s.overdispersion([])
    assert np.isnan(nobody.phi)
    assert s.between_variance(nobody, []) == 0
    assert s.funnel_signal("ratio", [], []).tolist() == []
    one = s.overdispersion([4.0])
    assert one.phi == 16
    assert s.between_variance(one, 0.1) == 0
    missing = s.overdispersion([np.nan, np.nan])
    assert np.isnan(missing.phi)
    assert s.between_variance(missing, [0.1, np.nan]) == 0


def test_organisations_that_are_all_the_same_have_no_spread_between_them() -> None:
    z, error = s.funnel_scores("proportion", [0.3] * 20, 100, 0.3)
    spread = s.overdispersion(z)
    assert spread.phi == 0
    assert s.between_variance(spread, error) == 0
    assert s.funnel_signal("proportion", [0.3] * 20, 100, 0.3).tolist() == [0] * 20


def test_missing_scores_are_left_out() -> None:
    full, gap = s.overdispersion([-2, 1, 3], trim=0), s.overdispersion([-2, np.nan, 1, 3], trim=0)
    assert gap.phi == full.phi
    with_gap = s.between_variance(gap, [0.1, np.nan, 0.1, 0.1])
    assert with_gap == s.between_variance(full, [0.1] * 3)


def test_what_trimming_takes_from_chance_is_its_second_moment() -> None:
    """The closed form beside a million draws and, without trimming, one."""
    assert s.phi_of_chance(0) == 1
    draws = stats.norm.ppf((np.arange(1_000_000) + 0.5) / 1_000_000)
    for method in ("winsorise", "truncate"):
        for trim in (0.05, 0.1, 0.25):
            seen = s.overdispersion(draws, trim, method)
            assert s.phi_of_chance(trim, method) == pytest.approx(seen.phi, rel=1e-4)
            corrected = s.overdispersion(draws, trim, method, corrected=True)
            assert corrected.phi == pytest.approx(1, rel=1e-4)


def test_no_events_are_below_no_exact_limit_that_chance_would_cross() -> None:
    """At two expected, chance alone leaves one in seven without an event."""
    assert s.funnel_signal("ratio", 0, 2) == -2
    assert s.funnel_signal("ratio", 0, 2, poisson="exact") == 0
    assert s.funnel_signal("ratio", 0, 8, poisson="exact") == -2
    assert s.funnel_signal("ratio", 0, 2, between_variance=0.01, scale="square root") == -1
    assert s.funnel_signal("ratio", 0, 2, between_variance=0.01) == -2


def test_exact_ratio_limits_are_the_last_counts_that_chance_reaches() -> None:
    """P(X <= 2) = 0.0103 and P(X <= 3) = 0.0424 at eight expected; so for the other end."""
    limits = s.funnel_limits("ratio", 8, 1.0, 0.95, poisson="exact")
    assert 2 < limits.lower * 8 <= 3
    assert 14 <= limits.upper * 8 < 15
    assert s.funnel_signal("ratio", np.array([2, 3, 14, 15]) / 8, 8, poisson="exact").tolist() == [
        -1,
        0,
        0,
        1,
    ]


def test_nothing_expected_has_no_limits() -> None:
    for ways in ({}, {"poisson": "exact"}, {"between_variance": 0.1}):
        limits = s.funnel_limits("ratio", [0, np.nan, 5], **ways)
        assert np.isnan(limits.lower[:, :2]).all()
        assert not np.isnan(limits.lower[:, 2]).any()


def test_sizes_of_any_shape_keep_it() -> None:
    sizes = np.array([[10, 20, 30], [40, 0, 60]])
    for kind, reference in (("proportion", 0.4), ("rate", 0.4)):
        table = s.funnel_limits(kind, sizes, reference, poisson="exact")
        assert table.upper.shape == (2, 2, 3)
        assert (
            s.funnel_limits(kind, 40, reference, 0.95, poisson="exact").upper
            == (table.upper[0, 1, 0])
        )


def test_limits_in_rounded_deviates_are_those_of_the_formula() -> None:
    """The Summary Hospital-level Mortality Indicator's own: exp of 1.96 and 3.09 errors."""
    levels = s.confidence_within([1.96, 3.09])
    limits = s.funnel_limits("ratio", 100, 1.0, levels, between_variance=0.02)
    np.testing.assert_allclose(
        limits.upper, np.exp(np.array([1.96, 3.09]) * np.sqrt(0.01 + 0.02)), rtol=1e-12
    )


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_power_is_the_share_of_counts_that_the_limits_flag(kind) -> None:
    """Every count that may be, classed one by one."""
    counts = np.arange(81)
    limits = {"reference": 0.2, "confidence": 0.95, "between_variance": 0.003}
    signal = s.funnel_signal(kind, counts / 80, 80, **limits)
    for truth in (0.1, 0.2, 0.35):
        chance = {
            "proportion": stats.binom.pmf(counts, 80, truth),
            "rate": stats.poisson.pmf(counts, 80 * truth),
        }[kind]
        below, above = s.funnel_power(kind, truth, 80, **limits)
        assert below == pytest.approx(chance[signal < 0].sum(), rel=1e-9)
        assert above == pytest.approx(chance[signal > 0].sum(), rel=1e-9)


def test_power_at_the_edges() -> None:
    assert np.isnan(s.funnel_power("ratio", [1, np.nan], [0, 5])).all()
    assert s.funnel_power("proportion", [0, 1], 50, 0.5).lower.tolist() == [1, 0]
    with pytest.raises(ValueError, match="between 0 and 1"):
        s.funnel_power("proportion", 1.2, 50, 0.5)


@pytest.mark.parametrize("size", [10**9, 10**12, 10**15, 10**15 + 1, 2**53])
@pytest.mark.parametrize("reference", [0, 1e-12, 1e-6, 0.5, 1])
def test_limits_of_any_size_end_and_hold_the_reference(size: int, reference: float) -> None:
    """A search count by count would take hours here, so that the time is part of what is told."""
    begun = time.process_time()
    lower, upper = s.funnel_limits("proportion", [size], reference)
    assert time.process_time() - begun < 5
    assert np.all((lower >= 0) & (lower <= reference))
    assert np.all((upper >= reference) & (upper <= 1))


def test_limits_of_large_numbers_meet_the_exact_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = np.array([4.1e8, 5e8])
    large = (
        s.funnel_limits("proportion", sizes, 0.4),
        s.funnel_limits("rate", sizes, 0.4, poisson="exact"),
    )
    monkeypatch.setattr(chance, "WIDE", np.inf)
    exact = (
        s.funnel_limits("proportion", sizes, 0.4),
        s.funnel_limits("rate", sizes, 0.4, poisson="exact"),
    )
    for found, wanted in zip(large, exact, strict=True):
        assert np.array(found) * sizes == pytest.approx(np.array(wanted) * sizes, abs=1e-3, rel=0)


@pytest.mark.parametrize("size", [2**53 + 2, 2**63, 1e300])
def test_a_size_beyond_whole_numbers_is_refused(size: float) -> None:
    with pytest.raises(ValueError, match="at most 9,007,199,254,740,992"):
        s.funnel_limits("proportion", [size], 0.5)
