"""Published arithmetic of payment, reproduced: CQUIN 2013/14 and the outcomes contract of 2015.

Sources: Monitor (2015), commissioning of community services, for CQUIN (2.5% = 0.5 national + 2.0
local) and points of a set sum; HSJ article 5084915 for the share at risk by year (0% in the first,
about 10%, then 15%); National Audit Office for £152m in the first year. Sums of a point are worked
out from them.
"""

from fractions import Fraction

import pytest

from levelfield.core.definitions import validate
from levelfield.core.errors import ContractError
from levelfield.core.periods import FinancialYear
from levelfield.payment import Contract, PaymentInputs, Statement, statement
from levelfield.payment.checks import check_contract
from levelfield.payment.terms import OutcomesTerm, largest_remainder
from made_up_contracts import contract_of, counts_of, price_list


def total(terms: list[dict]) -> int:
    """Pence of a year."""
    return paid(terms).total_pence


def paid(terms: list[dict]) -> Statement:
    """The year of a contract without any unit of care."""
    contract = validate(contract_of(terms), Contract, "contract")
    check_contract(contract, "contract")
    counts = {"ncc-2024-25": counts_of([], "ncc-2024-25")}
    inputs = PaymentInputs(counts, {"ncc-2024-25": price_list()}, "s")
    return statement(contract, "2025-26", inputs)


def outcomes(points: list[int], deferred: int = 0, year: str = "2025-26", **more: object) -> dict:
    """A tree of one outcome; the last `deferred` indicators are decided a year later."""
    indicators = [
        {"id": f"i{n}", "title": "t", "points": number}
        | ({"deferred_to": "2026-27"} if n >= len(points) - deferred else {"goal": {"agreed": "1"}})
        for n, number in enumerate(points)
    ]
    whole = sum(points)
    outcome = {"id": "o", "title": "t", "points": whole, "indicators": indicators}
    domain = {"id": "d", "title": "t", "points": whole, "outcomes": [outcome]}
    given = {"first_year": "2024-25", "at_risk_percent": [0, 10, 10, 15, 15], "points": whole}
    values = {"values": {year: "10000000"}, "domains": [domain]}
    return {"id": "out", "kind": "outcomes", **given, **values, **more}


@pytest.mark.parametrize(
    ("met", "pence"),
    [((1, 1), 500_000_00), ((1, 0), 100_000_00), ((0, 1), 400_000_00), ((0, 0), 0)],
)
def test_cquin_of_twenty_million(met: tuple[int, int], pence: int) -> None:
    """C8, OB-10: 2.5% of £20m is £100,000 national and £400,000 local, only for goals that are
    achieved."""
    groups = [
        {
            "id": name,
            "percent": percent,
            "goals": [{"id": name, "title": "t", "share": 1, "goal": {"agreed": achieved}}],
        }
        for name, percent, achieved in (("n", "0.5", met[0]), ("l", "2.0", met[1]))
    ]
    assert total([{"id": "q", "kind": "quality", "base": 20_000_000, "groups": groups}]) == pence


def test_three_equal_points_of_a_million() -> None:
    """OB-2: £1,000,000.00 over three equal points."""
    parts = largest_remainder(100_000_000, dict.fromkeys(("a", "b", "c"), Fraction(1)))
    assert parts == {"a": 33_333_334, "b": 33_333_333, "c": 33_333_333}


def test_deferred_points_keep_their_share() -> None:
    """OB-3: 400 points, 40 deferred, £1.0m: £2,500 a point and £100,000 held. Spread over the 360
    others a point would be £2,777.78, 11.1% more, and the whole pool would be paid."""
    deferred, spread = (paid([tree]) for tree in (outcomes([360, 40], 1), outcomes([360])))
    assert deferred.total_pence == 900_000_00
    assert "a point is worth £2,500.00 of 400 points" in deferred.notes[0]
    assert "out: Held without a decision: £100,000.00." in deferred.notes
    assert spread.total_pence == 1_000_000_00
    assert "a point is worth £2,777.78 of 360 points" in spread.notes[0]


def test_nothing_is_at_risk_in_the_first_year_and_each_year_has_its_own_value() -> None:
    """OB-9: £152m × 0% is £0 in year 1; the value of year 1 is not used again in year 2."""
    head = contract_of([outcomes([10], year="2024-25")]) | {"year": "2024-25"}
    head["terms"][0]["values"] = {"2024-25": "152000000"}
    contract = validate(head, Contract, "contract")
    check_contract(contract, "contract")
    [term] = contract.terms
    assert isinstance(term, OutcomesTerm)
    assert term.pool(FinancialYear.parse("2024-25")).pence == 0
    later = validate(head | {"year": "2025-26"}, Contract, "contract")
    with pytest.raises(ContractError, match="the value of another year does not stand in"):
        check_contract(later, "contract")


def test_the_share_at_risk_by_year() -> None:
    """C10: 0, 10, 10, 15, 15% of £100m a year."""
    years = [FinancialYear(2024 + n) for n in range(5)]
    values = {str(year): "100000000" for year in years}
    term = OutcomesTerm.model_validate(outcomes([10], values=values))
    assert [term.pool(year).pence // 100 for year in years] == [
        0,
        10_000_000,
        10_000_000,
        15_000_000,
        15_000_000,
    ]


def test_an_even_tree_is_paid_in_full_and_no_more() -> None:
    """62 indicators as that contract had, all met: exactly the pool."""
    assert total([outcomes([7] * 62)]) == 1_000_000_00
