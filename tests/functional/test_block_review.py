"""The review of a simulated block finds what was planted in it, within the intervals it states."""

import csv
import json
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from levelfield import facts, intake, payment
from levelfield.cli.app import application
from levelfield.commissioning import block_review
from levelfield.currencies import load_scheme
from levelfield.engine import open_engine
from levelfield.home import Home
from levelfield.pipeline.build import build
from levelfield.pipeline.commissioning import kept_reviews
from levelfield.pipeline.load import load
from levelfield.pipeline.returns import load_returns
from levelfield.quality import Standing
from levelfield.simulate.delivered import count_delivered
from levelfield.simulate.economy import ProviderRun, Settings, provider_history, run_provider
from levelfield.simulate.providers import make_providers
from levelfield.simulate.service_lines import write_service_lines
from levelfield.simulate.truth import write_lookups

PLANTED = 3
"""The place of ZA4, whose block the plants are in, among the providers."""

CONTRACT = """
id: planted
version: "1"
title: Everything in one block
provider: ZA4
commissioner: ZC003
year: 2025-26
scheme: ncc-2024-25
price_list: ncc-2024-25
source: Invented.
local_prices: {CHS00: 60.00}
terms:
  - {id: all, kind: block, services: others, annual: 1900000.00}
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of the first seed."""
    return simulated(tmp_path_factory.mktemp("first"), 1)


def simulated(root: Path, seed: int) -> Home:
    """A home with April to June 2025 of ZA4, and the service lines of eight providers."""
    settings = Settings(8, 3, seed, 0.005, 0.3, "2025-04", 0)
    runs = []
    for number, provider in enumerate(make_providers(settings.providers)):
        if number == PLANTED:
            runs.append(run_provider(settings, number, root / "submissions"))
        else:
            delivered = count_delivered(provider_history(settings, number))
            runs.append(ProviderRun(provider.code, delivered=delivered))
    write_lookups(root / "lookups", settings, runs)
    write_service_lines(root / "service_lines.csv", root / "truth.csv", settings, runs)
    load(
        intake.find_submissions(root / "submissions"),
        root / "home",
        lookups=root / "lookups",
        key=intake.PseudonymKey.of(None),
    )
    home = Home.open(root / "home")
    load_returns([root / "service_lines.csv"], home)
    return home


def truth(root: Path) -> list[dict[str, str]]:
    with (root / "truth.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["provider"] == "ZA4"]


def reviewed(home: Home) -> block_review.Review:
    """The review from the facts, without the measures of a whole build."""
    root = home.path.parent
    with closing(open_engine()) as engine:
        facts.build(home.warehouse, engine)
    (root / "contract.yaml").write_text(CONTRACT, encoding="utf-8")
    contract = payment.load_contract(root / "contract.yaml")
    inputs = payment.PaymentInputs(
        counts={contract.scheme: home.group(load_scheme(contract.scheme))},
        price_lists={contract.price_list: home.prices(contract.price_list)},
        snapshot="made up",
    )
    with closing(home.engine()) as engine:
        standing = Standing(97.0, "Q-1", 12, 3, 3, None)
        return block_review.review(engine, contract, inputs, standing)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_planted_lies_in_the_intervals(tmp_path: Path, first: Home, seed: int) -> None:
    home = first if seed == 1 else simulated(tmp_path, seed)
    made, rows = reviewed(home), truth(home.path.parent)
    sums: Counter[str] = Counter()
    for row in rows:
        for name in ("others", "excess_overhead"):
            sums[name] += int(row[name])
        sums["moved"] += max(0, int(row["moved"]))
        sums["net"] += int(row["moved"])
        sums["repeats"] += int(row["repeats"])
    [second] = [line for line in made.lines if line.line == "45"]
    planted = {
        "UN-2": sums["others"],
        "UN-3": sums["moved"],
        "UN-4": round(sums["repeats"] * (second.priced.mean_pence or 0)),
        "UN-5": sums["excess_overhead"],
    }
    for rule, size in planted.items():
        found = made.finding(rule)
        assert size > 100_000, f"{rule}: too little is planted to be looked for"
        assert found.lower is not None, rule
        assert found.upper is not None, rule
        assert found.lower <= size <= found.upper, (rule, found.lower, size, found.upper)
        # An interval from nought to everything would hold any truth.
        assert found.lower > 0, rule
    assert abs(made.steps.steps["moved"] - sums["net"]) <= 100 * len(rows)
    assert len(made.finding("UN-5").parts) == 2
    joint = {line.line for line in made.lines if line.paid_stated}
    assert joint == {"20", "23"}
    steps = made.steps
    assert steps.start - sum(steps.steps.values()) == steps.end
    assert steps.end == sum(line.priced.pence for line in made.lines)


def test_others_without_plants_have_nothing_to_explain(tmp_path: Path) -> None:
    """What is found in the planted block is not found where nothing was planted."""
    settings = Settings(8, 3, 1, 0.0, 0.3, "2025-04", 0)
    runs = [
        ProviderRun(p.code, delivered=count_delivered(provider_history(settings, n)))
        for n, p in enumerate(make_providers(settings.providers))
    ]
    write_service_lines(tmp_path / "lines.csv", tmp_path / "truth.csv", settings, runs)
    with (tmp_path / "lines.csv").open(encoding="utf-8", newline="") as stream:
        sent = list(csv.DictReader(stream))
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as stream:
        true = list(csv.DictReader(stream))
    for code in {row["provider"] for row in sent}:
        own = [row for row in sent if row["provider"] == code]
        moved = sum(row["allocated_pounds"] != row["spent_pounds"] for row in own)
        pools = {row["overhead_pool"] for row in own}
        repeats = sum(int(row["repeats"]) for row in true if row["provider"] == code)
        assert (moved > 0, len(pools) == 2, repeats > 0) == (code == "ZA4",) * 3


def test_the_command_writes_and_prints_the_review(tmp_path: Path, first: Home) -> None:
    home = first
    with closing(open_engine()) as engine:
        build(home.warehouse, engine)
    contract, notes = tmp_path / "contract.yaml", tmp_path / "notes.yaml"
    contract.write_text(CONTRACT, encoding="utf-8")
    notes.write_text(
        "replies: {UN-3: {by: Finance director, dated: 2026-05-01, text: A lift was mended}}",
        encoding="utf-8",
    )
    arguments = ["review", str(contract), "--home", str(home.path), "--notes", str(notes)]
    shown = CliRunner().invoke(application(), arguments)
    assert shown.exit_code == 0, shown.output
    for words in ("never accusations", "UN-2", "UN-5", "Priced activity", "A lift was mended"):
        assert words in shown.stdout
    folder = home.path / "reviews" / "planted"
    written = {"findings.csv", "parts.csv", "bridge.csv", "records.csv", "review.json"}
    kept = {"review.xlsx", "contract.yaml", "notes.yaml"}
    assert {file.name for file in folder.iterdir()} == written | kept
    told = json.loads(CliRunner().invoke(application(), [*arguments, "--json"]).stdout)
    assert told["block_pence"] - sum(told["steps_pence"].values()) == told["priced_pence"]
    assert told["left_out"][0] == "2025-07"
    [again] = kept_reviews(home)
    assert block_review.as_json(again) == told
