"""Local prices: what they rest on and who approved them stands beside the lines."""

from pathlib import Path

import pytest

from levelfield.commissioning.before_signature import Register
from levelfield.commissioning.before_signature.open_items import NotAgreed, not_agreed
from levelfield.core.errors import LevelfieldError
from levelfield.payment import Reckoning
from spec.money_spec import inputs, pay

UNITS = """
team_type | currency | units
12        | N02AF    | 3
12        | A08A1    | 2
26        | NUR-L3   | 1
"""
TERMS = """
local_prices: {N02AF: 100.00, NUR-L3: 900.00, A13A1: 50.00}
local_price_approvals:
  N02AF:
    method: Cost of three nurses over their contacts.
    evidence: Workbook of 3 March 2025
    approved_by: the contract board
    approved_on: 2025-03-10
terms:
  - {id: care, kind: activity, services: others}
"""


def test_the_statement_says_what_a_local_price_rests_on(tmp_path: Path) -> None:
    """A price that nothing was counted at (A13A1) is not spoken of."""
    made = pay(tmp_path, TERMS, UNITS, "2025-04")
    local = [line for line in made.lines if line.price_list == "local"]
    assert {line.currency: line.amount_pence for line in local} == {"N02AF": 30000, "NUR-L3": 90000}
    first, second = made.notes
    assert first.startswith("N02AF has a local price of £100.00; ncc-2024-25 has £")
    assert first.endswith(
        ". Method: Cost of three nurses over their contacts. Evidence: Workbook of 3 March 2025. "
        "Approved by the contract board on 2025-03-10."
    )
    assert second.endswith("neither method, evidence nor approval: NUR-L3.")


def test_a_contract_without_local_prices_says_nothing_of_them(tmp_path: Path) -> None:
    terms = "terms:\n  - {id: care, kind: block, services: others, annual: 12}"
    assert pay(tmp_path, terms, UNITS, "2025-04").notes == ()


def test_a_price_of_nothing_has_to_be_meant(tmp_path: Path) -> None:
    """With an approval it is; it is paid as it stands, and said beside the lines."""
    made = pay(tmp_path, TERMS.replace("N02AF: 100.00", "N02AF: 0"), UNITS, "2025-04")
    assert [line.amount_pence for line in made.lines if line.currency == "N02AF"] == [0]
    assert made.notes[0].startswith("N02AF has a local price of £0.00; ncc-2024-25 has £")
    with pytest.raises(LevelfieldError, match=r"'local_prices' gives NUR-L3 a price of 0.*meant"):
        pay(tmp_path, TERMS.replace("NUR-L3: 900.00", "NUR-L3: 0.00"), UNITS, "2025-04")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  N02AF:\n", "  N99ZZ:\n", r"names N99ZZ, which has no local price"),
        ("2025-03-10", "in March", r"local_price_approvals.N02AF.approved_on"),
        ("    approved_by: the contract board\n", "", r"local_price_approvals.N02AF.approved_by"),
        ("    evidence: Workbook of 3 March 2025\n", '    evidence: ""\n', r"N02AF.evidence"),
    ],
)
def test_an_approval_that_makes_no_sense_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in TERMS
    with pytest.raises(LevelfieldError, match=said):
        pay(tmp_path, TERMS.replace(old, new, 1), UNITS, "2025-04")


def test_the_guards_count_what_hangs_on_a_price_without_approval(tmp_path: Path) -> None:
    contract = pay(tmp_path, TERMS, UNITS, "2025-04").contract
    register = Register(contract="example", assumptions=[], open_items=[])
    found = {one.id: one for one in not_agreed(register, Reckoning(contract, inputs(UNITS)))}
    assert set(found) == {"NUR-L3", "A13A1"}
    words = "£900.00 a unit, without method, evidence and approval"
    assert found["NUR-L3"] == NotAgreed("local price", "NUR-L3", words, 90000, "", None)
    assert found["A13A1"].pence == 0
    assert "; ncc-2024-25 has £" in found["A13A1"].words
