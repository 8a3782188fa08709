"""The price book: two dates, no hole in time, and the past priced again to the penny."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from levelfield.core.errors import DefinitionError, UsageError
from levelfield.tariff import PriceBook, load_price_book
from spec.tariff_spec import write_list

HEAD = """
id: a-book
version: "1"
title: A book
source: Invented.
authored_by: levelfield
reviewed_on: 2026-11-22
lists:
"""

FIRST = "{price_list: first/list.yaml, holds_from: 2024-04-01, published_on: 2024-03-01%s}"
CORRECTED = "{price_list: corrected/list.yaml, holds_from: 2024-04-01, published_on: 2024-09-02}"
SECOND = "{price_list: second/list.yaml, holds_from: 2025-04-01, published_on: 2025-03-03}"


def made(folder: Path, cost: str, year: str = "2024-25", steps: str = "") -> None:
    returns = f"""
        provider | currency | units | cost
        ZA1      | N02AF    | 100   | {cost}
        ZA1      | N02AN    | 100   | 4000.00
    """
    file = write_list(folder, "- {step: level, method: mean}" + steps, returns=returns)
    text = file.read_text(encoding="utf-8").replace("for_year: 2024-25", f"for_year: {year}")
    file.write_text(text, encoding="utf-8")


def book(folder: Path, *entries: str) -> PriceBook:
    file = folder / "book.yaml"
    file.write_text(HEAD + "".join(f"  - {entry}\n" for entry in entries), encoding="utf-8")
    return load_price_book(file)


@pytest.fixture
def three(tmp_path: Path) -> PriceBook:
    chain = "\n- {step: chain, links: [{name: Efficiency, efficiency: 0.1}]}"
    made(tmp_path / "first", "5000.00")
    made(tmp_path / "corrected", "5000.00", steps=chain)
    made(tmp_path / "second", "5500.00", "2025-26")
    return book(tmp_path, FIRST % "", CORRECTED, SECOND)


@pytest.mark.parametrize(
    ("as_at", "holds_on", "expected"),
    [
        (date(2024, 3, 1), date(2024, 4, 1), "first/list.yaml"),
        (date(2024, 9, 1), date(2025, 3, 31), "first/list.yaml"),
        (date(2024, 9, 2), date(2024, 4, 1), "corrected/list.yaml"),
        (date(2025, 3, 3), date(2025, 3, 31), "corrected/list.yaml"),
        (date(2025, 3, 3), date(2025, 4, 1), "second/list.yaml"),
    ],
)
def test_what_held_by_what_was_known(
    three: PriceBook, as_at: date, holds_on: date, expected: str
) -> None:
    assert three.entry(as_at, holds_on).price_list == expected
    assert three.price_list(as_at, holds_on) is three.lists[expected]


def test_a_list_holds_for_its_own_year_alone(three: PriceBook) -> None:
    """The first had no end before the second was published, and is for 2024-25 all the same."""
    words = "no list on 2024-09-01 that holds on 2025-06-01: 1 of its 3 lists was"
    with pytest.raises(UsageError, match=words) as told:
        three.price_list(date(2024, 9, 1), date(2025, 6, 1))
    assert str(told.value).endswith(
        "Days that are held: 2024-04-01 to 2025-03-31. Ask for another day, or add a list of "
        "2025-26 to the book."
    )


NATIONAL = "{price_list: ncc-2024-25, holds_from: 2024-04-01, published_on: 2024-03-01}"
EARLY = "{price_list: second/list.yaml, holds_from: %s, published_on: 2024-03-03}"


@pytest.mark.parametrize(
    ("entries", "asked", "expected"),
    [
        # A list that holds before its year begins: the days of its year, and no others.
        ((EARLY % "2024-04-01",), date(2024, 5, 1), "2025-04-01 to 2026-03-31"),
        ((EARLY % "2024-04-01",), date(2025, 4, 1), "second/list.yaml"),
        # Beside the list of the year before it leaves no hole.
        ((FIRST % "", EARLY % "2024-10-01"), date(2024, 11, 1), "first/list.yaml"),
        ((FIRST % "", EARLY % "2024-10-01"), date(2025, 4, 1), "second/list.yaml"),
        ((FIRST % "", EARLY % "2024-10-01"), date(2026, 4, 1), "2024-04-01 to 2026-03-31"),
        # A list that was for a year does not stand before one that goes on.
        ((NATIONAL, EARLY % "2025-04-01"), date(2026, 3, 31), "second/list.yaml"),
        ((NATIONAL, EARLY % "2025-04-01"), date(2026, 5, 1), "ncc-2024-25"),
        ((NATIONAL, EARLY % "2025-04-01"), date(2024, 3, 1), "from 2024-04-01 on"),
    ],
)
def test_what_holds_and_what_is_told_are_the_same_days(
    tmp_path: Path, entries: tuple[str, ...], asked: date, expected: str
) -> None:
    made(tmp_path / "first", "5000.00")
    made(tmp_path / "second", "5500.00", "2025-26")
    found = book(tmp_path, *entries)
    if "list" in expected or "ncc" in expected:
        assert found.entry(date(2026, 6, 1), asked).price_list == expected
        return
    with pytest.raises(UsageError, match=f"Days that are held: {expected}. Ask"):
        found.entry(date(2026, 6, 1), asked)


def test_a_list_that_holds_on_no_day_of_its_year_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "second", "5500.00", "2025-26")
    with pytest.raises(DefinitionError, match="prices of 2025-26 alone, and holds on no day of it"):
        book(tmp_path, EARLY % "2026-04-01")


def test_nothing_held_before_the_first_or_was_known_by_then(three: PriceBook) -> None:
    with pytest.raises(UsageError, match="no list on 2025-01-01 that holds on 2024-03-31") as told:
        three.entry(date(2025, 1, 1), date(2024, 3, 31))
    assert "Days that are held: 2024-04-01 to 2025-03-31. Ask" in str(told.value)
    with pytest.raises(UsageError, match="0 of its 3 lists were published by then") as told:
        three.entry(date(2024, 2, 1), date(2024, 4, 1))
    assert "Days that are held: none." in str(told.value)


def units(*rows: tuple[str, str | None, int]) -> pa.Table:
    return pa.table(
        {
            "provider": ["ZA1"] * len(rows),
            "period": [row[0] for row in rows],
            "currency": pa.array([row[1] for row in rows], pa.string()),
            "units": [row[2] for row in rows],
        }
    )


def test_the_past_is_priced_again_line_by_line(three: PriceBook) -> None:
    given = units(
        ("2024-05", "N02AF", 10),
        ("2024-05", "N02AF", 5),
        ("2024-05", None, 99),
        ("2025-05", "N02AN", 7),
    )
    found = three.reprice(given, date(2025, 4, 1), date(2025, 4, 1))
    assert (found.difference, [line.steps for line in found.lines]) == (0, [(), ()])
    found = three.reprice(given.slice(0, 3), date(2024, 6, 1), date(2024, 10, 1))
    assert [
        (line.currency, line.units, line.price_before, line.price_after, line.before, line.after)
        for line in found.lines
    ] == [("N02AF", 15, 5000, 4500, "first/list.yaml", "corrected/list.yaml")]
    assert found.lines[0].steps == ("Uplift and efficiency",)
    assert found.difference == sum(line.difference for line in found.lines) == -7500
    assert "cost £75.00 less than by what was known on 2024-06-01; 1 of 1" in found.words


CHAIN = "\n- {step: chain, links: [{name: Efficiency, efficiency: %s}]}"
SMOOTH = "\n- {step: smooth, weight: 0.75, most_change: %s}"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # What comes after a step that changed has not changed for that.
        (
            ("5000.00", CHAIN % 0.01 + SMOOTH % 0.9),
            ("5500.00", CHAIN % 0.01 + SMOOTH % 0.9),
            ("Unit cost as returned",),
        ),
        (
            ("5000.00", CHAIN % 0.01 + SMOOTH % 0.9),
            ("5000.00", CHAIN % 0.02 + SMOOTH % 0.9),
            ("Uplift and efficiency",),
        ),
        # The step that moves the price most stands first, wherever it is taken.
        (
            ("5000.00", CHAIN % 0.01),
            ("5050.00", CHAIN % 0.2),
            ("Uplift and efficiency", "Unit cost as returned"),
        ),
        (
            ("5000.00", CHAIN % 0.01),
            ("9000.00", CHAIN % 0.02),
            ("Unit cost as returned", "Uplift and efficiency"),
        ),
        # A step that does nothing is none that one of the lists lacks.
        (("5000.00", "\n- {step: monotone}" + CHAIN % 0.01), ("5000.00", CHAIN % 0.01), ()),
        (("5000.00", CHAIN % 0.01), ("5000.00", ""), ("Uplift and efficiency",)),
        # Fractions of a penny are rounded off, and nothing is the cause of no difference.
        (("5000.00", ""), ("5000.20", ""), ()),
        # The price may move by a hundredth of last year's, and the limit holds it in one list.
        (
            ("5000.00", SMOOTH % 0.9),
            ("5000.00", SMOOTH % 0.01),
            ("Smoothed against last year",),
        ),
    ],
)
def test_a_step_that_did_not_change_is_not_blamed(
    tmp_path: Path,
    first: tuple[str, str],
    second: tuple[str, str],
    expected: tuple[str, ...],
) -> None:
    for name, (cost, steps) in (("first", first), ("corrected", second)):
        made(tmp_path / name, cost, steps=steps)
        (tmp_path / name / "last_year.csv").write_text("currency,price\nN02AF,40\n", "utf-8")
        file = tmp_path / name / "list.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "last_year: last_year.csv\n", "utf-8")
    found = book(tmp_path, FIRST % "", CORRECTED).reprice(
        units(("2024-05", "N02AF", 1)), date(2024, 6, 1), date(2024, 10, 1)
    )
    assert found.lines[0].steps == expected
    assert (found.difference == 0) == (expected == ())


def test_units_of_a_year_are_priced_by_the_list_that_holds_on_its_first_day(
    three: PriceBook,
) -> None:
    found = three.reprice(units(("2024-25", "N02AF", 2)), date(2024, 6, 1), date(2024, 6, 1))
    assert [(line.period, line.units, line.price_after) for line in found.lines] == [
        ("2024-25", 2, 5000)
    ]
    assert "the same units cost as much as by what was known on 2024-06-01" in found.words


def test_a_list_of_another_year_prices_nothing(three: PriceBook) -> None:
    """Before the second list was published the first one held, and it has no price of that year."""
    with pytest.raises(UsageError, match=r"to 2025-03-31\. .* a list of 2025-26"):
        three.reprice(units(("2025-05", "N02AF", 1)), date(2024, 6, 1), date(2025, 6, 1))


def test_units_without_a_price_are_told_apart_and_never_zero(three: PriceBook) -> None:
    given = units(("2024-05", "N02CF", 3), ("2024-05", "N02AF", 10))
    found = three.reprice(given, date(2024, 6, 1), date(2024, 10, 1))
    assert [line.currency for line in found.lines] == ["N02AF"]
    assert [(one.currency, one.units, one.lacking) for one in found.unpriced] == [
        ("N02CF", 3, ("first/list.yaml", "corrected/list.yaml"))
    ]
    assert found.words.endswith(
        "Left out on both sides are 3 units without a price in first/list.yaml, "
        "corrected/list.yaml: N02CF."
    )
    last = found.table().to_pylist()[-1]
    assert (last["price_before_pence"], last["difference_pence"]) == (None, None)
    assert last["because_of"] == "no price in first/list.yaml nor in corrected/list.yaml"


def test_lists_of_two_schemes_are_no_book(tmp_path: Path) -> None:
    made(tmp_path / "first", "5000.00")
    made(tmp_path / "second", "5500.00", "2025-26")
    file = tmp_path / "second" / "list.yaml"
    other = file.read_text(encoding="utf-8").replace("scheme: ncc-2024-25", "scheme: year-of-care")
    returns = tmp_path / "second" / "returns.csv"
    rows = returns.read_text(encoding="utf-8").replace("N02AF", "ADU-1").replace("N02AN", "ADU-2")
    returns.write_text(rows, encoding="utf-8")
    file.write_text(other, encoding="utf-8")
    with pytest.raises(DefinitionError, match="keep a book for each scheme"):
        book(tmp_path, FIRST % "", SECOND)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ((FIRST % ", holds_to: 2025-02-28", SECOND), "no list holds from 2025-03-01 to 2025-03-31"),
        ((FIRST % ", holds_to: 2024-01-31",), "ends before it begins"),
        ((SECOND, SECOND), "the same two dates"),
        ((SECOND, SECOND.replace("2025-04", "2025-01")), "the same two dates"),
        ((SECOND.replace("04-01", "04-02"),), "let it hold from the first of a month"),
    ],
)
def test_a_book_that_makes_no_sense(tmp_path: Path, entries: tuple[str, ...], message: str) -> None:
    made(tmp_path / "first", "5000.00")
    made(tmp_path / "second", "5500.00", "2025-26")
    with pytest.raises(DefinitionError, match=message):
        book(tmp_path, *entries)


def test_a_year_between_two_lists_is_a_hole(tmp_path: Path) -> None:
    """Neither ends, and each is for its own year alone."""
    made(tmp_path / "first", "5000.00")
    made(tmp_path / "second", "5500.00", "2026-27")
    later = SECOND.replace("2025-04-01", "2026-04-01")
    with pytest.raises(DefinitionError, match="no list holds from 2025-04-01 to 2026-03-31"):
        book(tmp_path, FIRST % "", later)


def test_a_book_without_a_list(tmp_path: Path) -> None:
    file = tmp_path / "book.yaml"
    file.write_text(HEAD.replace("lists:", "lists: []"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="'lists' is empty"):
        load_price_book(file)


def test_a_list_that_ends_when_the_next_begins_leaves_no_hole(tmp_path: Path) -> None:
    made(tmp_path / "first", "5000.00")
    made(tmp_path / "second", "5500.00", "2025-26")
    found = book(tmp_path, FIRST % ", holds_to: 2025-03-31", SECOND)
    with pytest.raises(UsageError, match="no list on 2024-06-01 that holds on 2025-04-01"):
        found.entry(date(2024, 6, 1), date(2025, 4, 1))
