"""Terms of a contract made up at random, each as a contract file has it.

Every figure comes from a `Random`, not from Hypothesis: a term has up to a hundred of them, and
drawing each on its own takes ten times as long as paying the contract.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from random import Random

YEAR = "2025-26"
MEASURES = ["m1", "m2", "m3"]
BANDS = ["0-17", "18-64", "65+"]
LISTED = ["N02AF", "N12", "A08A1", "IC01"]
AGREED = ["A13A1", "A13C1"]

Content = dict[str, object]
Make = Callable[[Random], object]


def number(random: Random, least: int, most: int, places: int) -> str:
    """A number with so many decimals, as text; one of the ends more often than chance would."""
    low, high = least * 10**places, most * 10**places
    drawn = random.choice((low, high)) if random.random() < 0.1 else random.randint(low, high)
    return str(Decimal(drawn).scaleb(-places))


def money(random: Random) -> str:
    return number(random, 0, 2_000_000, 2)


def percent(random: Random) -> str:
    return number(random, 0, 100, 1)


def share(random: Random) -> str:
    return number(random, 0, 1, 2)


def shares_of_one(random: Random, how_many: int) -> list[str]:
    """Shares in hundredths that add up to one."""
    cuts = sorted(random.randint(0, 100) for _ in range(how_many - 1))
    return [str(Decimal(b - a).scaleb(-2)) for a, b in pairwise([0, *cuts, 100])]


def profile(random: Random) -> list[str]:
    return shares_of_one(random, 12)


def rising(random: Random, how_many: int, make: Callable[[Random], str]) -> list[str]:
    """So many numbers or fewer, each once, from the least."""
    return sorted({make(random) for _ in range(how_many)}, key=Decimal)


def some(random: Random, names: list[str]) -> list[str]:
    """At least one of them."""
    return random.sample(names, random.randint(1, len(names)))


def maybe(random: Random, keys: Mapping[str, Make]) -> Content:
    """Some of these keys, or none."""
    return {key: make(random) for key, make in keys.items() if random.random() < 0.5}


def indexation(random: Random) -> Content:
    years = {
        year: {
            "uplift_percent": number(random, -5, 12, 2),
            "efficiency_percent": number(random, 0, 5, 2),
        }
        for year in ("2024-25", YEAR)
    }
    return {"base_year": "2023-24", "years": years}


FIXED: Mapping[str, Make] = {"profile": profile, "indexation": indexation}


def block(random: Random) -> Content:
    return {"annual": money(random), **maybe(random, FIXED)}


def low_volume(random: Random) -> Content:
    years = ("2021-22", "2022-23", "2023-24")
    return {"history": {year: money(random) for year in years}, **maybe(random, FIXED)}


def capitation(random: Random) -> Content:
    return {
        "registered_list": "people",
        "rate": number(random, 0, 300, 4),
        "weights": [{"age_band": band, "weight": number(random, 0, 4, 3)} for band in BANDS],
        "market_forces": random.choice(["in_allocation", number(random, 1, 2, 4)]),
        **maybe(random, FIXED),
    }


def blended(random: Random) -> Content:
    fixed, variable = shares_of_one(random, 2)
    shares = {"fixed_share": fixed, "variable_share": variable}
    return {"plan": money(random), **shares, **maybe(random, {"profile": profile})}


def nothing_else(random: Random) -> Content:
    return {}


def episode(random: Random) -> Content:
    days: dict[str, Make] = {
        "excess_day": lambda one: number(one, 0, 50, 2),
        "excess_days": lambda one: {"NUR-L1": "2.5"},
    }
    return maybe(random, days)


def cost_and_volume(random: Random) -> Content:
    in_units = {code: random.randint(0, 20_000) for code in some(random, [*LISTED, *AGREED])}
    floor, fixed, cap = sorted([money(random) for _ in range(3)], key=Decimal)
    term: Content = {"fixed": fixed, "plan": random.choice([money(random), in_units])}
    for direction in ("above", "below"):
        steps = rising(random, random.randint(0, 3), percent)
        term[direction] = [{"percent": step, "rate": share(random)} for step in steps]
    keys: dict[str, Make] = {
        "floor": lambda one: floor,
        "cap": lambda one: cap,
        "profile": profile,
        "settled": lambda one: one.choice(["month", "year"]),
    }
    return term | maybe(random, keys)


CARE: Mapping[str, Callable[[Random], Content]] = {
    "block": block,
    "cost_and_volume": cost_and_volume,
    "activity": nothing_else,
    "capitation": capitation,
    "low_volume": low_volume,
    "blended": blended,
    "procedure": nothing_else,
    "episode": episode,
}
"""What a term that pays for care by the month has beside the care."""


def goal(random: Random, reweighs: bool = True) -> Content:
    """A goal of any method, or one that the parties have settled."""
    if random.random() < 0.1:
        return {"agreed": share(random)}
    method = random.choice(["all_or_nothing", "linear", "banded"])
    found: Content = {"measure": random.choice(MEASURES), "method": method}
    found["minimum"] = random.choice([0, 0, 40, 400])
    found["missing"] = random.choice(["zero", "suspend", *(["reweight"] if reweighs else [])])
    if method == "banded":
        values = rising(random, random.randint(1, 4), share)
        earns = sorted((share(random) for _ in values), key=Decimal)
        bands = zip(values, earns, strict=True)
        return found | {"bands": [{"value": value, "earns": each} for value, each in bands]}
    target, floor = share(random), share(random)
    if method == "all_or_nothing":
        return found | {"target": target, "lower_is_better": random.random() < 0.5}
    floor = "1.5" if Decimal(floor) == Decimal(target) else floor
    lower = Decimal(target) < Decimal(floor)
    return found | {"target": target, "floor": floor, "lower_is_better": lower}


def domains(random: Random) -> list[dict]:
    """Domains whose points add up, some indicators deferred."""
    tree: list[dict] = []
    count = 0
    for d in range(random.randint(1, 3)):
        outcomes = []
        for o in range(random.randint(1, 2)):
            indicators = []
            for _ in range(random.randint(1, 3)):
                one = {"id": f"i{count}", "title": "t", "points": random.randint(1, 90)}
                later = random.random() < 0.2
                one |= {"deferred_to": "2026-27"} if later else {"goal": goal(random)}
                indicators.append(one)
                count += 1
            whose = random.choice(["mental", "physical", "both"])
            outcomes.append({"id": f"o{d}{o}", "health": whose, **summed("indicators", indicators)})
        tree.append({"id": f"d{d}", **summed("outcomes", outcomes)})
    return tree


def summed(name: str, below: list[dict]) -> dict:
    """What has the points of all that lies below it."""
    return {"title": "t", "points": sum(one["points"] for one in below), name: below}


def paid(random: Random) -> str:
    return random.choice(["earned", "clawed_back", "withheld"])


def quality(random: Random, above: list[str]) -> Content:
    groups = []
    for n in range(random.randint(1, 2)):
        parts = enumerate(shares_of_one(random, random.randint(1, 3)))
        named = {"id": f"g{n}", "percent": number(random, 0, 5, 2)}
        goals = [
            {"id": f"g{n}-{k}", "title": "t", "share": part, "goal": goal(random)}
            for k, part in parts
        ]
        groups.append({**named, "goals": goals})
    base = random.choice([{"base": money(random)}, {"of": some(random, above)}])
    return {"groups": groups, "paid": paid(random), **base}


def outcomes(random: Random, above: list[str]) -> Content:
    tree = domains(random)
    return {
        "first_year": "2024-25",
        "paid": paid(random),
        "at_risk_percent": [percent(random) for _ in range(5)],
        "values": {YEAR: money(random), "2024-25": "1"},
        "points": sum(one["points"] for one in tree),
        "domains": tree,
    }


def penalty(random: Random, above: list[str]) -> Content:
    rules = [
        {"id": f"r{n}", "title": "t", "percent": percent(random), "goal": goal(random, False)}
        for n in range(random.randint(1, 3))
    ]
    return {"of": some(random, above), "rules": rules, "cap_percent": percent(random)}


def risk_share(random: Random, above: list[str]) -> Content:
    expected = number(random, 1, 2_000_000, 2)
    term: Content = {"of": some(random, above), "expected": expected}
    term |= {"share_above": share(random), "share_below": share(random)}
    keys = ("corridor_percent", "cap_percent", "collar_percent")
    return term | {key: percent(random) for key in keys}


def prime(random: Random, above: list[str]) -> Content:
    parties = ["ZA1", "ZA7", "ZA8"]
    parts = {name: shares_of_one(random, 3) for name in some(random, above)}
    tax = {"rate_percent": percent(random), "recoverable_percent": percent(random)}
    return {
        "shares": {name: dict(zip(parties, each, strict=True)) for name, each in parts.items()},
        "tax": {**tax, "borne_by": random.choice(["commissioner", "prime", "subcontractor"])},
    }


OTHERS: Mapping[str, Callable[[Random, list[str]], Content]] = {
    "quality": quality,
    "outcomes": outcomes,
    "penalty": penalty,
    "risk_share": risk_share,
    "prime": prime,
}
"""What a term on the sums of terms above it has, in an order in which they may stand."""
