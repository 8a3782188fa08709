"""One contact of a simulated provider to a penny on a statement and back, as the manual has it."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from levelfield.core.money import format_pounds
from levelfield.currencies import load_scheme
from levelfield.home import Home
from levelfield.payment import example_contracts, load_contract, statement

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "explain-a-figure.md"
RECORD, CURRENCY, TEAM, MONTH = "C100000007", "N11AN", "04", "2026-02"


@pytest.fixture(scope="module")
def home(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    copied = tmp_path_factory.mktemp("penny") / "home"
    shutil.copytree(small_home.path, copied)
    return Home.open(copied)


def test_the_manual_quotes_what_the_commands_print(home: Home) -> None:
    """Every line of the page's answers is in the answer to the command above it."""
    text = PAGE.read_text(encoding="utf-8").partition("## From one contact to a penny")[2]
    asked = re.findall(r"```sh\nlevelfield (.*?)\n```\n\n```text\n(.*?)```", text, flags=re.DOTALL)
    assert [command.split()[0] for command, _ in asked] == ["pay", "group", *["explain"] * 3]
    for command, quoted in asked:
        done = subprocess.run(
            [sys.executable, "-m", "levelfield", *command.split(), "--home", str(home.path)],
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        printed = {line.rstrip() for line in done.stdout.splitlines()}
        missing = [line for line in quoted.splitlines() if line.rstrip() not in printed]
        assert not missing, command


def test_without_the_contact_the_statement_pays_its_price_less(home: Home) -> None:
    """The line loses one price, and the penalty its share of that: nothing else moves."""
    [file] = [one for one in example_contracts() if one.stem == "za2-2025-26"]
    contract = load_contract(file)
    given = home.payment_inputs(contract)
    [why] = home.why(load_scheme("ncc-2024-25"), RECORD, "ZA2", MONTH)
    assert why.fired.currency == CURRENCY
    paid = statement(contract, MONTH, given)
    [line] = [one for one in paid.lines if (one.service, one.currency) == (TEAM, CURRENCY)]

    counts = given.counts["ncc-2024-25"]
    cell = {"provider": "ZA2", "period": MONTH, "team_type": TEAM, "currency": CURRENCY}
    is_cell = pa.array([True] * counts.num_rows)
    for name, value in cell.items():
        is_cell = pc.and_(is_cell, pc.fill_null(pc.equal(counts[name], value), False))
    assert pc.sum(pc.filter(counts["units"], is_cell)).as_py() == line.units == 1
    without = replace(given, counts={"ncc-2024-25": counts.filter(pc.invert(is_cell))})
    less = statement(contract, MONTH, without)

    before = {one.lineage: one for one in paid.lines}
    after = {one.lineage: one for one in less.lines}
    assert before.keys() - after.keys() == {line.lineage}
    moved = {k: after[k].amount_pence - before[k].amount_pence for k in after}
    [penalty] = [key for key, change in moved.items() if change]
    assert before[penalty].term == "data"
    assert paid.total_pence - less.total_pence == line.price_pence - moved[penalty]
    page = PAGE.read_text(encoding="utf-8")
    base = next(one.value for one in after[penalty].workings if one.name == "base")
    assert format_pounds(line.price_pence) in page
    assert f"£{base:,}" in page
