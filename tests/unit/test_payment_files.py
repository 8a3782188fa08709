"""Statements and shadows as files: CSV that adds up, a workbook whose formulas give the total."""

import csv
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from levelfield.core.money import pence
from levelfield.payment import (
    STATEMENT_SCHEMA,
    shadow_table,
    statement,
    write_statement_csv,
    write_statement_workbook,
)
from levelfield.payment.files import _last_factors
from levelfield.payment.scenarios import write_tables
from levelfield.tariff import load_price_list, price_lists
from spec.money_spec import inputs, pay, run_shadow

TERMS = """
local_prices: {A13A1: 99.99}
terms:
  - {id: fixed, kind: block, services: ["12"], annual: 1000.01}
  - {id: care, kind: activity, services: ["26", "33"]}
"""
UNITS = """
    team_type | currency | units
    12        | N02AF    | 4
    26        | A08A1    | 7
    33        | A13A1    | 5
"""
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_csv_holds_the_lines_and_adds_up(tmp_path: Path) -> None:
    found = pay(tmp_path, TERMS, UNITS, "2025-04")
    write_statement_csv(found, tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert list(read[0]) == STATEMENT_SCHEMA.names
    assert sum(int(row["amount_pence"]) for row in read) == found.total_pence
    assert [row["price_pence"] for row in read] == ["8333", "7931", "9999"]


def test_each_line_says_which_contract_and_which_data_it_was_made_from(tmp_path: Path) -> None:
    contract = pay(tmp_path, TERMS, UNITS, "2025-04").contract
    newer = contract.model_copy(update={"version": "2"})
    made = [
        statement(agreed, "2025-04", replace(inputs(UNITS), snapshot=snapshot))
        for agreed, snapshot in [(contract, "one"), (contract, "two"), (newer, "one")]
    ]
    assert {(line.version, line.snapshot) for line in made[1].lines} == {("1", "two")}
    keys = [line.lineage for one in made for line in one.lines]
    assert len(set(keys)) == 3 * 3


def _cells(workbook: Path, sheet: int) -> dict[str, tuple[str | None, str | None]]:
    """Formula and value of each cell that has one."""
    with zipfile.ZipFile(workbook) as archive:
        tree = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {
        cell.attrib["r"]: (cell.findtext(f"{SHEET}f"), cell.findtext(f"{SHEET}v"))
        for cell in tree.iter(f"{SHEET}c")
    }


def test_the_workbook_recomputes_the_statement(tmp_path: Path) -> None:
    found = pay(tmp_path, TERMS, UNITS, "2025-04")
    write_statement_workbook(found, tmp_path / "s.xlsx")
    lines, prices = _cells(tmp_path / "s.xlsx", 1), _cells(tmp_path / "s.xlsx", 2)

    def number(cells: dict, name: str) -> float:
        return float(cells[name][1])

    assert prices["G2"][0] == "ROUND(C2*D2/E2*F2,2)"
    worked_out = (
        number(prices, "C2") * number(prices, "D2") / number(prices, "E2") * number(prices, "F2")
    )
    assert round(worked_out, 2) == number(prices, "G2") == 79.31
    assert lines["G10"][0] == "Prices!$G$2"
    total = 0.0
    for row in (9, 10, 11):
        assert lines[f"H{row}"][0] == f"F{row}*G{row}"
        total += number(lines, f"F{row}") * number(lines, f"G{row}")
    assert lines["H12"][0] == "SUM(H9:H11)"
    assert round(total * 100) == round(number(lines, "H12") * 100) == found.total_pence
    assert number(lines, "H13") * 100 == found.total_pence
    assert re.fullmatch(r'IF\(ROUND\(H12-H13,2\)=0,"agrees","DIFFERS"\)', lines["H14"][0])


@pytest.mark.parametrize("name", price_lists())
def test_the_last_factors_of_a_price_make_it(name: str) -> None:
    """Of every list that ships, whichever way its prices come to be."""
    found = load_price_list(name, {"ZA1": Decimal("1.0214")})
    for currency in found.currencies:
        price = found.price(currency, "ZA1", found.year)
        pounds, uplift, average, own = _last_factors(price)
        assert pence(pounds * uplift / average * own) == price.pence, currency


def test_the_shadow_shows_block_beside_activity(tmp_path: Path) -> None:
    months = [f"2025-{n:02d}" for n in range(4, 13)] + ["2026-01", "2026-02", "2026-03"]
    drawn = "period | team_type | currency | units\n" + "\n".join(
        f"{month} | 12 | N02AF | 2\n{month} | 26 | A08A1 | 1" for month in months
    )
    found = run_shadow(tmp_path, TERMS, drawn)
    assert found.paid_pence == 100_001 + 12 * 7931
    assert found.activity_pence == 12 * (2 * 5984 + 7931)
    assert found.difference_pence == 12 * 2 * 5984 - 100_001
    write_tables(tmp_path, shadow=shadow_table(found))
    assert pq.read_table(tmp_path / "shadow.parquet").equals(shadow_table(found))
    with (tmp_path / "shadow.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    terms = [row for row in read if not row["service"]]
    assert sum(int(row["difference_pence"]) for row in terms) == found.difference_pence
    first = read[0]
    assert (first["term"], first["paid_pence"], first["activity_pence"]) == (
        "fixed",
        "8333",
        "11968",
    )


def test_the_workbook_works_out_lines_by_their_formulas(tmp_path: Path) -> None:
    terms = """
        local_prices: {N02AF: 100}
        terms:
          - {id: care, kind: blended, services: others, plan: 12000.50, fixed_share: 0.8,
             variable_share: 0.2}
          - {id: extra, kind: quality, of: [care], paid: clawed_back, groups: [{id: g, percent: 2.5,
             goals: [{id: a, title: Agreed, share: 1, goal: {agreed: 0.5}}]}]}
    """
    found = pay(tmp_path, terms, "team_type | currency | units\n 12 | N02AF | 7", "2025-04")
    write_statement_workbook(found, tmp_path / "s.xlsx")
    lines, workings = _cells(tmp_path / "s.xlsx", 1), _cells(tmp_path / "s.xlsx", 3)
    assert [workings[f"D{row}"][1] for row in (2, 3, 4, 5)] == ["12000.5", "0.8", "700", "0.2"]
    assert lines["G9"] == (
        "ROUNDDOWN((ROUND(Workings!$D$2*Workings!$D$3,2))/12,2)",
        "800.03",
    )
    assert lines["G10"] == ("ROUND(Workings!$D$4*Workings!$D$5,2)", "140.0")
    assert [line.amount_pence for line in found.lines] == [80003, 14000, 2350]
