"""A submission as the warehouse knows it, staged or committed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from levelfield.core.errors import WarehouseError

Window = Literal["primary", "refresh"]


@dataclass(frozen=True)
class Counts:
    """Records of one table: every record read is accepted, rejected or a duplicate.

    `warned` counts accepted records with at least one warning.
    """

    read: int
    accepted: int
    rejected: int
    duplicate: int
    warned: int

    def __post_init__(self) -> None:
        if self.read != self.accepted + self.rejected + self.duplicate:
            raise WarehouseError(
                f"{self.read} records were read but {self.accepted} accepted, {self.rejected} "
                f"rejected and {self.duplicate} duplicate do not add up to them: this is a fault "
                "of levelfield, and nothing was kept. Please report it."
            )


def total(counts: Iterable[Counts]) -> Counts:
    """Counts of several tables or submissions, added up."""
    rows = [(c.read, c.accepted, c.rejected, c.duplicate, c.warned) for c in counts]
    return Counts(*map(sum, zip(*rows, strict=True))) if rows else Counts(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class StagedSubmission:
    """A checked submission in a folder of its own inside the home, ready to be committed.

    `folder` holds `<table>.parquet` for every table with accepted records, `quarantine` the same
    for rejected ones (it may not exist). `id` is the first 16 hexadecimal digits of the SHA-256
    of the content, so the same bytes give the same submission. `received_at` is without zone.
    """

    id: str
    provider: str
    period: str
    version: str
    window: Window
    received_at: datetime
    folder: Path
    quarantine: Path
    counts: Mapping[str, Counts]
    receipt: Mapping[str, Any]


@dataclass(frozen=True)
class Submission:
    """A committed submission. `folder` holds its Parquet files and its receipt."""

    id: str
    provider: str
    period: str
    version: str
    window: Window
    received_at: datetime
    committed_at: datetime
    folder: Path
    counts: Mapping[str, Counts]

    def table(self, name: str) -> Path | None:
        """The Parquet file of a table, or None when the submission holds no record of it."""
        return self.folder / f"{name}.parquet" if self._accepted(name) else None

    def _accepted(self, name: str) -> bool:
        return name in self.counts and self.counts[name].accepted > 0
