"""A whole submission piece by piece: the contact table almost alone, or all of a provider-month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from benchmarks.intake import children, parents
from benchmarks.intake.columns import rows_of
from benchmarks.intake.contacts import NAME, Seen, contacts
from benchmarks.intake.faults import Edit, Truth, plan, spoil

from levelfield.datasets import DataSet, load_dataset

PIECE = 1_000_000
"""Contacts that are made at a time."""

ALONE_REFERRALS, ALONE_PEOPLE = 10_000, 1_000
"""What the contact table alone still needs beside it: a hundredth of its own size."""

REFERRALS_PER_CONTACT, PEOPLE_PER_CONTACT = 0.2, 0.15

EDITS: dict[str, Sequence[Edit]] = {
    "CYP001MPI": (
        Edit("invalid_code", {"Gender": "Q"}, "W-CODE"),
        Edit("wanted_blank", {"Postcode": ""}, "W-BLANK-KEY"),
        Edit("wanted_blank", {"EthnicCategory": ""}, "W-BLANK-KEY"),
    ),
    "CYP002GP": (Edit("bad_text", {"OrgID_GP": "Z001"}, "R-FORMAT"),),
    "CYP101Referral": (
        Edit("invalid_code", {"SourceOfReferral": "ZZ"}, "W-CODE"),
        Edit("invalid_code", {"Priority_Type": "X"}, "W-CODE"),
        Edit("wanted_blank", {"PrimaryReferralReason": ""}, "W-BLANK-KEY"),
        Edit("bad_time", {"ReferralRequest_ReceivedTime": "9:30"}, "R-FORMAT"),
    ),
    "CYP102ServiceTypeReferredTo": (
        Edit("invalid_code", {"TeamType": "ZZ"}, "W-CODE"),
        Edit("bad_date", {"Referral_ClosureDate": "31.03.2026"}, "R-FORMAT"),
    ),
    "CYP202CareActivity": (
        Edit("invalid_code", {"Activity_Type": "ZZ"}, "W-CODE"),
        Edit("bad_number", {"CareActivity_Duration": "1 h"}, "R-FORMAT"),
        Edit("missing_parent", {"CareContactID": "X{row:09d}"}, "G-NO-PARENT"),
        Edit("blank", {"CareActivityID": ""}, "R-BLANK"),
    ),
}
"""How the tables of a provider-month are spoiled; the contacts have their own list."""

Pieces = Iterator[pa.Table]


@dataclass
class Submission:
    """What is to be written; `truth` is complete when all pieces have been taken.

    Without `whole` the tables beside the contacts are as small as they can be.
    """

    size: int
    whole: bool
    seed: int = 1
    share: float = 0.01
    dataset: DataSet = field(default_factory=load_dataset)
    truth: Truth = field(default_factory=Truth)
    _seen: list[Seen] = field(default_factory=list)

    @property
    def referrals(self) -> int:
        return round(self.size * REFERRALS_PER_CONTACT) if self.whole else ALONE_REFERRALS

    @property
    def people(self) -> int:
        return round(self.size * PEOPLE_PER_CONTACT) if self.whole else ALONE_PEOPLE

    def tables(self) -> Iterator[tuple[str, Pieces]]:
        """Every table in the order of the contract, with its pieces."""
        rng = np.random.default_rng([self.seed, self.size])
        made = {
            "CYP000Header": parents.header(),
            "CYP001MPI": parents.people(rng, self.people),
            "CYP002GP": parents.practices(rng, self.people),
            "CYP101Referral": parents.referrals(rng, self.referrals, self.people),
            "CYP102ServiceTypeReferredTo": parents.teams(self.referrals),
        }
        if self.whole:
            made |= children.of_people(self.people)
            made |= children.of_referrals(rng, self.referrals, self.people)
            made["CYP301GroupSession"] = children.sessions(rng, self.size)
            made["CYP901StaffDetails"] = children.staff(self.size)
        for name in self.dataset.tables:
            if name == NAME:
                yield name, self._contacts()
            elif name == "CYP202CareActivity" and self.whole:
                yield name, self._activities()
                made |= children.of_activities(rng, self._seen[0])
            elif name in made:
                yield name, iter([self._spoiled(name, made[name], 0)])

    def _contacts(self) -> Pieces:
        for first in range(0, self.size, PIECE):
            n = min(PIECE, self.size - first)
            table, seen = contacts(
                self.dataset, self.seed, first, n, self.referrals, self.share, self.truth
            )
            self._seen.append(seen)
            yield table

    def _activities(self) -> Pieces:
        done, staff = 0, children.staff_size(self.size)
        for seen in self._seen:
            columns = children.activities(self.seed, seen, staff)
            table = self._spoiled("CYP202CareActivity", columns, done)
            done += table.num_rows
            yield table

    def _spoiled(self, name: str, columns: children.Columns, done: int) -> pa.Table:
        table = rows_of(self.dataset.table(name), columns)
        if not self.whole or name not in EDITS:
            return table
        rng = np.random.default_rng([self.seed, done, *name.encode()])
        planned = plan(rng, table.num_rows, self.share, EDITS[name])
        return spoil(name, table, planned, done + 1, self.truth)
