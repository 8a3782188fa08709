"""A plan that makes no sense is refused with its file, its row and what to do."""

from pathlib import Path

import pytest

from levelfield.core.errors import LevelfieldError
from levelfield.payment import Contract, load_contract
from levelfield.payment.scenarios import read_plan
from spec.money_spec import contract_file

TERMS = """
    terms:
      - {id: care, kind: activity, services: ["26", "33"]}
"""
HEAD = "month,service,currency,units"
MONTHS = [f"2025-{n:02d}" for n in range(4, 13)] + [f"2026-{n:02d}" for n in range(1, 4)]
WHOLE = [f"{month},26,A08A1,10" for month in MONTHS]


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return load_contract(contract_file(tmp_path, TERMS))


def refused(tmp_path: Path, contract: Contract, *lines: str) -> str:
    file = tmp_path / "plan.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(LevelfieldError) as raised:
        read_plan(file, contract)
    assert str(raised.value).startswith(str(file))
    return str(raised.value)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2026-04,26,A08A1,10", "row 14: 'month' is '2026-04'"),
        ("April,26,A08A1,10", "Write a month of it, as in 2025-04"),
        ("2025-04,99X,A08A1,10", "'service' is '99X', which is not a team type"),
        ("2025-04,33,A08A9,10", "'currency' is 'A08A9', which is not one of ncc-2024-25"),
        ("2025-04,12,N02AF,10", "no term of the contract covers N02AF of service 12"),
        ("2025-04,33,A13A1,-1", "'units' is '-1'. Write a whole number"),
        ("2025-04,33,A13A1,1.5", "'units' is '1.5'. Write a whole number"),
        ("2025-04,33,A13A1,", "'units' is ''. Write a whole number"),
        ("2025-04,26,A08A1,10", "row 14: this month, service and currency come twice"),
        ("2025-04,33,A13A1,10", "A13A1 of service 33 has no row for 2025-05"),
        ("2025-04,33,A13A1", "row 14 has not one value for each column"),
    ],
)
def test_a_row(tmp_path: Path, contract: Contract, row: str, words: str) -> None:
    assert words in refused(tmp_path, contract, HEAD, *WHOLE, row)


def test_a_plan_without_rows_or_columns(tmp_path: Path, contract: Contract) -> None:
    assert "the plan has no row" in refused(tmp_path, contract, HEAD)
    assert "the column 'units' is missing" in refused(tmp_path, contract, "month,service,currency")


def test_a_scheme_that_is_not_counted_by(tmp_path: Path, contract: Contract) -> None:
    said = refused(tmp_path, contract, f"{HEAD},scheme", f"{WHOLE[0]},procedure")
    assert "'scheme' is 'procedure', by which the contract counts nothing" in said
