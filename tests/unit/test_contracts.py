"""Contracts that make no sense, and units that cannot be paid, are refused in plain words."""

from pathlib import Path

import pytest

from levelfield.core.errors import ContractError, DefinitionError, LevelfieldError, UsageError
from levelfield.core.periods import FinancialYear
from levelfield.payment import example_contracts, find_registered_lists, load_contract, statement
from levelfield.tariff import AVERAGE_PLACE
from spec.money_spec import contract_file, inputs, pay, price_list, run_shadow

UNITS = """
    team_type | currency | units
    12        | N02AF    | 4
    33        | A13A1    | 5
"""
CARE = 'terms: [{id: care, kind: activity, services: ["12"]}]'


@pytest.mark.parametrize(
    ("terms", "error", "says"),
    [
        ("terms: []", DefinitionError, "'terms'"),
        ("discount: 3\n" + CARE, DefinitionError, "'discount' is not a key that is known here"),
        (
            "terms: [{id: a, kind: risk, services: others}]",
            DefinitionError,
            "its kind must be one of block, cost_and_volume, activity, procedure",
        ),
        ("terms: [{id: a, kind: block, services: others}]", DefinitionError, "annual' is missing"),
        (
            "terms: [{id: a, kind: block, services: others, annual: -1}]",
            DefinitionError,
            "must be at least 0",
        ),
        (
            "terms: [{id: a, kind: block, services: others, annual: 1.005}]",
            DefinitionError,
            "2 decimal places",
        ),
        ("terms: [{id: a, kind: activity, services: [12]}]", DefinitionError, "must be text"),
        ('terms: [{id: a, kind: activity, services: ["99"]}]', ContractError, "not a team type"),
        (
            'terms: [{id: a, kind: activity, services: ["12", "12"]}]',
            ContractError,
            "the service '12' comes 2 times",
        ),
        (
            "terms: [{id: a, kind: activity, services: others},"
            " {id: b, kind: activity, services: others}]",
            ContractError,
            "the terms a and b both cover all services that no other term names",
        ),
        (
            'terms: [{id: a, kind: activity, services: ["12"]},'
            ' {id: a, kind: activity, services: ["13"]}]',
            ContractError,
            "the term 'a' comes 2 times",
        ),
    ],
)
def test_a_contract_that_makes_no_sense(
    tmp_path: Path, terms: str, error: type[LevelfieldError], says: str
) -> None:
    with pytest.raises(error, match=r"contract\.yaml") as caught:
        pay(tmp_path, terms, UNITS, "2025-04")
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["../elsewhere", "Ours", "a b", "-a", "", "a\\n"])
def test_an_id_that_cannot_name_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    text = example_contracts()[0].read_text(encoding="utf-8")
    file = tmp_path / "contract.yaml"
    file.write_text(text.replace("id: za1-2025-26", f'id: "{name}"', 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"(?s)'id': '.*small letters, digits and dashes"):
        load_contract(file)


def test_a_unit_without_a_price_is_named(tmp_path: Path) -> None:
    units = "team_type | currency | units\n 21 | N22CF | 1"
    terms = "terms: [{id: care, kind: activity, services: others}]"
    with pytest.raises(ContractError, match="Neurology Service: N22CF has no price"):
        pay(tmp_path, terms, units, "2025-04")


def test_a_provider_without_a_market_forces_factor_is_paid_at_the_average_and_told_so(
    tmp_path: Path,
) -> None:
    file = contract_file(tmp_path, "terms: [{id: a, kind: activity, services: others}]")
    file.write_text(file.read_text(encoding="utf-8").replace("ZA1", "ZX9"), encoding="utf-8")
    drawn = "provider | team_type | currency | units\n ZX9 | 12 | N02AF | 3"
    made = statement(load_contract(file), "2025-04", inputs(drawn))
    average = price_list().price("N02AF", AVERAGE_PLACE, FinancialYear.parse("2025-26")).pence
    assert made.total_pence == 3 * average
    assert made.notes == (
        "ZX9 has no market forces factor in prices/mff_2026-27.csv, nor in the home: the list "
        "ncc-2024-25 prices it at 1.051144, the average. Where it has one, write it under 'mff' "
        "in lookups/providers.csv of the home.",
    )


def test_a_period_outside_the_year_or_without_data(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"2026-04 lies outside"):
        pay(tmp_path, CARE, UNITS, "2026-04")
    with pytest.raises(UsageError, match=r"no units of ZA1 in 2025-05"):
        pay(tmp_path, CARE, UNITS, "2025-05")
    with pytest.raises(UsageError, match=r"2025-04, 2025-05"):
        run_shadow(tmp_path, CARE, "team_type | currency | units")


def test_a_shadow_leaves_out_months_without_data_on_both_sides(tmp_path: Path) -> None:
    found = run_shadow(tmp_path, CARE, UNITS)
    assert found.missing == tuple(str(m) for m in found.contract.financial_year.months[1:])
    assert {month.period for month in found.months} == {"2025-04"}


def test_what_no_term_covers_is_counted(tmp_path: Path) -> None:
    found = pay(tmp_path, CARE, UNITS, "2025-04")
    assert found.outside == {"33": 5}


def test_units_without_a_commissioner_are_counted_beside_the_statement(tmp_path: Path) -> None:
    units = """
        provider | commissioner | period  | team_type | currency | units
        ZA1      | ZC001        | 2025-04 | 12        | N02AF    | 4
        ZA1      | ZC002        | 2025-04 | 12        | N02AF    | 50
        ZA1      |              | 2025-04 | 12        | N02AF    | 3
        ZA1      |              | 2025-04 | 33        |          | 2
        ZA1      |              | 2025-05 | 12        | N02AF    | 70
        ZA5      |              | 2025-04 | 12        | N02AF    | 700
    """
    found = pay(tmp_path, CARE, units, "2025-04")
    assert found.commissioner_unknown == 5
    assert [line.units for line in found.lines] == [4]
    assert run_shadow(tmp_path, CARE, units).commissioner_unknown == 75


def test_the_examples_load() -> None:
    contracts = [load_contract(file) for file in example_contracts()]
    assert {c.provider for c in contracts} == {"ZA1", "ZA2", "ZA4", "ZA5"}
    kinds = {type(term) for c in contracts for term in (*c.terms, *c.shadow)}
    assert len(kinds) == 10
    names = {name for c in contracts for name in c.registered_lists}
    assert set(find_registered_lists(names, Path("nowhere"))) == names != set()
    assert all(file.stem == c.id for file, c in zip(example_contracts(), contracts, strict=True))
