"""Contracts drawn at random, with the units, values and people that they are paid from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from random import Random

import pyarrow as pa
from hypothesis import strategies as st

from levelfield.core.definitions import validate
from levelfield.core.periods import FinancialYear
from levelfield.core.values import VALUE_SCHEMA
from levelfield.currencies import COUNT_SCHEMA
from levelfield.payment import Contract, Group, PaymentInputs, RegisteredList
from levelfield.payment.checks import check_contract
from levelfield.tariff import PriceList, load_price_list
from made_up_terms import AGREED, BANDS, CARE, LISTED, MEASURES, OTHERS, YEAR, money
from oracles import payment as oracle

MONTHS = [str(month) for month in FinancialYear.parse(YEAR).months]
FACTOR = "1.0214"
SERVICES = ["12", "16", "26", "33", "51", "none"]
LOCAL = {"A13A1": "110.50", "A13C1": "0.01", "NUR-S1": "200.00", "NUR-L1": "913.37"}
LOCAL |= {"VIS-NBV": "88.05", "PRO-WND": "31.99", "ADU-1": "612.34", "ADU-3": "4001.01"}
OF_SCHEME = {
    "ncc-2024-25": [*LISTED, *AGREED],
    "single-episode": ["NUR-S1", "NUR-L1"],
    "procedure": ["VIS-NBV", "PRO-WND"],
    "year-of-care": ["ADU-1", "ADU-3"],
}
OWN_SCHEME = ("procedure", "episode")
"""Kinds of term that count by a scheme of their own, and so never all the other services."""


@cache
def price_list() -> PriceList:
    return load_price_list("ncc-2024-25", {"ZA1": Decimal(FACTOR)})


@cache
def listed(currency: str) -> Decimal:
    """Pounds of one unit by the oracle."""
    return oracle.price(currency, FACTOR, YEAR)


def pounds_of(currency: str) -> Decimal:
    return Decimal(LOCAL[currency]) if currency in LOCAL else listed(currency)


@dataclass(frozen=True)
class Drawn:
    """A contract as its file has it, and what it is paid from, plain."""

    content: dict
    units: list[dict]
    values: dict[tuple[str, int], tuple[int, int] | None]
    people: dict[str, int]

    @cached_property
    def contract(self) -> Contract:
        found = validate(self.content, Contract, "contract")
        check_contract(found, "contract")
        return found

    @cached_property
    def inputs(self) -> PaymentInputs:
        return PaymentInputs(
            counts={scheme: counts_of(self.units, scheme) for scheme in OF_SCHEME},
            price_lists={"ncc-2024-25": price_list()},
            snapshot="s",
            values=values_of(self.values),
            lists={"people": people_of(self.people)},
        )

    def oracle(self) -> oracle.Payment:
        return oracle.Payment(self.content, self.units, pounds_of, self.values, self.people)


def contract_of(terms: list[dict]) -> dict:
    head = dict.fromkeys(("version", "title", "source"), "x")
    parties = {"id": "c", "provider": "ZA1", "commissioner": "ZC001", "year": YEAR}
    lists = {"scheme": "ncc-2024-25", "price_list": "ncc-2024-25", "local_prices": LOCAL}
    return {**head, **parties, **lists, "terms": terms}


def units_of(random: Random) -> list[dict]:
    """Counted units under every scheme, in any month and service."""
    rows = []
    for _ in range(random.randint(0, 25)):
        scheme = random.choice(["ncc-2024-25", "ncc-2024-25", *OF_SCHEME])
        size = random.randint(0, 400)
        rows.append(
            {
                "scheme": scheme,
                "month": random.randrange(12),
                "service": random.choice(SERVICES),
                "currency": random.choice(OF_SCHEME[scheme]),
                "units": random.randint(1, 20_000),
                "size": size,
                "excess": random.randint(0, size),
            }
        )
    return rows


def results_of(random: Random) -> dict[tuple[str, int], tuple[int, int] | None]:
    """A numerator and denominator of each measure and month; a few of the last are missing."""
    found: dict[tuple[str, int], tuple[int, int] | None] = {}
    for measure in MEASURES:
        typical = random.random()
        for month in range(12):
            bottom = random.randint(1, 60)
            top = round(bottom * min(1, max(0, random.gauss(typical, 0.1))))
            lost = measure == MEASURES[-1] and random.random() < 0.05
            found[measure, month] = None if lost else (top, bottom)
    return found


randoms = st.integers(0, 2**32).map(Random)


def drawn_contracts(
    care: Sequence[str] = tuple(CARE), others: Sequence[str] = ("year_of_care", *OTHERS)
) -> st.SearchStrategy[Drawn]:
    """A contract with any of these kinds of term, which share out the services.

    Hypothesis draws which terms there are, so that a contract that fails comes down to few of them.
    """
    beside = st.lists(st.sampled_from(others), unique=True) if others else st.just([])
    return st.builds(
        draw_contract, st.lists(st.sampled_from(care), min_size=1, max_size=5), beside, randoms
    )


def draw_contract(care: list[str], others: list[str], random: Random) -> Drawn:
    """A contract with terms of these kinds."""
    cuts = sorted(random.sample(range(1, len(SERVICES) + 1), len(care)))
    services = random.sample(SERVICES, len(SERVICES))
    terms: list[dict] = []
    for n, (kind, start, end) in enumerate(zip(care, [0, *cuts], cuts, strict=False)):
        term = {"id": f"t{n}", "kind": kind, "services": services[start:end]}
        terms.append(term | CARE[kind](random))
    if care[-1] not in OWN_SCHEME and random.random() < 0.5:
        terms[-1]["services"] = "others"
    if "year_of_care" in others:
        term = {"id": "years", "kind": "year_of_care", "services": ["11"]}
        terms.append(term | {"on_account": money(random)})
    for kind in OTHERS:
        if kind in others:
            # A prime provider passes on of every term, the others are on sums of care by the month.
            above = [one["id"] for one in terms if kind == "prime" or one["kind"] in CARE]
            terms.append({"id": kind, "kind": kind, **OTHERS[kind](random, above)})
    people = {band: random.randint(0, 300_000) for band in BANDS}
    return Drawn(contract_of(terms), units_of(random), results_of(random), people)


def counts_of(units: list[dict], scheme: str) -> pa.Table:
    """Counted units; a month without any has one of another commissioner, so that it is loaded."""
    common = {"provider": "ZA1", "basis": "direct"}
    loaded = [YEAR] if scheme == "year-of-care" else MONTHS
    rows = [common | {"commissioner": "ZC9", "period": month, "units": 1} for month in loaded]
    for row in units:
        if row["scheme"] == scheme:
            period = YEAR if scheme == "year-of-care" else MONTHS[row["month"]]
            team = None if row["service"] == "none" else row["service"]
            kept = {key: row[key] for key in ("currency", "units", "size", "excess")}
            given = {"commissioner": "ZC001", "period": period, "team_type": team}
            rows.append({**common, **given, **kept})
    return pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)


def values_of(values: dict[tuple[str, int], tuple[int, int] | None]) -> pa.Table:
    rows = [
        {
            "measure": measure,
            "version": "1",
            "period": MONTHS[month],
            "org_level": "provider",
            "org_code": "ZA1",
            "stratifier": "all",
            "stratum": "all",
            "numerator": float(found[0]),
            "denominator": float(found[1]),
            "value": found[0] / found[1],
            "lineage": f"V-{measure}-{month}",
        }
        for (measure, month), found in values.items()
        if found is not None
    ]
    return pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)


def people_of(people: dict[str, int]) -> RegisteredList:
    groups = {Group(band, "all", "all"): number for band, number in people.items()}
    return RegisteredList("people.csv", YEAR, groups)
