"""How good and how late the data behind a payment are."""

import pyarrow as pa
import pytest

from levelfield.core.values import VALUE_SCHEMA
from levelfield.publish.pages.statements import statement_pages
from levelfield.quality import standing
from made_up_site import made_up_site


def matrix(*rows: tuple[str, int, int, int | None]) -> pa.Table:
    names = ["period", "held", "in_time", "days_before_close"]
    drawn = [{"provider": "ZA1"} | dict(zip(names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(drawn)


def values(index: float | None) -> pa.Table:
    row = {"measure": "dqmi", "org_code": "ZA1", "stratifier": "all", "lineage": "Q-1"}
    rows = [row | {"period": period, "value": index} for period in ("2026-03", "2025-26")]
    return pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)


@pytest.mark.parametrize(
    ("index", "days", "words", "poor"),
    [
        (97.46, 9, "grade A (index 97.5, Q-1); first received 9 days before the close", False),
        (80.0, 1, "grade C (index 80.0, Q-1); first received 1 day before the close", False),
        (79.9, -3, "grade D (index 79.9, Q-1); first received 3 days after the close", True),
        (None, 0, "no grade; first received 0 days before the close", True),
    ],
)
def test_a_month(index: float | None, days: int, words: str, poor: bool) -> None:
    found = standing(values(index), matrix(("2026-03", 1, 1, days)), "ZA1", "2026-03")
    assert (found.words, found.poor) == (words, poor)


def test_a_year_counts_its_months() -> None:
    held = matrix(("2026-01", 1, 1, 4), ("2026-02", 0, 0, None), ("2026-03", 1, 0, -2))
    found = standing(values(91.0), held, "ZA1", "2025-26")
    assert found.words == "grade B (index 91.0, Q-1); 2 of 3 months sent, 1 in time"


def test_a_month_that_is_missing_has_no_grade_and_says_so() -> None:
    found = standing(values(91.0).slice(0, 0), matrix(("2026-03", 0, 0, None)), "ZA1", "2026-03")
    assert (found.words, found.poor) == ("no grade; 0 of 1 months sent, 0 in time", True)


def test_a_statement_s_page_shows_it() -> None:
    pages = list(statement_pages(made_up_site()))
    facts = next(dict(p.content["facts"]) for p in pages if p.kind == "statement")  # type: ignore[call-overload]
    assert facts["Data quality"].startswith("grade ")
