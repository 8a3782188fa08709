"""How good a scheme's classes are: variance explained, stability, trim points, the explorer."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.formula.api as smf

from levelfield.currencies import (
    COUNT_SCHEMA,
    PALLIATIVE_REFERENCE,
    explore,
    load_scheme,
    stability,
    trim_points,
    variance_explained,
)
from spec.tables import arrow, rows


def test_variance_explained_by_hand() -> None:
    """Means 2 and 6 about 4: of the total of 20, 16 lies between the classes."""
    found = variance_explained([1, 3, 5, 7], ["a", "a", "b", "b"])
    assert found.share == pytest.approx(16 / 20)
    assert found.adjusted == pytest.approx(1 - 0.2 * 3 / 2)
    assert (found.records, found.classes, found.trimmed) == (4, 2, 0)


def test_variance_explained_agrees_with_a_regression() -> None:
    rng = np.random.default_rng(7)
    classes = rng.choice(["a", "b", "c", "d"], 500)
    cost = rng.lognormal(3, 1, 500) + 10 * (classes == "b")
    found = variance_explained(cost, classes)
    fitted = smf.ols("cost ~ C(classes)", pd.DataFrame({"cost": cost, "classes": classes})).fit()
    assert found.share == pytest.approx(fitted.rsquared)
    assert found.adjusted == pytest.approx(fitted.rsquared_adj)


def test_variance_explained_does_not_hang_on_scale_or_gaps() -> None:
    cost = np.array([1.0, 3.0, 5.0, 7.0, np.nan])
    classes = ["a", "a", "b", "b", "b"]
    assert variance_explained(cost, classes).records == 4
    assert variance_explained(cost * 100, classes).share == pytest.approx(0.8)
    assert variance_explained([5, 5, 5], ["a", "b", "b"]).share is None
    assert variance_explained([], []).share is None
    assert "nothing to explain" in variance_explained([0.1] * 3, ["a", "b", "b"]).words
    assert "17% to 21%" in variance_explained([1, 3], ["a", "a"]).words
    assert PALLIATIVE_REFERENCE == (0.17, 0.21)
    with pytest.raises(ValueError, match="one length"):
        variance_explained([1, 2], ["a"])


def test_one_outlier_is_most_of_the_variance_until_it_is_brought_down() -> None:
    cost = [1.0, 1.2, 0.8, 1.0, 5.0, 5.2, 4.8, 900.0]
    classes = ["a"] * 4 + ["b"] * 4
    untrimmed, trimmed = (variance_explained(cost, classes, q).share for q in (None, 0.8))
    assert untrimmed is not None
    assert trimmed is not None
    assert untrimmed < 0.2 < 0.9 < trimmed
    assert variance_explained(cost, classes, 0.8).trimmed == 2


COUNTS = arrow(
    rows("""
        provider | period  | currency | error_class | basis       | units
        ZA1      | 2025-04 | ADU-1    |             | direct      | 60
        ZA1      | 2025-05 | ADU-1    |             | nearest     | 30
        ZA1      | 2025-05 | ADU-2    |             | direct      | 30
        ZA2      | 2025-04 | CHI-1    |             | direct      | 60
        ZA2      | 2025-05 |          | NOT_SEEN    | underivable | 20
    """),
    COUNT_SCHEMA,
)


def test_stability_between_providers_and_months() -> None:
    """ZA1 and ZA2 have no class in common; April lacks 50 of May's 80 units in its two classes."""
    providers = stability(COUNTS, "provider")
    assert [mix.distance for mix in providers.mixes] == [1.0, 1.0]
    assert providers.association == pytest.approx(1.0, abs=0.01)
    months = stability(COUNTS, "period")
    assert [mix.units for mix in months.mixes] == [120, 80]
    # April: 0.5, 0, 0.5, 0; May: 0.375, 0.375, 0, 0.25 of the four classes.
    assert months.mixes[0].distance == pytest.approx((0.125 + 0.375 + 0.5 + 0.25) / 2)


def test_the_same_mix_everywhere_is_stable() -> None:
    same = [
        {"provider": p, "period": "2025-04", "currency": c, "units": n, "basis": "direct"}
        for p in ("ZA1", "ZA2", "ZA3")
        for c, n in (("ADU-1", 50), ("ADU-2", 10))
    ]
    found = stability(pa.Table.from_pylist(same, schema=COUNT_SCHEMA), "provider")
    assert [mix.distance for mix in found.mixes] == [0.0, 0.0, 0.0]
    assert found.association == 0.0
    alone = stability(pa.Table.from_pylist(same[:2], schema=COUNT_SCHEMA), "provider")
    assert alone.mixes[0].distance is None
    assert alone.association is None


def test_chance_alone_gives_no_association() -> None:
    """Bergsma's correction: drawn from one mix, the mean of V is near 0, and not near 0.1."""
    rng = np.random.default_rng(11)
    found = []
    for _ in range(50):
        drawn = rng.multinomial(60, [0.25] * 4, size=10)
        table = pa.Table.from_pylist(
            [
                {"provider": f"Z{p}", "currency": f"c{c}", "units": int(n), "period": "2025-04"}
                for (p, c), n in np.ndenumerate(drawn)
            ],
            schema=COUNT_SCHEMA,
        )
        found.append(stability(table, "provider").association)
    assert np.mean(found) < 0.03


def test_trim_points_lie_beyond_the_upper_quartile() -> None:
    """Of 1 to 9 the quartiles are 3 and 7: the point is 7 + 1.5 × 4."""
    found = trim_points([*range(1, 10), 5.0, np.nan], ["a"] * 9 + ["b", "b"])
    assert found == {"a": 13.0, "b": 5.0}
    with pytest.raises(ValueError, match="one length"):
        trim_points([1], ["a", "b"])


def test_the_explorer_adds_up_from_the_codes_to_the_top() -> None:
    scheme = load_scheme("year-of-care")
    found = explore(scheme, COUNTS, variance_explained([1, 2], ["a", "b"]))
    nodes = {node.code: node for node in found.nodes}
    assert [n.code for n in found.nodes][:3] == ["ADU", "ADU-1", "ADU-2"]
    assert (nodes["ADU"].level, nodes["ADU-1"].level) == (0, 1)
    assert (nodes["ADU"].units, nodes["ADU-1"].units, nodes["CHI"].units) == (120, 90, 60)
    assert (nodes["ADU-1"].nearest, nodes["ADU-1"].providers) == (30, 1)
    assert nodes["ADU-3"].largest is None
    assert "adult-4-1" in nodes["ADU-4"].rules
    assert (found.coverage.units, found.coverage.errors) == (200, 20)
    assert found.coverage.share("NOT_SEEN") == pytest.approx(0.1)
    assert found.providers.by == "provider"
