"""What is true of each provider in the returns: its rates and shares, and where they change."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from levelfield.simulate.assumptions import contact_costs, load_assumptions, rows_of
from levelfield.simulate.draws import Rng
from levelfield.simulate.economy import Settings
from levelfield.simulate.providers import Provider, make_providers
from levelfield.simulate.volumes import contact_mix, monthly_contacts, provider_shares

_RETURNS = 4_711
"""Sets the draws of returns apart from those of submissions, which stay as they were."""


@dataclass(frozen=True)
class Parameter:
    """One rate or share: its value in the first month, and another `from_month` on, if it changes.

    Months count from 0.
    """

    value: float
    later: float
    from_month: int

    def at(self, month: int) -> float:
        return self.later if month >= self.from_month else self.value


@dataclass(frozen=True)
class ReturnTruth:
    """One provider in the returns: `contacts` expected in a month by team type, and the true
    parameters by name, a rate for each of whatever it is a rate of."""

    provider: Provider
    contacts: dict[str, float]
    parameters: dict[str, Parameter]
    pence_per_contact: dict[str, float]

    def __call__(self, name: str, month: int) -> float:
        """The true value of a parameter in a month."""
        return self.parameters[name].at(month)


def return_truths(settings: Settings) -> list[ReturnTruth]:
    """The truth about every provider; the same settings give the same."""
    assumptions, providers = load_assumptions(), make_providers(settings.providers)
    mix = contact_mix(assumptions).sum(axis=1)
    shares = provider_shares(assumptions, providers)
    everybody = monthly_contacts(assumptions, settings.providers, settings.scale)
    costs = contact_costs()
    found = []
    for number, provider in enumerate(providers):
        rng = rng_of(settings, number, 0)
        contacts: dict[str, float] = {}
        for team, expected in zip(
            assumptions.pathways.teams, everybody * mix * shares[number], strict=True
        ):
            contacts[team] = contacts.get(team, 0.0) + float(expected)
        dear = provider.cost_index * provider.mff
        pence = {team: costs[team] * dear for team in contacts if team in costs}
        found.append(ReturnTruth(provider, contacts, _parameters(provider, rng), pence))
    return found


def rng_of(settings: Settings, provider: int, part: int) -> Rng:
    """The draws of one part of a provider's returns."""
    return np.random.default_rng([settings.seed, _RETURNS, provider, part])


def truth_rows(truths: list[ReturnTruth]) -> Iterator[tuple[object, ...]]:
    """Provider, parameter, value, later value, and the month, from 0, of the change if any."""
    for truth in truths:
        for name, one in truth.parameters.items():
            change = one.from_month if one.later != one.value else ""
            yield truth.provider.code, name, round(one.value, 6), round(one.later, 6), change


@cache
def _planted() -> dict[tuple[str, str], tuple[float, int]]:
    return {
        (row["provider"], row["name"]): (float(row["factor"]), int(row["from_month"]))
        for row in rows_of("returns_planted.csv")
    }


def _parameters(provider: Provider, rng: Rng) -> dict[str, Parameter]:
    """Drawn about what is typical: the odds of a share and the logarithm of a rate vary normally
    from provider to provider. A planted factor multiplies odds or rate."""
    found = {}
    for row in rows_of("returns.csv"):
        typical, share = float(row["typical"]), row["form"] == "share"
        factor = float(np.exp(rng.normal(0.0, float(row["spread"]))))
        usual = _times(typical, factor, share)
        planted, month = _planted().get((provider.code, row["name"]), (1.0, 0))
        worse = _times(usual, planted, share)
        found[row["name"]] = Parameter(usual if month else worse, worse, month)
    return found


def _times(value: float, factor: float, share: bool) -> float:
    return value * factor / (1.0 - value + value * factor) if share else value * factor
