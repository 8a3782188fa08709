"""How much of what: contacts and referrals of a month by pathway and age group, and who does them.

The mix of pathways within each age group follows the National Cost Collection; the age groups
follow the published community statistics of March 2025, and so does the number of referrals.
"""

from collections.abc import Sequence

import numpy as np

from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.draws import Floats
from levelfield.simulate.providers import Provider

REFERENCE_PROVIDERS = 12


def contact_mix(assumptions: Assumptions) -> Floats:
    """Share of all contacts by pathway (row) and age group (column); adds up to one.

    Children's contacts keep the collection's mix. The adult ones are split at 65 by the assumed
    share of each pathway, then fitted so that both age groups get their published totals while
    each pathway keeps its own (iterative proportional fitting).
    """
    pathways, contacts = assumptions.pathways, assumptions.targets["care_contacts"]
    target = contacts / contacts.sum()
    child = pathways.contacts_child / pathways.contacts_child.sum() * target[0]
    adult_total = pathways.contacts_adult / pathways.contacts_adult.sum() * target[1:].sum()
    shares = np.column_stack([1.0 - pathways.older_share, pathways.older_share])
    adult = adult_total[:, None] * shares
    for _ in range(50):
        adult *= target[1:] / adult.sum(axis=0)
        rows = adult.sum(axis=1)
        adult *= np.divide(adult_total, rows, out=np.zeros_like(rows), where=rows > 0)[:, None]
    return np.column_stack([child, adult])


def contacts_per_referral(assumptions: Assumptions, mix: Floats) -> Floats:
    """Mean contacts of a referral by pathway and age group.

    The assumed means are stretched, the part above the first contact only, by one factor for each
    age group, so that contacts per referral received come out as published.
    """
    nominal = np.repeat(assumptions.pathways.contacts_per_referral[:, None], 3, axis=1)
    target = assumptions.targets["care_contacts"] / assumptions.targets["referrals"]
    factor = np.ones(3)
    for _ in range(60):
        mean = 1.0 + (nominal - 1.0) * factor
        factor *= target / (mix.sum(axis=0) / (mix / mean).sum(axis=0))
    return 1.0 + (nominal - 1.0) * factor


def provider_shares(assumptions: Assumptions, providers: Sequence[Provider]) -> Floats:
    """Share of each pathway's contacts that falls to each provider (rows); columns add up to one.

    A pathway that no provider offers is shared by size, so that the country's mix stays whole.
    """
    groups = assumptions.pathways.groups
    weight = np.array([[p.size * p.offers[group] for group in groups] for p in providers])
    size = np.array([[p.size] * len(groups) for p in providers])
    weight = np.where(weight.sum(axis=0) > 0, weight, size)
    return np.asarray(weight / weight.sum(axis=0), dtype=np.float64)


def monthly_contacts(assumptions: Assumptions, providers: int, scale: float) -> float:
    """Contacts of all providers together in one month."""
    return assumptions.rates["contacts_per_month"] * scale * providers / REFERENCE_PROVIDERS
