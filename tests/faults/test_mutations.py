"""Whatever is done to a submission: it is refused in a sentence, or no record is lost.

`benchmarks/soak.py` runs as many more as one has time for.
"""

from collections import Counter
from pathlib import Path

import pytest

from broken import STAFF
from levelfield import intake
from levelfield.datasets import load_dataset
from levelfield.intake.reading import xml_file
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.read import read
from mutating import FORMATS, LostError, Mutations, conserved

CASES = 3_000
WHOLE = 40
"""One in so many goes through all the checks, not the reading alone."""


def test_spoilt_submissions_lose_nothing_and_raise_nothing(tmp_path: Path) -> None:
    mutations = Mutations(tmp_path)
    refused: Counter[str] = Counter()
    for case in range(CASES):
        try:
            outcome = mutations.run(case, whole=case % WHOLE == 0)
        except Exception as error:
            pytest.fail(f"case {case}: {type(error).__name__}: {error}")
        refused[outcome.form] += bool(outcome.refused)
    # Neither has all become unreadable, nor has nothing been noticed.
    each = CASES / len(FORMATS)
    assert all(0.1 * each < refused[form] < each for form in FORMATS), refused


@pytest.mark.parametrize("case", [67_826, 83_408])
def test_zips_whose_entries_lost_their_names(tmp_path: Path, case: int) -> None:
    """A line break within a name, and a name that is gone, as the long soak met them."""
    assert Mutations(tmp_path).run(case, whole=False).refused


def test_a_field_that_only_an_unreadable_record_has(tmp_path: Path) -> None:
    """What case 101,530 met."""
    given = "<CareProfessionalID_Local>S1</CareProfessionalID_Local>"
    twice = "<StaffGroup>N01</StaffGroup>" * 2
    file = tmp_path / "march.xml"
    record = f"<{STAFF}>{given}{{}}</{STAFF}>"
    file.write_text(f"<CSDS>{record.format('')}{record.format(twice)}</CSDS>")
    [table] = xml_file.tables_of(Member(file), load_dataset())
    assert table.unreadable == (2,)
    assert table.rows.column("StaffGroup").to_pylist() == [""]


def test_a_record_that_vanishes_would_be_noticed(tmp_path: Path) -> None:
    mutations = Mutations(tmp_path)
    raw = read(intake.find_submissions(mutations.csv)[0], load_dataset())
    conserved(raw)
    contacts = raw.tables["CYP201CareContact"]
    contacts.rows = contacts.rows.slice(1)
    with pytest.raises(LostError, match="CYP201CareContact: 6 rows are in the file and 5"):
        conserved(raw)
