"""A risk share explains itself: the year's activity behind it, down to records and rules."""

import shutil

import pytest
from typer.testing import CliRunner

from levelfield.cli.app import application
from levelfield.explain import Records
from levelfield.home import Home
from levelfield.payment import Statement, load_contract
from levelfield.payment.statement import Line
from levelfield.pipeline.statements import keep_statement

CONTRACT = """
id: shared-risk
version: "1"
title: A block with a shared risk
provider: ZA1
commissioner: ZC001
year: 2025-26
scheme: ncc-2024-25
price_list: ncc-2024-25
source: Invented.
terms:
  - {id: nursing, kind: block, services: ["12"], annual: 900.00}
  - {id: therapy, kind: activity, services: ["20", "26"]}
  - id: shared
    kind: risk_share
    of: [nursing]
    expected: 100.00
    share_above: 0.5
    share_below: 0.25
    corridor_percent: 10
    cap_percent: 100
    collar_percent: 20
"""


@pytest.fixture(scope="module")
def home(year_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The year with the statement of its last month kept in it."""
    root = tmp_path_factory.mktemp("shared")
    shutil.copytree(year_home.path, root / "home")
    file = root / "shared.yaml"
    file.write_text(CONTRACT, encoding="utf-8")
    home = Home.open(root / "home")
    keep_statement(home, file, home.statement(load_contract(file), "2026-03"))
    return home


@pytest.fixture(scope="module")
def made(home: Home) -> Statement:
    contract = load_contract(home.path / "statements" / "shared-risk" / "2026-03.yaml")
    return home.statement(contract, "2026-03")


def shared(made: Statement) -> Line:
    [line] = [one for one in made.lines if one.term == "shared"]
    return line


def records(found: tuple[Records, ...], title: str) -> Records:
    [one] = [group for group in found if group.title.startswith(title)]
    return one


def test_a_risk_share_leads_to_the_activity_of_the_year(home: Home, made: Statement) -> None:
    line = shared(made)
    numbers = {one.name: one.value for one in line.workings}
    assert numbers["activity"] > numbers["expected"]
    found = home.explain(line.lineage)
    assert found.agrees, found.checks
    cells = records(found.records, "Activity at unit price")
    month, service, units = (cells.columns.index(name) for name in ("month", "service", "units"))
    assert {row[service] for row in cells.rows} == {"District Nursing Service"}
    assert len({row[month] for row in cells.rows}) > 6
    contacts = records(found.records, "Records, each a care contact")
    assert sum(int(row[units]) for row in cells.rows) == contacts.number > 0
    assert len(found.submissions) == len({row[month] for row in cells.rows})
    assert any(words.startswith("Why a record has its class") for words in found.rule)


def test_the_command_prints_formula_limits_and_checks(home: Home, made: Statement) -> None:
    line = shared(made)
    done = CliRunner().invoke(application(), ["explain", line.lineage, "--home", str(home.path)])
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    for words in (
        "Share of activity above what was expected",
        "corridor is 10; limit is 100",
        "By its formula and numbers",
        "Worked out again from the contract",
    ):
        assert words in said
    assert "DIFFERS" not in said
