"""Findings: the faults of a submission as they are told, in the order of what they cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from levelfield.datasets import load_dataset
from levelfield.intake.checking.fields import Mask
from levelfield.intake.checking.layout import must_be
from levelfield.intake.commonest import OUTSIDE_LIST, Commonest, commonest_codes
from levelfield.intake.faults import ALL_FAILED, Fault, Rows
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.catalogue import SEVERITIES, RuleText, Severity, contract_harm
from levelfield.intake.rules.rule import rule_texts
from levelfield.intake.submission import Examined

FIRST_ROWS = 10
"""Row numbers that a finding shows; the count says how many there are."""

NO_PARENT = "G-NO-PARENT"

UNUSED_FIELD = "No measure and no price uses this field yet."
UNUSED_RECORDS = "No measure and no price uses records of this kind yet."
"""Why a fault of the contract spoils nothing: in a field that is kept, in records that are lost."""

FALLS_WITH = "The record that this one belongs to was itself rejected, and takes it along."
"""A consequence, not a cause: nothing to mend here."""


@dataclass(frozen=True)
class Finding:
    """One rule broken in one field of one table. `rows` are the first row numbers, from 1.

    `harm` lists the figures that the fault spoils, and `no_harm` says why where there are none.
    `follows` marks records that fell with their parent: mending the parent mends them. Where codes
    are not in their list, `commonest` are those sent most often, as far as they may be shown.
    """

    rule: str
    severity: Severity
    table: str
    field: str
    count: int
    rows: tuple[int, ...]
    message: str
    remedy: str
    harm: tuple[str, ...]
    no_harm: str = ""
    follows: bool = False
    commonest: Commonest = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "table": self.table,
            "field": self.field,
            "count": self.count,
            "rows": list(self.rows),
            "message": self.message,
            "remedy": self.remedy,
            "harm": list(self.harm),
            "no_harm": self.no_harm,
            "follows": self.follows,
            "commonest": [{"value": text, "count": times} for text, times in self.commonest],
        }


def findings_with_rows(examined: Examined) -> list[tuple[Finding, Rows]]:
    """The findings of a submission, each with all its rows: causes before what follows from them,
    then the gravest first, then those with harm, then the most frequent.

    A finding tells its first rows by their numbers in the file; the rows beside it count from 1 in
    the submission, which of an extract is a part of the file. Records that fell with a parent are
    told apart from those whose parent is not in the file.
    """
    faults = [part for fault in examined.faults for part in _by_cause(fault, examined)]
    return [
        (_told(finding, rows, examined), rows) for finding, rows in _merged(faults, examined.rules)
    ]


def _told(finding: Finding, rows: Rows, examined: Examined) -> Finding:
    """The finding with its first rows as the file counts them, and what was sent there."""
    first = examined.in_file(finding.rule, finding.table, rows[:FIRST_ROWS])
    told = replace(finding, rows=tuple(first.tolist()))
    if finding.rule not in OUTSIDE_LIST:
        return told
    codes = commonest_codes(examined.tables[finding.table], finding.field, rows)
    return replace(told, commonest=codes)


def rows_that_fell(fault: Fault, examined: Examined) -> Mask:
    """Which of a fault's rows fell with their parent, and have no fault of their own."""
    checked = examined.tables.get(fault.table)
    if fault.rule != NO_PARENT or checked is None or checked.parent_row is None:
        return np.zeros(len(fault.rows), dtype=bool)
    fell: Mask = checked.parent_row[fault.rows - 1] >= 0
    return fell


def _by_cause(fault: Fault, examined: Examined) -> list[Fault]:
    fell = rows_that_fell(fault, examined)
    if not fell.any():
        return [fault]
    parts = [
        Fault(fault.rule, fault.table, fault.field, fault.rows[~fell], fault.message),
        Fault(fault.rule, fault.table, fault.field, fault.rows[fell], FALLS_WITH),
    ]
    return [part for part in parts if len(part.rows)]


def _merged(faults: Sequence[Fault], rules: Mapping[str, RuleText]) -> list[tuple[Finding, Rows]]:
    merged: dict[tuple[str, str, str, str], list[Fault]] = {}
    for fault in faults:
        merged.setdefault((fault.rule, fault.table, fault.field, fault.message), []).append(fault)
    found = [_finding(group, rules[key[0]]) for key, group in merged.items()]
    lost = all_failed(finding for finding, _ in found)
    return sorted(
        found,
        key=lambda pair: (
            rank(pair[0], lost),
            pair[0].follows,
            SEVERITIES.index(pair[0].severity),
            not pair[0].harm,
            -pair[0].count,
            pair[0].table,
            pair[0].rule,
            pair[0].field,
        ),
    )


def all_failed(findings: Iterable[Finding]) -> str:
    """The table of which not one record is left, for which a submission is refused; empty without
    one."""
    return next((finding.table for finding in findings if finding.rule == ALL_FAILED), "")


def rank(finding: Finding, lost: str) -> int:
    """Where a finding is told: first what refuses the file as such, then why each record of the
    table `lost` fell, then that they all did, which comes of it, then all else."""
    if finding.rule == ALL_FAILED:
        return 2
    if finding.severity == "reject_file":
        return 0
    cause = finding.table == lost and finding.severity != "warning" and not finding.follows
    return 1 if cause else 3


def _remedy(fault: Fault, rule: RuleText) -> str:
    """What to do: in the fault's own words, by layout and codes of its field, or by its rule."""
    table = load_dataset(CURRENT).tables.get(fault.table)
    if fault.remedy or table is None or fault.field not in table.by_name:
        return fault.remedy or rule.remedy
    return must_be(table.field(fault.field), rule.id) or rule.remedy


def _finding(faults: Sequence[Fault], rule: RuleText) -> tuple[Finding, Rows]:
    first = faults[0]
    rows = np.sort(np.concatenate([fault.rows for fault in faults]))
    follows = first.message == FALLS_WITH
    harm, no_harm = rule.harm, rule.no_harm
    # By a local setting a warning may reject: then all is lost that rests on the records.
    raised = rule.rejects and not rule_texts(CURRENT)[rule.id].rejects
    if raised or not (harm or no_harm):
        spoilt = contract_harm(CURRENT, first.table, first.field, rejects=rule.rejects)
        harm = tuple(dict.fromkeys((*harm, *spoilt)))
        no_harm = UNUSED_RECORDS if rule.rejects else UNUSED_FIELD
    finding = Finding(
        rule=rule.id,
        severity=rule.severity,
        table=first.table,
        field=first.field,
        count=sum(fault.count for fault in faults),
        rows=tuple(rows[:FIRST_ROWS].tolist()),
        message=first.message or rule.message,
        remedy="Mend the record that it belongs to." if follows else _remedy(first, rule),
        harm=harm,
        no_harm="" if harm else no_harm,
        follows=follows,
    )
    return finding, rows
