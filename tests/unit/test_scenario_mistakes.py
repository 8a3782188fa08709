"""A scenario file that makes no sense is refused with its file, its scenario and what to do."""

from pathlib import Path
from textwrap import dedent

import pytest

from levelfield.core.errors import LevelfieldError
from levelfield.payment import load_contract
from levelfield.payment.scenarios import Scenarios, load_scenarios, with_settings
from spec.money_spec import contract_file

TERMS = """
    terms:
      - {id: fixed, kind: block, services: ["12"], annual: 1200.00}
      - {id: care, kind: activity, services: ["26"]}
"""
FILE = """
    id: ours
    version: "1"
    title: Ours
    source: Invented.
    period: 2025-26
    base: now
    scenarios:
      - {id: now, title: As it is, contracts: [contract.yaml]}
      - id: other
        title: Otherwise
        contracts: [contract.yaml]
"""


def load(folder: Path, text: str) -> Scenarios:
    contract_file(folder, TERMS)
    file = folder / "scenario.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return load_scenarios(file)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(LevelfieldError) as raised:
        load(folder, text)
    assert str(raised.value).startswith(str(folder / "scenario.yaml"))
    return str(raised.value)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("base: now", "base: then", "'base' is 'then', and no scenario has that id"),
        ("id: other", "id: now", "the scenario 'now' comes 2 times"),
        ("period: 2025-26", "period: 2025-27", "'period': '2025-27' is neither a month nor"),
        ("[contract.yaml]}", "[none.yaml]}", "scenario now: there is no contract 'none.yaml'"),
        ("[contract.yaml]}", "[contract.yaml, contract.yaml]}", "'example' comes 2 times"),
        ("base: now", "base: now\n    draws: {replicates: 1}", "'draws.replicates'"),
        (
            "period: 2025-26",
            "period: 2025-04\n    draws: {of: [months]}",
            "'draws.of' asks for months to be drawn, and 2025-04 is one month",
        ),
        ("title: Ours", "titel: Ours", "titel"),
    ],
)
def test_a_key(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert words in refused(tmp_path, FILE.replace(before, after))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("set: {provider: ZA9}", "'provider' cannot be set"),
        ("set: {prices: x}", "'prices' cannot be set. A contract has: version, title"),
        ("set: {terms.none.annual: 1}", "the contract has no term 'none'. It has: fixed, care"),
        ("set: {terms.fixed: 1}", "names a term. Name one of its keys too"),
        ("set: {terms.fixed.annual: -1}", "'terms.0.block.annual' must be at least 0"),
        ("set: {terms.fixed.amount: 1}", "amount"),
        ("set: {terms.fixed.services.3: '20'}", "'3' must be a number from 1 to 1"),
        ("set: {terms.fixed.services.1: '26'}", "both cover the service '26'"),
        ("set: {price_list: Too dear}", "'price_list' is 'Too dear'. Give the id"),
        ("parameters: {missing: x}", "has a parameter 'missing': ncc-2024-25 has missing_attend"),
        ("parameters: {missing_attendance: maybe}", "missing_attendance must be"),
    ],
)
def test_a_setting(tmp_path: Path, setting: str, words: str) -> None:
    said = refused(tmp_path, FILE + f"        {setting}\n")
    assert words in said
    assert "scenario other" in said


def test_a_sweep_of_no_scenario(tmp_path: Path) -> None:
    varied = "parameters: [{set: terms.fixed.annual, title: Block, values: [1, 2]}]"
    assert "'sweep.scenario' is 'best'" in refused(
        tmp_path, FILE + f"    sweep:\n      scenario: best\n      {varied}\n"
    )


def test_a_contract_of_another_year(tmp_path: Path) -> None:
    text = FILE.replace("period: 2025-26", "period: 2024-25")
    with pytest.raises(LevelfieldError, match="runs in 2025-26; 2024-25 lies outside it"):
        load(tmp_path, text)


def test_settings_reach_keys_prices_and_entries_of_lists(tmp_path: Path) -> None:
    contract = load_contract(contract_file(tmp_path, TERMS))
    settings = {
        "terms.fixed.annual": 1300,
        "terms.fixed.services.1": "40",
        "local_prices.A08A1": 12.5,
        "version": "2",
    }
    changed = with_settings(contract, settings, "here")
    assert str(changed.terms[0].annual) == "1300"
    assert changed.terms[0].services == ["40"]
    assert str(changed.local_prices["A08A1"]) == "12.5"
    assert (contract.version, changed.version) == ("1", "2")
    assert contract.terms[0].services == ["12"]
