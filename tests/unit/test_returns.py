"""Reading returns: what is taken, what is refused, and in which words."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield.core.errors import DefinitionError, SubmissionError, UsageError
from levelfield.core.periods import Month
from levelfield.pipeline.returns import check_return
from levelfield.returns import KnownCodes, find_layout, read_return, template
from levelfield.returns.layouts import read_layouts

FFT = find_layout("friends_and_family")
NAMES = template(FFT).strip()
GOOD = "RX1,2026-03,,12,60,40,12,3,2,1,2,150"
KNOWN = KnownCodes(last=Month(2026, 6))


def read(folder: Path, text: str | bytes, name: str = "friends_and_family.csv"):
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_return(file, FFT, KNOWN)


def told(folder: Path, text: str | bytes) -> str:
    found = read(folder, text)
    assert bool(found.faults) == (found.rows.num_rows == 0)
    return " ".join(fault.words for fault in found.faults)


TAKEN = {
    "plain": f"{NAMES}\n{GOOD}\n",
    "semicolons, as a German Excel writes": f"{NAMES}\n{GOOD}\n".replace(",", ";"),
    "a mark of UTF-8, CRLF and Excel's line": f"\ufeffsep=,\r\n{NAMES}\r\n{GOOD}\r\n",
    "rows of empty cells behind the table": f"{NAMES}\n{GOOD}\n,,,,,,,,,,,\n,,,,,,,,,,,\n",
    "spaces about the values": f"{NAMES}\n{GOOD.replace(',', ' , ')}\n",
    "columns in another order, one that is not needed left out": (
        "period,provider,responses,very_good,good,neither,poor,very_poor,dont_know,team_type\n"
        "2026-03,RX1,60,40,12,3,2,1,2,12\n"
    ),
}


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_taken(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert found.faults == ()
    assert found.rows.schema == FFT.arrow_schema()
    row = found.rows.to_pylist()[0]
    assert (row["provider"], row["period"], row["team_type"]) == ("RX1", "2026-03", "12")
    assert (row["responses"], row["very_good"]) == (60, 40)
    assert found.parts == {("RX1", "2026-03"): 1}


REFUSED = {
    "a month as Excel writes it": (
        GOOD.replace("2026-03", "Mar-26"),
        "'period', row 1: is not a m",
    ),
    "a month to come": (GOOD.replace("2026-03", "2026-07"), "is later than 2026-06"),
    "a month long ago": (GOOD.replace("2026-03", "0026-03"), "is earlier than 2010-04"),
    "a team type without its nought": (GOOD.replace(",12,", ",6,", 1), "lost its leading nought"),
    "a team type that is none": (GOOD.replace(",12,", ",ZZ,", 1), "is not a team type"),
    "a provider that is none": (GOOD.replace("RX1", "rx 1"), "is not the code of an organisation"),
    "a thousand with its comma": (GOOD.replace(",60,", ',"1,060",'), "is not a whole number"),
    "a negative count": (GOOD.replace(",60,", ",-60,"), "is not a whole number from 0"),
    "half a count": (GOOD.replace(",60,", ",60.5,"), "is not a whole number from 0"),
    "an empty count": (GOOD.replace(",60,", ",,"), "'responses', row 1: is empty"),
    "a formula's fault": (GOOD.replace(",60,", ",#REF!,"), "is not a whole number from 0"),
    "answers that do not add up": (GOOD.replace(",60,", ",61,"), "do not add up"),
    "more answers than asked": (
        GOOD.replace(",150", ",59"),
        "more 'responses' than people 'asked'",
    ),
    "a key twice": (f"{GOOD}\n{GOOD}", "row 2: is that of an earlier row"),
    "a value too many": (f"{GOOD}\n{GOOD},1", "row 2: has not one value for each column"),
    "no row": ("", "There is no row"),
}


@pytest.mark.parametrize(("line", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, line: str, said: str) -> None:
    assert said in told(tmp_path, f"{NAMES}\n{line}\n")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("85.11999999999999", "has more than 6 decimals. Round it to 6 decimals or fewer"),
        ("1234567890123.5", "has more than 12 digits before the point"),
        ("85,1", "is not a number. Write digits with a point"),
        ("8.5e3", "is not a number"),
    ],
)
def test_a_number_that_cannot_be_kept_is_told_why(tmp_path: Path, hours: str, said: str) -> None:
    """Each fault once, in the words that fit it."""
    costs = find_layout("costs")
    file = tmp_path / "costs.csv"
    file.write_text(f'{template(costs).strip()}\nRX1,2026-03,,12,6020,102,"{hours}"\n')
    [fault] = read_return(file, costs, KNOWN).faults
    assert fault.words.startswith("'contact_hours', row 1: ")
    assert said in fault.words


NAMED = {
    "an unknown column": (NAMES + ",notes", "'notes' (column 13) is no column of this kind"),
    "other letters": (NAMES.replace("very_good", "Very Good"), "Name it very_good."),
    "a missing column": (NAMES.replace(",responses", ""), "'responses': is missing"),
    "a column twice": (NAMES + ",asked", "'asked': is named twice"),
    "a row in place of the names": (GOOD, "The first row does not name the columns"),
    "what may be a number of somebody": (NAMES + ",9434765919", "Column 13 is no column"),
}


@pytest.mark.parametrize(("names", "said"), NAMED.values(), ids=NAMED)
def test_names_are_judged_first(tmp_path: Path, names: str, said: str) -> None:
    found = told(tmp_path, f"{names}\n{GOOD}\n")
    assert said in found
    assert "9434765919" not in found


def test_a_total_beside_its_parts_is_refused(tmp_path: Path) -> None:
    parts = [GOOD.replace("2026-03,,", f"2026-03,{code},") for code in ("QAA", "QBB")]
    other_month = GOOD.replace("2026-03", "2026-02")
    found = told(tmp_path, "\n".join([NAMES, *parts, GOOD, other_month, ""]))
    assert found.startswith("'commissioner', row 3: is empty, and filled in elsewhere for the same")
    assert "Fill it in in every row, or in none" in found
    assert not told(tmp_path, "\n".join([NAMES, *parts, other_month, ""]))


def test_of_single_people_a_commissioner_may_be_unknown(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = ["RX1,2026-03,QAA,20,ep-1,EQ-VAS,40,60", "RX1,2026-03,,20,ep-2,EQ-VAS,40,60"]
    names = "provider,period,commissioner,team_type,episode,instrument,score_before,score_after"
    file.write_text("\n".join([names, *rows, ""]), encoding="utf-8")
    found = read_return(file, find_layout("patient_reported_outcomes"), KNOWN)
    assert found.faults == ()
    assert found.rows.num_rows == 2


def test_no_value_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, f"{NAMES}\n{GOOD.replace('RX1', 'Jane Doe').replace('60', 'Ann')}\n")
    assert "Jane" not in found
    assert "Ann" not in found


def test_a_provider_must_be_known_to_the_home(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{NAMES}\n{GOOD}\n", encoding="utf-8")
    [fault] = read_return(file, FFT, KnownCodes(["ZA1"], Month(2026, 6))).faults
    assert fault.words.startswith("'provider', row 1: is a provider that the home does not know")


UNREADABLE = {
    "a workbook named .csv": (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", "an Excel workbook"),
    "UTF-16": (f"{NAMES}\n".encode("utf-16"), "written in UTF-16"),
    "nothing": (b"", "is empty"),
    "zero bytes": (b"\0" * 100, "zero bytes"),
    "a web page": (b"<!doctype html><html></html>", "a web page"),
    "a file that is cut short": (f"{NAMES}\n{GOOD}".encode(), "may be cut short"),
    "a quotation mark that stays open": (f'{NAMES}\n"{GOOD}\n'.encode(), "never closes"),
}


@pytest.mark.parametrize(("content", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(SubmissionError, match=said) as error:
        read(tmp_path, content)
    assert "friends_and_family.csv" in str(error.value)


def test_windows_letters_are_read(tmp_path: Path) -> None:
    found = told(tmp_path, f"{NAMES},é\n{GOOD},1\n".encode("cp1252"))
    assert "Column 13 is no column" in found


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv.gz", "a.zip"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SubmissionError, match="its ending is not that of a return"):
        read(tmp_path, gzip.compress(NAMES.encode()), name)


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("levelfield.returns.read.MOST_BYTES", 50)
    with pytest.raises(SubmissionError, match="no return is as large"):
        read(tmp_path, f"{NAMES}\n{GOOD}\n")


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("levelfield.returns.read.MOST_ROWS", 1)
    assert "no return has more than 1" in told(tmp_path, f"{NAMES}\n{GOOD}\n{GOOD}\n")


def test_a_folder_is_no_return(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="there is no such file"):
        read_return(tmp_path, FFT)


def test_parquet_is_read_whatever_its_types(tmp_path: Path) -> None:
    text = {name: [value] for name, value in zip(NAMES.split(","), GOOD.split(","), strict=True)}
    columns = {
        n: [int(v[0])] if v[0].isdigit() and n != "team_type" else v for n, v in text.items()
    }
    file = tmp_path / "friends_and_family.parquet"
    pq.write_table(pa.table(columns), file)
    found = read_return(file, FFT, KNOWN)
    assert found.faults == ()
    assert found.rows["responses"].to_pylist() == [60]


def test_the_kind_is_told_by_the_name(tmp_path: Path) -> None:
    for name in ("friends_and_family.csv", "friends_and_family-2026-03.csv"):
        file = tmp_path / name
        file.write_text(f"{NAMES}\n{GOOD}\n", encoding="utf-8")
        assert check_return(file).layout is FFT
    march = tmp_path / "march.csv"
    with pytest.raises(SubmissionError, match=r"march\.csv: there is no such file"):
        check_return(march)
    march.touch()
    with pytest.raises(UsageError, match="Name the kind with --kind"):
        check_return(march)
    with pytest.raises(UsageError, match="There is no kind of return 'friends'"):
        check_return(tmp_path / "friends_and_family.csv", "friends")


LAYOUT = """
id: falls
version: 1
title: Falls
about: Falls on wards.
keeper: The safety team.
row: One provider and month.
source: Ours
authored_by: nobody
reviewed_on: 2026-11-22
next_review: 2027-11-22
columns:
  - {name: falls, type: count, meaning: All falls.}
rules:
  - {when: falls >= 0, words: there are fewer than none, remedy: Count again.}
examples:
  - title: a row
    given: |
      falls | expect
      1     |
"""

MISTAKES = {
    "a rule over an unknown column": ("when: falls >= 0", "when: fell >= 0", "no column 'fell'"),
    "a rule that is no condition": ("when: falls >= 0", "when: falls", "not true or false"),
    "codes of a count": ("type: count,", "type: count, codes: {a: b},", "'codes' belong to"),
    "a code without codes": ("type: count,", "type: code,", "'codes' belong to a column"),
    "bounds of a code": ("type: count,", "type: team_type, least: 1,", "belong to a count or"),
    "a column that all have": ("name: falls", "name: provider", "'provider' more than once"),
    "another name than the file": ("id: falls", "id: fell", "named after it, here fell.yaml"),
    "no review": ("reviewed_on: 2026-11-22\n", "", "'reviewed_on' is missing"),
    "an unknown key": ("version: 1", "version: 1\ncolour: red", "'colour' is not a key"),
}


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_layout_that_makes_no_sense_is_named(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in LAYOUT
    file = tmp_path / "falls.yaml"
    file.write_text(LAYOUT, encoding="utf-8")
    assert list(read_layouts(tmp_path)) == ["falls"]
    file.write_text(LAYOUT.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"falls\.yaml") as error:
        read_layouts(tmp_path)
    assert said in str(error.value)
