"""What is noted about people and referrals beside their care: circumstances, plans, diagnoses…"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.contacts import Contacts
from levelfield.simulate.draws import NEVER, Bools, Floats, Ints, Mix, Rng, chance
from levelfield.simulate.people import People
from levelfield.simulate.referrals import Referrals


@dataclass(frozen=True)
class Notes:
    """Coded, dated notes of one kind. `owner` is the position of a person or of a referral.

    `code` is a position in `codes`; `value` a number that goes with it, zero where none does.
    """

    codes: tuple[str, ...]
    owner: Ints
    code: Ints
    day: Ints
    value: Ints

    def at(self, chosen: Ints) -> "Notes":
        return Notes(
            self.codes, self.owner[chosen], self.code[chosen], self.day[chosen], self.value[chosen]
        )


@dataclass(frozen=True)
class Records:
    """All notes of one provider; those about people first, then those about referrals."""

    accommodation: Notes
    employment: Notes
    circumstance: Notes
    disability: Notes
    special_need: Notes
    safeguarding: Notes
    protection_plan: Notes
    overseas: Notes
    care_plan: Notes
    agreed_by: Notes
    vaccination: Notes
    hearing: Notes
    other_reason: Notes
    diagnosis: Notes
    assessment: Notes
    onward: Notes


def draw_records(
    rng: Rng,
    assumptions: Assumptions,
    people: People,
    referrals: Referrals,
    person: Ints,
    first_received: Ints,
    contacts: Contacts,
) -> Records:
    """Notes of all kinds. `first_received` is the day of each person's first referral."""
    mixes, rates = assumptions.mixes, assumptions.rates
    child, working = people.age_group == 0, people.age_group == 1
    school_age = child & (first_received - people.birth > 4 * 365)
    anybody = np.ones(len(people), dtype=np.bool_)

    def person_notes(name: str, who: Bools, mix: Mix | None = None) -> Notes:
        owner = np.flatnonzero(who & chance(rng, rates[name], len(who)))
        used = mix or mixes[name]
        rows = people.age_group[owner] if len(used.edges) > len(used.codes) else owner * 0
        day = first_received[owner] + rng.integers(0, 15, len(owner))
        return Notes(used.codes, owner, used.draw(rng, rows), day, owner * 0)

    plans = person_notes("care_plan", anybody)
    agreed = mixes["agreed_by"]
    return Records(
        accommodation=_fit_for_age(person_notes("accommodation", ~child), people),
        employment=person_notes("employment", working),
        circumstance=person_notes(
            "circumstance", ~child, _even([c.code for c in assumptions.codes_of("circumstance")])
        ),
        disability=person_notes("disability", anybody),
        special_need=person_notes("special_need", school_age),
        safeguarding=person_notes("safeguarding", child),
        protection_plan=person_notes("protection_plan", child),
        overseas=person_notes("overseas", anybody),
        care_plan=plans,
        agreed_by=Notes(
            agreed.codes,
            np.arange(len(plans.owner)),
            agreed.draw_all(rng, len(plans.owner)),
            plans.day + rng.integers(0, 8, len(plans.owner)),
            plans.owner * 0,
        ),
        vaccination=_vaccinations(rng, assumptions, people, contacts, person),
        hearing=_hearing(rng, assumptions, referrals, contacts, person),
        other_reason=_other_reasons(rng, assumptions, referrals),
        diagnosis=_diagnoses(rng, assumptions, referrals),
        assessment=_assessments(rng, assumptions, referrals),
        onward=_onward(rng, assumptions, referrals),
    )


OLDER_HOUSING, ANY_HOUSING, OLDER = ("SH01", "SH03"), "MA01", 45 * 366


def _fit_for_age(notes: Notes, people: People) -> Notes:
    """Nobody young in housing for older people."""
    older = np.isin(notes.code, [notes.codes.index(code) for code in OLDER_HOUSING])
    young = notes.day - people.birth[notes.owner] < OLDER
    return replace(notes, code=np.where(older & young, notes.codes.index(ANY_HOUSING), notes.code))


def _even(codes: Sequence[str]) -> Mix:
    return Mix.of(codes, np.ones((1, len(codes))))


HPV, AT_ANY_AGE, HPV_FROM = "110", "170", 10 * 366


def _vaccinations(
    rng: Rng, assumptions: Assumptions, people: People, contacts: Contacts, person: Ints
) -> Notes:
    """A vaccination on the day of an attended contact of school nurses or a health visitor."""
    pathways, rates = assumptions.pathways, assumptions.rates
    school, infant = assumptions.mixes["vaccine_school"], assumptions.mixes["vaccine_infant"]
    at_school = pathways.among("school_vaccination")[contacts.pathway]
    at_home = pathways.among("health_visiting")[contacts.pathway]
    at_home &= (contacts.review < 0) & chance(rng, rates["vaccination_review"], len(contacts))
    given = np.flatnonzero((at_school | at_home) & contacts.attended)
    drawn = np.where(
        at_school[given],
        school.draw_all(rng, len(given)),
        len(school.codes) + infant.draw_all(rng, len(given)),
    )
    owner = person[contacts.referral[given]]
    _, once = np.unique(np.stack([owner, contacts.day[given]]), axis=1, return_index=True)
    given, owner, drawn = given[once], owner[once], drawn[once]
    young = contacts.day[given] - people.birth[owner] < HPV_FROM
    too_young = young & (drawn == school.codes.index(HPV))
    drawn = np.where(too_young, school.codes.index(AT_ANY_AGE), drawn)
    return Notes((*school.codes, *infant.codes), owner, drawn, contacts.day[given], owner * 0)


def _hearing(
    rng: Rng, assumptions: Assumptions, referrals: Referrals, contacts: Contacts, person: Ints
) -> Notes:
    """A newborn hearing screen on the day of the first attended contact of its pathway."""
    screening = assumptions.pathways.among("newborn_hearing")[contacts.pathway]
    held = np.flatnonzero(screening & contacts.attended & (contacts.rank == 0))
    owner = person[contacts.referral[held]]
    mix = assumptions.mixes["hearing"]
    received = referrals.received[contacts.referral[held]]
    return Notes(mix.codes, owner, mix.draw_all(rng, len(held)), contacts.day[held], received)


def _other_reasons(rng: Rng, assumptions: Assumptions, referrals: Referrals) -> Notes:
    mix = assumptions.pathways.reasons
    owner = np.flatnonzero(chance(rng, assumptions.rates["other_reason"], len(referrals)))
    code = mix.draw(rng, referrals.pathway[owner])
    return Notes(mix.codes, owner, code, referrals.received[owner], owner * 0)


def _diagnoses(rng: Rng, assumptions: Assumptions, referrals: Referrals) -> Notes:
    """The main diagnosis of some referrals, drawn from the list of their pathway."""
    pathways, known = assumptions.pathways, assumptions.codes_of("diagnosis")
    weight: Floats = np.array(
        [[code.pathways.get(name, 0.0) for code in known] for name in pathways.ids]
    )
    listed = weight.sum(axis=1)[referrals.pathway] > 0
    owner = np.flatnonzero(
        listed & chance(rng, assumptions.rates["diagnosis_coded"], len(referrals))
    )
    mix = Mix.of([code.code for code in known], weight)
    day = referrals.received[owner] + rng.integers(0, 20, len(owner))
    return Notes(mix.codes, owner, mix.draw(rng, referrals.pathway[owner]), day, owner * 0)


def _assessments(rng: Rng, assumptions: Assumptions, referrals: Referrals) -> Notes:
    """A scored assessment about the time of the first contact; adults only."""
    tools = assumptions.codes_of("assessment")[:-1]
    held = (referrals.age_group > 0) & ~referrals.rejected & ~referrals.unseen
    owner = np.flatnonzero(
        held & chance(rng, assumptions.rates["assessment_referral"], len(referrals))
    )
    mix = _even([tool.code for tool in tools])
    code = mix.draw_all(rng, len(owner))
    low, high = np.array([(tool.low, tool.high) for tool in tools])[code].T
    score = low + (rng.random(len(owner)) * (high - low + 1)).astype(np.int64)
    return Notes(mix.codes, owner, code, referrals.first_contact[owner], score)


def _onward(rng: Rng, assumptions: Assumptions, referrals: Referrals) -> Notes:
    closed = (referrals.closed != NEVER) & ~referrals.rejected
    owner = np.flatnonzero(closed & chance(rng, assumptions.rates["onward"], len(referrals)))
    mix = assumptions.mixes["onward"]
    code = mix.draw_all(rng, len(owner))
    return Notes(mix.codes, owner, code, referrals.closed[owner], owner * 0)
