"""What a submitter is told: counts by table, and findings in the order of what they cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np

from levelfield.datasets import load_dataset
from levelfield.datasets.windows import WindowKind
from levelfield.intake.checking.fields import Mask
from levelfield.intake.checking.layout import must_be
from levelfield.intake.checking.table_checks import ACCEPTED, DUPLICATE, CheckedTable
from levelfield.intake.doubts import doubts
from levelfield.intake.faults import Fault, Rows
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.catalogue import (
    SEVERITIES,
    RuleText,
    Severity,
    contract_harm,
)
from levelfield.intake.submission import Examined
from levelfield.warehouse import Counts

FIRST_ROWS = 10
"""Row numbers that a finding shows; the count says how many there are."""


MAIN_TABLES = ("CYP001MPI", "CYP101Referral", "CYP201CareContact", "CYP202CareActivity")
"""Tables that nearly every figure rests on."""

HEAVY_LOSS = 0.1
"""A share of rejected records above which a submission, though accepted, is hardly the month."""


NO_PARENT = "G-NO-PARENT"
ALL_FAILED = "F-ALL-FAILED"

UNUSED_FIELD = "No measure and no price uses this field yet."
UNUSED_RECORDS = "No measure and no price uses records of this kind yet."
"""Why a fault of the contract spoils nothing: in a field that is kept, in records that are lost."""

FALLS_WITH = "The record that this one belongs to was itself rejected, and takes it along."
"""A consequence, not a cause: nothing to mend here."""


@dataclass(frozen=True)
class Finding:
    """One rule broken in one field of one table. `rows` are the first row numbers, from 1.

    `harm` lists the figures that the fault spoils, and `no_harm` says why where there are none.
    `follows` marks records that fell with their parent: mending the parent mends them.
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
        }


@dataclass(frozen=True)
class Report:
    """The outcome of a check. It holds no value of any record.

    `provider`, `period`, `version` and `window` are empty where the header could not be read.
    `files` says how each table was written (format, encoding, line ends), and `doubts` what makes
    the whole of it doubtful.
    """

    status: Literal["accepted", "rejected"]
    tables: Mapping[str, Counts]
    findings: Sequence[Finding]
    provider: str = ""
    period: str = ""
    version: str = ""
    window: WindowKind | Literal[""] = ""
    files: Mapping[str, Mapping[str, Any]] | None = None
    doubts: tuple[str, ...] = ()

    @property
    def losses(self) -> list[str]:
        """A sentence on each main table that has lost more than a tenth of its records."""
        return [
            f"{counts.rejected:,} of {counts.read:,} records of {name} are rejected."
            for name, counts in self.tables.items()
            if name in MAIN_TABLES and counts.rejected > counts.read * HEAVY_LOSS
        ]

    def to_json(self) -> dict[str, Any]:
        """The object that `levelfield check --json` prints."""
        return {
            "status": self.status,
            "provider": self.provider,
            "period": self.period,
            "window": self.window,
            "version": self.version,
            "tables": {name: counts_json(counts) for name, counts in self.tables.items()},
            "doubts": list(self.doubts),
            "findings": [finding.to_json() for finding in self.findings],
            "files": {name: dict(file) for name, file in (self.files or {}).items()},
        }


def report_of(examined: Examined, window: WindowKind | Literal[""]) -> Report:
    """The report of an examined submission."""
    header = examined.header
    return Report(
        status="accepted" if examined.accepted else "rejected",
        tables=table_counts(examined),
        findings=[finding for finding, _ in findings_with_rows(examined)],
        provider=header.provider if header else "",
        period=str(header.period) if header else "",
        version=header.version if header else "",
        window=window,
        files=examined.raw.files,
        doubts=tuple(doubts(examined, date.today())),
    )


def table_counts(examined: Examined) -> dict[str, Counts]:
    """The counts of every table that was sent. Of a refused submission no record is accepted."""
    counts = {}
    for name, raw in examined.raw.tables.items():
        checked = examined.tables.get(name)
        read = raw.rows.num_rows + raw.unreadable
        duplicate = int((checked.status == DUPLICATE).sum()) if checked else 0
        if checked is None or not examined.accepted:
            counts[name] = Counts(read, 0, read - duplicate, duplicate, 0)
            continue
        accepted = int((checked.status == ACCEPTED).sum())
        warned = int((warned_rows(checked, examined.rules) & checked.alive).sum())
        counts[name] = Counts(read, accepted, read - accepted - duplicate, duplicate, warned)
    return counts


def warned_rows(checked: CheckedTable, rules: Mapping[str, RuleText]) -> Any:
    """A mask of the rows with at least one warning."""
    mask = np.zeros(len(checked.status), dtype=bool)
    for fault in checked.faults:
        if not rules[fault.rule].rejects:
            mask[fault.rows - 1] = True
    return mask


def findings_with_rows(examined: Examined) -> list[tuple[Finding, Rows]]:
    """The findings of a submission, each with all its rows: causes before what follows from them,
    then the gravest first, then those with harm, then the most frequent.

    A finding tells its first rows by their numbers in the file; the rows beside it count from 1 in
    the submission, which of an extract is a part of the file. Records that fell with a parent are
    told apart from those whose parent is not in the file.
    """
    faults = [part for fault in examined.faults for part in _by_cause(fault, examined)]
    return [
        (replace(finding, rows=_told_rows(finding, rows[:FIRST_ROWS], examined)), rows)
        for finding, rows in _merged(faults, examined.rules)
    ]


def _told_rows(finding: Finding, rows: Rows, examined: Examined) -> tuple[int, ...]:
    return tuple(examined.in_file(finding.rule, finding.table, rows).tolist())


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


def counts_json(counts: Counts) -> dict[str, int]:
    return {
        "read": counts.read,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "duplicate": counts.duplicate,
        "warned": counts.warned,
    }


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
    harm = rule.harm
    if not harm and not rule.no_harm:
        harm = contract_harm(CURRENT, first.table, first.field, rejects=rule.rejects)
    unused = UNUSED_RECORDS if rule.rejects else UNUSED_FIELD
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
        no_harm="" if harm else rule.no_harm or unused,
        follows=follows,
    )
    return finding, rows
