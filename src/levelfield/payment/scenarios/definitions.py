"""What two sets of definitions do not have in common, and what each of them is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from levelfield.currencies import load_scheme
from levelfield.payment.scenarios.compare import Outcome
from levelfield.payment.scenarios.scenario import Scenario
from levelfield.tariff import PriceList

ABSENT = "no such parameter"
"""What a set of definitions says of a parameter that none of its schemes has."""


class Difference(NamedTuple):
    """One thing that the two sets do not have in common: what it is called, what each says, and
    what it means."""

    what: str
    before: str
    after: str
    meaning: str


class Used(NamedTuple):
    """A currency scheme or price list that one of the sets, or both, count and price by."""

    what: str
    id: str
    used: str
    version: str
    status: str
    source: str


def differences_of(before: Scenario, after: Scenario) -> Iterator[Difference]:
    """Schemes, price lists, and every parameter whose value in force is not the same, whichever
    scheme it is a parameter of."""
    for what, role in (("Currency scheme", "schemes"), ("Price list", "price_lists")):
        one, other = (", ".join(_named(scenario, role)) for scenario in (before, after))
        if one != other:
            yield Difference(what, one, other, "")
    was_in_force, is_in_force = _in_force(before), _in_force(after)
    for parameter in dict.fromkeys([*was_in_force, *is_in_force]):
        was, is_now = was_in_force.get(parameter, {}), is_in_force.get(parameter, {})
        if _same(was, is_now):
            continue
        schemes = list(dict.fromkeys([*was, *is_now]))
        about = load_scheme(next(iter(is_now or was))).parameters[parameter]
        yield Difference(
            f"{parameter}, a parameter of {' and '.join(schemes)}",
            _said(was),
            _said(is_now),
            " ".join(about.meaning.split()),
        )


def used(before: Outcome, after: Outcome) -> Iterator[Used]:
    """The schemes and price lists of both, with what their files say of their standing."""
    sets = {"before": _files(before), "after": _files(after)}
    for what, name in dict.fromkeys(key for of in sets.values() for key in of):
        having = [side for side, of in sets.items() if (what, name) in of]
        found = sets[having[0]][what, name]
        yield Used(what, name, " and ".join(having), *(" ".join(text.split()) for text in found))


def _files(made: Outcome) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Version, status and source by kind and id, schemes first."""
    schemes: dict[tuple[str, str], tuple[str, str, str]] = {}
    lists: dict[tuple[str, str], tuple[str, str, str]] = {}
    for side in made.sides:
        for name in side.contract.schemes:
            scheme = load_scheme(name)
            schemes["Currency scheme", name] = (scheme.version, scheme.status, scheme.source)
        for name in side.contract.price_lists:
            prices = side.inputs.price_lists.get(name)
            if isinstance(prices, PriceList):
                file = prices.file
                lists["Price list", name] = (file.version, file.status, file.source)
    return schemes | lists


def _named(scenario: Scenario, role: str) -> list[str]:
    return list(dict.fromkeys(name for one in scenario.contracts for name in getattr(one, role)))


def _in_force(scenario: Scenario) -> dict[str, dict[str, int | str]]:
    """The value of each parameter in each scheme that has it."""
    found: defaultdict[str, dict[str, int | str]] = defaultdict(dict)
    for name in _named(scenario, "schemes"):
        for parameter, value in load_scheme(name).choices.items():
            found[parameter][name] = scenario.choices.get(name, {}).get(parameter, value)
    return found


def _same(was: Mapping[str, int | str], is_now: Mapping[str, int | str]) -> bool:
    """Whether no scheme that both sets have changed its value, and the others say the same."""
    kept = all(was[name] == is_now[name] for name in was.keys() & is_now.keys())
    return kept and set(was.values()) == set(is_now.values())


def _said(values: Mapping[str, int | str]) -> str:
    """A value, with its schemes where they do not agree."""
    if len(set(values.values())) > 1:
        return ", ".join(f"{value} ({name})" for name, value in values.items())
    return str(next(iter(values.values()), ABSENT))
