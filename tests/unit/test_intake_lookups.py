"""Look-ups of postcodes and practices."""

import os
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from levelfield.core.errors import UsageError
from levelfield.intake import read_lookups

PRACTICES = (
    "practice_code,name,commissioner,valid_from,valid_to\n"
    "Z00001,One,Z1Z,2010-04-01,2025-09-30\n"
    "Z00001,One,Z2Z,2025-10-01,\n"
)


def lookups(folder: Path, postcodes: str):
    (folder / "postcodes.csv").write_text(postcodes, encoding="utf-8")
    (folder / "practices.csv").write_text(PRACTICES, encoding="utf-8")
    return read_lookups(folder)


def test_a_residence_is_found_whatever_its_spaces_and_case(tmp_path):
    found = lookups(tmp_path, "postcode,lsoa11\nZZ1 1AA,E01000001\n")
    areas, commissioners = found.residences(pa.array(["zz11aa", "ZZ1  1AA", "ZZ9 9ZZ", None]))
    assert areas.to_pylist() == ["E01000001", "E01000001", None, None]
    # City of London 001A lies in NHS North East London.
    assert commissioners.to_pylist() == ["A3A8R", "A3A8R", None, None]


def test_a_look_up_may_name_the_commissioner_of_a_postcode(tmp_path):
    found = lookups(
        tmp_path, "postcode,lsoa11,commissioner\nZZ1 1AA,E01000001,ZC001\nZZ1 1AB,E01000001,\n"
    )
    _, commissioners = found.residences(pa.array(["ZZ1 1AA", "ZZ1 1AB"]))
    assert commissioners.to_pylist() == ["ZC001", "A3A8R"]


def test_a_practice_changes_its_commissioner_by_date(tmp_path):
    found = lookups(tmp_path, "postcode,lsoa11\nZZ1 1AA,E01000001\n")
    practices = pa.array(["Z00001", "Z99999"])
    before = found.practice_commissioners(practices, date(2025, 9, 30))
    after = found.practice_commissioners(practices, date(2025, 10, 31))
    assert before.to_pylist() == ["Z1Z", None]
    assert after.to_pylist() == ["Z2Z", None]


def test_a_look_up_without_its_column_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"postcodes\.csv.*must have postcode, lsoa11"):
        lookups(tmp_path, "postcode,area\nZZ1 1AA,E01000001\n")


def test_a_look_up_that_changes_is_read_again(tmp_path):
    first = lookups(tmp_path, "postcode,lsoa11\nZZ1 1AA,E01000001\n")
    assert read_lookups(tmp_path) is first
    os.utime(tmp_path / "postcodes.csv", ns=(0, 0))
    assert read_lookups(tmp_path) is not first


def test_a_folder_without_look_ups_is_named(tmp_path):
    with pytest.raises(UsageError, match="--lookups"):
        read_lookups(tmp_path)
