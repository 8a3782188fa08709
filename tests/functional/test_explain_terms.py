"""Every line of every kind of term explains itself, down to records, measures and cost returns."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from levelfield.core.definitions import path
from levelfield.core.errors import ContractError
from levelfield.currencies import load_scheme
from levelfield.explain import Explanation, Records, explain
from levelfield.home import Home
from levelfield.payment import PaymentInputs, Statement, load_contract, shadow_key, statement
from levelfield.payment.terms import Term
from levelfield.pipeline.statements import keep_statement
from levelfield.tariff import CostReturnList, load_cost_returns

CONTRACT = Path(__file__).with_name("terms_to_explain.yaml")


@pytest.fixture(scope="module")
def home(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small home with a statement of every kind of term kept in it."""
    copied = tmp_path_factory.mktemp("terms") / "home"
    shutil.copytree(small_home.path, copied)
    found = Home.open(copied)
    keep_statement(found, CONTRACT, found.statement(load_contract(CONTRACT), "2026-03"))
    return found


@pytest.fixture(scope="module")
def made(home: Home) -> Statement:
    return home.statement(load_contract(CONTRACT), "2026-03")


@pytest.fixture(scope="module")
def explained(home: Home, made: Statement) -> dict[tuple[str, str, str], Explanation]:
    """The first line of each term, part and kind of price, and what stands behind it."""
    found: dict[tuple[str, str, str], Explanation] = {}
    for line in made.lines:
        key = (line.term, line.part, line.currency or "")
        if key not in found and sum(one[0] == line.term for one in found) < 3:
            found[key] = home.explain(line.lineage)
    return found


def test_a_subcontractor_that_nobody_knows_is_refused(home: Home, tmp_path: Path) -> None:
    text = CONTRACT.read_text(encoding="utf-8").replace("ZA2: 0.2", "ZA22: 0.2")
    mistyped = tmp_path / "contract.yaml"
    mistyped.write_text(text, encoding="utf-8")
    words = r"term \S+: the subcontractor 'ZA22' under 'shares' is not in .*providers\.csv"
    with pytest.raises(ContractError, match=words):
        home.statement(load_contract(mistyped), "2026-03")


def of_term(explained: dict[tuple[str, str, str], Explanation], term: str) -> Explanation:
    """The last line of a term: the one that was settled, where there are several."""
    return [found for (name, *_), found in explained.items() if name == term][-1]


def records(found: Explanation, title: str) -> Records:
    [one] = [group for group in found.records if group.title.startswith(title)]
    return one


def test_every_line_comes_out_the_same_when_it_is_made_again(
    explained: dict[tuple[str, str, str], Explanation], made: Statement
) -> None:
    kinds = {term for term, _, _ in explained}
    # A risk share needs a whole year of units, which so small a home does not hold.
    assert kinds == {term.id for term in load_contract(CONTRACT).terms}
    assert {type(term) for term in made.contract.terms} >= set(_terms_but("risk_share"))
    for found in explained.values():
        assert found.agrees, (found.title, found.checks)


def _terms_but(*kinds: str) -> Iterator[type[Term]]:
    def leaves(of: type[Term]) -> Iterator[type[Term]]:
        below = of.__subclasses__()
        for one in below:
            yield from leaves(one)
        # Those of this package: a test may make up one of its own.
        if not below and of.__module__.startswith("levelfield."):
            yield of

    for one in leaves(Term):
        if not one.__module__.endswith(kinds):
            yield one


def test_a_formula_stands_with_its_numbers_and_gives_the_amount(
    explained: dict[tuple[str, str, str], Explanation],
) -> None:
    found = of_term(explained, "blended")
    assert any("activity*variable_share" in words for words in found.rule)
    assert any(check.words.startswith("By its formula") for check in found.checks)


def test_activity_in_a_formula_leads_to_units_rules_and_records(
    explained: dict[tuple[str, str, str], Explanation],
) -> None:
    found = explained["blended", "variable", ""]
    activity = records(found, "Activity at unit price")
    contacts = records(found, "Records, each a care contact")
    units = activity.columns.index("units")
    assert sum(int(row[units]) for row in activity.rows) == contacts.number > 0
    assert found.submissions
    assert any(words.startswith("Why a record has its class") for words in found.rule)


@pytest.mark.parametrize(
    ("term", "part", "measure"),
    [("data", "missed", "dna_rate"), ("goals", "attendance", "dna_rate")],
)
def test_what_a_measure_decided_leads_to_its_numerator(
    home: Home,
    explained: dict[tuple[str, str, str], Explanation],
    made: Statement,
    term: str,
    part: str,
    measure: str,
) -> None:
    [line] = [one for one in made.lines if (one.term, one.part) == (term, part)]
    [key] = line.evidence
    found = home.explain(line.lineage)
    value = home.explain(key)
    figures = {part.label: part.text for part in value.figure}
    decided = next(words for words in found.rule if key in words)
    assert f"numerator {figures['Numerator']}, denominator {figures['Denominator']}" in decided
    assert f"levelfield explain {key}" in decided
    assert value.records[0].number > 0
    assert measure in str(value.definition)


def test_a_deduction_names_the_lines_that_it_is_taken_from(
    home: Home, explained: dict[tuple[str, str, str], Explanation], made: Statement
) -> None:
    others = records(of_term(explained, "data"), "Lines of other terms")
    keys = [row[-1] for row in others.rows]
    of = [one.lineage for one in made.lines if one.term in ("therapies", "nursing")]
    assert sorted(keys) == sorted(of)
    year = records(explained["goals", "attendance", ""], "Lines of other terms")
    assert [row[-1] for row in year.rows].count("in another statement") == 11


def test_people_are_walked_back_to_their_list_and_their_tier(
    explained: dict[tuple[str, str, str], Explanation],
) -> None:
    assert records(of_term(explained, "people"), "Registered list").number == 5
    tier = explained["year", "ADU-1", ""]
    assert records(tier, "Records, each a person-year").number > 0
    assert any(check.words.startswith("Recounted from the months") for check in tier.checks)


def test_units_of_another_scheme_lead_to_their_own_records(
    home: Home, explained: dict[tuple[str, str, str], Explanation]
) -> None:
    found = of_term(explained, "episodes")
    [group] = [one for one in found.records if one.title == "Records, each a referral"]
    assert group.columns[2] == "service_request_id"
    provider, period, record, rule = group.rows[0]
    [why] = home.why(load_scheme("single-episode"), record, provider, period)
    assert why.fired.id == rule


def test_a_line_of_earlier_data_stands_by_its_own_numbers(home: Home, tmp_path: Path) -> None:
    copied = tmp_path / "home"
    shutil.copytree(home.path, copied)
    later = Home.open(copied)
    about = later.results.folder / "about.json"
    snapshot = str(later.results.about()["snapshot"])
    about.write_text(about.read_text(encoding="utf-8").replace(snapshot, "00000000"), "utf-8")
    contract = load_contract(CONTRACT)
    lines = statement(contract, "2026-03", home.payment_inputs(contract)).lines
    [line] = [one for one in lines if one.term == "data"]
    found = Home.open(copied).explain(line.lineage)
    assert found.agrees
    assert "The data have changed" in found.notes[-1]


def test_a_wrong_number_is_found_out(home: Home, made: Statement, tmp_path: Path) -> None:
    copied = tmp_path / "home"
    shutil.copytree(home.path, copied)
    file = copied / "statements" / "every-kind" / "2026-03.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count("variable_share=0.3") == 1
    file.write_text(text.replace("variable_share=0.3", "variable_share=0.4"), encoding="utf-8")
    [line] = [one for one in made.lines if one.part == "variable"]
    [wrong] = [one for one in Home.open(copied).explain(line.lineage).checks if not one.agrees]
    assert wrong.words.startswith("By its formula")


def test_the_shadow_counts_units_of_a_terms_own_scheme(home: Home, made: Statement) -> None:
    contract, snapshot = made.contract, str(home.results.about()["snapshot"])
    key = shadow_key(contract.id, contract.version, "episodes", "2026-03", snapshot)
    found = home.explain(key)
    assert found.agrees, found.checks
    own = sum(one.units for one in made.lines if one.term == "episodes" and not one.part)
    assert {part.label: part.text for part in found.figure}["Units"] == f"{own:,}" != "0"


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> CostReturnList:
    """The fictional list, made for 2025-26, with one row of returns that cannot be used."""
    folder = tmp_path_factory.mktemp("prices")
    shutil.copytree(path("prices/fictional"), folder / "fictional")
    text = path("prices/fictional-2026-27.yaml").read_text(encoding="utf-8")
    text = text.replace("for_year: 2026-27", "for_year: 2025-26")
    file = folder / "fictional-2026-27.yaml"
    file.write_text(text.replace("replicates: 1000", "replicates: 100"), encoding="utf-8")
    returns = folder / "fictional" / "returns.csv"
    rows = returns.read_text(encoding="utf-8")
    returns.write_text(f"{rows.rstrip()}\nZB9,A13A1,2025-26,400,51000\n", encoding="utf-8")
    return load_cost_returns(file, {})


def test_a_price_from_cost_returns_leads_to_the_rows_behind_it(
    small_home: Home, returned: CostReturnList, tmp_path: Path
) -> None:
    copied = tmp_path / "home"
    shutil.copytree(small_home.path, copied)
    home = Home.open(copied)
    file = tmp_path / "returned.yaml"
    text = CONTRACT.read_text(encoding="utf-8").partition("  - id: blended")[0]
    text = text.replace("price_list: ncc-2024-25", "price_list: fictional-2026-27")
    file.write_text(text.replace("id: every-kind", "id: returned"), encoding="utf-8")
    contract = load_contract(file)

    def inputs(_: object) -> PaymentInputs:
        own = home.payment_inputs(contract)
        return replace(own, price_lists={"fictional-2026-27": returned})

    paid = statement(contract, "2026-03", inputs(contract))
    keep_statement(home, file, paid)
    [line] = [one for one in paid.lines if one.currency == "A13A1"]
    found = explain(home.warehouse, line.lineage, inputs=inputs)
    assert found.agrees, found.checks
    names = [step.name for step in paid.prices["fictional-2026-27", "A13A1"].steps]
    for name in names:
        assert any(words.startswith(name) for words in found.rule)
    behind = records(found, "Cost returns of A13A1")
    used = [row for row in behind.rows if row[3] != "none"]
    out = [row for row in behind.rows if row[3] == "none"]
    assert len(used) == paid.prices["fictional-2026-27", "A13A1"].providers
    assert all("set aside" in row[-1] for row in out if row[0] == "ZA6")
    assert "ZA6" in {row[0] for row in out}
    aside = records(found, "Rows of A13A1 set aside")
    assert aside.rows[0][1] == "ZB9"
    assert "no market forces factor" in aside.rows[0]
