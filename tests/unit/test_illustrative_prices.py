"""The illustrative list of `community-contact`: its unit costs follow from the national ones."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from levelfield.core.definitions import path, read_csv
from levelfield.currencies import Scheme, load_scheme
from levelfield.tariff import AVERAGE_PLACE, load_price_list

LIST, FILE = "community-contact-2024-25", "prices/community_contact_unit_costs.csv"
AGES = {"adult": "Adults", "child": "Children"}


@cache
def schedule() -> dict[str, tuple[Decimal, Decimal]]:
    """National cost and activity by currency, where neither is suppressed."""
    return {
        row["currency_code"]: (Decimal(row["cost"]), Decimal(row["activity"]))
        for row in read_csv(path("prices/ncc_2024-25_community.csv"))
        if row["activity"]
    }


def given_by(scheme: Scheme) -> dict[tuple[str, str], set[str]]:
    """The currencies that the rows of a scheme give contacts of a team type and age group."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in scheme.rules:
        teams = rule.conditions.get("team_type", ())
        for team in teams if rule.currency else ():
            for age in rule.conditions.get("age_group", AGES):
                if rule.currency is not None:
                    found[team, age].add(rule.currency)
    return found


def mean(codes: set[str]) -> Decimal | None:
    """What a unit of these currencies costs on average, weighted by their national activity."""
    known = schedule()
    held = [known[code] for code in codes & known.keys()]
    units = sum(activity for _, activity in held)
    return sum(cost for cost, _ in held) / units if units else None


def derived() -> Iterator[tuple[str, ...]]:
    """The rows of the file: a class costs what its team's contacts of that age cost nationally, and
    where the schedule has nothing for the team what all contacts of that age do."""
    national, own = given_by(load_scheme("ncc-2024-25")), load_scheme("community-contact")
    asked = {
        rule.currency: (team, age)
        for rule in own.rules
        for team in rule.conditions.get("team_type", ("",))
        for age in rule.conditions["age_group" if rule.currency else "attendance"]
        if rule.currency
    }
    whole = {
        age: mean(set().union(*(codes for (_, of), codes in national.items() if of == age)))
        for age in AGES
    }
    for code, title in own.currencies.items():
        team, age = asked[code]
        unit_cost = mean(national[team, age]) or whole[age]
        assert unit_cost is not None
        yield AGES[age], code, title, "0", f"{unit_cost:.4f}", ""


def test_every_unit_cost_follows_from_the_national_schedule() -> None:
    rows = [tuple(row.values()) for row in read_csv(path(FILE))]
    assert rows == list(derived())


def test_every_class_has_a_price_and_none_should_be_paid() -> None:
    made, scheme = load_price_list(LIST), load_scheme("community-contact")
    assert set(made.currencies) == set(scheme.currencies)
    prices = [made.price(code, AVERAGE_PLACE, made.year) for code in made.currencies]
    assert {one.verdict for one in prices} == {"do not price"}
    assert "llustrative" in made.file.status
    # District nursing of adults, by hand: face to face and not, N02AF and N02AN of the schedule.
    face, other = (schedule()[code] for code in ("N02AF", "N02AN"))
    nursing = (face[0] + other[0]) / (face[1] + other[1])
    [row] = [row for row in read_csv(path(FILE)) if row["currency_code"] == "A12-001"]
    assert Decimal(row["unit_cost"]) == round(nursing, 4)
