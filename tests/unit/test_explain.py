"""The words of an explanation, and what is kept from the public."""

import pytest

from levelfield.engine import NamedQuery
from levelfield.explain import Assumption, Check, Count, Explanation, Part, Records, Source
from levelfield.explain.words import figure, interval


def made(**parts: object) -> Explanation:
    basis: dict[str, object] = {
        "key": "V-3f9a0c12be45",
        "kind": "value",
        "title": "Did not attend: ZA1, 2026-03",
        "audience": "party",
        "figure": (Part("Value", "5.77%"),),
        "definition": (Part("Measure", "dna_rate, version 1"),),
        "rule": ("Who counts: everybody.",),
    }
    return Explanation(**{**basis, **parts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0577, "percent", "5.77%"),
        (0.0128, "points", "+1.28 percentage points"),
        (1.0, "days", "1 day"),
        (1.0, "hours", "1 hour"),
        (7.5, "days", "7.50 days"),
        (1234.0, "number", "1,234"),
        (2.25, "per_person", "2.25 per person"),
        (0, "number", "0"),
        (None, "days", "not known"),
        (float("nan"), "percent", "not known"),
    ],
)
def test_figure(value: float | None, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_interval_names_its_unit_once() -> None:
    assert interval(1.0, 8.0, "days") == "1 to 8 days"
    assert interval(0.03, 0.1, "percent") == "3.00% to 10.00%"
    assert interval(None, 8.0, "days") == "not known to 8 days"
    assert interval(None, None, "days") is None


def test_text_leaves_out_what_is_not_there() -> None:
    text = made().text()
    assert text.startswith("V-3f9a0c12be45: Did not attend: ZA1, 2026-03\n")
    assert "COUNTS" not in text
    assert "RECORDS" not in text


def test_text_lists_few_submissions_and_says_how_many_more() -> None:
    sources = tuple(Source("ZA1", f"2025-{n:02d}", "refresh", f"id{n}", "") for n in range(1, 15))
    text = made(submissions=sources).text()
    assert "id12" in text
    assert "id13" not in text
    assert "and 2 more: --json lists all 14." in text


def test_text_wraps_sentences_and_leaves_sql_alone() -> None:
    sql = "SELECT " + ", ".join(["a_long_column_name"] * 12)
    text = made(rule=("word " * 60,), query=(NamedQuery("cells", sql),)).text()
    assert sql in text
    assert all(len(line) <= 100 for line in text.splitlines() if sql not in line)


def test_agrees_only_when_every_check_does() -> None:
    good, bad = Check("31 of 75; agrees.", True), Check("30 of 75; DIFFERS.", False)
    assert made(checks=(good, good)).agrees
    assert not made(checks=(good, bad)).agrees


def test_details_are_for_parties() -> None:
    whole = made(
        counts=(Count("numerator", 3),),
        checks=(Check("3 of 75; agrees.", True),),
        assumptions=(Assumption("Missing attendance is left out.", "It would be 3 of 80."),),
        records=(Records("In the numerator", 3, ("care_contact_id",), (("C1",),)),),
    )
    shown = whole.without_details()
    text = shown.text()
    assert "C1" not in text
    assert "3 of" not in text
    assert "Missing attendance is left out." in text
    assert "for its parties" in text
