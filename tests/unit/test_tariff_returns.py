"""Cost returns that cannot be used: each is set aside or refused with its place and remedy."""

from pathlib import Path

import pytest

from levelfield.core.errors import DefinitionError
from levelfield.tariff.accounts import Tally
from levelfield.tariff.cost_returns import REMEDIES, check_years, read_cost_returns, refuse

HEADER = "provider,currency,year,units,cost"
GOOD = "ZA1,N02AF,2024-25,100,6000.00"


def read(tmp_path: Path, *rows: str, years: tuple[str, ...] = ("2024-25",)):
    file = tmp_path / "returns.csv"
    file.write_text("\n".join([HEADER, GOOD, *rows]) + "\n", encoding="utf-8")
    return read_cost_returns(file, years, {"N02AF", "N02AN"}, {"ZA1", "ZA2"})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",N02AN,2024-25,100,6000", "no provider"),
        ("ZA1,N99XX,2024-25,100,6000", "unknown currency"),
        ("ZA9,N02AF,2024-25,100,6000", "no market forces factor"),
        ("ZA1,N02AN,2023-24,100,6000", "another year"),
        ("ZA1,N02AN,2024-25,many,6000", "not a number"),
        ("ZA1,N02AN,2024-25,100,NaN", "not a number"),
        ("ZA1,N02AN,2024-25,-100,6000", "negative activity"),
        ("ZA1,N02AN,2024-25,100,-6000", "negative cost"),
        ("ZA1,N02AN,2024-25,0,6000", "cost without activity"),
        ("ZA1,N02AN,2024-25,,6000", "cost without activity"),
        ("ZA1,N02AN,2024-25,100,0", "activity without cost"),
        ("ZA1,N02AN,2024-25,100,", "activity without cost"),
        ("ZA1,N02AN,2024-25,100,0.001", "activity without cost"),
        ("ZA1,N02AN,2024-25,,", "neither activity nor cost"),
    ],
)
def test_a_faulty_row_is_set_aside_with_its_number_and_a_remedy(
    tmp_path: Path, row: str, reason: str
) -> None:
    used, aside = read(tmp_path, row)
    assert [one.row for one in used] == [2]
    assert [(one.file, one.row, one.reason) for one in aside] == [("returns.csv", 3, reason)]
    assert aside[0].remedy == REMEDIES[reason]
    with pytest.raises(DefinitionError, match=rf"returns.csv: row 3: {reason}. {REMEDIES[reason]}"):
        refuse(aside)


def test_every_fault_has_a_row_above() -> None:
    marked = test_a_faulty_row_is_set_aside_with_its_number_and_a_remedy.pytestmark
    tried = {reason for mark in marked for _, reason in mark.args[1]}
    # The last is a reason of a row in a table beside the returns.
    assert tried | {"sent twice", "no cost return"} == set(REMEDIES)


def test_of_rows_sent_twice_none_is_used(tmp_path: Path) -> None:
    used, aside = read(tmp_path, "ZA2,N02AF,2024-25,50,3000", "ZA2,N02AF,2024-25,60,3000")
    assert [one.provider for one in used] == ["ZA1"]
    assert [(one.row, one.reason) for one in aside] == [(3, "sent twice"), (4, "sent twice")]


def test_what_is_set_aside_keeps_its_pounds(tmp_path: Path) -> None:
    _, aside = read(tmp_path, 'ZA1,N02AN,2024-25,0,"6,000.50"')
    assert (aside[0].units, aside[0].cost) == (0, 600_050)


def test_a_year_without_returns_is_a_hole_in_time(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="no usable row of 2023-24, a hole in time"):
        read(tmp_path, years=("2023-24", "2024-25"))
    with pytest.raises(DefinitionError, match="from 2022-23 to 2024-25: a hole in time"):
        check_years(("2022-23", "2024-25"))
    check_years(("2022-23", "2023-24", "2024-25"))


def test_nothing_wrong_is_nothing_refused(tmp_path: Path) -> None:
    used, aside = read(tmp_path)
    assert (used[0].units, used[0].cost) == (100, 600_000)
    refuse(aside)


def test_a_file_without_a_column(tmp_path: Path) -> None:
    file = tmp_path / "returns.csv"
    file.write_text("provider,currency,year,units\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="the column 'cost' is missing"):
        read_cost_returns(file, ("2024-25",), set())


def test_a_year_of_which_no_row_is_usable_says_what_is_wrong_with_most(tmp_path: Path) -> None:
    file = tmp_path / "returns.csv"
    file.write_text(
        "provider,currency,year,units,cost\n"
        "ZA1,N02AF,2024-25,5,\nZA1,X1,2024-25,5,50.00\nZA2,X1,2024-25,5,50.00\n",
        encoding="utf-8",
    )
    words = r"Of its 3 rows 2 are set aside for 'unknown currency', first row 3\. Correct the code"
    with pytest.raises(DefinitionError, match=words):
        read_cost_returns(file, ["2024-25"], {"N02AF"})


def test_a_tally_of_one_is_told_of_one() -> None:
    assert Tally(1, 1, 250).are("used") == "1 return with 1 unit and £2.50 is used"
    assert Tally(0, 0, 0).are("used") == "0 returns with 0 units and £0.00 are used"
    assert Tally(2, 3.5, 250).are("set aside").endswith("with 4 units and £2.50 are set aside")
