"""What the report of a check is made from: findings with their cost, and what is around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

import pyarrow as pa

from levelfield.intake import Finding, Report
from levelfield.intake.reading.names import may_be_said
from levelfield.publish.changes import Comparison
from levelfield.quality import Review


@dataclass(frozen=True)
class Touched:
    """A measure that rests on records of a finding: `rows` of the `of` rows that it may count.

    `kind` says what is counted: contact, clock, referral, person. `lost` rows are not counted at
    all; others are counted, perhaps wrongly.
    """

    id: str
    title: str
    kind: str
    rows: int
    of: int
    lost: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title, "rows": self.rows, "of": self.of}


@dataclass(frozen=True)
class CostedFinding:
    """A finding with what it costs.

    `of` are the rows of its table. `records` pairs the first row numbers with the submitter's own
    ids. `falls` counts, by table, the records that are rejected with those of the finding.
    `contacts` and `pence` are those whose price rests on it: None without a preview, and where no
    price does. They are `lost` when rejected with the records, else uncertain. `rejects` is false
    for a warning.
    """

    finding: Finding
    title: str
    of: int
    records: tuple[tuple[int, str], ...] = ()
    falls: Mapping[str, int] = field(default_factory=dict)
    contacts: int | None = None
    pence: int | None = None
    lost: bool = False
    measures: tuple[Touched, ...] = ()

    @property
    def rejects(self) -> bool:
        return self.finding.severity != "warning"

    @property
    def share(self) -> float | None:
        """The share of the table's rows; None where the fault is the file's."""
        return self.finding.count / self.of if self.of and self.finding.rows else None

    def to_json(self) -> dict[str, Any]:
        return {
            **self.finding.to_json(),
            "title": self.title,
            "of": self.of,
            "share": self.share,
            "records": [{"row": row, "id": name} for row, name in self.records],
            "falls": dict(self.falls),
            "contacts": self.contacts,
            "pence": self.pence,
            "measures": [measure.to_json() for measure in self.measures],
        }


@dataclass(frozen=True)
class MeasureNow:
    """A measure as this submission alone gives it; `touched` of its rows are lost or uncertain."""

    id: str
    title: str
    unit: str
    numerator: int
    denominator: int
    touched: int

    @property
    def value(self) -> float:
        return self.numerator / self.denominator

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "touched": self.touched,
        }


@dataclass(frozen=True)
class Stake:
    """What the submission's contacts are worth, each contact counted once, in pence.

    `lost` are rejected contacts, `uncertain` accepted ones whose price rests on a finding.
    """

    contacts: int
    total_pence: int
    lost_contacts: int
    lost_pence: int
    uncertain_contacts: int
    uncertain_pence: int
    measures: tuple[MeasureNow, ...]

    @property
    def at_stake_pence(self) -> int:
        return self.lost_pence + self.uncertain_pence

    def to_json(self) -> dict[str, Any]:
        return {
            "contacts": self.contacts,
            "total_pence": self.total_pence,
            "lost_contacts": self.lost_contacts,
            "lost_pence": self.lost_pence,
            "uncertain_contacts": self.uncertain_contacts,
            "uncertain_pence": self.uncertain_pence,
            "measures": [measure.to_json() for measure in self.measures],
        }


@dataclass(frozen=True)
class CheckData:
    """All that the report of a check shows; exact, for the submitter alone.

    `name` is the file's or folder's own, as whoever checks it typed it.
    `stake` is None without a preview, and `stake_note` then says why. `days_left` and `becomes` are
    sentences. `fields` are the counts by field (`intake.FIELD_QUALITY_SCHEMA`).
    """

    name: str
    report: Report
    findings: tuple[CostedFinding, ...]
    stake: Stake | None
    stake_note: str
    days_left: str
    becomes: str
    comparison: Comparison
    fields: pa.Table
    checked_at: datetime
    settings: tuple[str, ...] = ()
    """Sentences on the rules that a local file has switched off or graded otherwise."""
    declared: tuple[str, ...] = ()
    """Sentences on fields that are declared not collected or not shared, and were sent."""
    review: Review | None = None
    """The improvement plan that the home keeps of the provider, held against the file."""

    @property
    def told_name(self) -> str:
        """The name as a written report has it, which goes to others: a file may be called by an NHS
        number or a person's name, and then it is not said."""
        stem = PurePath(self.name).stem
        return self.name if may_be_said(stem) and self.name.isprintable() else "a submission"

    @property
    def causes(self) -> list[CostedFinding]:
        """Findings that can be mended, in the order of their harm."""
        return [one for one in self.findings if not one.finding.follows]

    @property
    def consequences(self) -> list[CostedFinding]:
        """Findings that vanish once their causes are mended."""
        return [one for one in self.findings if one.finding.follows]

    def to_json(self) -> dict[str, Any]:
        """The object that `levelfield check --json` prints and `report.json` holds."""
        return {
            **self.report.to_json(),
            "findings": [one.to_json() for one in self.findings],
            "stake": self.stake.to_json() if self.stake else None,
            "stake_note": self.stake_note,
            "days_left": self.days_left,
            "becomes": self.becomes,
            "settings": list(self.settings),
            "declared": list(self.declared),
            "plan": self.review.to_json() if self.review else None,
            "comparison": self.comparison.to_json(),
        }
