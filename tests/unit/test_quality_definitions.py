"""Definitions of data quality, and declarations: mistakes are named, months are kept."""

from datetime import date
from pathlib import Path

import pytest

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.periods import Month
from levelfield.intake.quality import code_meanings
from levelfield.quality import find_dimension, load_declared, load_grades
from levelfield.quality.definition import read_dimension

SHIPPED = definitions.path("quality/dimensions/dq_validity.yaml").read_text(encoding="utf-8")
DECLARATION = """
provider: ZA1
declared_by: Head of information, ZA1
declared_on: 2026-01-05
items:
  - {table: CYP001MPI, status: not shared, reason: Contract ends, since: 2026-01-01}
  - {table: CYP001MPI, field: EthnicCategory, status: not collected, reason: No room on the form,
     since: 2025-04-01, until: 2026-02-28}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: dq_validity", "id: other", "a file is named after its id, here other.yaml"),
        ("numerator: valid", "numerator: valied", "'numerator'.*valied"),
        ("numerator: valid + other", "numerator: table_name + other", "'numerator'"),
        ("fact: field_quality", "fact: contact", "'fact'"),
        ("by: [table, field]", "by: [team]", "'by.0'"),
        ("question:", "questions:", "'question"),
    ],
)
def test_a_mistake_in_a_dimension_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    file = tmp_path / "dq_validity.yaml"
    assert old in SHIPPED
    file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=message):
        read_dimension(file)


def test_an_unknown_dimension_lists_the_known() -> None:
    with pytest.raises(UsageError, match=r"no data quality dimension 'dq_beauty'.*dq_validity"):
        find_dimension("dq_beauty")


def test_grades_go_by_the_lower_bound() -> None:
    grades = load_grades()
    assert [grades.of(index) for index in (100, 95, 94.99, 80, 0)] == ["A", "A", "B", "C", "D"]


def test_what_is_said_of_a_field_goes_before_what_is_said_of_its_table(tmp_path: Path) -> None:
    (tmp_path / "declarations").mkdir()
    (tmp_path / "declarations" / "za1.yaml").write_text(DECLARATION, encoding="utf-8")
    declared = load_declared(tmp_path)

    def status(field: str, month: str, provider: str = "ZA1") -> str | None:
        item = declared.of(provider, "CYP001MPI", field, Month.parse(month))
        return item.status if item else None

    assert status("EthnicCategory", "2025-03") is None
    assert status("EthnicCategory", "2025-04") == "not collected"
    assert status("EthnicCategory", "2026-02") == "not collected"
    assert status("EthnicCategory", "2026-03") == "not shared"
    assert status("Gender", "2026-01") == "not shared"
    assert status("Gender", "2026-01", "ZA2") is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("EthnicCategory", "Ethnicity", "there is no field 'Ethnicity' in CYP001MPI"),
        ("CYP001MPI, status", "CYP999, status", "there is no table 'CYP999'"),
        ("until: 2026-02-28", "until: 2024-02-28", "until lies before since"),
        ("reason: Contract ends, ", "", "'items.0.reason' is missing"),
        ("not shared", "secret", "'items.0.status'"),
    ],
)
def test_a_mistake_in_a_declaration_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    (tmp_path / "declarations").mkdir()
    file = tmp_path / "declarations" / "za1.yaml"
    assert old in DECLARATION
    file.write_text(DECLARATION.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=message):
        load_declared(tmp_path)


def test_one_file_for_each_provider(tmp_path: Path) -> None:
    (tmp_path / "declarations").mkdir()
    for name in ("a", "b"):
        (tmp_path / "declarations" / f"{name}.yaml").write_text(DECLARATION, encoding="utf-8")
    with pytest.raises(DefinitionError, match="another file of provider ZA1"):
        load_declared(tmp_path)
    assert load_declared(tmp_path / "nowhere").files == ()


def test_codes_that_are_no_answer_are_known() -> None:
    meanings = code_meanings("1.6")
    assert meanings["ethnic_category"]["Z"] == meanings["ethnic_category"]["99"] == "default"
    assert meanings["ethnic_category"]["S"] == "other"
    assert "A" not in meanings["ethnic_category"]


def test_every_definition_has_been_reviewed() -> None:
    for name in ("dq_completeness", "dq_coverage"):
        one = find_dimension(name)
        assert one.reviewed_on < one.next_review
        assert one.reviewed_on <= date(2027, 11, 21)
