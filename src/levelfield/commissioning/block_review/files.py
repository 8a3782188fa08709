"""A review as files: CSV and JSON for machines, a workbook whose formulas make the bridge again."""

from pathlib import Path
from typing import Any

from levelfield.commissioning.block_review.record import FIELDS
from levelfield.commissioning.block_review.review import Review
from levelfield.commissioning.block_review.steps import STEPS
from levelfield.commissioning.block_review.tables import (
    as_json,
    finding_rows,
    part_rows,
    tables,
)
from levelfield.commissioning.block_review.words import PARTY
from levelfield.commissioning.report_files import workbook, write_report
from levelfield.commissioning.sheets import cell, write_rows
from levelfield.payment import service_name

_BRIDGE_TOP = 5
"""The row, counted from 0, of the first line in the sheet of the bridge."""


def write_files(review: Review, folder: Path) -> list[Path]:
    """Write `findings.csv`, `parts.csv`, `bridge.csv`, `records.csv`, those of them that have rows,
    `review.json` and `review.xlsx` into a folder that exists; returns them."""
    return write_report(
        folder,
        "review",
        tables(review),
        as_json(review),
        lambda file: write_workbook(review, file),
    )


def write_workbook(review: Review, file: Path) -> None:
    """Sheets for the bridge, the findings with room for replies, their parts and the records.

    In `Bridge` the last step of each line, its totals and their check are formulas.
    """
    with workbook(file) as (book, styles):
        _write_bridge(review, book.add_worksheet("Bridge"), styles)
        write_rows(finding_rows(review), book.add_worksheet("Findings"), styles)
        write_rows(part_rows(review), book.add_worksheet("Parts"), styles)
        _write_records(review, book.add_worksheet("Service lines"), styles)


def _write_bridge(review: Review, sheet: Any, styles: dict[str, Any]) -> None:
    contract, bridge = review.contract, review.steps
    sheet.write_string(0, 0, f"From block to priced activity: {contract.title}", styles["title"])
    sheet.write_string(1, 0, PARTY)
    sheet.write_string(2, 0, f"{contract.id}, version {contract.version}; {review.scope.words}")
    sheet.write_string(3, 0, f"Data quality: {review.standing.words}")
    own = [name for name in STEPS if name != "unallocated"]
    headings = ("Line", "Service", "Given to the line", *(f"less: {STEPS[name]}" for name in own))
    sheet.write_row(_BRIDGE_TOP - 1, 0, (*headings, "Priced activity"), styles["head"])
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 3 + len(own), 18)
    sheet.freeze_panes(_BRIDGE_TOP, 2)
    last = 3 + len(own)
    row = _BRIDGE_TOP
    for line in bridge.lines:
        sheet.write_row(row, 0, (line.line, service_name(line.line)))
        sheet.write_number(row, 2, line.start / 100, styles["money"])
        for column, name in enumerate(own[:-1], start=3):
            sheet.write_number(row, column, line.steps[name] / 100, styles["money"])
        before = f"{cell(row, 3)}:{cell(row, last - 2)}"
        closing = f"={cell(row, 2)}-SUM({before})-{cell(row, last)}"
        sheet.write_formula(row, last - 1, closing, styles["money"], line.steps["price"] / 100)
        sheet.write_number(row, last, line.end / 100, styles["money"])
        row += 1
    sheet.write_string(row, 0, "All lines")
    totals = [sum(x.start for x in bridge.lines), *(bridge.steps[n] for n in own), bridge.end]
    for column, total in enumerate(totals, start=2):
        cells = f"{cell(_BRIDGE_TOP, column)}:{cell(row - 1, column)}"
        sheet.write_formula(row, column, f"=SUM({cells})", styles["total"], total / 100)
    top, below = row, row + 2
    sheet.write_string(below, 0, "Paid by the block")
    sheet.write_number(below, 2, bridge.start / 100, styles["money"])
    sheet.write_string(below + 1, 0, f"less: {STEPS['unallocated']}")
    formula = f"={cell(below, 2)}-{cell(top, 2)}"
    unallocated = bridge.steps["unallocated"] / 100
    sheet.write_formula(below + 1, 2, formula, styles["money"], unallocated)
    for place, name in enumerate(own, start=2):
        sheet.write_string(below + place, 0, f"less: {STEPS[name]}")
        step = bridge.steps[name] / 100
        sheet.write_formula(below + place, 2, f"={cell(top, 1 + place)}", styles["money"], step)
    end = below + len(STEPS) + 1
    sheet.write_string(end, 0, "Priced activity")
    taken = f"{cell(below + 1, 2)}:{cell(end - 1, 2)}"
    formula = f"={cell(below, 2)}-SUM({taken})"
    sheet.write_formula(end, 2, formula, styles["total"], bridge.end / 100)
    sheet.write_string(end + 1, 0, "Agrees with the priced activity of the lines")
    check = f'=IF(ROUND({cell(end, 2)}-{cell(top, last)},2)=0,"agrees","DIFFERS")'
    sheet.write_formula(end + 1, 2, check, None, "agrees")
    sheet.write_string(
        end + 2, 0, "Within it, visits beside another line's (UN-4, as counted; not taken off)"
    )
    sheet.write_number(end + 2, 2, bridge.duplicated / 100, styles["money"])
    sheet.write_string(end + 3, 0, "In UN-5 and UN-2 both (taken off once)")
    sheet.write_number(end + 3, 2, bridge.overlap / 100, styles["money"])
    sheet.write_string(end + 4, 0, "Care lost on the way at most")
    sheet.write_number(end + 4, 2, review.most_lost / 100, styles["money"])
    names = ("lower", "upper")
    for place, (name, pence) in enumerate(zip(names, review.priced_interval or (), strict=False)):
        sheet.write_string(end + 5 + place, 0, f"Priced activity at the {name} ends of prices")
        sheet.write_number(end + 5 + place, 2, pence / 100, styles["money"])


def _write_records(review: Review, sheet: Any, styles: dict[str, Any]) -> None:
    """A column for each service line, a row for each field; what is not there says why."""
    sheet.write_string(0, 0, "Field", styles["head"])
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, max(1, len(review.records)), 28)
    sheet.freeze_panes(1, 1)
    for row, field in enumerate(FIELDS, start=1):
        sheet.write_string(row, 0, field.replace("_", " "))
    bottom = len(FIELDS) + 1
    sheet.write_string(bottom, 0, "settled fields")
    for column, record in enumerate(review.records, start=1):
        sheet.write_string(0, column, record.line, styles["head"])
        for row, field in enumerate(FIELDS, start=1):
            sheet.write_string(row, column, record.entries[field].words, styles["text"])
        closed = "closed" if record.closed else "open"
        told = f"{record.settled} of {len(FIELDS)}: {closed}"
        sheet.write_string(bottom, column, told)
