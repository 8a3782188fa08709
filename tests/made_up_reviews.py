"""A review of a made-up block: facts from a fixed seed, and the findings that lie in them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from random import Random

import pyarrow as pa

from levelfield.commissioning.block_review import FACTS, Notes, Review, review
from levelfield.engine import open_engine
from levelfield.facts import load_fact
from levelfield.payment import BlockTerm, Contract, PaymentInputs
from levelfield.quality import Standing

TEAMS = ("12", "27", "45")
SPENT = {"12": 95_000, "27": 215_000, "45": 30_000}
"""Pounds in a quarter."""

PEOPLE, CONTACTS = 300, 6000


def made_up_review(contract: Contract, inputs: PaymentInputs) -> Review:
    """Everything of the contract's provider in one block, with the provider's reply to UN-3."""
    block = BlockTerm(id="all", kind="block", services=list(TEAMS), annual=1_450_000)
    whole = contract.model_copy(update={"terms": [block], "local_prices": {}})
    notes = Notes.model_validate(
        {"replies": {"UN-3": {"by": "Finance", "dated": "2026-05-01", "text": "A post was empty."}}}
    )
    random = Random(3)
    drawn = {
        "contact": list(_contacts(random, contract)),
        "service_lines": list(_lines(random, contract)),
        "table_quality": [
            {
                "provider": contract.provider,
                "period": "2025-04",
                "table_name": "CYP201CareContact",
                "records_accepted": CONTACTS,
                "records_rejected": 60,
            }
        ],
    }
    with closing(open_engine("duckdb", threads=1)) as engine:
        for fact in FACTS:
            schema = load_fact(fact).arrow_schema()
            engine.view(fact, pa.Table.from_pylist(drawn.get(fact, []), schema=schema))
        standing = Standing(97.0, "Q-1", 12, 12, 12, None)
        return review(engine, whole, inputs, standing, notes)


def _contacts(random: Random, contract: Contract) -> Iterator[dict[str, object]]:
    """District nursing and integrated care visit some people on one day; a sixth are of others."""
    for number in range(CONTACTS):
        person = random.randrange(PEOPLE)
        day = date(2025, 4, 1) + timedelta(days=random.randrange(365))
        teams = ("12", "45") if person < 60 and number % 3 == 0 else (random.choice(TEAMS),)
        for team in teams:
            yield {
                "provider": contract.provider,
                "period": f"{day:%Y-%m}",
                "care_contact_id": f"C{number}-{team}",
                "person_id": f"P{person}",
                "contact_date": day,
                "team_type": team,
                "commissioner": "ZC002" if person % 6 == 0 else contract.commissioner,
                "submitted_commissioner": contract.commissioner,
                "attendance_status": "3" if number % 17 == 0 else "5",
                "activity_location_type": "A01",
            }


def _lines(random: Random, contract: Contract) -> Iterator[dict[str, object]]:
    """Money goes from nursing to podiatry in every quarter; peers have fewer overheads."""
    for quarter in ("2025-06", "2025-09", "2025-12", "2026-03"):
        for team in TEAMS:
            spent = round(SPENT[team] * random.uniform(0.95, 1.05))
            given = spent + {"12": 20_000, "27": -15_000}.get(team, 0)
            yield _line(contract.provider, contract.commissioner, quarter, team, given, spent, 0.2)
            for peer in range(2, 10):
                ratio = random.gauss(0.13, 0.01)
                yield _line(f"ZA{peer}", "ZC002", quarter, team, spent, spent, ratio)


def _line(
    provider: str, commissioner: str, period: str, team: str, given: int, spent: int, ratio: float
) -> dict[str, object]:
    return {
        "provider": provider,
        "commissioner": commissioner,
        "period": period,
        "team_type": team,
        "allocated_pounds": given,
        "spent_pounds": spent,
        "staffing_pounds": round(0.7 * spent),
        "overhead_pounds": round(ratio * spent),
        "overhead_pool": "north" if team == "12" else "south",
    }
