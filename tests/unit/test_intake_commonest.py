"""Which wrong codes a report shows, and which never."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

import handmade
from levelfield import intake
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.intake import Finding
from levelfield.intake.checking.fields import field_checks
from levelfield.intake.checking.table_checks import check_table
from levelfield.intake.commonest import commonest_codes
from levelfield.intake.pseudonym import DEMONSTRATION_KEY, PseudonymKey
from levelfield.intake.report import report_of
from levelfield.intake.rules.rule import rule_texts
from levelfield.intake.stage import receipt
from levelfield.publish.check_words import commonest

CONTACT = "CYP201CareContact"
FIELDS = "CareContactID | ServiceRequestID | Contact_Date | AttendanceStatus | ConsMechanism"


def code_findings(folder: Path, *statuses: str) -> list[Finding]:
    """What is found when contacts are sent with these codes of attendance."""
    rows = [f"C{n} | R1 | 2026-03-04 | {status} | 01" for n, status in enumerate(statuses)]
    sent = handmade.write(folder, **{CONTACT: "\n".join([FIELDS, *rows])})
    return [f for f in intake.check(sent).findings if f.rule == "W-CODE"]


def test_the_three_commonest_wrong_codes_are_told_with_their_counts(tmp_path: Path) -> None:
    (found,) = code_findings(tmp_path, *"9988155", "A", "B", "8")
    assert found.count == 8
    assert found.commonest == (("8", 3), ("9", 2), ("1", 1))
    assert commonest(found) == "'8' (3 times), '9' (2 times), '1' (once)"


@pytest.mark.parametrize(
    "value", ["9990000018", "1950-06-15", "ZZ1 1AA", "1234", "Lee", "Li", "\u202e9", "=\u00a0"]
)
def test_what_may_tell_of_a_person_or_steer_a_page_is_not_shown(value: str) -> None:
    dataset, month = load_dataset(), Month(2026, 3)
    table = dataset.table(CONTACT)
    row = dict.fromkeys(table.by_name, "") | {"AttendanceStatus": value}
    raw = pa.table({name: pa.array([text, text]) for name, text in row.items()})
    checks = field_checks(dataset, month)[CONTACT]
    checked = check_table(table, raw, checks, {}, rule_texts(dataset.version))
    assert commonest_codes(checked, "AttendanceStatus", pa.array([1, 2]).to_numpy()) == ()


def test_a_field_without_a_code_list_shows_nothing(tmp_path: Path) -> None:
    (source,) = intake.find_submissions(handmade.write(tmp_path))
    contacts = intake.examine(source).tables[CONTACT]
    rows = pa.array([1, 2, 3]).to_numpy()
    assert commonest_codes(contacts, "TeamID_Local", rows) == ()
    assert commonest_codes(contacts, "AttendanceStatus", rows) == (("3", 1), ("5", 1), ("6", 1))


def test_the_json_of_a_report_tells_them_and_a_receipt_does_not(tmp_path: Path) -> None:
    rows = "\n".join([FIELDS, "C1 | R1 | 2026-03-04 | 9 | 01"])
    (source,) = intake.find_submissions(handmade.write(tmp_path, **{CONTACT: rows}))
    examined = intake.examine(source)
    told = [one for one in report_of(examined, "").to_json()["findings"] if one["commonest"]]
    assert [one["commonest"] for one in told] == [[{"value": "9", "count": 1}]]
    key = PseudonymKey(DEMONSTRATION_KEY, demonstration=True)
    kept = receipt(examined, datetime(2026, 4, 20), key)["findings"]
    assert "W-CODE" in {one["rule"] for one in kept}
    assert not any("commonest" in one for one in kept)
