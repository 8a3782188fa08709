"""The command that checks a contract before signature, on a simulated year of one provider."""

import json
from pathlib import Path

from typer.testing import CliRunner

from levelfield.cli.app import application
from levelfield.core.errors import ContractError, UsageError
from levelfield.home import Home

PROPOSAL = """
id: proposal
version: "1"
title: A proposal
provider: ZA1
commissioner: ZC001
year: 2026-27
scheme: ncc-2024-25
price_list: ncc-2024-25
source: Invented.
terms:
  - {id: nursing, kind: block, services: ["12"], annual: 1.00}
  - {id: therapy, kind: activity, services: ["20", "26", "27"]}
"""
REGISTER = """
contract: proposal
assumptions: [{id: A1, words: A rise through variations, pounds: 120, owner: Finance}]
gates: {UC-3: {status: closed, by: A. Chair, dated: 2026-03-01}}
"""


def proposal(folder: Path) -> Path:
    file = folder / "proposal.yaml"
    file.write_text(PROPOSAL, encoding="utf-8")
    return file


def test_a_proposal_is_judged_by_the_year_before(tmp_path: Path, year_home: Home) -> None:
    file = proposal(tmp_path)
    file.with_suffix(".register.yaml").write_text(REGISTER, encoding="utf-8")
    arguments = ["guards", str(file), "--home", str(year_home.path), "--costs", "fictional-2026-27"]
    shown = CliRunner().invoke(application(), arguments)
    assert shown.exit_code == 1, shown.output
    for words in (
        "Judged by the activity and data of 2025-26",
        "what is paid lies below the interval of the cost",
        "UC-3 closed",
        "By A. Chair, 2026-03-01",
        "10 of 11 gates are open",
        "not for publication",
    ):
        assert words in shown.stdout
    folder = year_home.path / "guards" / "proposal"
    assert {"gates.csv", "guards.json", "guards.xlsx"} <= {one.name for one in folder.iterdir()}
    told = json.loads(CliRunner().invoke(application(), [*arguments, "--json"]).stdout)
    verdicts = {row["term"]: row["verdict"] for row in told["costs"]}
    assert verdicts["nursing"] == "below"
    assert told["judged_by"] == "2025-26"


def test_a_proposal_without_a_register_is_told_how_to_write_one(
    tmp_path: Path, year_home: Home
) -> None:
    file = proposal(tmp_path)
    done = CliRunner().invoke(application(), ["guards", str(file), "--home", str(year_home.path)])
    assert isinstance(done.exception, ContractError)
    assert "proposal.register.yaml: there is no register" in str(done.exception)
    assert not (year_home.path / "guards" / "proposal.yaml").exists()


def test_two_months_are_no_year(tmp_path: Path, small_home: Home) -> None:
    file = proposal(tmp_path)
    file.with_suffix(".register.yaml").write_text("contract: proposal", encoding="utf-8")
    done = CliRunner().invoke(application(), ["guards", str(file), "--home", str(small_home.path)])
    assert isinstance(done.exception, UsageError)
    assert "no financial year up to 2026-27 is held whole" in str(done.exception)
