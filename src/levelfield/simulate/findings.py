"""What was measured or scored at activities, and the group sessions without names."""

from dataclasses import dataclass

import numpy as np

from levelfield.simulate.activities import Activities
from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.calendar import Calendar
from levelfield.simulate.contacts import Contacts
from levelfield.simulate.draws import Floats, Ints, Mix, Rng, chance
from levelfield.simulate.records import Notes
from levelfield.simulate.referrals import DAYS_IN_YEAR

FEEDING_REVIEW, DEVELOPMENT_REVIEW = 1, 3
ASSESSMENT = "02"


@dataclass(frozen=True)
class Findings:
    """Notes whose owner is an activity, and measurements in kilograms, metres and centimetres.

    Height is measured from two years on, length before; the other one is not-a-number.
    """

    feeding: Notes
    score: Notes
    measured: Ints
    weight: Floats
    height: Floats
    length: Floats


@dataclass(frozen=True)
class Sessions:
    """Group sessions of one provider, in order of day."""

    day: Ints
    kind: Ints
    people: Ints
    minutes: Ints


def draw_findings(
    rng: Rng, assumptions: Assumptions, contacts: Contacts, activities: Activities, birth: Ints
) -> Findings:
    """Findings of all activities. `birth` is the day of birth of each contact's person."""
    contact = activities.contact
    review = np.where(activities.first, contacts.review[contact], -1)
    feeding = np.flatnonzero(review == FEEDING_REVIEW)
    mix = assumptions.mixes["breastfeeding"]
    measured = np.flatnonzero(
        activities.first & chance(rng, assumptions.rates["weight_measured"], len(contact))
    )
    years = (contacts.day[contact[measured]] - birth[contact[measured]]) / DAYS_IN_YEAR
    size = np.exp(rng.normal(0.0, 0.12, len(measured)))
    long = np.minimum(51.0 + 19.0 * np.sqrt(np.maximum(years, 0)), 95.0)
    tall = np.minimum(0.85 + 0.06 * (years - 2.0), 1.68) * np.exp(rng.normal(0, 0.05, len(years)))
    return Findings(
        feeding=Notes(
            mix.codes, feeding, mix.draw_all(rng, len(feeding)), contacts.day[contact[feeding]],
            feeding * 0,
        ),
        score=_scores(rng, assumptions, contacts, activities, review),
        measured=measured,
        weight=np.minimum(3.4 + 6.0 * years**0.7, 74.0) * size,
        height=np.where(years >= 2, tall, np.nan),
        length=np.where(years < 2, long, np.nan),
    )  # fmt: skip


def _scores(
    rng: Rng, assumptions: Assumptions, contacts: Contacts, activities: Activities, review: Ints
) -> Notes:
    """Development scores at the review of two-year-olds, other tools at some assessments."""
    tools = assumptions.codes_of("assessment")
    kind = assumptions.pathways.activities.codes.index(ASSESSMENT)
    assessed = chance(rng, assumptions.rates["assessment_contact"], len(review))
    assessed &= (activities.kind == kind) & (review < 0)
    developed = (review == DEVELOPMENT_REVIEW) & chance(rng, 0.9, len(review))
    owner = np.flatnonzero(assessed | developed)
    others = Mix.of([tool.code for tool in tools[:-1]], np.ones((1, len(tools) - 1)))
    tool = np.where(developed[owner], len(tools) - 1, others.draw_all(rng, len(owner)))
    low, high = np.array([(t.low, t.high) for t in tools])[tool].T
    score = low + (rng.random(len(owner)) * (high - low + 1)).astype(np.int64)
    day = contacts.day[activities.contact[owner]]
    return Notes(tuple(t.code for t in tools), owner, tool, day, score)


def hold_sessions(
    rng: Rng, assumptions: Assumptions, calendar: Calendar, contacts: int
) -> Sessions:
    """Group sessions in proportion to the contacts."""
    n = int(rng.poisson(contacts * assumptions.rates["group_sessions"]))
    return Sessions(
        day=np.sort(rng.integers(calendar.start, calendar.end + 1, n)),
        kind=assumptions.mixes["session"].draw_all(rng, n),
        people=rng.integers(4, 21, n),
        minutes=30 * rng.integers(2, 5, n),
    )
