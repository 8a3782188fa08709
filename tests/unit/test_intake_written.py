"""How values that cannot be read are told to be written, by field and layout."""

import pytest

from levelfield.datasets import Field, load_dataset
from levelfield.intake.checking.layout import must_be
from levelfield.intake.checking.written import written_instead


def field(name: str) -> Field:
    table, _, column = name.partition(".")
    return load_dataset().table(table).field(column)


DATE, TIME = "CYP201CareContact.Contact_Date", "CYP201CareContact.Contact_Time"
CREATED, NUMBER = "CYP000Header.FileCreation_DateTime", "CYP201CareContact.CareContact_Duration"
CODE, NHS_NUMBER = "CYP201CareContact.ConsMechanism", "CYP001MPI.NHSNumber"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (DATE, "31.3.26", "the year stands last"),
        (DATE, "2026/03/31", "no hyphens stand between year, month and day"),
        (DATE, "20260331", "no hyphens stand between year, month and day"),
        (DATE, "2026-03-31 00:00:00", "a time stands behind the date"),
        (DATE, "31-Mar-2026", "the month is written in letters"),
        (DATE, "46112", "it is a number of days, as a spreadsheet keeps dates"),
        (DATE, "N/A", "a word stands for what is blank"),
        (DATE, "2026-3", ""),
        (TIME, "09:30", "the seconds are missing"),
        (TIME, "9:30:00", "the hour has one digit"),
        (TIME, "0930", "no colons stand between its parts"),
        (TIME, "0.395833", "it is a part of a day, as a spreadsheet keeps times"),
        (CREATED, "2026-04-20", "the time is missing"),
        (CREATED, "2026-04-20 09:00:00", "a space stands where T must"),
        (NUMBER, "30.0", "it has a decimal point or comma"),
        (NUMBER, "30 min", "a unit stands behind it"),
        (NUMBER, "12345", "it has more digits than that"),
        (CODE, "012", "it is too long"),
        (CODE, "A", "it is too short"),
        (CODE, "1", "it is too short: a leading zero may be lost"),
        (NHS_NUMBER, "999 000 0018", "a space or hyphen stands in it"),
        (NHS_NUMBER, "99900000181", "it is too long"),
        (
            NHS_NUMBER,
            "9.99E+09",
            "it is written with an exponent, as a spreadsheet keeps long numbers",
        ),
        (NHS_NUMBER, "\ufeff999000001", "an invisible character stands in it"),
    ],
)
def test_a_way_of_writing_is_recognised(name: str, text: str, said: str) -> None:
    assert written_instead(field(name), [text]) == said


def test_only_what_all_values_have_in_common_is_said() -> None:
    assert written_instead(field(DATE), ["05/03/2026", "06/03/2026"]) == "the year stands last"
    assert written_instead(field(DATE), ["2026-02-30", "05/03/2026", "06/03/2026"]) == ""
    assert written_instead(field(DATE), ["05/03/2026", "?"]) == ""
    assert written_instead(field(DATE), []) == ""


def test_leading_zeros_are_asked_for_only_where_one_is_lost() -> None:
    zeros = "Keep the leading zeros of codes."
    for text, asked in (("1", True), ("012", False), ("A", False)):
        instead = written_instead(field(CODE), [text])
        assert (zeros in must_be(field(CODE), "R-FORMAT", instead)) is asked
