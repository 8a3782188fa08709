"""Plans, flex and freeze, scenarios and impact assessments over a home that was really loaded."""

import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from levelfield import currencies, intake, payment
from levelfield.cli.app import application
from levelfield.core.definitions import read_csv
from levelfield.core.errors import ContractError, UsageError
from levelfield.core.periods import FinancialYear
from levelfield.engine import open_engine
from levelfield.home import SCHEME, Home
from levelfield.payment.scenarios import Draws, with_settings
from levelfield.pipeline.build import build
from levelfield.pipeline.demo_money import SCENARIO as ASKED
from levelfield.pipeline.demo_money import ask, keep_what_was_made, write_plan
from levelfield.pipeline.earlier import earlier_inputs, flexed
from levelfield.pipeline.load import load
from levelfield.pipeline.reconciling import kept_reconciliations
from levelfield.pipeline.scenarios import (
    DefinitionSet,
    ImpactFile,
    kept_impacts,
    kept_scenarios,
    run_impact,
)
from levelfield.pipeline.site import site_data
from levelfield.pipeline.statements import planned_statement
from levelfield.publish.pages.scenarios import scenario_pages

CONTRACT = "za1-2025-26"
SCENARIO = """
id: two-ways
version: "1"
title: Two ways to pay Harrowdale
source: Invented.
period: 2026-03
base: now
scenarios:
  - {id: now, title: As it is, contracts: [za1-2025-26]}
  - id: activity
    title: All by activity
    contracts: [ours.yaml]
    set:
      terms: [{id: all, kind: activity, services: others}]
sweep:
  scenario: now
  parameters:
    - {set: terms.nursing.annual, title: Nursing, values: [2000000, 2400000]}
"""


@pytest.fixture
def home(small_home: Home, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_home.path, tmp_path / "home"))


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    words = [str(one) for one in arguments]
    application(words)(words, standalone_mode=False)
    return capsys.readouterr().out


def test_flex_is_what_primary_submissions_alone_would_pay(small_home: Home, tmp_path: Path) -> None:
    activity = {"terms": [{"id": "all", "kind": "activity", "services": "others"}]}
    contract = with_settings(
        payment.load_contract(payment.example_contracts()[0]), activity, "here"
    )
    found = flexed(small_home, contract, "2026-02")
    source = small_home.path.parent / "simulated"
    primary = [
        one for one in intake.find_submissions(source / "submissions") if "primary" in str(one)
    ]
    assert primary
    load(primary, tmp_path / "home", lookups=source / "lookups", key=intake.PseudonymKey.of(None))
    alone = Home.open(tmp_path / "home")
    build(alone.warehouse, open_engine())
    assert found.flex.total_pence == alone.statement(contract, "2026-02").total_pence
    assert found.freeze.total_pence == small_home.statement(contract, "2026-02").total_pence
    difference = found.freeze.total_pence - found.flex.total_pence
    assert difference
    assert sum(item.pence for item in found.changes.items) == difference
    assert {item.cause for item in found.changes.items} == {"data"}


def test_nothing_had_been_sent_by_then(small_home: Home) -> None:
    contract = payment.load_contract(payment.example_contracts()[0])
    with pytest.raises(UsageError, match="ZA1 had sent nothing by 2020-01-01"):
        earlier_inputs(small_home, contract, "2026-02", as_at=datetime(2020, 1, 1))


def test_reconcile_two_months(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("reconcile", CONTRACT, "--period", "2026-03", "--home", home, "--json")
    found = json.loads(run(capsys, *options, "--from-period", "2026-02"))
    assert sum(item["pence"] for item in found["items"]) == found["difference_pence"]
    assert sum(found["by_cause"].values()) == found["difference_pence"]
    total = Home.open(home).statement(
        payment.load_contract(payment.example_contracts()[0]), "2026-03"
    )
    assert found["after"]["total_pence"] == total.total_pence
    folder = home / "statements" / CONTRACT / "changes" / "2026-02-to-2026-03"
    assert (folder / "changes.csv").exists()
    listed = pq.read_table(folder / "changes.parquet")
    assert listed.num_rows == len(read_csv(folder / "changes.csv"))


def test_a_reconciliation_is_made_again_while_its_items_are_the_same(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("reconcile", CONTRACT, "--period", "2026-02", "--home", home, "--json")
    flex = json.loads(run(capsys, *options, "--from-primary"))
    opened = Home.open(home)
    [found], left = kept_reconciliations(opened)
    assert left == []
    assert found.before == "February 2026, from the submissions of the primary window"
    assert found.made.difference_pence == flex["difference_pence"]
    file = home / "statements" / CONTRACT / "changes" / "2026-02-to-2026-02-from-primary"
    file /= "changes.csv"
    file.write_text(file.read_text("utf-8") + "data,a,block,,,1,1\n", encoding="utf-8")
    assert kept_reconciliations(opened) == ([], [file.relative_to(home).as_posix()])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "There is nothing to hold the statement against"),
        (("--from-primary", "--from-as-at", "2026-05-01"), "Name one"),
    ],
)
def test_reconcile_with_what(small_home: Home, options: tuple[str, ...], words: str) -> None:
    arguments = ["reconcile", CONTRACT, "--period", "2026-03", "--home", str(small_home.path)]
    with pytest.raises(UsageError, match=words):
        application(arguments)([*arguments, *options], standalone_mode=False)


def test_pay_with_a_plan_and_show_it(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.csv"
    months = FinancialYear.parse("2025-26").months
    rows = [f"{month},23,A08A1,3" for month in months]
    plan.write_text("\n".join(["month,service,currency,units", *rows]), encoding="utf-8")
    options = ("pay", CONTRACT, "--period", "2026-03", "--home", home, "--plan", plan, "--json")
    found = json.loads(run(capsys, *options))
    assert found["variance_pence"] == found["total_pence"] - found["plan_pence"]
    assert sum(line["pence"] for line in found["plan_lines"]) == found["total_pence"]
    assert sum(line["planned_pence"] for line in found["plan_lines"]) == found["plan_pence"]
    (planned,) = site_data(Home.open(home)).planned
    assert planned.plan.total_pence == found["plan_pence"]
    kept = home / "statements" / CONTRACT
    lines = pq.read_table(kept / "2026-03.parquet")
    assert lines.schema.names == payment.STATEMENT_SCHEMA.names
    assert sum(lines["amount_pence"].to_pylist()) == found["total_pence"]
    beside = pq.read_table(kept / "with-plan" / "2026-03.parquet")
    assert sum(beside["variance_pence"].to_pylist()) == found["variance_pence"]
    assert read_csv(kept / "with-plan" / "2026-03.csv", beside.column_names)


def test_scenarios_are_paid_kept_and_paid_again(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    example = payment.example_contracts()[0]
    shutil.copyfile(example, tmp_path / "ours.yaml")
    found = json.loads(run(capsys, "scenario", file, "--home", home, "--json"))
    opened = Home.open(home)
    paid = opened.statement(payment.load_contract(example), "2026-03").total_pence
    (other,) = found["others"]
    assert found["base"]["total_pence"] == paid
    for dimension in ("provider", "commissioner", "service"):
        effects = other[f"by_{dimension}"]
        assert sum(one["effect_pence"] for one in effects) == other["effect_pence"]
    assert sum(other["why"].values()) == other["effect_pence"]
    effects = pq.read_table(home / "scenarios" / "two-ways" / "effects.parquet").to_pylist()
    written = read_csv(home / "scenarios" / "two-ways" / "effects.csv")
    assert [str(one["effect_pence"]) for one in effects] == [one["effect_pence"] for one in written]
    of_provider = [one["effect_pence"] for one in effects if one["dimension"] == "provider"]
    assert sum(of_provider) == other["effect_pence"]
    low, high = (row["pence"] for row in found["sweep"])
    # A twelfth of £400,000; the last month takes what is left over.
    assert abs(high - low - 400_000_00 // 12) <= 12
    # The contract and the scenario are copied: what they were is not needed any more.
    file.unlink()
    (tmp_path / "ours.yaml").unlink()
    ((name, again, swept),) = kept_scenarios(opened)
    assert name == "two-ways"
    assert again.others[0].total_pence == other["total_pence"]
    assert swept is not None
    assert [row.pence for row in swept.rows] == [low, high]


@pytest.mark.parametrize("command", ["scenario", "impact"])
def test_parties_that_nobody_knows_are_refused(
    small_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """They would be paid nothing for anything, and the comparison would say so without a word."""
    ours = payment.example_contracts()[0].read_text(encoding="utf-8")
    mistyped = ours.replace("commissioner: ZC001", "commissioner: ZC901")
    assert mistyped != ours
    (tmp_path / "ours.yaml").write_text(mistyped, encoding="utf-8")
    file = tmp_path / "two-ways.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    asked = ["--period", "2026-03", "--missing-attendance", "attended"]
    given = {"scenario": [file], "impact": [*asked, "--contract", tmp_path / "ours.yaml"]}[command]
    with pytest.raises(ContractError, match="the commissioner 'ZC901' is not in the look-ups"):
        run(capsys, command, *given, "--home", small_home.path)


def test_a_measure_that_there_is_not_is_no_missing_value_of_a_scenario(
    small_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = payment.example_contracts()[0].read_text(encoding="utf-8")
    term = """
  - id: data
    kind: penalty
    of: [nursing]
    cap_percent: 3
    rules:
      - {id: missed, title: Few miss, percent: 5, goal: {measure: dna_rote, target: 0.1}}
"""
    (tmp_path / "ours.yaml").write_text(ours.rstrip() + "\n" + term, encoding="utf-8")
    file = tmp_path / "two-ways.yaml"
    asked = SCENARIO.replace(
        "    set:\n      terms: [{id: all, kind: activity, services: others}]\n", ""
    )
    file.write_text(asked, encoding="utf-8")
    with pytest.raises(ContractError, match="dna_rote"):
        run(capsys, "scenario", file, "--home", small_home.path)


def test_what_the_demonstration_asks_for_is_made_with_the_site(home: Path, tmp_path: Path) -> None:
    opened = Home.open(home)
    file = payment.example_contracts()[0]
    contract = payment.load_contract(file)
    plan = tmp_path / "plan.csv"
    write_plan(opened, contract, plan)
    planned = planned_statement(opened, contract, "2026-03", plan)
    # Equal months: what the plan pays lies between the months that it is the mean of.
    paid = [opened.statement(contract, month).total_pence for month in ("2026-02", "2026-03")]
    assert min(paid) * 0.99 < planned.plan.total_pence < max(paid) * 1.01
    (said,) = ask(opened, contract, file, tmp_path)
    assert said == "za1-2025-26 is paid in other ways"
    data = site_data(opened)
    ((name, compared, _),) = data.scenarios
    assert (name, compared.period) == (ASKED, "2026-03")
    assert compared.base.total_pence == paid[1]
    keep_what_was_made(opened, data, file, tmp_path)
    kept = {one.name for one in (home / "scenarios" / ASKED).iterdir()}
    tables = {f"{name}.{kind}" for name in ("effects", "why") for kind in ("csv", "parquet")}
    assert kept == {"scenario.yaml", "comparison.xlsx", *tables}


def test_a_whole_year_is_shown_with_intervals_and_a_sweep(year_home: Home, tmp_path: Path) -> None:
    home = Home.open(shutil.copytree(year_home.path, tmp_path / "home"))
    file = payment.example_contracts()[0]
    list(ask(home, payment.load_contract(file), file, tmp_path))
    (page,) = scenario_pages(site_data(home))
    assert "100 replicates" in page.content["intervals"]
    for other in page.content["others"]:
        assert all(table.columns[-1].heading == "Interval" for table in other["tables"])
    assert len(page.content["sweep"].rows) == 9


def test_impact_of_missing_attendance(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--period", "2026-03", "--missing-attendance", "attended", "--home", home)
    found = json.loads(run(capsys, "impact", *options, "--json"))
    (other,) = found["others"]
    opened = Home.open(home)
    scheme = currencies.load_scheme(SCHEME)
    prices, year = opened.lookups.price_list(SCHEME), FinancialYear.parse("2025-26")

    def priced(choice: str) -> int:
        """Every unit of the month, priced here and now."""
        counts = opened.group(scheme.with_parameters(missing_attendance=choice)).to_pylist()
        return sum(
            row["units"] * prices.price(row["currency"], row["provider"], year).pence
            for row in counts
            if row["currency"] and row["commissioner"] and row["period"] == "2026-03"
        )

    assert found["base"]["total_pence"] == priced("left_out")
    assert other["total_pence"] == priced("attended")
    assert other["effect_pence"] > 0
    moved: Counter[str] = Counter()
    for one in found["moved"]:
        moved[one["kind"]] += one["units"]
        assert one["code"] != "ATTENDANCE_UNKNOWN" or one["after"] == 0
    assert moved["currency"] == -moved["error class"] > 0
    assert sum(found["kept_total_pence"].values()) == found["base"]["total_pence"]
    ((_, again),) = kept_impacts(opened)
    assert again.after.total_pence == other["total_pence"]


def test_intervals_of_one_month_are_refused(
    small_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to draw: a width of nothing would look like certainty."""
    asked = ["--period", "2026-03", "--missing-attendance", "attended", "--replicates", "40"]
    with pytest.raises(UsageError, match=r"2026-03 is one month\. Assess a financial year"):
        run(capsys, "impact", *asked, "--home", small_home.path)


def test_impact_of_nothing(small_home: Home) -> None:
    arguments = ["impact", "--period", "2026-03", "--home", str(small_home.path)]
    with pytest.raises(UsageError, match="There is nothing to assess"):
        application(arguments)(arguments, standalone_mode=False)
    arguments += ["--missing-attendance", "left_out"]
    with pytest.raises(UsageError, match="do not differ"):
        application(arguments)(arguments, standalone_mode=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("pay", CONTRACT, "--period", "2026-03"),
        ("impact", "--period", "2026-03", "--missing-attendance", "attended"),
    ],
)
def test_the_queries_can_be_read(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    shown = run(capsys, *arguments, "--show-sql")
    assert "unit" in shown
    assert "SELECT" in shown


def test_whoever_watches_an_impact_is_told_how_far_it_is(small_home: Home) -> None:
    told: list[tuple[str, int, int]] = []
    asked = ImpactFile(
        id="told",
        title="Told",
        period="2025-26",
        before=DefinitionSet(title="As it is"),
        after=DefinitionSet(title="Other", parameters={"missing_attendance": "attended"}),
        draws=Draws(replicates=40),
    )
    found = run_impact(small_home, asked, [], lambda *words: told.append(words))
    assert found.comparison.total(found.after) is not None
    assert found.comparison.why(found.after)
    assert all(0 <= done < total for _, done, total in told)
    doing = {words for words, _, _ in told}
    assert {"counting units of: As it is", "counting units of: Other"} <= doing
    assert any(words.startswith("comparing za1-") for words in doing)
    drawn = [(done, total) for words, done, total in told if words == "drawing months and prices"]
    outcomes = (found.comparison.base, found.after)
    agreed = sum(len({side.contract.id for side in one.sides}) for one in outcomes)
    assert drawn == [(done, agreed) for done in range(agreed)]
