"""The currency of one contact, reading the decision tables row by row. Shares no code with ours."""

import csv
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "src/levelfield/definitions/currencies/ncc-2024-25"
OUTCOME = {"rule", "currency", "error_class", "basis", "source_row", "note"}
LABELS = {"team_label", "staff_group_label"}


def tables() -> list[dict[str, str]]:
    """Every row of the tables, in the order in which they decide."""
    scheme = yaml.safe_load((FOLDER / "scheme.yaml").read_text(encoding="utf-8"))
    rows = []
    for name in scheme["tables"]:
        with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
            rows += list(csv.DictReader(stream))
    return rows


def words(contact: dict, missing_attendance: str, group_unknown: str, child_to_age: int) -> dict:
    """The words that the tables use for a contact's attendance, mode, group, age and team."""
    status = contact["attendance_status"]
    if status in ("5", "6"):
        attendance = "attended"
    elif status in ("0", "2", "3", "4", "7"):
        attendance = "not_attended"
    else:
        attendance = "attended" if missing_attendance == "attended" else "missing"
    mechanism = contact["consultation_mechanism"]
    if mechanism == "01":
        mode = "face_to_face"
    elif mechanism in ("02", "04", "05", "09", "10", "11", "12", "13"):
        mode = "non_face_to_face"
    else:
        mode = "other" if mechanism == "98" else "missing"
    unknown = "one_to_one" if group_unknown == "one_to_one" else "unknown"
    group = {"Y": "group", "N": "one_to_one"}.get(contact["group_therapy_indicator"], unknown)
    age = contact["age_years"]
    age_group = "missing" if age is None else "child" if age <= child_to_age else "adult"
    team = contact["team_type"]
    if team is not None and contact["team_valid"] is not True:
        team = "invalid"
    return {
        "attendance": attendance,
        "mode": mode,
        "group": group,
        "age_group": age_group,
        "team_type": team,
    }


def group_contact(
    contact: dict,
    rows: list[dict[str, str]],
    missing_attendance: str = "left_out",
    group_unknown: str = "one_to_one",
    child_to_age: int = 18,
) -> dict:
    """The row that fires for a contact: its id, currency or error class, and basis."""
    said = contact | words(contact, missing_attendance, group_unknown, child_to_age)
    for row in rows:
        if all(_fits(said, column, cell) for column, cell in row.items()):
            return {
                "rule": row["rule"],
                "currency": row["currency"] or None,
                "error_class": row["error_class"] or None,
                "basis": row["basis"],
            }
    raise AssertionError("no row fits: the last row should fit everything")


def _fits(said: dict, column: str, cell: str) -> bool:
    if column in OUTCOME | LABELS or cell == "any":
        return True
    allowed = cell.split(";")
    if column == "event":
        return any(said[event] is True for event in allowed)
    return said[column] in allowed if said[column] is not None else "none" in allowed
