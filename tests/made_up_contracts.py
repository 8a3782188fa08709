"""Contracts drawn at random, with the units, values and people that they are paid from."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
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
from oracles import payment as oracle

YEAR = "2025-26"
MONTHS = [str(month) for month in FinancialYear.parse(YEAR).months]
FACTOR = "1.0214"
SERVICES = ["12", "16", "26", "33", "51", "none"]
LISTED = ["N02AF", "N12", "A08A1", "IC01"]
LOCAL = {"A13A1": "110.50", "A13C1": "0.01", "NUR-S1": "200.00", "NUR-L1": "913.37"}
LOCAL |= {"VIS-NBV": "88.05", "PRO-WND": "31.99", "ADU-1": "612.34", "ADU-3": "4001.01"}
OF_SCHEME = {
    "ncc-2024-25": [*LISTED, "A13A1", "A13C1"],
    "single-episode": ["NUR-S1", "NUR-L1"],
    "procedure": ["VIS-NBV", "PRO-WND"],
    "year-of-care": ["ADU-1", "ADU-3"],
}
MEASURES = ["m1", "m2", "m3"]
BANDS = ["0-17", "18-64", "65+"]


@cache
def price_list() -> PriceList:
    return load_price_list("ncc-2024-25", {"ZA1": Decimal(FACTOR)})


@cache
def listed(currency: str) -> Decimal:
    """Pounds of one unit by the oracle."""
    return oracle.price(currency, FACTOR, YEAR)


def pounds_of(currency: str) -> Decimal:
    return Decimal(LOCAL[currency]) if currency in LOCAL else listed(currency)


def number(least: int, most: int, places: int) -> st.SearchStrategy[str]:
    """A number with so many decimals, as text."""
    return st.integers(least * 10**places, most * 10**places).map(
        lambda n: str(Decimal(n).scaleb(-places))
    )


money = number(0, 2_000_000, 2)
percent = number(0, 100, 1)
share = number(0, 1, 2)


@st.composite
def shares_of_one(draw: st.DrawFn, how_many: int) -> list[str]:
    """Shares in hundredths that add up to one."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=how_many - 1, max_size=how_many - 1)))
    edges = [0, *cuts, 100]
    return [str(Decimal(b - a).scaleb(-2)) for a, b in pairwise(edges)]


def maybe(keys: dict[str, st.SearchStrategy]) -> st.SearchStrategy[dict]:
    """Some of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


indexation = st.builds(
    lambda a, b, c, d: {
        "base_year": "2023-24",
        "years": {
            "2024-25": {"uplift_percent": a, "efficiency_percent": b},
            "2025-26": {"uplift_percent": c, "efficiency_percent": d},
        },
    },
    number(-5, 12, 2),
    number(0, 5, 2),
    number(-5, 12, 2),
    number(0, 5, 2),
)


@st.composite
def goals(draw: st.DrawFn, reweighs: bool = True) -> dict:
    """A goal of any method."""
    if draw(st.integers(0, 9)) == 0:
        return {"agreed": draw(share)}
    method = draw(st.sampled_from(["all_or_nothing", "linear", "banded"]))
    goal: dict = {"measure": draw(st.sampled_from(MEASURES)), "method": method}
    goal["minimum"] = draw(st.sampled_from([0, 0, 40, 400]))
    goal["missing"] = draw(
        st.sampled_from(["zero", "suspend", *(["reweight"] if reweighs else [])])
    )
    if method == "banded":
        values = sorted(draw(st.sets(share, min_size=1, max_size=4)), key=Decimal)
        earns = sorted(
            draw(st.lists(share, min_size=len(values), max_size=len(values))), key=Decimal
        )
        goal["bands"] = [{"value": v, "earns": e} for v, e in zip(values, earns, strict=True)]
        return goal
    target, floor = draw(share), draw(share)
    goal["target"] = target
    if method == "linear":
        goal["floor"] = floor if Decimal(floor) != Decimal(target) else "1.5"
        goal["lower_is_better"] = Decimal(target) < Decimal(goal["floor"])
    else:
        goal["lower_is_better"] = draw(st.booleans())
    return goal


@st.composite
def care_terms(draw: st.DrawFn, name: str, services: object) -> dict:
    """A term that pays for care of these services."""
    kinds = ["block", "cost_and_volume", "activity", "capitation", "low_volume", "blended"]
    if services != "others":
        kinds += ["procedure", "episode"]
    kind = draw(st.sampled_from(kinds))
    term = {"id": name, "kind": kind, "services": services}
    profile = {"profile": shares_of_one(12)}
    fixed = {**profile, "indexation": indexation}
    if kind == "block":
        term |= {"annual": draw(money), **draw(maybe(fixed))}
    if kind == "low_volume":
        years = ("2021-22", "2022-23", "2023-24")
        term |= {"history": {year: draw(money) for year in years}, **draw(maybe(fixed))}
    if kind == "capitation":
        weights = [{"age_band": band, "weight": draw(number(0, 4, 3))} for band in BANDS]
        factor = draw(st.one_of(st.just("in_allocation"), number(1, 2, 4)))
        rate = {"registered_list": "people", "rate": draw(number(0, 300, 4))}
        term |= {**rate, "weights": weights, "market_forces": factor, **draw(maybe(fixed))}
    if kind == "blended":
        parts = draw(shares_of_one(2))
        term |= {"plan": draw(money), "fixed_share": parts[0], "variable_share": parts[1]}
        term |= draw(maybe(profile))
    if kind == "episode":
        days = {"excess_day": number(0, 50, 2), "excess_days": st.just({"NUR-L1": "2.5"})}
        term |= draw(maybe(days))
    if kind == "cost_and_volume":
        in_units = st.dictionaries(
            st.sampled_from(OF_SCHEME["ncc-2024-25"]), st.integers(0, 20_000), min_size=1
        )
        term |= {"fixed": draw(money), "plan": draw(st.one_of(money, in_units))}
        for direction in ("above", "below"):
            steps = sorted(draw(st.sets(percent, max_size=3)), key=Decimal)
            term[direction] = [{"percent": step, "rate": draw(share)} for step in steps]
        bounds = sorted([draw(money), draw(money)], key=Decimal)
        both = {"floor": st.just(bounds[0]), "cap": st.just(bounds[1])}
        settled = {"settled": st.sampled_from(["month", "year"])}
        term |= draw(maybe({**both, **profile, **settled}))
    return term


@st.composite
def outcome_trees(draw: st.DrawFn) -> list[dict]:
    """Domains whose points add up, some indicators deferred."""
    domains, count = [], 0
    for d in range(draw(st.integers(1, 3))):
        outcomes = []
        for o in range(draw(st.integers(1, 2))):
            indicators = []
            for _ in range(draw(st.integers(1, 3))):
                one = {"id": f"i{count}", "title": "t", "points": draw(st.integers(1, 90))}
                later = draw(st.integers(0, 4)) == 0
                one |= {"deferred_to": "2026-27"} if later else {"goal": draw(goals())}
                indicators.append(one)
                count += 1
            points = sum(one["points"] for one in indicators)
            whose = draw(st.sampled_from(["mental", "physical", "both"]))
            named = {"id": f"o{d}{o}", "title": "t", "points": points, "health": whose}
            outcomes.append(named | {"indicators": indicators})
        points = sum(one["points"] for one in outcomes)
        domains.append({"id": f"d{d}", "title": "t", "points": points, "outcomes": outcomes})
    return domains


@st.composite
def other_terms(draw: st.DrawFn, care: list[dict]) -> list[dict]:
    """Terms on the sums of others, in an order that they may have."""
    names = [term["id"] for term in care]
    some = st.lists(st.sampled_from(names), min_size=1, unique=True)
    paid = st.sampled_from(["earned", "clawed_back", "withheld"])
    found = []
    if draw(st.booleans()):
        groups = [
            {
                "id": f"g{n}",
                "percent": draw(number(0, 5, 2)),
                "goals": [
                    {"id": f"g{n}-{k}", "title": "t", "share": part, "goal": draw(goals())}
                    for k, part in enumerate(draw(shares_of_one(draw(st.integers(1, 3)))))
                ],
            }
            for n in range(draw(st.integers(1, 2)))
        ]
        base = draw(st.one_of(money.map(lambda m: {"base": m}), some.map(lambda s: {"of": s})))
        found.append(
            {"id": "quality", "kind": "quality", "groups": groups, "paid": draw(paid)} | base
        )
    if draw(st.booleans()):
        domains = draw(outcome_trees())
        risk = draw(st.lists(percent, min_size=5, max_size=5))
        term = {"id": "outcomes", "kind": "outcomes", "first_year": "2024-25", "paid": draw(paid)}
        term |= {"at_risk_percent": risk, "values": {YEAR: draw(money), "2024-25": "1"}}
        found.append(term | {"points": sum(d["points"] for d in domains), "domains": domains})
    if draw(st.booleans()):
        rules = [
            {"id": f"r{n}", "title": "t", "percent": draw(percent), "goal": draw(goals(False))}
            for n in range(draw(st.integers(1, 3)))
        ]
        term = {"id": "data", "kind": "penalty", "of": draw(some), "rules": rules}
        found.append(term | {"cap_percent": draw(percent)})
    if draw(st.booleans()):
        keys = ("corridor_percent", "cap_percent", "collar_percent")
        term = {"id": "risk", "kind": "risk_share", "of": draw(some), "expected": draw(money)}
        term |= {"share_above": draw(share), "share_below": draw(share)}
        found.append(term | {key: draw(percent) for key in keys})
    if draw(st.booleans()):
        parties = ["ZA1", "ZA7", "ZA8"]
        of = [*draw(some), *(term["id"] for term in found)]
        shares = {n: dict(zip(parties, draw(shares_of_one(3)), strict=True)) for n in of}
        tax = {"rate_percent": draw(percent), "recoverable_percent": draw(percent)}
        tax["borne_by"] = draw(st.sampled_from(["commissioner", "prime", "subcontractor"]))
        found.append({"id": "chain", "kind": "prime", "shares": shares, "tax": tax})
    return found


@dataclass(frozen=True)
class Drawn:
    """A contract as its file has it, and what it is paid from, plain."""

    content: dict
    units: list[dict]
    values: dict[tuple[str, int], tuple[int, int] | None]
    people: dict[str, int]

    @property
    def contract(self) -> Contract:
        found = validate(self.content, Contract, "contract")
        check_contract(found, "contract")
        return found

    @property
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


@st.composite
def drawn_contracts(draw: st.DrawFn) -> Drawn:
    """A contract with any kinds of term that share out the services."""
    random = Random(draw(st.integers(0, 2**32)))
    services = draw(st.permutations(SERVICES))
    cuts = sorted(draw(st.sets(st.integers(1, 6), min_size=1, max_size=4)))
    parts: list = [list(services[a:b]) for a, b in zip([0, *cuts[:-1]], cuts, strict=True)]
    if cuts[-1] < len(SERVICES) and draw(st.booleans()):
        parts.append("others")
    care = [draw(care_terms(f"t{n}", part)) for n, part in enumerate(parts)]
    if draw(st.booleans()):
        years = {"id": "years", "kind": "year_of_care", "services": ["11"]}
        care.append(years | {"on_account": draw(money)})
    return Drawn(
        contract_of([*care, *draw(other_terms([t for t in care if t["id"] != "years"]))]),
        units_of(random),
        results_of(random),
        {band: random.randint(0, 300_000) for band in BANDS},
    )


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
