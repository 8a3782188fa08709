"""A contract in the units of another scheme than the build counts, priced by a list of the home."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from levelfield.cli.app import application
from levelfield.commissioning.before_signature import Register
from levelfield.core.errors import ContractError, UsageError
from levelfield.core.periods import FinancialYear
from levelfield.currencies import load_scheme
from levelfield.home import Home
from levelfield.payment import Contract, load_contract
from levelfield.tariff import AVERAGE_PLACE

PRICES = """
id: episodes-2025-26
version: "1"
kind: cost-returns
title: Prices of episodes
status: Invented.
scheme: single-episode
base_year: 2024-25
years: [2024-25]
for_year: 2025-26
holds_from: 2025-04-01
published_on: 2025-03-03
source: Invented.
authored_by: A test
reviewed_on: 2025-03-03
returns: episodes.csv
market_forces: {factors: factors.csv, year: 2025-26, without_factor: refuse}
steps: [{step: market_forces}, {step: level, method: mean}]
interval: {replicates: 100, confidence: 0.95, seed: 1}
"""
HEAD = """
version: "1"
title: Another scheme
provider: ZA1
commissioner: ZC001
year: 2025-26
source: Invented.
"""
EPISODES = """
id: episodes
scheme: single-episode
price_list: episodes-2025-26
terms:
  - {id: care, kind: episode, services: others}
"""
YEARS = """
id: years
scheme: year-of-care
price_list: ncc-2024-25
local_prices: {ADU-1: 310, ADU-2: 820.40, ADU-3: 1900, ADU-4: 2500, CHI-1: 240, CHI-2: 300}
terms:
  - {id: care, kind: year_of_care, services: others, on_account: 1200}
"""


@pytest.fixture(scope="module")
def home(year_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The year, with a price list for every class of single episodes in its look-ups."""
    root = tmp_path_factory.mktemp("schemes") / "home"
    shutil.copytree(year_home.path, root)
    folder = root / "lookups" / "prices"
    folder.mkdir()
    (folder / "episodes-2025-26.yaml").write_text(PRICES, encoding="utf-8")
    factors = ["provider_code,mff", *(f"{provider},1" for provider in ("P1", "P2", "P3", "ZA1"))]
    (folder / "factors.csv").write_text("\n".join(factors), encoding="utf-8")
    rows = ["provider,currency,year,units,cost"]
    for number, currency in enumerate(load_scheme("single-episode").currencies, start=1):
        rows += [f"P{n},{currency},2024-25,100,{100 * (number + n)}" for n in (1, 2, 3)]
    (folder / "episodes.csv").write_text("\n".join(rows), encoding="utf-8")
    return Home.open(root)


def contract(folder: Path, text: str) -> Contract:
    file = folder / "contract.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load_contract(file)


def test_a_year_of_episodes_is_paid_and_explained(home: Home, tmp_path: Path) -> None:
    """Class number n costs £n + 2 on average; the provider's place moves that."""
    contract(tmp_path, EPISODES)
    names = [str(tmp_path / "contract.yaml"), "--period", "2025-26", "--home", str(home.path)]
    done = CliRunner().invoke(application(), ["pay", *names])
    assert done.exit_code == 0, done.output
    made = home.statement(load_contract(tmp_path / "contract.yaml"), "2025-26")
    listed, year = home.lookups.price_list("episodes-2025-26"), FinancialYear.parse("2025-26")
    pounds = {one: n + 2 for n, one in enumerate(load_scheme("single-episode").currencies, 1)}
    assert len(made.lines) > 10
    for line in made.lines:
        currency = line.currency or ""
        assert listed.price(currency, AVERAGE_PLACE, year).pence == pounds[currency] * 100
        assert line.price_pence == listed.price(currency, "ZA1", year).pence
    found = home.explain(made.lines[0].lineage)
    assert found.agrees, found.checks
    assert any("episodes-2025-26" in words for words in found.rule)
    assert any(one.title == "Records, each a referral" for one in found.records)


def test_everything_without_a_price_is_named_at_once(home: Home, tmp_path: Path) -> None:
    text = EPISODES.replace("price_list: episodes-2025-26", "price_list: ncc-2024-25")
    with pytest.raises(ContractError, match=r"\d+ more have none: (\w{3}-\w\d, )+\w{3}-\w\d\.$"):
        home.statement(contract(tmp_path, text), "2025-26")


def test_a_price_list_that_nobody_has(home: Home, tmp_path: Path) -> None:
    text = EPISODES.replace("episodes-2025-26", "episodes-2026-27")
    words = (
        r"^Contract episodes: .*fictional-2026-27, ncc-2024-25, episodes-2025-26.*"
        r"lookups/prices/episodes-2026-27.yaml"
    )
    with pytest.raises(ContractError, match=words):
        home.statement(contract(tmp_path, text), "2025-26")
    own = home.lookups.folder / "prices" / "misnamed.yaml"
    shutil.copyfile(own.with_name("episodes-2025-26.yaml"), own)
    with pytest.raises(UsageError, match=r"its id is 'episodes-2025-26'\. Name the file"):
        home.lookups.price_list("misnamed")
    own.unlink()


def test_years_of_care_alone_are_paid_on_account_and_settled(home: Home, tmp_path: Path) -> None:
    agreed = contract(tmp_path, YEARS)
    february = home.statement(agreed, "2026-02")
    assert [(line.part, line.amount_pence) for line in february.lines] == [("on-account", 10000)]
    assert (february.outside, february.unclassed) == ({}, {})
    year = home.statement(agreed, "2025-26")
    tiers = [line for line in year.lines if line.part[:3] in ("ADU", "CHI")]
    assert tiers
    assert year.total_pence == sum(line.amount_pence for line in tiers)
    judged = home.guards(agreed, Register(contract=agreed.id))
    assert (str(judged.base), judged.value) == ("2025-26", year.total_pence)
    # No local price is approved: what hangs on them is what they pay, each line rounded as there.
    assert sum(one.pence or 0 for one in judged.not_agreed) == year.total_pence
    few = contract(tmp_path, YEARS.replace("others,", "others, currencies: [ADU-1],"))
    counts = home.payment_inputs(few).counts["year-of-care"].to_pylist()
    left = sum(
        row["units"]
        for row in counts
        if row["commissioner"] == "ZC001" and row["currency"] not in (None, "ADU-1")
    )
    assert home.statement(few, "2026-03").outside == {"none": left}


def test_person_years_are_not_paid_by_the_month(home: Home, tmp_path: Path) -> None:
    text = YEARS.replace("year_of_care", "activity").replace(", on_account: 1200", "")
    with pytest.raises(ContractError, match=r"term care: units .* are of whole years"):
        home.statement(contract(tmp_path, text), "2026-03")
