"""What the how-to guides say of impact and guards, typed as it stands there."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from levelfield.cli.app import application
from levelfield.core.errors import UsageError
from levelfield.core.periods import FinancialYear
from levelfield.home import Home
from levelfield.payment import example_contracts
from levelfield.pipeline.scenarios import kept_impacts

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
CONTRACT = "za1-2025-26"


@pytest.fixture
def home(year_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home as the guides name it, in the folder where commands are typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEVELFIELD_HOME", "demo-home")
    shutil.copyfile(example_contracts()[0], "our-contract.yaml")
    return Path(shutil.copytree(year_home.path, "demo-home"))


def typed(guide: str, start: str) -> list[str]:
    """The lines of a guide's code blocks that start so."""
    text = (HOW_TO / guide).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith(start)]


def run(command: str) -> Result:
    return CliRunner().invoke(application(), shlex.split(command)[1:])


def test_every_impact_of_the_guide_can_be_assessed(home: Path) -> None:
    commands = typed("compare-payment-methods.md", "levelfield impact")
    assert len(commands) == 4
    for command in commands:
        done = run(command)
        assert done.exit_code == 0, (command, done.output, done.exception)
    guide = (HOW_TO / "compare-payment-methods.md").read_text(encoding="utf-8")
    for file in (home / "impacts").glob("*/[!c]*"):  # all but the contracts
        named = file.name if file.suffix in (".xlsx", ".yaml") else file.stem
        assert f"`{named}`" in guide
    kept = dict(kept_impacts(Home.open(home)))
    # The last is one of the others again, with intervals, and takes its place.
    assert len(kept) == len(commands) - 1
    [other] = [found for name, found in kept.items() if "community-contact" in name]
    # Every unit counted by the other scheme stands at that list's price of its class.
    prices, year = (
        Home.open(home).lookups.price_list("community-contact-2024-25"),
        FinancialYear(2025),
    )
    expected = sum(
        row["units"] * prices.price(row["currency"], row["provider"], year).pence
        for side in other.after.sides
        for row in side.inputs.counts["community-contact"].to_pylist()
        if row["currency"]
        and row["period"] in map(str, side.months)
        and row["commissioner"] == side.contract.commissioner
    )
    assert other.after.total_pence == expected > 0
    [drawn] = [found for name, found in kept.items() if name.endswith("attended")]
    assert drawn.comparison.total(drawn.after) is not None


def test_another_scheme_without_a_list_of_its_classes_is_told_where_they_are(home: Path) -> None:
    done = run("levelfield impact --period 2025-26 --scheme community-contact")
    assert isinstance(done.exception, UsageError)
    words = "ncc-2024-25 prices the classes of ncc-2024-25, and units are counted by community-c"
    assert words in str(done.exception)
    assert "with --price-list. There is: community-contact-2024-25." in str(done.exception)
    assert not list((home / "impacts").glob("*"))


def test_a_list_of_another_scheme_says_which_scheme_it_is_for(home: Path) -> None:
    done = run("levelfield impact --period 2025-26 --price-list community-contact-2024-25")
    assert isinstance(done.exception, UsageError)
    words = (
        "community-contact-2024-25 prices the classes of community-contact, and units are counted "
        "by ncc-2024-25. Name a list of ncc-2024-25 with --price-list, or count by its scheme "
        "with --scheme community-contact. There is: fictional-2026-27, ncc-2024-25."
    )
    assert words in str(done.exception)


def test_the_contract_of_the_demonstration_can_be_checked_as_a_proposal(home: Path) -> None:
    assert run(f"levelfield pay {CONTRACT} --period 2026-03 --home demo-home").exit_code == 0
    for start in ("sed", "echo"):
        [line] = typed("check-a-contract-before-signature.md", start)
        subprocess.run(line, shell=True, check=True)
    [command] = typed("check-a-contract-before-signature.md", "levelfield guards")
    done = run(command)
    assert done.exit_code == 1, (done.output, done.exception)
    assert "Judged by the activity and data of 2025-26." in done.output
    assert "nursing" in done.output
    assert "the interval of the cost" in done.output
    assert "gives no interval" not in done.output
    assert (home / "guards" / "za1-2026-27" / "guards.xlsx").exists()
