"""The interval of a published share allows for the rounding of its counts."""

import pyarrow.compute as pc
import pytest

from levelfield.published import load_published, published_dataset, values
from levelfield.statistics import wilson_interval

WAITS = "community_waits_by_service_2025-03"


def shares() -> list[dict[str, float]]:
    table = load_published(WAITS)
    rows: list[dict[str, float]] = table.filter(pc.is_valid(table["lower"])).to_pylist()
    return rows


def test_exact_counts_have_wilsons_interval() -> None:
    rows = shares()
    assert len(rows) > 1000
    for row in rows[::50]:
        lower, upper = wilson_interval(row["numerator"], row["denominator"])
        assert (row["lower"], row["upper"]) == (pytest.approx(lower), pytest.approx(upper))
        assert str(row["method"]).endswith("Wilson score, 95%")


def test_rounded_counts_have_that_of_all_counts_that_they_may_stand_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounded = published_dataset(WAITS).model_copy(update={"rounded_to": 5})
    monkeypatch.setattr(values, "published_dataset", lambda _: rounded)
    seen = 0
    for row in shares()[::25]:
        number, size = 5 * (row["numerator"] // 5), 5 * (row["denominator"] // 5)
        if (number, size) != (row["numerator"], row["denominator"]) or size == 0:
            continue
        seen += 1
        lowest = [max(number - 2, 1) if number else 0, size + 2]
        highest = [min(number + 2, max(size - 2, 1)), max(size - 2, 1)]
        assert row["lower"] == pytest.approx(wilson_interval(*lowest).lower)
        assert row["upper"] == pytest.approx(wilson_interval(*highest).upper)
        assert str(row["method"]).endswith("what rounding to 5 may have hidden")
    assert seen > 5


@pytest.mark.parametrize(("dataset", "multiple"), [("ucr_2h_2024-25", 5), (WAITS, 1)])
def test_a_description_says_what_its_counts_are_a_multiple_of(dataset: str, multiple: int) -> None:
    assert published_dataset(dataset).rounded_to == multiple
