"""What a submitter is told: counts by table, findings, and what makes the whole doubtful."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np

from levelfield.datasets.windows import WindowKind
from levelfield.intake.checking.table_checks import ACCEPTED, DUPLICATE, CheckedTable
from levelfield.intake.doubts import doubts
from levelfield.intake.findings import Finding, findings_with_rows
from levelfield.intake.rules.catalogue import RuleText
from levelfield.intake.submission import Examined
from levelfield.warehouse import Counts

MAIN_TABLES = ("CYP001MPI", "CYP101Referral", "CYP201CareContact", "CYP202CareActivity")
"""Tables that nearly every figure rests on."""

HEAVY_LOSS = 0.1
"""A share of rejected records above which a submission, though accepted, is hardly the month."""


@dataclass(frozen=True)
class Report:
    """The outcome of a check. It holds no value of any record.

    `provider`, `period`, `version` and `window` are empty where the header could not be read.
    `files` says how each table was written (format, encoding, line ends), and `doubts` what makes
    the whole of it doubtful.
    """

    status: Literal["accepted", "refused"]
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
        """A sentence on each main table of which an accepted submission loses more than a tenth of
        the records; of a refused one everything is lost."""
        if self.status == "refused":
            return []
        return [
            f"{counts.rejected:,} of {counts.read:,} records of {name} are rejected."
            for name, counts in self.tables.items()
            if name in MAIN_TABLES and counts.rejected > counts.read * HEAVY_LOSS
        ]

    @property
    def looks(self) -> list[str]:
        """What to look at before all findings: doubts about the whole, and what it loses."""
        return [*self.doubts, *self.losses]

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
            "losses": self.losses,
            "findings": [finding.to_json() for finding in self.findings],
            "files": {name: dict(file) for name, file in (self.files or {}).items()},
        }


def report_of(examined: Examined, window: WindowKind | Literal[""]) -> Report:
    """The report of an examined submission."""
    header = examined.header
    return Report(
        status="accepted" if examined.accepted else "refused",
        tables=table_counts(examined),
        findings=[finding for finding, _ in findings_with_rows(examined)],
        provider=header.provider if header else "",
        period=str(header.period) if header else "",
        version=header.version if header else "",
        window=window,
        files=examined.raw.files,
        doubts=tuple(doubts(examined, datetime.now())),
    )


def table_counts(examined: Examined) -> dict[str, Counts]:
    """The counts of every table that was sent. Of a refused submission no record is accepted."""
    counts = {}
    for name, raw in examined.raw.tables.items():
        checked = examined.tables.get(name)
        read = raw.rows.num_rows + raw.left_out
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


def counts_json(counts: Counts) -> dict[str, int]:
    return {
        "read": counts.read,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "duplicate": counts.duplicate,
        "warned": counts.warned,
    }
