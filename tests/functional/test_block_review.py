"""The review of a simulated block finds what was planted in it, within the intervals it states."""

import csv
import json
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from levelfield import facts, intake, payment
from levelfield.cli.app import application
from levelfield.commissioning import block_review
from levelfield.core.periods import FinancialYear
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
from levelfield.tariff import Price, PriceList

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


def simulated(root: Path, seed: int, defects: float = 0.005) -> Home:
    """A home with April to June 2025 of ZA4, and the service lines of eight providers."""
    settings = Settings(8, 3, seed, defects, 0.3, "2025-04", 0)
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


@dataclass(frozen=True)
class Uncertain:
    """A price list of which each price may be a tenth dearer or cheaper."""

    prices: PriceList

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        found = self.prices.price(currency, provider, year)
        return replace(found, lower=found.pence * 9 // 10, upper=found.pence * 11 // 10)


def reviewed(home: Home, *, uncertain: bool = False) -> block_review.Review:
    """The review from the facts, without the measures of a whole build."""
    root = home.path.parent
    with closing(open_engine()) as engine:
        facts.build(home.warehouse, engine)
    (root / "contract.yaml").write_text(CONTRACT, encoding="utf-8")
    contract = payment.load_contract(root / "contract.yaml")
    prices = home.lookups.price_list(contract.price_list)
    inputs = payment.PaymentInputs(
        counts={contract.scheme: home.group(load_scheme(contract.scheme))},
        price_lists={contract.price_list: Uncertain(prices) if uncertain else prices},
        snapshot="made up",
    )
    with closing(home.engine()) as engine:
        standing = Standing(97.0, "Q-1", 12, 3, 3, None)
        return block_review.review(engine, contract, inputs, standing)


@pytest.mark.parametrize(("seed", "defects"), [(1, 0.005), (2, 0.06), (3, 0.06)])
def test_what_was_planted_lies_in_the_intervals(
    tmp_path: Path, first: Home, seed: int, defects: float
) -> None:
    """With few contacts lost on the way, and with many."""
    home = first if seed == 1 else simulated(tmp_path, seed, defects)
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
    assert made.lost.share > defects / 5
    assert_the_care_is_covered(made, rows)
    assert abs(made.steps.steps["moved"] - sums["net"]) <= 100 * len(rows)
    assert len(made.finding("UN-5").parts) == 2
    joint = {line.line for line in made.lines if line.paid_stated}
    assert joint == {"20", "23"}
    steps = made.steps
    assert steps.start - sum(steps.steps.values()) == steps.end
    assert steps.end == sum(line.priced.pence for line in made.lines)


def assert_the_care_is_covered(made: block_review.Review, rows: list[dict[str, str]]) -> None:
    """All care that was truly given lies between what is priced, and that with the estimates."""
    lines = {line.line for line in made.lines}
    given = sum(int(row["own"]) for row in rows if row["team_type"] in lines)
    units = sum(line.priced.units for line in made.lines)
    steps = made.steps
    true = given * steps.end / units
    assert steps.end < true <= steps.end + steps.steps["unclassed"] + made.most_lost
    assert true == pytest.approx(
        steps.end + steps.steps["unclassed"] + steps.steps["lost"], rel=0.02
    )


def test_a_price_that_is_off_within_its_interval_is_covered(first: Home) -> None:
    """Were every unit truly 8% dearer than its list says, the intervals would hold it."""
    made, rows = reviewed(first, uncertain=True), truth(first.path.parent)
    [second] = [line for line in made.lines if line.line == "45"]
    found = made.finding("UN-4")
    dearer = sum(int(row["repeats"]) for row in rows) * float(second.priced.mean_pence or 0) * 1.08
    assert found.lower is not None
    assert found.upper is not None
    assert 0 < found.lower <= dearer <= found.upper
    assert made.priced_interval is not None
    lower, upper = made.priced_interval
    assert lower < made.steps.end < 1.08 * made.steps.end < upper
    assert lower == pytest.approx(0.9 * made.steps.end, rel=0.001)


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
        # Two places at the most: more, as a float may print them, would have the return refused.
        assert all(len(row["paid_share"].partition(".")[2]) <= 2 for row in own)
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
    [again], left = kept_reviews(home)
    assert left == []
    assert json.loads(json.dumps(block_review.as_json(again))) == told
    (folder / "notes.yaml").write_text("replies: {UN-9: {}}", encoding="utf-8")
    assert kept_reviews(home) == ([], ["reviews/planted"])
