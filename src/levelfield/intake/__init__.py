"""Reads a submission, checks it, derives what needs identity, and drops the identity."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.datasets.windows import window_of
from levelfield.intake.checking.extract_checks import rules_left_out
from levelfield.intake.findings import Finding
from levelfield.intake.lookups import Lookups, read_lookups
from levelfield.intake.pseudonym import PseudonymKey
from levelfield.intake.reading.extracts import split_extract
from levelfield.intake.reading.mapping import Extract, load_extract
from levelfield.intake.reading.source import Source, find_submissions
from levelfield.intake.report import Report, report_of
from levelfield.intake.rules.rule import load_rules, rule_texts
from levelfield.intake.rules.settings import Settings, load_settings
from levelfield.intake.stage import stage
from levelfield.intake.stored import stored_schema
from levelfield.intake.submission import Examined, examine

__all__ = [
    "Examined",
    "Extract",
    "Finding",
    "Lookups",
    "PseudonymKey",
    "Report",
    "Settings",
    "Source",
    "check",
    "examine",
    "find_submissions",
    "left_out_of_extract",
    "load_extract",
    "load_settings",
    "read_lookups",
    "report",
    "rule_texts",
    "split_extract",
    "stage",
    "stored_schema",
]


def report(examined: Examined, received: datetime | None = None) -> Report:
    """The report of an examined submission; without `received` its creation is its receipt."""
    if examined.header is None:
        return report_of(examined, "")
    moment = examined.header.received(received)
    return report_of(examined, window_of(examined.header.period, moment.date()))


def left_out_of_extract(absent: Iterable[str]) -> frozenset[str]:
    """The ids of the cross-field rules that do not run on an extract without these fields."""
    return rules_left_out(load_rules(load_dataset().version), absent)


def check(path: Path, received: datetime | None = None) -> Report:
    """Check the one submission at or below `path`; nothing is written.

    Raises SubmissionError for what is not a submission that can be read, and for several.
    """
    found = find_submissions(path)
    if len(found) > 1:
        raise SubmissionError(
            f"{path}: there are {len(found)} submissions here. Check them one at a time, for "
            f"example {found[0].path}."
        )
    return report(examine(found[0]), received)
