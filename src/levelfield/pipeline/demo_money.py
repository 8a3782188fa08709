"""What the demonstration asks of its contracts: a plan, a scenario and a review."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc
import yaml

from levelfield import payment
from levelfield.home import Home
from levelfield.payment.cover import NO_TEAM
from levelfield.payment.scenarios import PLAN_COLUMNS
from levelfield.pipeline.commissioning import ask_review, keep_review
from levelfield.pipeline.scenarios import ask_scenarios, keep_scenarios
from levelfield.publish import SiteData

PLANNED, LOOKED_AT = "za1-2025-26", "za4-2025-26"
"""The contract that has a plan, and the one that is taken apart and paid in other ways."""

SCENARIO = "pennfold"

BY_ACTIVITY: list[dict[str, object]] = [{"id": "all", "kind": "activity", "services": "others"}]
MARGINAL: list[dict[str, object]] = [
    {
        "id": "all",
        "kind": "cost_and_volume",
        "services": "others",
        "fixed": 6_200_000,
        "plan": 6_200_000,
        "above": [{"percent": 3, "rate": 0.5}],
        "below": [{"percent": 3, "rate": 0.5}],
    }
]
DRAWS = {"of": ["months"], "replicates": 100, "seed": 1}
SWEEP = {
    "scenario": "marginal",
    "parameters": [
        {
            "set": "terms.all.fixed",
            "title": "Fixed sum",
            "values": [6_000_000, 6_200_000, 6_400_000],
        },
        {
            "set": "terms.all.above.1.rate",
            "title": "Share of its price paid for activity beyond the plan",
            "values": [0.25, 0.5, 0.75],
        },
    ],
}


def write_plan(home: Home, contract: payment.Contract, file: Path) -> None:
    """Write a plan in equal months: of each service and currency the mean of the months held."""
    year = [str(month) for month in contract.financial_year.months]
    sums: Counter[tuple[str, str]] = Counter()
    months = set()
    for row in home.counts(contract.scheme).to_pylist():
        service = row["team_type"] or NO_TEAM
        own = (row["provider"], row["commissioner"]) == (contract.provider, contract.commissioner)
        if own and row["period"] in year and row["currency"]:
            months.add(row["period"])
            if contract.term_of(service, row["currency"], contract.scheme):
                sums[service, row["currency"]] += row["units"]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(PLAN_COLUMNS)
        for (service, currency), units in sorted(sums.items()):
            planned = round(units / len(months))
            writer.writerows((month, service, currency, planned) for month in year)


def ask(home: Home, contract: payment.Contract, file: Path, folder: Path) -> Iterator[str]:
    """Ask for other ways to pay a contract, and for its block to be taken apart: both are made when
    the site is. Yields a sentence for each."""
    counted = home.counts(contract.scheme)
    own = counted.filter(pc.equal(counted["provider"], contract.provider))
    held = set(own["period"].unique().to_pylist())
    months = [str(month) for month in contract.financial_year.months]
    whole = held.issuperset(months)
    scenario = folder / f"{SCENARIO}.yaml"
    paid = contract.year if whole else max(held.intersection(months))
    scenario.write_text(scenario_text(contract.id, paid, whole), encoding="utf-8")
    ask_scenarios(home, scenario)
    yield f"{contract.id} is paid in other ways"
    if any(held.issuperset(months[first : first + 3]) for first in range(0, 12, 3)):
        ask_review(home, file)
        yield "its block is taken apart"


def keep_what_was_made(home: Home, data: SiteData, contract: Path, folder: Path) -> None:
    """Keep the files of the scenario and of the review that the site shows."""
    for name, compared, swept in data.scenarios:
        keep_scenarios(home, folder / f"{name}.yaml", compared, swept)
    for review in data.reviews:
        keep_review(home, contract, review)


def scenario_text(contract: str, period: str, whole: bool) -> str:
    """The scenario file; thresholds of a year need the whole of it, and so do months to draw."""
    ways = {"activity": ("Every contact at its price", BY_ACTIVITY)}
    if whole:
        ways["marginal"] = ("Cost and volume", MARGINAL)
    content = {
        "id": SCENARIO,
        "version": "1",
        "title": "Other ways to pay for community services in Pennfold",
        "source": "Invented for the demonstration.",
        "period": period,
        "base": "now",
        "scenarios": [
            {"id": "now", "title": "As it is", "contracts": [contract]},
            *(
                {"id": id_, "title": title, "contracts": [contract], "set": {"terms": terms}}
                for id_, (title, terms) in ways.items()
            ),
        ],
        **({"draws": DRAWS, "sweep": SWEEP} if whole else {}),
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
