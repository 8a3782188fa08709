"""A scheme's tables: what ships is complete and reachable, and mistakes are named by row."""

import shutil
from pathlib import Path

import pytest

from levelfield.core.definitions import ROOT
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.currencies import COUNT_SCHEMA, Scheme, coverage, load_scheme
from oracles.contacts import TEAMS, contact
from oracles.grouper import group_contact, tables
from spec.tables import arrow, rows

FOLDER = ROOT / "currencies" / "ncc-2024-25"
PLAIN = {"activity_type": "98", "consultation_type": "02"}
SUPPRESSED = {"N07CN", "N19CN", "N22CF", "N22CN"}


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme("ncc-2024-25")


def test_every_row_of_the_first_mapping_is_restated_or_left_out_with_a_reason(
    scheme: Scheme,
) -> None:
    restated = {int(rule.source_row) for rule in scheme.rules if rule.source_row}
    left_out = {row.source_row for row in scheme.left_out}
    assert restated | left_out == set(range(1, 190))
    assert not restated & left_out


def test_the_team_rows_keep_the_counts_of_the_mapping(scheme: Scheme) -> None:
    bases = [rule.basis for rule in scheme.rules if rule.id.startswith("team-")]
    assert (bases.count("direct"), bases.count("nearest")) == (62, 95)


def test_every_team_type_has_a_row(scheme: Scheme) -> None:
    named = {team for rule in scheme.rules for team in rule.conditions.get("team_type", ())}
    assert set(TEAMS) <= named


def test_only_four_suppressed_cells_can_come_out(scheme: Scheme) -> None:
    currencies = {rule.currency for rule in scheme.rules if rule.currency}
    assert currencies & {*SUPPRESSED, "N30AN"} == SUPPRESSED


def _fitting(row: dict[str, str]) -> dict:
    """A contact that fits a row of the tables."""
    said: dict = {}
    words = {
        ("attendance", "not_attended"): {"attendance_status": "3"},
        ("attendance", "missing"): {"attendance_status": None},
        ("mode", "face_to_face"): {"consultation_mechanism": "01"},
        ("mode", "non_face_to_face"): {"consultation_mechanism": "02"},
        ("mode", "other"): {"consultation_mechanism": "98"},
        ("mode", "missing"): {"consultation_mechanism": None},
        ("group", "group"): {"group_therapy_indicator": "Y"},
        ("group", "one_to_one"): {"group_therapy_indicator": "N"},
        ("group", "unknown"): {"group_therapy_indicator": "Z"},
        ("age_group", "adult"): {"age_years": 40},
        ("age_group", "child"): {"age_years": 4},
        ("age_group", "missing"): {"age_years": None},
        ("team_type", "invalid"): {"team_type": "12", "team_valid": False},
    }
    for column, cell in row.items():
        value = cell.split(";")[0]
        if cell == "any" or column in ("rule", "basis", "note", "source_row"):
            continue
        if column in ("currency", "error_class", "team_label", "staff_group_label"):
            continue
        if column == "event":
            said[value] = True
        else:
            said |= words.get((column, value), {column: None if value == "none" else value})
    return said


def test_every_row_can_fire() -> None:
    found = tables()
    for row in found:
        if row["rule"] == "gap-rest":
            continue
        fitting = contact(**PLAIN | _fitting(row))
        fired = group_contact(fitting, found, group_unknown="error")
        assert fired["rule"] == row["rule"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "scheme"))


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("checks.csv", "x,any,any,any,any,12,N99,,nearest,,", "no currency 'N99'"),
        ("checks.csv", "x,any,any,any,any,12,,LOST,underivable,,", "'LOST' is not among"),
        ("checks.csv", "x,any,any,any,any,12,N12,NO_TEAM,nearest,,", "either currency or"),
        ("checks.csv", "x,any,any,any,any,12,N12,,underivable,,", "is 'underivable'"),
        ("checks.csv", "x,any,any,any,any,12,N12,,perhaps,,", "basis must be one of"),
        ("checks.csv", "x,late,any,any,any,12,N12,,nearest,,", "attendance 'late' is none of"),
        ("checks.csv", "x,any,any,any,any,1' OR 1=1,N12,,nearest,,", "is not a code"),
        ("checks.csv", "check-unit-50,any,any,any,any,12,N12,,nearest,,", "used twice"),
        ("checks.csv", "x,not_attended,any,any,any,12,N12,,nearest,,", "never reached"),
        ("gaps.csv", "x,12,missing,missing,any,N12,,nearest,,", "never reached"),
    ],
)
def test_a_row_that_makes_no_sense(copy: Path, table: str, row: str, says: str) -> None:
    file = copy / table
    file.write_text(file.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=says) as caught:
        load_scheme(copy)
    assert table in str(caught.value)


def test_a_condition_that_nobody_knows(copy: Path) -> None:
    file = copy / "checks.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("admin_category", "star_sign", 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match="'star_sign' is not a condition"):
        load_scheme(copy)


def test_a_scheme_without_a_last_row_for_everything(copy: Path) -> None:
    file = copy / "gaps.csv"
    kept = [
        line for line in file.read_text(encoding="utf-8").splitlines() if "gap-rest" not in line
    ]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="no row fits"):
        load_scheme(copy)


def test_unknown_scheme_and_parameter(scheme: Scheme) -> None:
    with pytest.raises(UsageError, match="There is: "):
        load_scheme("nonsense")
    with pytest.raises(DefinitionError, match="missing_attendance"):
        scheme.with_parameters(missing_attendance="perhaps")


def test_coverage_counts_every_unit_once(scheme: Scheme) -> None:
    counts = arrow(
        rows("""
            currency | error_class  | basis       | assumed | units
            N02AF    |              | direct      |         | 70
            A08A1    |              | direct      | group   | 5
            N29AF    |              | nearest     |         | 15
                     | NOT_ATTENDED | underivable |         | 10
        """),
        COUNT_SCHEMA,
    )
    found = coverage(scheme, counts)
    assert found.units == 100
    assert found.classes["direct"] == 75
    assert found.classes["NO_TEAM"] == 0
    assert found.share("NOT_ATTENDED") == pytest.approx(0.1)
    assert found.assumed == {"group": 5}
    assert sum(found.classes.values()) == 100
    assert coverage(scheme, COUNT_SCHEMA.empty_table()).share("direct") is None


def test_a_row_can_be_looked_up_and_read(scheme: Scheme) -> None:
    assert scheme.rule("team-12-1").sentence == "team_type 12, age_group adult, mode face_to_face"
    assert scheme.rule("gap-rest").sentence == "any record"
    assert "orthotics" in scheme.rule("team-01-1").note
    with pytest.raises(UsageError, match="no row 'team-99-1'"):
        scheme.rule("team-99-1")
