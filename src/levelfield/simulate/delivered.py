"""For whom a provider's care truly was: what a review of its block must find."""

from collections import Counter

import numpy as np

from levelfield.simulate.draws import NEVER, Ints
from levelfield.simulate.history import History

Delivered = Counter[tuple[str, str, int]]
"""Attended contacts by what is counted, team type and month from 0.

`contacts` are all, `own` those for people of the provider's own commissioner, `booked` those sent
under it, `repeats` the planted visits by a second team to its own people.
"""


def count_delivered(history: History) -> Delivered:
    """The attended contacts of a history, counted by the truth."""
    held, pathways = history.contacts, history.assumptions.pathways
    own = list(history.places.commissioners).index(history.provider.commissioner)
    mine = _responsible(history) == own
    booked = history.details.commissioner[held.referral] == own
    teams, month = np.array(pathways.teams), history.calendar.index(held.day)
    found: Delivered = Counter()
    for name, chosen in (
        ("contacts", held.attended),
        ("own", held.attended & mine),
        ("booked", held.attended & booked),
        ("repeats", held.attended & mine & held.repeats),
    ):
        cells = np.stack([held.pathway[chosen], month[chosen]])
        places, counts = np.unique(cells, axis=1, return_counts=True)
        for pathway, at, number in zip(*places.tolist(), counts.tolist(), strict=True):
            found[name, str(teams[pathway]), at] += number
    return found


def _responsible(history: History) -> Ints:
    """The responsible commissioner (its position) of each contact on its day."""
    held, people, places = history.contacts, history.people, history.places
    person = history.person[held.referral]
    moved = (people.moved[person] != NEVER) & (held.day >= people.moved[person])
    practice = np.where(moved, people.moved_practice[person], people.practice[person])
    by_practice = places.practice_commissioner(np.maximum(practice, 0), held.day)
    return np.where(practice >= 0, by_practice, places.area_commissioner[people.area[person]])
