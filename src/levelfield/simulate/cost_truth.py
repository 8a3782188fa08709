"""What is true of costs: what a unit of each currency costs, and what hides it in the returns."""

from dataclasses import dataclass

import numpy as np

from levelfield.core import definitions
from levelfield.simulate.assumptions import Assumptions, load_assumptions, rows_of
from levelfield.simulate.draws import Floats, Rng
from levelfield.simulate.economy import Settings
from levelfield.simulate.providers import Provider, make_providers
from levelfield.simulate.volumes import contact_mix, monthly_contacts, provider_shares

_COSTS = 5_107
"""Sets the draws of costs apart from all others, which stay as they were."""

SPREAD = 0.12
"""How far the unit costs of one currency lie apart (log scale) beside how dear a provider is."""


@dataclass(frozen=True)
class CostTruth:
    """What nobody would know. Money is pence, arrays are by provider and currency or by one.

    `unit_cost` is what a unit costs at a market forces factor of 1 and the usual level; `level`
    says how dear a provider is beside that, `lost` which share of its units never reaches its
    submissions. `units` are those that were delivered.
    """

    providers: tuple[str, ...]
    currencies: tuple[str, ...]
    unit_cost: Floats
    level: Floats
    factor: Floats
    lost: Floats
    units: Floats


@dataclass(frozen=True)
class DrawnCosts:
    """Cost returns drawn about a truth: units as they were counted, and costs in pence."""

    units: Floats
    cost: Floats


def draw_costs(rng: Rng, truth: CostTruth, spread: float = SPREAD) -> DrawnCosts:
    """Returns of each provider and currency; units are whole, and those lost are not counted.

    Costs vary by `spread` on the log scale around what is true of the provider, with the mean kept.
    """
    noise = np.exp(rng.normal(-(spread**2) / 2, spread, truth.units.shape))
    dear = (truth.level * truth.factor)[:, np.newaxis]
    counted = np.round(truth.units * (1 - truth.lost)[:, np.newaxis])
    cost = np.where(counted > 0, np.round(truth.units * truth.unit_cost * dear * noise), 0.0)
    return DrawnCosts(counted, cost)


def cost_truth(settings: Settings) -> CostTruth:
    """The truth about the simulated providers in a year: the unit costs of the national schedule,
    and the level of cost, place and activity that each provider has in the submissions."""
    assumptions, providers = load_assumptions(), make_providers(settings.providers)
    schedule = _schedule()
    codes = tuple(schedule)
    units = 12 * _activity(assumptions, providers, settings, schedule)
    lost = planted("lost")
    return CostTruth(
        providers=tuple(p.code for p in providers),
        currencies=codes,
        unit_cost=np.array([100 * cost / activity for activity, cost in schedule.values()]),
        level=np.array([p.cost_index for p in providers]),
        factor=np.array([p.mff for p in providers]),
        lost=np.array([lost.get((p.code, ""), 0.0) for p in providers]),
        units=np.round(units),
    )


def planted(kind: str) -> dict[tuple[str, str], float]:
    """What was planted of a kind, by provider and currency ("" for all)."""
    rows = rows_of("costs_planted.csv")
    return {(r["provider"], r["currency"]): float(r["value"]) for r in rows if r["kind"] == kind}


def rng_of_costs(settings: Settings) -> Rng:
    """The draws of all cost returns."""
    return np.random.default_rng([settings.seed, _COSTS])


def _schedule() -> dict[str, tuple[float, float]]:
    """Activity and cost (pounds) of the currencies that the simulated pathways stand for."""
    named = {code for row in rows_of("pathways.csv") for code in row["ncc_codes"].split(";")}
    file = definitions.path("prices/ncc_2024-25_community.csv")
    return {
        row["currency_code"]: (float(row["activity"]), float(row["cost"]))
        for row in definitions.read_csv(file)
        if row["activity"] and row["currency_code"] in named
    }


def _activity(
    assumptions: Assumptions,
    providers: list[Provider],
    settings: Settings,
    schedule: dict[str, tuple[float, float]],
) -> Floats:
    """Expected contacts of a month by provider and currency: those of each pathway, shared out as
    the schedule's activity is."""
    volume = monthly_contacts(assumptions, settings.providers, settings.scale)
    by_pathway = (
        volume * contact_mix(assumptions).sum(axis=1) * provider_shares(assumptions, providers)
    )
    share = np.zeros((by_pathway.shape[1], len(schedule)))
    at = {code: n for n, code in enumerate(schedule)}
    for number, row in enumerate(rows_of("pathways.csv")):
        codes = [code for code in row["ncc_codes"].split(";") if code in at]
        total = sum(schedule[code][0] for code in codes)
        for code in codes:
            share[number, at[code]] += schedule[code][0] / total
    return np.asarray(by_pathway @ share)
