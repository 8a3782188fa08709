"""Referrals of one provider: when they come, how long they wait, how much care, when they end."""

from dataclasses import dataclass, fields, replace

import numpy as np

from levelfield.simulate.assumptions import Assumptions, Pathways, by_age
from levelfield.simulate.calendar import Calendar
from levelfield.simulate.draws import (
    NEVER,
    Bools,
    Floats,
    Ints,
    Rng,
    chance,
    lognormal_days,
    working_day,
)
from levelfield.simulate.providers import Provider

LONGEST_CARE_DAYS = 900
DAYS_IN_YEAR = 365.25


@dataclass(frozen=True)
class Referrals:
    """One element per referral. Days since 1970-01-01, NEVER where there is none.

    `care_days` is the time from the first contact to the last; `contacts` how many are planned;
    `closed` the day on which the last team closes it; `last_month` the last month in which it is
    sent (it may stop without a discharge); `second_pathway` is -1 for a referral to one team.
    """

    pathway: Ints
    age_group: Ints
    age_days: Ints
    received: Ints
    received_second: Ints
    urgent: Bools
    rejected: Bools
    unseen: Bools
    first_contact: Ints
    contact_second: Ints
    contacts: Ints
    care_days: Ints
    closed: Ints
    last_month: Ints
    second_pathway: Ints

    def __len__(self) -> int:
        return len(self.pathway)

    def keep(self, wanted: Bools) -> "Referrals":
        return replace(self, **{f.name: getattr(self, f.name)[wanted] for f in fields(self)})


def draw_referrals(
    rng: Rng,
    assumptions: Assumptions,
    provider: Provider,
    calendar: Calendar,
    contacts: Floats,
    per_referral: Floats,
) -> Referrals:
    """All referrals received before the end, from long enough ago to fill the first month.

    `contacts` holds the provider's contacts of a month by pathway and age group, `per_referral`
    the mean contacts of a referral in the same shape.
    """
    pathways, rates = assumptions.pathways, assumptions.rates
    warm = _warm_up_days(pathways)
    days = calendar.end - calendar.start + 1 + warm
    seen = (1.0 - rates["rejected"]) * (1.0 - rates["unseen"])
    planned = contacts / (1.0 - by_age(assumptions, "cut_short"))
    daily = planned / per_referral * 12.0 / DAYS_IN_YEAR
    counts = rng.poisson(daily * days[:, None])
    pathway, age_group = (np.repeat(cell, counts.ravel()) for cell in _cells(counts.shape))
    n = len(pathway)
    received = calendar.end - (rng.random(n) * days[pathway]).astype(np.int64)
    everyday = pathways.seven_days[pathway] | (pathways.child_high[pathway] == 0)
    received = np.where(everyday, received, np.minimum(working_day(received), calendar.end))
    hours = np.where(pathways.seven_days[pathway], 12, 8)
    received_second = ((8 + rng.random(n) * hours) * 3600).astype(np.int64)
    rejected = chance(rng, rates["rejected"], n)
    unseen = chance(rng, rates["unseen"], n) & ~rejected
    unseen &= pathways.wait_days[pathway] > 0
    mean = per_referral[pathway, age_group] / seen
    first_contact = received + _waits(rng, assumptions, provider, pathway)
    drawn = _planned_contacts(rng, mean, rates["intensity_spread"])
    return Referrals(
        pathway=pathway,
        age_group=age_group,
        age_days=_ages(rng, pathways, pathway, age_group),
        received=received,
        received_second=received_second,
        urgent=chance(rng, pathways.urgent_share[pathway], n),
        rejected=rejected,
        unseen=unseen,
        first_contact=np.where(everyday, first_contact, working_day(first_contact)),
        contact_second=np.full(n, NEVER),
        contacts=drawn,
        care_days=_care_days(rng, pathways, pathway, drawn, mean),
        closed=np.full(n, NEVER),
        last_month=np.full(n, len(calendar.months) - 1),
        second_pathway=_second_pathways(rng, assumptions, pathway, age_group, contacts),
    )


def close_referrals(
    rng: Rng, assumptions: Assumptions, calendar: Calendar, referrals: Referrals
) -> Referrals:
    """The same referrals with the day of closure, and the last month in which each is sent.

    That month is -1 for those over before the first one.
    """
    rates, n = assumptions.rates, len(referrals)
    lag = 1 + rng.exponential(rates["closing_lag_days"], n)
    lag = np.where(chance(rng, rates["stale"], n), 60 + rng.random(n) * 200, lag)
    after_care = referrals.first_contact + referrals.care_days + lag.astype(np.int64)
    wait = referrals.first_contact - referrals.received
    never_seen = referrals.received + 1 + (wait * rng.uniform(0.3, 1.0, n)).astype(np.int64)
    turned_down = referrals.received + rng.integers(0, 4, n)
    closed = np.where(referrals.unseen, never_seen, after_care)
    closed = np.where(referrals.rejected, turned_down, closed)
    forgotten = chance(rng, rates["not_resent"], n) & ~referrals.rejected
    care_ends = np.where(
        referrals.unseen, never_seen, referrals.first_contact + referrals.care_days
    )
    last = np.where(forgotten, care_ends, closed)
    return replace(
        referrals,
        closed=np.where(forgotten, NEVER, closed),
        last_month=np.minimum(calendar.index(last), len(calendar.months) - 1),
    )


def _cells(shape: tuple[int, ...]) -> tuple[Ints, Ints]:
    rows, columns = np.indices(shape)
    return rows.ravel(), columns.ravel()


def _warm_up_days(pathways: Pathways) -> Ints:
    """How long before the first month referrals must begin for the caseload to be full."""
    days = 15.0 * pathways.weeks * 7.0 + 6.0 * pathways.wait_days + 60.0
    return np.asarray(np.minimum(days, LONGEST_CARE_DAYS), dtype=np.int64)


def _planned_contacts(rng: Rng, mean: Floats, shape: float) -> Ints:
    """One contact and a gamma-mixed Poisson number of further ones: few people have many."""
    further = rng.gamma(shape, np.maximum(mean - 1.0, 0.0) / shape)
    return 1 + rng.poisson(further)


def _care_days(rng: Rng, pathways: Pathways, pathway: Ints, planned: Ints, mean: Floats) -> Ints:
    """Care lasts in proportion to its contacts, in the pathway's rhythm; child reviews longest."""
    rhythm = pathways.weeks[pathway] * 7.0 / np.maximum(mean - 1.0, 0.3)
    rhythm = np.where(pathway == pathways.index("health_visiting"), LONGEST_CARE_DAYS, rhythm)
    days = (planned - 1) * rhythm * np.exp(rng.normal(0.0, 0.35, len(planned)))
    return np.asarray(np.minimum(days, LONGEST_CARE_DAYS), dtype=np.int64)


def _waits(rng: Rng, assumptions: Assumptions, provider: Provider, pathway: Ints) -> Ints:
    median = assumptions.pathways.wait_days[pathway]
    stretched = np.where(median > 3, median * provider.wait_factor, median)
    return lognormal_days(rng, stretched, assumptions.rates["wait_spread"])


def _ages(rng: Rng, pathways: Pathways, pathway: Ints, age_group: Ints) -> Ints:
    """Age in days at receipt. A pathway for newborns takes them within a week of birth."""
    n = len(pathway)
    low, high = pathways.child_low[pathway], pathways.child_high[pathway]
    child = low + (high + 1 - low) * rng.random(n)
    newborn = rng.integers(0, 7, n) / DAYS_IN_YEAR
    child = np.where(high == 0, newborn, np.minimum(child, 18.99))
    working = np.where(
        pathway == pathways.index("antenatal"),
        19.0 + 23.0 * rng.beta(2.5, 2.5, n),
        19.0 + 46.0 * rng.beta(1.7, 1.1, n),
    )
    part = np.clip((pathways.older_mean[pathway] - 65.0) / 36.0, 0.1, 0.9)
    older = 65.0 + 36.0 * rng.beta(part * 4.0, (1.0 - part) * 4.0)
    years = np.choose(age_group, [child, working, older])
    return np.asarray(years * DAYS_IN_YEAR, dtype=np.int64)


def _second_pathways(
    rng: Rng, assumptions: Assumptions, pathway: Ints, age_group: Ints, contacts: Floats
) -> Ints:
    """For some adults a second team, drawn from all that the provider runs for that age."""
    second = np.full(len(pathway), -1, dtype=np.int64)
    for group in (1, 2):
        wanted = np.flatnonzero(
            (age_group == group) & chance(rng, assumptions.rates["second_team"], len(pathway))
        )
        if contacts[:, group].sum() > 0:
            share = contacts[:, group] / contacts[:, group].sum()
            second[wanted] = rng.choice(len(share), size=len(wanted), p=share)
    same = second == pathway
    return np.where(same, -1, second)
