"""Guards before signature: gates, savings, thresholds, gaps and costs that a hand can check."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from levelfield.commissioning.before_signature import (
    RULES,
    Register,
    base_year,
    cost_of_terms,
    data_gaps,
    guards,
    judge_gates,
    load_register,
    moved,
    paid_below,
    savings_profile,
    small_numbers,
    thresholds,
    write_files,
)
from levelfield.commissioning.before_signature.thresholds import judge
from levelfield.core.errors import ContractError, DefinitionError, UsageError
from levelfield.core.periods import FinancialYear
from levelfield.core.values import VALUE_SCHEMA
from levelfield.currencies import COUNT_SCHEMA, load_scheme
from levelfield.facts import load_fact
from levelfield.payment import Contract, PaymentInputs, Reckoning, load_contract
from levelfield.quality import Standing
from levelfield.tariff import PriceList, load_price_list

YEAR = FinancialYear.parse("2026-27")
STANDING = Standing(97.0, "Q-1", 12, 12, 12, None)

HEAD = """
id: proposal
version: "1"
title: A proposal
provider: ZA1
commissioner: ZC001
year: 2026-27
scheme: ncc-2024-25
price_list: ncc-2024-25
source: Invented.
"""
TERMS = """
terms:
  - {id: nursing, kind: block, services: ["12"], annual: 6000.00}
  - id: therapy
    kind: cost_and_volume
    services: ["26"]
    fixed: 1000
    plan: 12000
    above: [{percent: 5, rate: 0.5}]
    below: [{percent: 10, rate: 0.25}]
  - {id: rest, kind: activity, services: others}
  - id: outcomes
    kind: outcomes
    first_year: 2026-27
    at_risk_percent: [10]
    values: {2026-27: 10000}
    points: 10
    domains:
      - id: d
        title: D
        points: 10
        outcomes:
          - id: o
            title: O
            points: 10
            indicators:
              - id: kept
                title: Kept
                points: 6
                goal: {measure: dna_rate, target: 0.05, lower_is_better: true}
              - {id: later, title: Later, points: 4, deferred_to: 2027-28}
"""


def contract(folder: Path, terms: str = TERMS) -> Contract:
    file = folder / "proposal.yaml"
    file.write_text(HEAD + terms, encoding="utf-8")
    return load_contract(file)


def register(folder: Path, text: str = "") -> Register:
    file = folder / "proposal.register.yaml"
    file.write_text("contract: proposal\n" + text, encoding="utf-8")
    return load_register(file, "proposal")


def counts(year: FinancialYear, units: int = 10) -> pa.Table:
    """Each month 10 nursing contacts, 10 of physiotherapy, 1 of podiatry, 2 without a currency and
    1 without a commissioner."""
    rows = []
    for month in year.months:
        for team, currency, number in (
            ("12", "N02AF", units),
            ("26", "A08A1", units),
            ("27", "A09A", 1),
            ("12", None, 2),
        ):
            rows.append(
                {
                    "provider": "ZA1",
                    "commissioner": "ZC001",
                    "period": str(month),
                    "team_type": team,
                    "currency": currency,
                    "error_class": None if currency else "NO_TEAM",
                    "basis": "direct",
                    "assumed": "attendance" if team == "27" else None,
                    "units": number,
                }
            )
        lost = {**rows[-4], "commissioner": None, "units": 1}
        rows.append(lost)
    return pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)


def values(year: FinancialYear, top: float = 6.0) -> pa.Table:
    rows = [
        {
            "measure": "dna_rate",
            "version": "1",
            "period": str(month),
            "org_level": "provider",
            "org_code": "ZA1",
            "stratifier": "all",
            "stratum": "all",
            "numerator": top,
            "denominator": 120.0,
            "value": top / 120,
            "flags": "",
            "lineage": f"V-{month}",
        }
        for month in year.months
    ]
    return pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)


def prices() -> PriceList:
    return load_price_list("ncc-2024-25", {"ZA1": Decimal("1.0214")})


def inputs(year: FinancialYear = YEAR) -> PaymentInputs:
    return PaymentInputs(
        counts={"ncc-2024-25": counts(year)},
        price_lists={"ncc-2024-25": prices()},
        snapshot="made up",
        values=values(year),
    )


def test_an_earlier_year_stands_in_for_one_that_is_to_come(tmp_path: Path) -> None:
    made = contract(tmp_path)
    earlier = inputs(FinancialYear.parse("2025-26"))
    base = base_year(made, earlier)
    assert str(base) == "2025-26"
    work, own = (Reckoning(made, x) for x in (moved(made, earlier, base), inputs()))
    for term in made.terms:
        for month in made.financial_year.months:
            assert work.amount_pence(term.id, month) == own.amount_pence(term.id, month)


def test_without_a_whole_year_nothing_is_judged(tmp_path: Path) -> None:
    made = contract(tmp_path)
    part = inputs().counts["ncc-2024-25"].slice(0, 20)
    with pytest.raises(UsageError, match="no financial year up to 2026-27"):
        base_year(made, replace(inputs(), counts={"ncc-2024-25": part}))


def test_years_of_care_are_judged_by_a_year_that_is_held(tmp_path: Path) -> None:
    """ADU-1 has 31 months of people at £600.01 a year: 31 × 600.01 ÷ 12 is £1,550.025833…; the
    months of 2024-25 and of another commissioner are not in it."""
    file = tmp_path / "proposal.yaml"
    head = HEAD.replace("scheme: ncc-2024-25", "scheme: year-of-care")
    file.write_text(
        f"{head}local_prices: {{ADU-1: 600.01, ADU-3: 4000.00}}\n"
        'terms: [{id: y, kind: year_of_care, services: ["11"], currencies: [ADU-1]}]\n',
        encoding="utf-8",
    )
    proposal = load_contract(file)
    own = {"provider": "ZA1", "commissioner": "ZC001", "period": "2025-26", "basis": "direct"}
    rows = [
        {**own, "currency": "ADU-1", "units": 3, "size": 31},
        {**own, "currency": "ADU-3", "units": 2, "size": 14},
        {**own, "currency": "ADU-1", "units": 9, "size": 99, "commissioner": "ZC002"},
        {**own, "currency": "ADU-1", "units": 9, "size": 99, "period": "2024-25"},
    ]
    table = pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)
    given = replace(inputs(), counts={"year-of-care": table})
    assert str(base_year(proposal, given)) == "2025-26"
    empty = load_fact("table_quality").arrow_schema().empty_table()
    made = guards(proposal, register(tmp_path), given, prices(), prices(), STANDING, empty, {})
    assert {one.id: one.pence for one in made.not_agreed} == {"ADU-1": 155_003, "ADU-3": 0}
    assert made.value == 155_003
    assert {one.id: one.check for one in made.gates}["UC-6"] == "not met"
    with pytest.raises(UsageError, match="no financial year up to 2026-27"):
        base_year(proposal, replace(given, counts={"year-of-care": table.slice(0, 0)}))


def with_interval(list_: PriceList, width: float) -> PriceList:
    """The same list whose prices have an interval of so much to either side."""

    class Wider(type(list_)):  # type: ignore[misc]
        def price(self, currency: str, provider: str, year: FinancialYear):
            found = super().price(currency, provider, year)
            lower, upper = (round(found.pence * (1 + side * width)) for side in (-1, 1))
            return replace(found, lower=lower, upper=upper)

    return Wider(**list_.__dict__)


def test_a_price_is_held_against_the_interval_of_its_cost(tmp_path: Path) -> None:
    """120 nursing contacts cost their list price; a block of £6,000 is far below, one at the cost
    lies within, one at twice the cost above."""
    work = Reckoning(contract(tmp_path), inputs())
    unsure = cost_of_terms(work, prices())
    assert {one.verdict for one in unsure} == {"cannot tell"}
    sure = {one.term: one for one in cost_of_terms(work, with_interval(prices(), 0.1))}
    price = prices().price("N02AF", "ZA1", YEAR).pence
    assert (sure["nursing"].cost, sure["nursing"].units) == (120 * price, 120)
    assert sure["nursing"].lower == 120 * round(price * 0.9)
    assert sure["rest"].verdict == "within"
    for factor, verdict in ((0.5, "below"), (1, "within"), (2, "above")):
        annual = f"{120 * price * factor / 100:.2f}"
        other = contract(tmp_path, TERMS.replace("6000.00", annual))
        found = cost_of_terms(Reckoning(other, inputs()), with_interval(prices(), 0.1))
        assert found[0].verdict == verdict
        assert [one.term for one in paid_below(found)].count("nursing") == (verdict == "below")


def test_a_list_that_costs_too_little_of_the_care_decides_nothing(tmp_path: Path) -> None:
    """Of the activity term's 12 units none has a cost: an estimate has no interval."""

    whole = with_interval(prices(), 0.1)

    class Holed(type(whole)):  # type: ignore[misc]
        def price(self, currency: str, provider: str, year: FinancialYear):
            if currency == "A09A":
                raise ContractError("no price")
            return super().price(currency, provider, year)

        def unclassified(self, provider: str, year: FinancialYear) -> Decimal:
            return Decimal(5000)

    holed = Holed(**whole.__dict__)
    found = {one.term: one for one in cost_of_terms(Reckoning(contract(tmp_path), inputs()), holed)}
    rest = found["rest"]
    assert (rest.uncosted, rest.cost, rest.verdict) == (12, 60_000, "cannot tell")
    assert found["nursing"].verdict == "below"


def test_units_of_another_scheme_have_no_cost_to_be_held_against(tmp_path: Path) -> None:
    other = with_interval(prices(), 0.1)
    strange = replace(other, file=other.file.model_copy(update={"scheme": "procedure"}))
    found = cost_of_terms(Reckoning(contract(tmp_path), inputs()), strange)
    assert {(one.cost, one.verdict) for one in found} == {(None, "cannot tell")}
    assert "procedure" in found[0].why


def test_thresholds_count_what_lies_just_above_and_just_below(tmp_path: Path) -> None:
    found = judge("t", "n", "months", 100, 101.0, [94.9, 95, 99.9, 100, 104.9, 105], 5)
    assert (found.observations, found.below, found.above) == (6, 2, 2)
    assert found.p == 1.0
    heap = judge("t", "n", "months", 100, None, [101.0] * 8, None)
    assert heap.p == pytest.approx(2 / 2**8)
    assert judge("t", "n", "months", 100, None, [], None).p is None


def test_each_threshold_of_the_contract_is_shown(tmp_path: Path) -> None:
    """Physiotherapy at £1,000 a month of plan: the months lie where the price puts them."""
    work = Reckoning(contract(tmp_path), inputs())
    found = {one.name: one for one in thresholds(work, {})}
    assert set(found) == {"above plan by 5%", "below plan by 10%", "kept: target"}
    above = found["above plan by 5%"]
    price = prices().price("A08A1", "ZA1", YEAR).pence
    assert above.now == pytest.approx(100 * 120 * price / 1_200_000)
    # 1% of the plan of £12,000 at half of its price.
    assert above.pence == 6_000
    kept = found["kept: target"]
    # £10,000 × 10% at risk × 6 of 10 points, at once when the target is met; 6 of 120 is on it.
    assert (kept.pence, kept.at, kept.above, kept.observations) == (60_000, 0.05, 12, 12)


def test_episodes_about_their_trim_point(tmp_path: Path) -> None:
    terms = """
scheme: single-episode
local_prices: {NUR-S1: 100}
terms: [{id: e, kind: episode, services: ["12"], excess_day: 7}]
"""
    head = HEAD.replace("scheme: ncc-2024-25\n", "")
    file = tmp_path / "e.yaml"
    file.write_text(head + terms, encoding="utf-8")
    rows = [{**row, "currency": "NUR-S1"} for row in counts(YEAR).to_pylist() if row["currency"]]
    table = pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)
    given = replace(inputs(), counts={"single-episode": table})
    work = Reckoning(load_contract(file), given)
    sizes = {"single-episode": {"12": [500.0, 520.0, 539.0, 540.0, 600.0]}}
    [found] = thresholds(work, sizes)
    assert (found.name, found.at) == ("trim point of service 12", 540)
    assert (found.below, found.above, found.pence) == (2, 1, 700)


def test_money_on_small_numbers(tmp_path: Path) -> None:
    found = {one.term: one for one in small_numbers(Reckoning(contract(tmp_path), inputs()))}
    assert set(found) == {"rest", "outcomes"}
    price = prices().price("A09A", "ZA1", YEAR).pence
    rest = found["rest"]
    assert (rest.cells, rest.small, rest.at_risk, rest.total) == (1, 1, 12 * price, 12 * price)
    assert rest.chance == round(1.959964 * (12 * price**2) ** 0.5)
    assert (found["outcomes"].small, found["outcomes"].total) == (0, 100_000)
    fewer = replace(inputs(), values=None)
    again = {x.term: x for x in small_numbers(Reckoning(contract(tmp_path), fewer))}
    assert again["outcomes"].at_risk == 60_000


def test_each_data_gap_has_its_pounds() -> None:
    lost = pa.Table.from_pylist(
        [
            {
                "provider": "ZA1",
                "period": "2026-04",
                "table_name": "CYP201CareContact",
                "records_rejected": 12,
            },
            {
                "provider": "ZA1",
                "period": "2026-04",
                "table_name": "CYP101Referral",
                "records_rejected": 7,
            },
            {
                "provider": "ZA1",
                "period": "2025-04",
                "table_name": "CYP201CareContact",
                "records_rejected": 9,
            },
        ],
        schema=load_fact("table_quality").arrow_schema(),
    )
    scheme = load_scheme("ncc-2024-25")
    found = {
        gap.name: gap
        for gap in data_gaps(counts(YEAR), lost, scheme, prices(), "ZA1", "ZC001", YEAR)
    }
    nursing = prices().price("N02AF", "ZA1", YEAR).pence
    podiatry = prices().price("A09A", "ZA1", YEAR).pence
    assert (found["NO_TEAM"].units, found["NO_TEAM"].pence) == (24, 24 * nursing)
    assert (found["attendance"].units, found["attendance"].pence) == (12, 12 * podiatry)
    unknown = found["commissioner not known"]
    assert (unknown.units, unknown.pence, unknown.of) == (12, 12 * nursing, "provider")
    assert found["rejected"].units == 12


def test_savings_are_cut_year_by_year(tmp_path: Path) -> None:
    """£100.01 less a quarter is £75.0075; a half of it is £50.005, rounded away from zero."""
    text = """
savings:
  - {id: S1, words: Beds, years: {2026-27: 60.01, 2027-28: 10}}
  - {id: S2, words: Visits, years: {2026-27: 40}}
"""
    [first, second] = savings_profile(register(tmp_path, text).savings)
    quarter, half = Decimal("0.25"), Decimal("0.50")
    assert (first.year, first.assumed) == ("2026-27", 10_001)
    assert (first.left[quarter], first.left[half]) == (7_501, 5_001)
    assert second.left == {quarter: 750, half: 500}


CLOSED = "{status: closed, by: A. Chair, dated: 2026-03-01}"


def gate(folder: Path, name: str, text: str, year_one: int = 15_200_000_000):
    found = judge_gates(register(folder, text), year_one, gaps_priced=True)
    assert [one.id for one in found] == list(RULES)
    return next(one for one in found if one.id == name)


def test_the_bid_of_unitingcare(tmp_path: Path) -> None:
    """£726m against a cap of £752m on which others sat: 3.46% under (commissioning rules, UC-2)."""
    bids = "bids: {bid: 726000000, ceiling: 752000000, others: [752000000]"
    open_one = gate(tmp_path, "UC-2", bids + "}")
    assert (open_one.status, open_one.check) == ("open", "not met")
    assert "3.46% under" in open_one.facts
    reviewed = gate(tmp_path, "UC-2", bids + ", bottom_up_review: by the auditors}")
    assert reviewed.check == "met"
    alone = gate(tmp_path, "UC-2", bids.replace("others: [752000000]", "others: [740000000]") + "}")
    assert alone.check == "met"


def test_the_request_of_unitingcare(tmp_path: Path) -> None:
    """£34m sought after one month on a year of £152m: 22.4%, above a tenth (UC-10)."""
    begun = "begins: 2015-04-01\nrequests: [{dated: 2015-05-01, pounds: 34000000}]"
    found = gate(tmp_path, "UC-10", begun)
    assert (found.check, found.status) == ("not met", "open")
    assert "22.4%" in found.facts
    late = begun.replace("2015-05-01", "2015-06-30")
    assert gate(tmp_path, "UC-10", late).check == "met"
    last_day = begun.replace("2015-05-01", "2015-06-29")
    assert gate(tmp_path, "UC-10", last_day).check == "not met"


@pytest.mark.parametrize(
    ("name", "open_text", "met_text"),
    [
        (
            "UC-1",
            "open_items: [{id: O, words: w, kind: cost clarification}]",
            "open_items: [{id: O, words: w, kind: cost clarification, resolved: 2026-02-01}]",
        ),
        (
            "UC-3",
            "assumptions: [{id: A, words: w, pounds: 5}]",
            "assumptions: [{id: A, words: w, pounds: 5, owner: B}]",
        ),
        ("UC-3", "", "assumptions: [{id: A, words: w, pounds: 0, owner: B}]"),
        (
            "UC-11",
            "set_up: {budget: 8, spent: 9}\nexit: {budget: 1}",
            "set_up: {budget: 9, spent: 9}\nexit: {budget: 1}",
        ),
        ("UC-11", "set_up: {budget: 9}", "set_up: {budget: 9}\nexit: {budget: 1}"),
    ],
)
def test_a_gate_against_the_facts_stays_open(
    tmp_path: Path, name: str, open_text: str, met_text: str
) -> None:
    said = f"\ngates: {{{name}: {CLOSED}}}"
    against = gate(tmp_path, name, open_text + said)
    assert (against.status, against.check) == ("open", "not met")
    assert "against the facts" in against.reason
    assert gate(tmp_path, name, met_text + said).status == "closed"
    # The facts alone close nothing: somebody answers for it.
    assert gate(tmp_path, name, met_text).status == "open"


def test_a_waived_gate_stays_waived_and_says_by_whom(tmp_path: Path) -> None:
    waived = "{status: waived, by: A. Chair, dated: 2026-03-01, reason: The trust is public}"
    found = gate(tmp_path, "UC-3", f"gates: {{UC-3: {waived}}}")
    assert (found.status, found.by, found.dated) == ("waived", "A. Chair", date(2026, 3, 1))
    assert found.reason == "The trust is public"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gates: {UC-5: {status: closed, by: A}}", "needs 'by'"),
        ("gates: {UC-5: {status: waived, by: A, dated: 2026-03-01}}", "needs a 'reason'"),
        ("gates: {UC-12: {status: open}}", "UC-12"),
        ("savings: [{id: S, words: w, years: {}}]", "years"),
        (
            "assumptions: [{id: A, words: w}, {id: A, words: v}]",
            "more than once",
        ),
        ("requests: [{dated: 2026-05-01, pounds: 1}]", "begins"),
    ],
)
def test_a_register_that_makes_no_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        register(tmp_path, text)


def test_the_register_of_another_contract_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.register.yaml"
    file.write_text("contract: other", encoding="utf-8")
    with pytest.raises(ContractError, match="register of 'other'"):
        load_register(file, "proposal")


def test_the_files_say_what_the_report_says(tmp_path: Path) -> None:
    text = "open_items: [{id: O, words: Wheelchairs, pounds: 30}]"
    empty = load_fact("table_quality").arrow_schema().empty_table()
    made = guards(
        contract(tmp_path),
        register(tmp_path, text),
        inputs(FinancialYear.parse("2025-26")),
        prices(),
        prices(),
        STANDING,
        empty,
        {},
    )
    assert str(made.base) == "2025-26"
    assert {one.id: one.pence for one in made.not_agreed} == {"O": 3_000, "later": 40_000}
    assert {one.id for one in made.open_gates} == set(RULES)
    out = tmp_path / "out"
    out.mkdir()
    names = {file.name for file in write_files(made, out)}
    assert {"gates.csv", "costs.csv", "gaps.csv", "guards.json", "guards.xlsx"} <= names
    told = json.loads((out / "guards.json").read_text(encoding="utf-8"))
    assert told["value_pence"] == made.value
    assert [row["id"] for row in told["gates"]] == list(RULES)
    assert "not for publication" in told["note"]
