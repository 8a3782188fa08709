"""What each finding costs: the records that fall with it, the measures and pounds that rest on it.

Rejected records are lost to whatever would have counted them. What else the rule names as harm
becomes uncertain, and nothing more: no price rests on an ethnic category.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from levelfield.datasets import load_dataset
from levelfield.intake import Examined, Finding
from levelfield.intake.checking.fields import Mask
from levelfield.intake.checking.table_checks import DUPLICATE, REJECTED
from levelfield.intake.faults import NOT_TAKEN_UP, Rows
from levelfield.intake.findings import FIRST_ROWS, all_failed, findings_with_rows, rank
from levelfield.intake.reach import Reach
from levelfield.intake.records import record_ids
from levelfield.intake.report import HEAVY_LOSS, MAIN_TABLES, table_counts
from levelfield.intake.rules.catalogue import SEVERITIES
from levelfield.measures import load_measures
from levelfield.pipeline.preview import Preview
from levelfield.pipeline.worth import CONTACT, contacts_at_stake
from levelfield.publish.check_data import CostedFinding, MeasureNow, Stake, Touched
from levelfield.publish.check_words import title

ROWS_OF_FACT = {
    "contact": CONTACT,
    "activity": "CYP202CareActivity",
    "rtt": "CYP104RTT",
    "person": "CYP001MPI",
    "referral": "CYP101Referral",
    "referral_month": "CYP101Referral",
    "caseload": "CYP101Referral",
    "care_plan": "CYP004CarePlanType",
    "group_session": "CYP301GroupSession",
    "review_assessment": CONTACT,
}
"""The table whose rows a fact has; a measure counts these."""

_MANY = 100
"""Records of a table from which on a share of them says something."""


def cost(
    examined: Examined, preview: Preview | None
) -> tuple[tuple[CostedFinding, ...], Stake | None]:
    """The findings in the order of their harm, and the stake of the whole submission.

    First what refuses the file and its causes, then what loses more than a tenth of a main table,
    then what costs most pounds, then most records; what follows from other findings comes last.
    Without a preview there are no pounds and no stake.
    """
    work = _Costing(examined, preview)
    found = [work.of(finding, rows) for finding, rows in findings_with_rows(examined)]
    lost = all_failed(one.finding for one in found)
    return tuple(sorted(found, key=lambda one: _order(one, lost))), work.stake()


def _order(one: CostedFinding, lost: str) -> tuple[object, ...]:
    finding = one.finding
    return (
        rank(finding, lost),
        finding.follows,
        not _heavy(one),
        -(one.pence or 0),
        -(finding.count + sum(one.falls.values())) if one.rejects else 0,
        not one.measures and not finding.harm,
        SEVERITIES.index(finding.severity),
        -finding.count,
        finding.table,
        finding.rule,
        finding.field,
    )


def _heavy(one: CostedFinding) -> bool:
    """Whether so many records of a main table are lost by it that the file is hardly the month."""
    main = one.finding.table in MAIN_TABLES and one.of >= _MANY
    return main and one.rejects and one.finding.count > one.of * HEAVY_LOSS


class _Costing:
    """Goes through the findings of one submission and keeps what all of them touch together."""

    def __init__(self, examined: Examined, preview: Preview | None) -> None:
        self._tables = examined.tables
        self._counts = {name: counts.read for name, counts in table_counts(examined).items()}
        self._known = examined.identifiers
        self._preview = preview
        self._reach = Reach(examined.tables, load_dataset())
        self._measures = load_measures()
        self._uncertain = self._none(CONTACT)
        self._touched = {
            name: self._none(ROWS_OF_FACT[measure.fact])
            for name, measure in self._measures.items()
            if measure.fact in ROWS_OF_FACT
        }

    def of(self, finding: Finding, rows: Rows) -> CostedFinding:
        """One finding with its cost; `rows` are all its row numbers."""
        sent = self._counts.get(finding.table, 0)
        plain = CostedFinding(finding, title(finding), sent)
        checked = self._tables.get(finding.table)
        if checked is None or not len(rows) or finding.rule in NOT_TAKEN_UP:
            shown = tuple((row, "") for row in finding.rows)
            return replace(plain, records=shown)
        ids = record_ids(checked, rows[:FIRST_ROWS], self._known).to_pylist()
        plain = replace(plain, records=tuple(zip(finding.rows, ids, strict=True)))
        if finding.rule == "DUPLICATE":
            return plain
        mask = np.zeros(len(checked.status), dtype=bool)
        mask[rows - 1] = True
        contacts = self._contacts(finding, mask)
        return replace(
            plain,
            lost=self._loses(finding, CONTACT),
            falls=self._falls(finding, mask) if plain.rejects and not finding.follows else {},
            contacts=None if contacts is None or self._preview is None else int(contacts.sum()),
            pence=self._pence(contacts),
            measures=self._measures_of(finding, mask),
        )

    def stake(self) -> Stake | None:
        """The worth of all contacts, and how much of it is lost or uncertain."""
        preview, contact = self._preview, self._tables.get(CONTACT)
        if preview is None or contact is None:
            return None
        lost = contact.status == REJECTED
        uncertain = self._uncertain & contact.alive
        return Stake(
            contacts=int((contact.status != DUPLICATE).sum()),
            total_pence=round(preview.worth.sum()),
            lost_contacts=int(lost.sum()),
            lost_pence=round(preview.worth[lost].sum()),
            uncertain_contacts=int(uncertain.sum()),
            uncertain_pence=round(preview.worth[uncertain].sum()),
            measures=tuple(self._with_touched(measure) for measure in preview.measures),
        )

    def _with_touched(self, measure: MeasureNow) -> MeasureNow:
        return replace(measure, touched=int(self._touched[measure.id].sum()))

    def _contacts(self, finding: Finding, mask: Mask) -> Mask | None:
        """The contacts whose price rests on the records; None where no price does."""
        lost = self._loses(finding, CONTACT)
        found = contacts_at_stake(
            self._tables, self._reach, finding.table, mask, lost=lost, harm=finding.harm
        )
        if found is not None and not lost:
            self._uncertain |= found
        return found

    def _loses(self, finding: Finding, table: str) -> bool:
        """Whether rows of `table` are rejected with the records of a finding."""
        return finding.severity != "warning" and self._reach.holds(finding.table, table)

    def _pence(self, contacts: Mask | None) -> int | None:
        if contacts is None or self._preview is None or not len(contacts):
            return None
        return round(float(self._preview.worth[contacts].sum()))

    def _falls(self, finding: Finding, mask: Mask) -> Mapping[str, int]:
        counts = {
            name: int(self._reach.below(finding.table, mask, name).sum())
            for name in self._tables
            if name != finding.table
        }
        return {name: count for name, count in counts.items() if count}

    def _measures_of(self, finding: Finding, mask: Mask) -> tuple[Touched, ...]:
        """The measures that lose records, and those that the rule says it makes uncertain, which
        come first."""
        found, reached = [], dict[str, NDArray[np.bool_]]()
        for measure in self._measures.values():
            table = ROWS_OF_FACT.get(measure.fact)
            if table is None or table not in self._tables:
                continue
            lost = self._loses(finding, table)
            if not lost and measure.id not in finding.harm:
                continue
            if table not in reached:
                reach = self._reach.below if lost else self._reach.related
                reached[table] = reach(finding.table, mask, table)
            rows = reached[table]
            if rows.any():
                self._touched[measure.id] |= rows
                of = int((self._tables[table].status != DUPLICATE).sum())
                kind = measure.unit if measure.unit != "person" else "contact"
                found.append(Touched(measure.id, measure.title, kind, int(rows.sum()), of, lost))
        place = {name: number for number, name in enumerate(finding.harm)}
        return tuple(sorted(found, key=lambda touched: place.get(touched.id, len(place))))

    def _none(self, table: str) -> NDArray[np.bool_]:
        checked = self._tables.get(table)
        return np.zeros(len(checked.status) if checked else 0, dtype=bool)
