"""Statements and shadows as tables for machines, and a workbook whose formulas can be followed."""

import csv
import re
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from levelfield.currencies import load_scheme
from levelfield.payment.contract import service_name
from levelfield.payment.shadow import Shadow, ShadowMonth, ShadowService
from levelfield.payment.statement import STATEMENT_SCHEMA, Statement
from levelfield.tariff import Price

PARTY = "For the parties to this contract. Not for publication, and not an official statistic."

_NAME = re.compile(r"[a-z][a-z_0-9]*")
"""A number's name in a formula; functions are in capitals."""

_HEADINGS = ("Line", "Month", "Term", "Service", "Currency", "Units", "Price", "Amount", "Key")
_TOP = 8
"""The row, counted from 0, of the first line in the sheet of a statement."""


def write_statement_csv(statement: Statement, file: Path) -> None:
    """The lines with the columns of STATEMENT_SCHEMA; money in whole pence, no total row."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, STATEMENT_SCHEMA.names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(line.row() for line in statement.lines)


SHADOW_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("contract", "term", "kind", "period", "service")]
    + [
        (name, pa.int64())
        for name in ("units", "activity_pence", "paid_pence", "difference_pence", "shadow_pence")
    ]
)


def shadow_table(shadow: Shadow) -> pa.Table:
    """Terms by month, then services within them: `service` is empty in the rows of a term.

    The columns are those of SHADOW_SCHEMA. Money in whole pence; an empty `paid_pence` is a block
    that says nothing of its services. Terms that are run in the shadow alone come last, with
    `shadow_pence` and nothing else.
    """
    both: list[ShadowMonth | ShadowService] = [*shadow.months, *shadow.services]
    rows = [{**asdict(one), "difference_pence": one.difference_pence} for one in both]
    rows += [
        {"term": one.term, "kind": one.kind, "period": one.period, "shadow_pence": one.pence}
        for one in shadow.run
    ]
    named = [{"contract": shadow.contract.id, **row} for row in rows]
    return pa.Table.from_pylist(named, schema=SHADOW_SCHEMA)


def write_statement_workbook(statement: Statement, file: Path) -> None:
    """A working workbook: amounts are units × price, prices are their steps, the total is a sum.

    The sheet `Prices` works out each price from the unit cost, and `Workings` holds the numbers of
    each line that is worked out by a formula; `Statement` refers to both. Beside
    the workbook's total stands ours, and a cell that says whether they agree.
    """
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "money": book.add_format({"num_format": "£#,##0.00"}),
        "total": book.add_format({"num_format": "£#,##0.00", "bold": True, "top": 1}),
        "count": book.add_format({"num_format": "#,##0"}),
        "factor": book.add_format({"num_format": "0.000000"}),
    }
    lines = book.add_worksheet("Statement")
    prices = book.add_worksheet("Prices")
    cells = _write_prices(statement, prices, styles)
    formulas = _write_workings(statement, book.add_worksheet("Workings"), styles)
    _write_lines(statement, lines, styles, cells, formulas)
    book.close()


def _write_prices(
    statement: Statement, sheet: Any, styles: dict[str, Any]
) -> dict[tuple[str, str], str]:
    """The steps of each price; returns the cell that holds the price of a list and currency."""
    headings = (
        "Currency",
        "Name",
        "Unit cost, or price before what follows",
        "Uplift (times)",
        "Average market forces factor (divide)",
        "Provider's factor (times)",
        "Price",
    )
    sheet.write_row(0, 0, headings, styles["head"])
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 6, 16)
    sheet.freeze_panes(1, 0)
    cells = {}
    for row, (key, price) in enumerate(sorted(statement.prices.items()), start=1):
        sheet.write_string(row, 0, price.currency)
        sheet.write_string(row, 1, price.steps[0].note)
        for column, figure in enumerate(_last_factors(price), start=2):
            sheet.write_number(row, column, float(figure), styles["factor"])
        n = row + 1
        formula = f"=ROUND(C{n}*D{n}/E{n}*F{n},2)"
        sheet.write_formula(row, 6, formula, styles["money"], price.pence / 100)
        cells[key] = f"Prices!$G${n}"
    return cells


def _write_workings(statement: Statement, sheet: Any, styles: dict[str, Any]) -> dict[int, str]:
    """The numbers behind each line that is worked out; returns its formula over their cells."""
    sheet.write_row(0, 0, ("Line", "Term", "What", "Number", "Formula"), styles["head"])
    sheet.set_column(1, 3, 20)
    sheet.set_column(4, 4, 60)
    sheet.freeze_panes(1, 0)
    formulas, row = {}, 1
    for line in statement.lines:
        if not line.formula:
            continue
        cells = {}
        for one in line.workings:
            sheet.write_number(row, 0, line.line)
            sheet.write_row(row, 1, (line.term, one.name))
            sheet.write_number(row, 3, float(one.value))
            sheet.write_string(row, 4, line.formula)
            row += 1
            cells[one.name] = f"Workings!$D${row}"
        formulas[line.line] = _NAME.sub("{\\g<0>}", line.formula).format(**cells)
    return formulas


def _last_factors(price: Price) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Pounds, and the uplift, average and own market forces factor that make the price of them.

    A list from cost returns has many steps before these; what they come to are the pounds.
    """
    one = Decimal(1)
    steps = price.steps[:-1]
    placed = next((n for n, step in enumerate(steps) if step.divides), None)
    if placed is None:
        return steps[-1].pounds, one, one, one
    before, average, own = steps[placed - 1 : placed + 2]
    uplift = before.factor
    if uplift is not None:
        before = steps[placed - 2]
    return before.pounds, uplift or one, average.factor or one, own.factor or one


def _write_lines(
    statement: Statement,
    sheet: Any,
    styles: dict[str, Any],
    cells: dict[tuple[str, str], str],
    formulas: dict[int, str],
) -> None:
    contract = statement.contract
    sheet.write_string(0, 0, f"Statement {statement.period}: {contract.title}", styles["title"])
    sheet.write_string(1, 0, PARTY)
    sheet.write_row(2, 0, ("Contract", f"{contract.id}, version {contract.version}"))
    sheet.write_row(3, 0, ("Provider", contract.provider))
    sheet.write_row(4, 0, ("Commissioner", contract.commissioner))
    unit = load_scheme(contract.scheme).record.unit
    not_paid = sum(statement.unclassed.values()) + sum(statement.outside.values())
    left_out = f"{not_paid:,} units without a currency or a term; commissioner not known: "
    left_out += f"{statement.commissioner_unknown:,} units of this provider; a unit is a {unit}"
    sheet.write_row(5, 0, ("Not paid", left_out))
    sheet.write_row(_TOP - 1, 0, _HEADINGS, styles["head"])
    sheet.set_column(0, 1, 13)
    sheet.set_column(2, 3, 32)
    sheet.set_column(4, 8, 16)
    sheet.freeze_panes(_TOP, 0)
    row = _TOP
    for line in statement.lines:
        service = f"{service_name(line.service)} ({line.service})" if line.service else "(all)"
        sheet.write_number(row, 0, line.line)
        sheet.write_row(row, 1, (line.period, line.term, service, line.currency or ""))
        sheet.write_number(row, 5, line.units, styles["count"])
        price = line.price_pence / 100
        cell = cells.get((line.price_list or "", line.currency or ""), formulas.get(line.line))
        if cell:
            sheet.write_formula(row, 6, f"={cell}", styles["money"], price)
        else:
            sheet.write_number(row, 6, price, styles["money"])
        formula = f"=F{row + 1}*G{row + 1}"
        sheet.write_formula(row, 7, formula, styles["money"], line.amount_pence / 100)
        sheet.write_string(row, 8, line.lineage)
        row += 1
    total = statement.total_pence / 100
    sum_formula = f"=SUM(H{_TOP + 1}:H{row})" if row > _TOP else "=0"
    sheet.write_string(row, 6, "Total")
    sheet.write_formula(row, 7, sum_formula, styles["total"], total)
    sheet.write_string(row + 1, 6, "levelfield's total")
    sheet.write_number(row + 1, 7, total, styles["money"])
    check = f'=IF(ROUND(H{row + 1}-H{row + 2},2)=0,"agrees","DIFFERS")'
    sheet.write_formula(row + 2, 7, check, None, "agrees")
