"""The Data Quality Maturity Index against the worked example of its methodology."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from levelfield.quality import ItemCounts, maturity_index

GOLDEN = Path(__file__).parent / "golden"


def read(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = read("dqmi_worked_example")
(RESULT,) = read("dqmi_worked_example_result")


def item(row: dict[str, str]) -> ItemCounts:
    """A row of the example; an item without defaults has none, whatever is allowed. The file holds
    coverage to twelve decimals, the methodology thirds."""
    return ItemCounts(
        records=int(row["records"]),
        valid_and_complete=int(row["valid_and_complete"]),
        defaults=int(row["defaults"] or 0),
        threshold=float(row["threshold_pct"] or 0) / 100,
        coverage=float(Fraction(row["coverage"]).limit_denominator(3)),
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['dataset']}.{row['data_item']}")
def test_item_scores(row: dict[str, str]) -> None:
    found = item(row)
    assert found.score == pytest.approx(float(row["item_score"]), abs=1e-9)
    if row["defaults_in_excess"]:
        assert found.defaults_in_excess == pytest.approx(float(row["defaults_in_excess"]), abs=1e-9)


def test_the_index() -> None:
    found = maturity_index([item(row) for row in ROWS])
    assert found == pytest.approx(float(RESULT["dqmi_exact"]), abs=1e-9)
    assert round(found, 1) == float(RESULT["dqmi_published"])


def test_items_without_records_have_no_score() -> None:
    empty = ItemCounts(records=0, valid_and_complete=0, defaults=0, threshold=0)
    assert empty.score is None
    assert maturity_index([empty]) is None
    scored = ItemCounts(records=10, valid_and_complete=5, defaults=0, threshold=0, coverage=0.5)
    assert maturity_index([empty, scored]) == pytest.approx(25)
