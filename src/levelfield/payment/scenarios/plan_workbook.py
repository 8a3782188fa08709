"""A statement beside its plan as a working workbook."""

from collections.abc import Sequence
from pathlib import Path

from levelfield.payment.contract import service_name
from levelfield.payment.files import PARTY
from levelfield.payment.scenarios.plan import PlannedStatement
from levelfield.payment.scenarios.sheets import (
    CHECK_HEADINGS,
    FIRST,
    Cell,
    Formula,
    Sheet,
    check_row,
    sumif,
    write_sheets,
)


def write_plan_workbook(made: PlannedStatement, file: Path) -> None:
    """Plan, actual and variance line by line, with sums by month and by term."""
    lines = _plan_lines(made)
    sheets = [lines]
    for name, heading, keys in (
        ("Months", "Month", [line.period for line in made.lines]),
        ("Terms", "Term", [line.term for line in made.lines]),
    ):
        rows: list[Sequence[Cell]] = []
        for key in dict.fromkeys(keys):
            own = [line for line, k in zip(made.lines, keys, strict=True) if k == key]
            planned = sum(line.planned_pence for line in own) / 100
            actual = sum(line.pence for line in own) / 100
            place = FIRST + len(rows)
            rows.append(
                (
                    key,
                    sumif(lines, "Plan £", {heading: f"$A{place}"}, planned),
                    sumif(lines, "Actual £", {heading: f"$A{place}"}, actual),
                    Formula(f"=C{place}-B{place}", round(actual - planned, 2)),
                )
            )
        headings = (heading, "Plan £", "Actual £", "Variance £")
        sheets.append(
            Sheet(name, f"By {heading.lower()}", "Sums of the sheet Lines.", headings, rows)
        )
    totals = {"Plan": made.plan.total_pence, "Actual": made.actual.total_pence}
    checks = [
        check_row(FIRST + number, name, f"=SUM({lines.column(f'{name} £')})", pence)
        for number, (name, pence) in enumerate(totals.items())
    ]
    sheets.append(Sheet("Check", "Do the totals agree?", PARTY, CHECK_HEADINGS, checks))
    write_sheets(file, sheets)


def _plan_lines(made: PlannedStatement) -> Sheet:
    headings = (
        "Month",
        "Term",
        "Service",
        "Currency",
        "Planned units",
        "Units",
        "Plan £",
        "Actual £",
        "Variance £",
    )
    rows = []
    for number, line in enumerate(made.lines):
        place = FIRST + number
        service = service_name(line.service) if line.service else "(all)"
        variance = Formula(f"=H{place}-G{place}", line.variance_pence / 100)
        rows.append(
            (
                line.period,
                line.term,
                service,
                line.currency or "",
                line.planned_units,
                line.units,
                line.planned_pence / 100,
                line.pence / 100,
                variance,
            )
        )
    title = f"Plan and actual, {made.actual.contract.title}, {made.actual.period}"
    return Sheet("Lines", title, PARTY, headings, rows)
