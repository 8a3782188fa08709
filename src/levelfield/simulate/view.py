"""What one provider can say at the end of one month: the part of its history that is sent."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from levelfield.simulate.draws import NEVER, Bools, Ints
from levelfield.simulate.history import History
from levelfield.simulate.records import Notes

OF_AGE = 18 * 365
"""Days of age at which nobody is looked after or protected as a child any more."""


@dataclass(frozen=True)
class MonthView:
    """One month of a history, `month` counted from 0. Positions point into the history's arrays.

    `complete` is false for a primary file of a month that comes twice: late entries are not in it
    and some attendance is still blank.
    """

    history: History
    month: int
    complete: bool

    @property
    def first_day(self) -> int:
        return self.history.calendar.first_day(self.month)

    @property
    def last_day(self) -> int:
        return self.history.calendar.last_day(self.month)

    @cached_property
    def referrals(self) -> Ints:
        """The referrals sent: open at any time in the month, and not forgotten before."""
        sent = self.history.referrals
        received = sent.received <= self.last_day
        return np.flatnonzero(received & (sent.last_month >= self.month))

    @cached_property
    def people(self) -> Ints:
        return np.unique(self.history.person[self.referrals])

    @cached_property
    def contacts(self) -> Ints:
        held = self.history.contacts
        low, high = np.searchsorted(held.day, [self.first_day, self.last_day + 1])
        positions = np.arange(low, high)
        return positions if self.complete else positions[~held.late_entry[low:high]]

    @cached_property
    def activities(self) -> Ints:
        contact = self.history.activities.contact
        held = self.history.contacts
        low, high = np.searchsorted(held.day, [self.first_day, self.last_day + 1])
        start, end = np.searchsorted(contact, [low, high])
        positions = np.arange(start, end)
        return positions if self.complete else positions[~held.late_entry[contact[start:end]]]

    @cached_property
    def staff(self) -> Ints:
        return np.arange(len(self.history.staff))

    def known(self, days: Ints) -> Ints:
        """The days, with those after the month's end still unknown."""
        return np.where(days > self.last_day, NEVER, days)

    def current(self, notes: Notes, owners: Ints) -> Notes:
        """Notes made so far about the owners that are sent."""
        chosen = np.isin(notes.owner, owners) & (notes.day <= self.last_day)
        return notes.at(np.flatnonzero(chosen))

    def of_the_living(self, notes: Notes) -> Notes:
        """Notes about people, those after their death left out."""
        death = self.history.people.death[notes.owner]
        return notes.at(np.flatnonzero((death == NEVER) | (notes.day <= death)))

    def of_minors(self, notes: Notes) -> Notes:
        """Notes about people who were under age when they were made, and still are."""
        birth = self.history.people.birth[notes.owner]
        latest = np.maximum(notes.day, self.first_day)
        return notes.at(np.flatnonzero(latest - birth < OF_AGE))

    def of_this_month(self, notes: Notes, owners: Ints) -> Notes:
        """Notes of this month about the owners that are sent."""
        inside: Bools = (notes.day >= self.first_day) & (notes.day <= self.last_day)
        return notes.at(np.flatnonzero(inside & np.isin(notes.owner, owners)))
