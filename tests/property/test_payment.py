"""Laws of prices and statements over random contracts and units."""

from decimal import Decimal
from fractions import Fraction
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelfield import payment
from levelfield.core.definitions import validate
from levelfield.core.money import pence
from levelfield.core.periods import FinancialYear
from levelfield.currencies import COUNT_SCHEMA
from levelfield.payment import Contract, PaymentInputs, Statement, shadow
from levelfield.payment.terms.amounts import of_month, stated
from levelfield.tariff import PriceList, load_price_list
from oracles import payment as oracle
from property.cases import cases

MONTHS = [str(month) for month in FinancialYear.parse("2025-26").months]
CURRENCIES = ["N02AF", "N02AN", "N12", "A08A1", "A13C1", "IC01", "M01A", "N03N"]
SERVICES = ["12", "16", "26", "33", "51", None]
FACTOR = "1.0214"


@cache
def prices() -> PriceList:
    return load_price_list("ncc-2024-25", {"ZA1": Decimal(FACTOR)})


pounds = st.integers(0, 10_000_000_00).map(lambda n: Decimal(n) / 100)


@st.composite
def terms(draw: st.DrawFn) -> list[dict]:
    """One to four terms that share out the services; the last may take all others."""
    services = draw(st.permutations(["12", "16", "26", "33", "51", "none"]))
    cuts = sorted(draw(st.sets(st.integers(1, 6), min_size=1, max_size=4)))
    parts: list = [list(services[a:b]) for a, b in zip([0, *cuts[:-1]], cuts, strict=True) if a < b]
    if draw(st.booleans()):
        parts.append("others")
    return [
        {"id": f"t{n}", "kind": "activity", "services": part}
        if draw(st.booleans())
        else {"id": f"t{n}", "kind": "block", "services": part, "annual": str(draw(pounds))}
        for n, part in enumerate(parts)
    ]


def units(period: str = "2025-04") -> st.SearchStrategy[list[dict]]:
    """Counted units of one month; every month of data has at least one row."""
    row = st.builds(
        lambda service, currency, number: {
            "provider": "ZA1",
            "commissioner": "ZC001",
            "period": period,
            "team_type": service,
            "currency": currency,
            "error_class": None if currency else "NO_RULE",
            "basis": "direct" if currency else "underivable",
            "units": number,
        },
        st.sampled_from(SERVICES),
        st.sampled_from([*CURRENCIES, None]),
        st.integers(1, 100_000),
    )
    return st.lists(row, min_size=1, max_size=30)


def contract(its_terms: list[dict]) -> Contract:
    head = {
        "id": "c",
        "version": "1",
        "title": "t",
        "provider": "ZA1",
        "commissioner": "ZC001",
        "year": "2025-26",
        "scheme": "ncc-2024-25",
        "price_list": "ncc-2024-25",
        "source": "s",
        "terms": its_terms,
    }
    return validate(head, Contract, "contract")


def table(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)


def given_inputs(counts: pa.Table, listed: PriceList) -> PaymentInputs:
    return PaymentInputs({"ncc-2024-25": counts}, {"ncc-2024-25": listed}, "s")


def statement(agreed: Contract, period: str, counts: pa.Table, listed: PriceList) -> Statement:
    return payment.statement(agreed, period, given_inputs(counts, listed))


@given(terms(), units(), units())
@cases()
def test_a_statement_of_disjoint_units_is_the_sum(
    its_terms: list[dict], one: list[dict], two: list[dict]
) -> None:
    """What activity pays is additive in the units; what a block pays does not depend on them."""
    activity = [t for t in its_terms if t["kind"] == "activity"]
    if not activity:
        return
    agreed = contract(activity)
    apart = [statement(agreed, "2025-04", table(rows), prices()) for rows in (one, two)]
    together = statement(agreed, "2025-04", table(one + two), prices())
    assert together.total_pence == sum(s.total_pence for s in apart)


@given(pounds)
@cases()
def test_the_months_of_a_block_sum_to_the_year(annual: Decimal) -> None:
    year = stated(annual)
    months = [of_month(year, place, None).pence for place in range(1, 13)]
    assert sum(months) == pence(annual)
    assert len(set(months[:11])) == 1
    assert 0 <= months[11] - months[0] < 12
    assert months == [month * 100 for month in oracle.spread(Fraction(annual))]


@given(terms(), units())
@cases()
def test_the_year_is_its_months_and_the_shadow_pays_the_same(
    its_terms: list[dict], rows: list[dict]
) -> None:
    year = [row | {"period": month} for month in MONTHS for row in rows]
    agreed = contract(its_terms)
    inputs = given_inputs(table(year), prices())
    whole = payment.statement(agreed, "2025-26", inputs)
    months = [payment.statement(agreed, month, inputs) for month in MONTHS]
    assert whole.total_pence == sum(s.total_pence for s in months)
    beside = shadow(agreed, inputs)
    assert beside.paid_pence == whole.total_pence
    assert beside.difference_pence == beside.activity_pence - beside.paid_pence
    assert beside.activity_pence == sum(s.activity_pence for s in beside.services)
    by_activity = [t | {"kind": "activity"} for t in its_terms]
    for term in by_activity:
        term.pop("annual", None)
    priced = payment.statement(contract(by_activity), "2025-26", inputs)
    assert beside.activity_pence == priced.total_pence


@given(st.sampled_from(sorted(oracle.unit_costs())), st.integers(2000, 2029))
@cases()
def test_a_later_year_never_costs_less_where_the_index_rises(currency: str, start: int) -> None:
    year = FinancialYear(start)
    index = prices().index
    rises = index.values[str(FinancialYear(start + 1))] >= index.values[str(year)]
    before = prices().price(currency, "ZA1", year).pence
    after = prices().price(currency, "ZA1", FinancialYear(start + 1)).pence
    assert (after >= before) if rises else (after <= before)


@pytest.mark.parametrize("provider", ["ZA1", "ZZ9"])
def test_every_price_of_the_year_agrees_with_the_oracle(provider: str) -> None:
    year = FinancialYear.parse("2025-26")
    factor = FACTOR if provider == "ZA1" else None
    for currency in oracle.unit_costs():
        found = prices().price(currency, provider, year)
        assert Decimal(found.pence) / 100 == oracle.price(currency, factor, "2025-26")
        assert found.steps[-1].pounds * 100 == found.pence
