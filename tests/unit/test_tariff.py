"""Prices step by step, and the estimates that stand beside them."""

from decimal import Decimal
from pathlib import Path

import pytest

from levelfield.core.errors import ContractError, DefinitionError, UsageError
from levelfield.core.periods import FinancialYear
from levelfield.currencies import COUNT_SCHEMA, load_scheme
from levelfield.tariff import (
    assumed_values,
    estimate_errors,
    load_price_list,
    price_lists,
    read_factors,
)
from levelfield.tariff.factors import average_factor
from levelfield.tariff.price_list import AVERAGE_PLACE
from levelfield.tariff.schedule import read_schedule
from spec.money_spec import UNITS, price_list
from spec.tables import arrow, rows

YEAR = FinancialYear.parse("2025-26")


def test_the_steps_of_a_price_can_be_followed() -> None:
    price = price_list().price("N02AF", "ZA1", YEAR)
    cost, uplift, average, own, rounded = price.steps
    assert cost.pounds == Decimal("59.647963")
    assert uplift.factor == Decimal("1.032388")
    assert uplift.note == "GDP deflator, forecast"
    assert (average.factor, average.divides) == (Decimal("1.051144"), True)
    assert average.note.startswith("factors of 2026-27 for want of those of 2025-26, weighted")
    assert own.factor == Decimal("1.0214")
    assert own.note == "factor of ZA1, of 2026-27, or the home's where that has none"
    pounds = cost.pounds * uplift.factor / average.factor * own.factor
    assert own.pounds == pytest.approx(pounds, abs=Decimal("1e-20"))
    assert (rounded.pounds, price.pence) == (Decimal("59.84"), 5984)


def test_a_national_average_has_no_interval_and_says_so() -> None:
    price = price_list().price("N02AF", "ZA1", YEAR)
    assert (price.lower, price.upper) == (None, None)
    assert "No interval" in price.interval_note
    assert (price.units, price.base_cost_pence) == (25_928_163, 154_656_209_691)
    assert price.unclassified_share == Decimal("0.0807")
    assert (price.providers, price.verdict) == (None, "caution")
    assert price.cautions == ("Only an average is known, not how far providers lie apart.",)


def test_factors_of_the_year_itself_stand_in_for_nothing() -> None:
    steps = price_list().price("N02AF", "ZA1", FinancialYear.parse("2026-27")).steps
    assert steps[2].note.startswith("factors of 2026-27, weighted")


def test_a_thin_base_bears_no_price() -> None:
    price = price_list().price("N10CN", "ZA1", YEAR)
    assert price.verdict == "do not price"
    assert price.cautions == ("Thin base: 438 units nationally, below 1,000.",)


def test_a_provider_without_a_factor_gets_the_average() -> None:
    price = price_list().price("CHS00", "ZZ9", FinancialYear.parse("2024-25"))
    assert price.pence == 8043
    assert price.steps[3].note == "ZZ9 has no factor: the average stands in"


@pytest.mark.parametrize(
    ("price_list", "code"),
    [
        ("ncc-2024-25", "CHS00"),
        ("community-contact-2024-25", "A-OTH"),
        ("community-contact-2024-25", "C-OTH"),
        ("fictional-2026-27", "CHS00"),
    ],
)
def test_a_class_of_care_that_nobody_classed_bears_no_price(price_list: str, code: str) -> None:
    shipped = load_price_list(price_list)
    price = shipped.price(code, AVERAGE_PLACE, shipped.year)
    assert (price.verdict, price.unclassified_share) == ("do not price", 1)
    assert price.cautions == (
        "It stands for care of which nobody recorded what it was: its cost is of no one kind.",
    )


@pytest.mark.parametrize("currency", ["N07CN", "N19CN", "N22CF", "N22CN", "N30AN", "X99"])
def test_a_missing_price_is_an_error_that_names_the_currency(currency: str) -> None:
    with pytest.raises(ContractError, match=f"{currency} has no price"):
        price_list().price(currency, "ZA1", YEAR)


def test_a_year_without_an_index() -> None:
    with pytest.raises(UsageError, match="no value for 2031-32: it runs from 2000-01 to 2030-31"):
        price_list().price("N02AF", "ZA1", FinancialYear.parse("2031-32"))


def test_the_average_factor_keeps_the_total() -> None:
    """Care priced at each provider's place costs what the national average says."""
    factors = {"A": Decimal("1.0"), "B": Decimal("1.2"), "C": Decimal("9")}
    contacts = {"A": Decimal(300), "B": Decimal(100), "D": Decimal(9999)}
    average = average_factor(factors, contacts)
    assert average == Decimal("1.05")
    assert sum(contacts[p] * factors[p] / average for p in "AB") == 400
    with pytest.raises(DefinitionError, match="No provider has both"):
        average_factor(factors, {"Z": Decimal(1)})


def test_factors_are_read_from_look_ups(tmp_path: Path) -> None:
    file = tmp_path / "providers.csv"
    file.write_text("code,name,mff\nZA1,One,1.0214\nZA6,Six,none\n", encoding="utf-8")
    assert read_factors(file, code="code") == {"ZA1": Decimal("1.0214")}
    file.write_text("code,name,mff\nZA1,One,-1\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="row 2, ZA1: '-1' is not a number above zero"):
        read_factors(file, code="code")
    file.write_text("code,name,mff\nZA1,One,102.14\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"'ZA1': a market forces factor of 102\.14 is far"):
        read_factors(file, code="code")
    file.write_text("code,name,mff\nZA1,One,1.0\nZA6,Six,\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"row 3: 'ZA6' has no 'mff': write .* or 'none'"):
        read_factors(file, code="code")


SCHEDULE = "department_code,currency_code,currency_name,activity,unit_cost,cost\n"


@pytest.mark.parametrize(
    "row",
    [
        "D,N02AF,Nursing,300,33.33,10000.00",  # rounded to pence
        "D,N02AF,Nursing,300,33,10000.00",  # rounded to pounds
        "D,N02AF,Nursing,3,33.333333,100",  # both rounded
        "D,N02AF,Nursing,,,10000.00",  # suppressed
        "D,N02AF,Nursing,0,33.33,",  # nobody has counted
        "D,N02AF,Nursing,300,33.33,",
        "D, N02AF ,Nursing, 300 , 33.33 ,10000.00",  # blanks around a cell are no part of it
    ],
)
def test_a_schedule_of_unit_costs(tmp_path: Path, row: str) -> None:
    file = tmp_path / "costs.csv"
    file.write_text(f"{SCHEDULE}{row}\n", encoding="utf-8")
    assert set(read_schedule(file, {"N02AF", "N02AN"})) == {"N02AF"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "D,N02AN,Nursing,300,34.00,10000.00",
            r"costs.csv: row 3: N02AN has the unit cost 34.00, but its cost over its activity, "
            r"10000.00 ÷ 300, is 33.333333: ask the source",
        ),
        ("D,N02AN,Nursing,300,33.35,10000.00", "row 3: N02AN has the unit cost 33.35"),
        ("D,N02AN,Nursing,-3,33.33,", "row 3: 'activity' is '-3', and units are a whole number"),
        ("D,N02AN,Nursing,many,33.33,", "row 3: 'activity' is 'many'"),
        ("D,N02AN,Nursing,300,0,", "row 3, 'unit_cost': '0' is not a number above zero"),
        ("D,N02AN,Nursing,300,33.33,0", "row 3, 'cost': '0' is not a number above zero"),
        ("D,N02AF,Nursing,300,33.33,", "row 3: N02AF comes twice, first in row 2"),
        ("D, N02AF,Nursing,300,33.33,", "row 3: N02AF comes twice, first in row 2"),
        ("D,N02XX,Nursing,300,33.33,", "row 3: 'N02XX' is no currency of the scheme"),
        ("D,N02AN,Nursing,0,33.33,100", "row 3: N02AN has a cost of 100 and an activity of 0"),
        ("D,N02AN,Nursing,0,,100", "row 3: N02AN has a cost of 100 and an activity of 0"),
        ("D,N02AN,Nursing,3,3E1,100", "row 3, 'unit_cost': '3E1' is not a number above zero"),
        ("D,N02AN,Nursing,3,33,1e2", "row 3, 'cost': '1e2' is not a number above zero"),
    ],
)
def test_a_schedule_that_contradicts_itself(tmp_path: Path, row: str, message: str) -> None:
    file = tmp_path / "costs.csv"
    file.write_text(f"{SCHEDULE}D,N02AF,Nursing,300,33.33,10000.00\n{row}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=message):
        read_schedule(file, {"N02AF", "N02AN"})


def test_price_lists_by_name() -> None:
    assert price_lists() == ["community-contact-2024-25", "fictional-2026-27", "ncc-2024-25"]
    with pytest.raises(UsageError, match=r"There is: .*fictional-2026-27, ncc-2024-25"):
        load_price_list("2031")


def test_errors_in_pounds_use_the_team_then_the_provider_then_the_schedule() -> None:
    counts = arrow(
        rows("""
            provider | team_type | currency | error_class     | units
            ZA1      | 12        | N02AF    |                 | 10
            ZA1      | 21        | N22CF    |                 | 10
            ZA1      | 12        |          | MODE_MISSING    | 3
            ZA1      | 42        |          | NO_NCC_CURRENCY | 2
            ZA1      | 12        |          | NOT_ATTENDED    | 9
            ZZ9      | 42        |          | NO_NCC_CURRENCY | 2
        """),
        COUNT_SCHEMA,
        UNITS,
    )
    found = estimate_errors(load_scheme("ncc-2024-25"), counts, price_list())
    assert [(e.provider, e.error_class, e.units, e.pence) for e in found] == [
        ("ZA1", "NOT_ATTENDED", 9, 0),
        ("ZA1", "NO_NCC_CURRENCY", 2, 2 * 5984),
        ("ZA1", "MODE_MISSING", 3, 3 * 5984),
        ("ZZ9", "NO_NCC_CURRENCY", 2, 2 * 8303),
    ]


def test_what_rests_on_an_assumption_is_shown_in_pounds() -> None:
    counts = arrow(
        rows("""
            team_type | currency | assumed    | units
            12        | N02AF    |            | 10
            12        | N02AF    | attendance | 4
            21        | N22CF    | attendance | 4
        """),
        COUNT_SCHEMA,
        UNITS,
    )
    found = assumed_values(counts, price_list())
    assert [(a.assumed, a.units, a.pence) for a in found] == [("attendance", 4, 4 * 5984)]
