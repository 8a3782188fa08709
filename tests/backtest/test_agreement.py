"""The table of agreement: it holds every golden file, and a difference is not passed over."""

import numpy as np
import pytest
from benchmarks.statistics import agreement, golden
from benchmarks.statistics.golden import Compared


def test_all_published_figures_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, read = set[str](), golden.read
    monkeypatch.setattr(golden, "read", lambda name: opened.add(name) or read(name))
    text, agree = agreement.table()
    assert agree, [line for line in text.splitlines() if line.endswith("DIFFERS |")]
    # The hospitals' counts alone; they stand in the files of results too.
    assert {file.stem for file in golden.GOLDEN.glob("*.csv")} - opened == {"funnel_medpar_input"}


def test_rounded_deviates_are_what_the_adjusted_limits_differ_by() -> None:
    rows = [one for one in golden.adjusted_funnels() if one.what.startswith("limits")]
    apart = {one.what: agreement.furthest(one)[2] for one in rows[:2]}
    assert apart["limits, with its rounded deviates"] < 1e-9
    assert 1e-9 < apart["limits, with deviates not rounded"] < 1.3e-7


@pytest.mark.parametrize(
    ("reference", "ours", "apart"),
    [
        ([1.0, 2.0], [1.0, 2.002], 1e-3),
        ([1.0, np.nan], [1.0, np.nan], 0),
        ([1.0, np.nan], [1.0, 2.0], np.inf),
        (["", "shift"], ["", "trend"], np.inf),
        ([True, False], [True, True], np.inf),
    ],
)
def test_a_difference_is_told(
    monkeypatch: pytest.MonkeyPatch, reference: object, ours: object, apart: float
) -> None:
    one = Compared("case", "what", reference, ours)
    assert agreement.furthest(one)[2] == pytest.approx(apart)
    monkeypatch.setattr(agreement, "everything", lambda: iter([one]))
    assert agreement.table()[1] is (apart == 0)
