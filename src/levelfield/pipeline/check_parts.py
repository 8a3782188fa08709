"""Several submissions checked at once: an extract of many months, or a folder that holds some."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from levelfield import intake
from levelfield.core.errors import SubmissionError, UsageError
from levelfield.core.periods import Month
from levelfield.core.progress import Progress
from levelfield.intake import Report, Source
from levelfield.intake.reading.names import may_be_said
from levelfield.warehouse import total

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True)
class Part:
    """One of several submissions, as it would be on loading.

    One that cannot be read has no report; `message` then says why.
    """

    source: Source
    report: Report | None
    message: str = ""

    @property
    def status(self) -> str:
        return self.report.status if self.report else "unreadable"

    def row(self, base: Path) -> dict[str, Any]:
        """A line of the table of all parts; its file by the way that leads to it from `base`."""
        counts = total(self.report.tables.values() if self.report else ())
        causes = [f for f in self.report.findings if not f.follows] if self.report else []
        return {
            "provider": self.report.provider if self.report else "",
            "period": self.report.period if self.report else "",
            "window": self.report.window if self.report else "",
            "outcome": self.status,
            "read": counts.read,
            "accepted": counts.accepted,
            "rejected": counts.rejected,
            "warned": counts.warned,
            "findings": len(causes),
            "looks": len(self.report.looks) if self.report else 0,
            "file": self._file(base),
        }

    def _file(self, base: Path) -> str:
        path = self.source.path
        below = path != base and path.is_relative_to(base)
        return str(path.relative_to(base)) if below else path.name

    def to_json(self) -> dict[str, Any]:
        told = self.report.to_json() if self.report else {"message": self.message}
        return {"path": str(self.source.path), **told, "status": self.status}


def folders(parts: Sequence[Part]) -> list[tuple[str, Part]]:
    """A name for the folder of each part's report: provider and month, and a number where several
    have the same. One whose header cannot be read goes by its file, if that may be said. Parts that
    cannot be read at all have no report, and are left out."""
    found: list[tuple[str, Part]] = []
    times: Counter[str] = Counter()
    for part in parts:
        if part.report is not None:
            told = f"{part.report.provider}-{part.report.period}"
            stem = part.source.path.stem
            sent = stem if may_be_said(stem) else "submission"
            name = _NOT_A_NAME.sub("_", sent if told == "-" else told)
            times[name] += 1
            found.append((name if times[name] == 1 else f"{name}-{times[name]}", part))
    return found


def told_apart(parts: Sequence[Part]) -> bool:
    """Whether each part that can be read has a provider and month of its own."""
    told = Counter((p.report.provider, p.report.period) for p in parts if p.report)
    return all(count == 1 for count in told.values())


def find_parts(
    path: Path, mapping: str | None = None, tell: Callable[[str], None] | None = None
) -> list[Source]:
    """The submissions at or below `path`; with the `mapping` of an extract, one for each provider
    and month that it holds. `tell` is told of what was passed over.

    Raises SubmissionError when there is none, or for an extract that cannot be split, and
    DefinitionError for a mapping that makes no sense.
    """
    found = intake.find_submissions(path, tell)
    if mapping is None:
        return found
    extract = intake.load_extract(mapping)
    return [part for source in found for part in intake.split_extract(source, extract)]


def check_parts(
    sources: Sequence[Source],
    *,
    settings: intake.Settings | None = None,
    received: datetime | None = None,
    progress: Progress | None = None,
) -> list[Part]:
    """Every submission checked, one after the other; one that cannot be read stops no other."""
    done = []
    for number, source in enumerate(sources):
        if progress is not None:
            progress(source.path.name, number, len(sources))
        try:
            examined = intake.examine(source, settings=settings)
            done.append(Part(source, intake.report(examined, received)))
        except SubmissionError as error:
            done.append(Part(source, None, str(error)))
    return done


def choose(parts: Sequence[Part], provider: str | None, period: str | None) -> list[Part]:
    """The parts of a provider, of a month, or of both.

    Raises UsageError when there is none, with those that there are, and for what is no month.
    """
    month = str(Month.parse(period)) if period is not None else None
    chosen = [
        part
        for part in parts
        if part.report is not None
        and provider in (None, part.report.provider)
        and month in (None, part.report.period)
    ]
    if not chosen:
        wanted = " ".join(filter(None, (provider, month)))
        there = sorted({f"{p.report.provider} {p.report.period}" for p in parts if p.report})
        raise UsageError(
            f"There is no submission of {wanted}. There are: {', '.join(there) or 'none'}."
        )
    return chosen
