"""Care contacts: each with its day, team, mode, place and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.calendar import Calendar
from levelfield.simulate.draws import (
    NEVER,
    Bools,
    Floats,
    Ints,
    Rng,
    chance,
    odds,
    working_day,
)
from levelfield.simulate.people import People
from levelfield.simulate.places import Places
from levelfield.simulate.providers import Provider
from levelfield.simulate.referrals import Referrals

ATTENDANCE = ("2", "3", "4", "5", "6", "7")
PATIENT_CANCELLED, MISSED, PROVIDER_CANCELLED, SEEN, SEEN_LATE, TOO_LATE = range(6)

REVIEW_AGES = np.array([(10, 18), (40, 72), (330, 400), (715, 905)])
"""Days of age at the four mandated health visitor reviews after birth, earliest and latest."""


@dataclass(frozen=True)
class Contacts:
    """One element per contact, in order of day. `rank` counts a referral's contacts from 0.

    `attendance` is a position in ATTENDANCE; `recorded` says whether the provider sends it.
    `review` is the number of a health visitor review, -1 for any other contact. `repeats` marks a
    planted visit by a second team on the day of the first.
    """

    referral: Ints
    pathway: Ints
    second_team: Bools
    rank: Ints
    review: Ints
    day: Ints
    second: Ints
    attendance: Ints
    recorded: Bools
    mechanism: Ints
    location: Ints
    grouped: Bools
    minutes: Ints
    cancelled: Ints
    late_entry: Bools
    filled_later: Bools
    team_recorded: Bools
    mechanism_recorded: Bools
    repeats: Bools

    def __len__(self) -> int:
        return len(self.referral)

    @property
    def attended(self) -> Bools:
        return np.isin(self.attendance, (SEEN, SEEN_LATE))

    def keep(self, wanted: Bools | Ints) -> "Contacts":
        return replace(self, **{f.name: getattr(self, f.name)[wanted] for f in fields(self)})


def draw_contacts(
    rng: Rng,
    assumptions: Assumptions,
    places: Places,
    provider: Provider,
    calendar: Calendar,
    referrals: Referrals,
    people: People,
    person: Ints,
    site: Ints,
) -> Contacts:
    """The contacts of the simulated months. `person` and `site` are those of each referral."""
    pathways, rates = assumptions.pathways, assumptions.rates
    visits = referrals.pathway == pathways.index("health_visiting")
    held = np.where(referrals.rejected | referrals.unseen, 0, referrals.contacts)
    held = np.where(visits & (held > 0), np.maximum(held, len(REVIEW_AGES)), held)
    referral = np.repeat(np.arange(len(referrals)), held)
    rank = np.arange(len(referral)) - np.repeat(np.cumsum(held) - held, held)
    day = _days(rng, referrals, referral, rank, held)
    review = np.where(visits[referral] & (rank < len(REVIEW_AGES)), rank, -1)
    day = _review_days(rng, day, review, people.birth[person[referral]])
    pathway = referrals.pathway[referral]
    day = np.where(pathways.seven_days[pathway], day, working_day(day))
    wanted = (day >= calendar.start) & (day <= calendar.end)
    ends = np.minimum(
        np.where(referrals.closed == NEVER, calendar.end, referrals.closed), people.death[person]
    )
    wanted &= day <= ends[referral]
    wanted &= calendar.index(day) <= referrals.last_month[referral]
    wanted &= _recorded_in_system_change(rng, rates, provider, calendar.index(day))
    order = np.flatnonzero(wanted)
    order = order[np.argsort(day[order], kind="stable")]
    referral, rank, review, day = (part[order] for part in (referral, rank, review, day))
    n = len(order)
    has_second = referrals.second_pathway[referral] >= 0
    second_team = has_second & (rank > 0) & chance(rng, rates["second_team_contacts"], n)
    pathway = np.where(second_team, referrals.second_pathway[referral], referrals.pathway[referral])
    location = pathways.locations.draw(rng, pathway)
    mechanism = _mechanism(rng, assumptions, pathway)
    fifth = (places.area_decile[people.area[person[referral]]] + 1) // 2
    month = calendar.index(day)
    attendance = _attendance(rng, assumptions, provider, pathway, fifth, month)
    attendance = np.where(review >= 0, np.where(attendance == MISSED, MISSED, SEEN), attendance)
    length = pathways.minutes[pathway] * np.exp(rng.normal(0.0, 0.35, n))
    clocked = (rank == 0) & (referrals.contact_second[referral] != NEVER)
    times = _times(rng, assumptions, pathway)
    times = np.where(clocked, referrals.contact_second[referral], times)
    recorded = ~chance(rng, provider.attendance_missing, n)
    grouped = chance(rng, pathways.group_share[pathway], n) & (mechanism == 0)
    grouped = _in_groups(grouped, pathway, day, (mechanism == 0) & (site[referral] == 0))
    return Contacts(
        referral=referral,
        pathway=pathway,
        second_team=second_team,
        rank=rank,
        review=review,
        day=day,
        second=_one_at_a_time(person[referral], pathway, day, times, clocked),
        attendance=np.where(clocked, SEEN, attendance),
        recorded=recorded,
        mechanism=mechanism,
        location=location,
        grouped=grouped,
        minutes=np.maximum(5, 5 * np.rint(length / 5.0)).astype(np.int64),
        cancelled=np.maximum(day - rng.integers(0, 8, n), referrals.received[referral]),
        late_entry=chance(rng, rates["late_entry"], n) & ~grouped,
        filled_later=chance(rng, rates["attendance_filled"], n),
        team_recorded=~chance(rng, provider.team_missing, n) | grouped,
        mechanism_recorded=_all_but(rates["mechanism_missing"], n),
        repeats=np.zeros(n, dtype=np.bool_),
    )


def _days(rng: Rng, referrals: Referrals, referral: Ints, rank: Ints, held: Ints) -> Ints:
    """The first contact on its day, the others spread over the time of care with some jitter."""
    further = np.maximum(held[referral] - 1, 1)
    part = np.clip((rank - 0.5 + rng.random(len(rank))) / further, 0.0, 1.0)
    spread = np.where(rank == 0, 0.0, part * referrals.care_days[referral])
    return referrals.first_contact[referral] + spread.astype(np.int64)


def _review_days(rng: Rng, day: Ints, review: Ints, birth: Ints) -> Ints:
    ages = REVIEW_AGES[np.maximum(review, 0)]
    when = birth + ages[:, 0] + (rng.random(len(day)) * (ages[:, 1] - ages[:, 0])).astype(np.int64)
    return np.where(review >= 0, when, day)


def _recorded_in_system_change(
    rng: Rng, rates: Mapping[str, float], provider: Provider, month: Ints
) -> Bools:
    if provider.change != "system_change":
        return np.ones(len(month), dtype=np.bool_)
    during = (month == provider.change_month) | (month == provider.change_month + 1)
    during &= ~chance(rng, rates["system_change_kept"], len(month))
    return np.asarray(~during, dtype=np.bool_)


def _times(rng: Rng, assumptions: Assumptions, pathway: Ints) -> Ints:
    """Seconds of the day in steps of five minutes; longer days on pathways of seven days."""
    hours = np.where(assumptions.pathways.seven_days[pathway], 13, 9)
    steps = (rng.random(len(pathway)) * hours * 12).astype(np.int64)
    unknown = chance(rng, assumptions.rates["consultation_time_missing"], len(pathway))
    return np.where(unknown, NEVER, 8 * 3600 + steps * 300)


def _one_at_a_time(person: Ints, pathway: Ints, day: Ints, times: Ints, fixed: Bools) -> Ints:
    """The times of day, some of them five minutes later, so that nobody is seen twice at once."""
    times = times.copy()
    seconds = 86_400
    kind = person * (pathway.max(initial=0) + 1) + pathway
    held = kind * (day.max(initial=0) + 1) + day
    while True:
        at = np.flatnonzero(times != NEVER)
        key = 2 * (held[at] * seconds + times[at]) + ~fixed[at]
        order = np.argsort(key, kind="stable")
        again = order[1:][key[order][1:] // 2 == key[order][:-1] // 2]
        if not len(again):
            return times
        times[at[again]] += 300


def _all_but(share: float, n: int) -> Bools:
    """All but one in so many, at even distances."""
    if share == 0:
        return np.ones(n, dtype=np.bool_)
    return np.asarray(np.arange(n) % round(1 / share) > 0, dtype=np.bool_)


def _in_groups(grouped: Bools, pathway: Ints, day: Ints, able: Bools) -> Bools:
    """Group contacts such that nobody is alone: every other one alone gets company of those able.

    The others become contacts of one person, so that about as many take place in groups.
    """
    team_day = (day - day.min(initial=0)) * (pathway.max(initial=0) + 1) + pathway
    grouped = grouped & able
    size = np.bincount(team_day[grouped], minlength=team_day.max(initial=0) + 1)
    alone = np.flatnonzero(grouped & (size[team_day] == 1))
    partner = np.full(len(size), -1)
    others = np.flatnonzero(able & ~grouped)
    partner[team_day[others]] = others
    company = partner[team_day[alone]]
    paired = (company >= 0) & (np.arange(len(alone)) % 2 == 0)
    grouped[company[paired]] = True
    grouped[alone[~paired]] = False
    return grouped


def mechanism_codes(assumptions: Assumptions) -> tuple[str, ...]:
    """What `Contacts.mechanism` points at: face to face, then the remote ones."""
    return ("01", *assumptions.mixes["remote"].codes)


def _mechanism(rng: Rng, assumptions: Assumptions, pathway: Ints) -> Ints:
    direct = chance(rng, assumptions.pathways.face_to_face[pathway], len(pathway))
    remote = 1 + assumptions.mixes["remote"].draw_all(rng, len(pathway))
    return np.where(direct, 0, remote)


def _attendance(
    rng: Rng,
    assumptions: Assumptions,
    provider: Provider,
    pathway: Ints,
    fifth: Ints,
    month: Ints,
) -> Ints:
    """What became of each contact, given where the person lives and how the provider does."""
    rates, n = assumptions.rates, len(pathway)
    factor: Floats = provider.dna_odds * np.exp(provider.dna_gradient * (3.0 - fifth))
    if provider.change == "dna_shift":
        factor = np.where(month >= provider.change_month, factor * rates["dna_shift_odds"], factor)
    missed = odds(assumptions.pathways.dna[pathway], factor)
    u = rng.random(n)
    patient, own = rates["patient_cancels"], rates["provider_cancels"]
    kept = 1.0 - patient - own
    too_late = missed * rates["late_not_seen"]
    bounds = [
        (u < patient, PATIENT_CANCELLED),
        (u < patient + own, PROVIDER_CANCELLED),
        (u < patient + own + kept * too_late, TOO_LATE),
        (u < patient + own + kept * missed, MISSED),
        (u < patient + own + kept * (missed + (1.0 - missed) * rates["late_seen"]), SEEN_LATE),
    ]
    return np.select([where for where, _ in bounds], [code for _, code in bounds], SEEN)
