"""Care activities of the contacts, and who carried them out."""

from dataclasses import dataclass

import numpy as np

from levelfield.simulate.assumptions import AGE_GROUPS, Assumptions
from levelfield.simulate.contacts import Contacts
from levelfield.simulate.draws import Bools, Floats, Ints, Mix, Rng, chance

REVIEW_ACTIVITIES = ("08", "09", "10", "11")
"""Activity types of the health visitor reviews, in the order of contacts.REVIEW_AGES."""


@dataclass(frozen=True)
class Staff:
    """The professionals of one provider; `group` is a position in the pathways' staff mix."""

    group: Ints
    first_of_group: Ints
    size_of_group: Ints

    def __len__(self) -> int:
        return len(self.group)


@dataclass(frozen=True)
class Activities:
    """One element per activity, in the order of the contacts. -1 is a code left blank."""

    contact: Ints
    first: Bools
    kind: Ints
    staff: Ints
    minutes: Ints
    procedure: Ints
    finding: Ints
    observation: Ints
    observed: Ints


def activity_codes(assumptions: Assumptions) -> tuple[str, ...]:
    """What `Activities.kind` points at: the pathways' types, then those of the reviews."""
    return (*assumptions.pathways.activities.codes, *REVIEW_ACTIVITIES)


def hire_staff(rng: Rng, assumptions: Assumptions, contacts: Contacts, months: int) -> Staff:
    """As many professionals of each group as the contacts of a month need, at least two."""
    mix = assumptions.pathways.staff
    drawn = np.bincount(mix.draw(rng, contacts.pathway), minlength=len(mix.codes))
    needed = drawn / months / assumptions.rates["contacts_per_staff_month"]
    size = np.where(drawn > 0, np.maximum(2, np.rint(needed)), 0).astype(np.int64)
    return Staff(np.repeat(np.arange(len(size)), size), np.cumsum(size) - size, size)


def draw_activities(
    rng: Rng, assumptions: Assumptions, contacts: Contacts, age_group: Ints, staff: Staff
) -> Activities:
    """One or more activities for nearly every attended contact, so many as published per contact.

    `age_group` is the age group of each contact's person.
    """
    rates, pathways = assumptions.rates, assumptions.pathways
    held = _how_many(rng, assumptions, contacts, age_group)
    contact = np.repeat(np.arange(len(contacts)), held)
    first = np.ones(len(contact), dtype=np.bool_)
    first[1:] = contact[1:] != contact[:-1]
    n, pathway, review = len(contact), contacts.pathway[contact], contacts.review[contact]
    kind = pathways.activities.draw(rng, pathway)
    kind = np.where(first & (review >= 0), len(pathways.activities.codes) + review, kind)
    group = pathways.staff.draw(rng, pathway)
    hired = staff.size_of_group[group]
    member = staff.first_of_group[group] + (rng.random(n) * hired).astype(np.int64)
    member[(hired == 0) | chance(rng, rates["activity_staff_missing"], n)] = -1
    observation = _coded(rng, assumptions, "observation", n)
    values = [(code.low, code.high) for code in assumptions.codes_of("observation")]
    low, high = np.array(values)[np.maximum(observation, 0)].T
    return Activities(
        contact=contact,
        first=first,
        kind=kind,
        staff=member,
        minutes=np.maximum(1, contacts.minutes[contact] // held[contact]),
        procedure=_coded(rng, assumptions, "procedure", n),
        finding=_coded(rng, assumptions, "finding", n),
        observation=observation,
        observed=low + (rng.random(n) * (high - low + 1)).astype(np.int64),
    )


def _how_many(rng: Rng, assumptions: Assumptions, contacts: Contacts, age_group: Ints) -> Ints:
    targets, attended = assumptions.targets, contacts.attended
    mean: Floats = targets["care_activities"] / targets["care_contacts"]
    held = np.zeros(len(contacts), dtype=np.int64)
    for group in range(len(AGE_GROUPS)):
        members = age_group == group
        seen = members & attended
        if not seen.any():
            continue
        share = float(seen.sum() / members.sum()) * (1.0 - assumptions.rates["no_activity"])
        further = max(mean[group] / share - 1.0, 0.0)
        held[seen] = 1 + np.minimum(rng.poisson(further, int(seen.sum())), 5)
    held[chance(rng, assumptions.rates["no_activity"], len(contacts))] = 0
    return held


def _coded(rng: Rng, assumptions: Assumptions, kind: str, n: int) -> Ints:
    """A position among the clinical codes of that kind for some activities, -1 for the others."""
    codes = [code.code for code in assumptions.codes_of(kind)]
    drawn = Mix.of(codes, np.ones((1, len(codes)))).draw_all(rng, n)
    return np.where(chance(rng, assumptions.rates[f"{kind}_coded"], n), drawn, -1)
