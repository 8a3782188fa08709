"""Everything that truly happened at one provider, before any of it is sent."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from levelfield.simulate.activities import Activities, Staff, draw_activities, hire_staff
from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.blocks import layer_referrals, layer_visits, planted
from levelfield.simulate.calendar import Calendar
from levelfield.simulate.clocks import Clocks, draw_clocks, respond
from levelfield.simulate.contacts import Contacts, draw_contacts
from levelfield.simulate.details import ReferralDetails, draw_details
from levelfield.simulate.draws import NEVER, Floats, Ints, Rng
from levelfield.simulate.findings import Findings, Sessions, draw_findings, hold_sessions
from levelfield.simulate.people import People, assign_people, deaths, describe_people
from levelfield.simulate.places import Places
from levelfield.simulate.providers import Provider
from levelfield.simulate.records import Records, draw_records
from levelfield.simulate.referrals import Referrals, close_referrals, draw_referrals


@dataclass(frozen=True)
class History:
    """One provider's people, referrals and care over all simulated months.

    `person` is the position in `people` of each referral. `site` is 0, or numbers the teams of one
    kind to which a person was referred on the same day: each has a local identifier of its own.
    """

    assumptions: Assumptions
    places: Places
    provider: Provider
    calendar: Calendar
    people: People
    referrals: Referrals
    person: Ints
    site: Ints
    contacts: Contacts
    activities: Activities
    staff: Staff
    clocks: Clocks
    details: ReferralDetails
    records: Records
    findings: Findings
    sessions: Sessions


def live(
    rng: Rng,
    assumptions: Assumptions,
    places: Places,
    provider: Provider,
    calendar: Calendar,
    contacts: Floats,
    per_referral: Floats,
    numbering: tuple[int, int],
) -> History:
    """One provider's history. See `draw_referrals` and `describe_people` for the arguments."""
    referrals = draw_referrals(rng, assumptions, provider, calendar, contacts, per_referral)
    referrals = respond(rng, assumptions, provider, calendar, referrals)
    referrals = close_referrals(rng, assumptions, calendar, referrals)
    person, birth = assign_people(rng, assumptions, calendar, referrals)
    death = deaths(rng, assumptions, referrals, person, birth)
    alive = death[person] >= np.maximum(referrals.received, calendar.start)
    sent = alive & (referrals.last_month >= 0)
    referrals, person = referrals.keep(sent), person[sent]
    referrals = _end_at_death(calendar, referrals, death[person])
    layered = planted(provider.code, "layered_referrals")
    # A stream of its own, and none for most: what is drawn afterwards does not depend on it.
    apart = rng.spawn(1)[0] if layered else rng
    if layered:
        referrals = layer_referrals(apart, assumptions, provider.code, referrals)
    known, person = np.unique(person, return_inverse=True)
    birth, death = birth[known], death[known]
    first = np.full(len(known), np.iinfo(np.int64).max)
    np.minimum.at(first, person, referrals.received)
    mothers = np.zeros(len(known), dtype=np.bool_)
    mothers[person[referrals.pathway == assumptions.pathways.index("antenatal")]] = True
    people = describe_people(
        rng, assumptions, places, provider, calendar, birth, first, mothers, numbering
    )
    people = replace(people, death=death)
    site = _sites(referrals, person)
    seen = draw_contacts(
        rng, assumptions, places, provider, calendar, referrals, people, person, site
    )
    if layered:
        seen = layer_visits(apart, assumptions, provider.code, referrals, seen)
    staff = hire_staff(rng, assumptions, seen, len(calendar.months))
    activities = draw_activities(
        rng, assumptions, seen, people.age_group[person[seen.referral]], staff
    )
    people = replace(people, antenatal_visit=_antenatal_visits(assumptions, people, seen, person))
    details = draw_details(rng, assumptions, places, provider, referrals, people, person)
    people = replace(people, death=np.where(death > calendar.end, NEVER, death))
    return History(
        assumptions=assumptions,
        places=places,
        provider=provider,
        calendar=calendar,
        people=people,
        referrals=referrals,
        person=person,
        site=site,
        contacts=seen,
        activities=activities,
        staff=staff,
        clocks=draw_clocks(rng, assumptions, provider, referrals),
        details=details,
        records=draw_records(rng, assumptions, people, referrals, person, first, seen),
        findings=draw_findings(
            rng, assumptions, seen, activities, people.birth[person[seen.referral]]
        ),
        sessions=hold_sessions(rng, assumptions, calendar, len(seen)),
    )


def _antenatal_visits(
    assumptions: Assumptions, people: People, contacts: Contacts, person: Ints
) -> Ints:
    """The day of a health visitor's visit before birth, on the mother's record."""
    visit = contacts.attended & assumptions.pathways.among("antenatal")[contacts.pathway]
    days = np.full(len(people), NEVER)
    days[person[contacts.referral[visit]]] = contacts.day[visit]
    return days


def _sites(referrals: Referrals, person: Ints) -> Ints:
    """Which team of its kind each referral goes to: the first, unless the person already does."""
    n = len(referrals)
    both = np.flatnonzero(referrals.second_pathway >= 0)
    who = np.concatenate([np.arange(n), both])
    team = np.concatenate([referrals.pathway, referrals.second_pathway[both]])
    keys = np.stack([person[who], referrals.received[who], team])
    _, group, size = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    clash = np.zeros(n, dtype=np.bool_)
    clash[who[size[group.ravel()] > 1]] = True
    site = np.zeros(n, dtype=np.int64)
    rows = np.flatnonzero(clash)
    rows = rows[np.lexsort((rows, referrals.received[rows], person[rows]))]
    for before, row in pairwise(rows.tolist()):
        if person[row] == person[before] and referrals.received[row] == referrals.received[before]:
            site[row] = site[before] + 1
    return site


def _end_at_death(calendar: Calendar, referrals: Referrals, death: Ints) -> Referrals:
    """A death closes what is open; a referral that was forgotten before stays so."""
    last_sent = calendar.index(death)
    sent = last_sent <= referrals.last_month
    open_then = np.where(referrals.closed == NEVER, sent, referrals.closed > death)
    return replace(
        referrals,
        closed=np.where(open_then, death, referrals.closed),
        last_month=np.where(
            open_then, np.minimum(referrals.last_month, last_sent), referrals.last_month
        ),
    )
