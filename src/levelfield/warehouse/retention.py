"""Submissions that no longer count, and records that are no longer here."""

import contextlib
from collections.abc import Sequence
from datetime import date
from string import hexdigits

from levelfield.core.dates import long_date
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.warehouse.catalogue import FactFolder
from levelfield.warehouse.disk import explained, remove
from levelfield.warehouse.lock import HeldError
from levelfield.warehouse.manifest import write_manifest
from levelfield.warehouse.results import Results
from levelfield.warehouse.settings import load_settings
from levelfield.warehouse.submission import Action, Submission
from levelfield.warehouse.warehouse import BUILDING, ROOMS, Warehouse

BY_HAND = "named by hand"
"""The rule of what somebody decided about one submission."""

_SHORTEST = 6


def find_submission(warehouse: Warehouse, name: str) -> Submission:
    """A submission by its id, or by the beginning of it (6 digits or more) when only one has that.

    Raises UsageError otherwise.
    """
    known = len(name) >= _SHORTEST and set(name) <= set(hexdigits.lower())
    found = warehouse.catalogue.submissions(name) if known else []
    if len(found) != 1:
        raise UsageError(
            f"{warehouse.home}: '{name}' is not the id of one submission, nor six or more digits "
            "that one id alone begins with. "
            f"See them with: levelfield status --all --home {warehouse.home}"
        )
    return found[0]


def retract(warehouse: Warehouse, submission: Submission, reason: str) -> None:
    """Let a submission count no more: the one before it becomes active. Its records stay.

    Raises UsageError unless it is held.
    """
    _decide(warehouse, submission, "held", "retracted", reason)


def restore(warehouse: Warehouse, submission: Submission, reason: str) -> None:
    """Let a retracted submission count again; raises UsageError unless it is retracted."""
    _decide(warehouse, submission, "retracted", "restored", reason)


def _decide(
    warehouse: Warehouse, submission: Submission, needed: str, action: Action, reason: str
) -> None:
    _require_reason(reason)
    settle(warehouse)
    with (
        explained(warehouse.home),
        warehouse.lock_provider(submission.provider, f"{submission.id}: {action}"),
        warehouse.catalogue.changing() as change,
    ):
        # As it is now that nobody else can change it.
        now = find_submission(warehouse, submission.id)
        if now.state() != needed:
            raise UsageError(f"{now.id}: {_is_so(now, action)} Nothing has been changed.")
        change.record(submission.id, action, reason, BY_HAND)
    write_manifest(warehouse)


def _is_so(submission: Submission, action: Action) -> str:
    """Why a decision cannot be made about a submission that stands as it does."""
    if submission.state() == "held":
        return "this submission is not retracted, so there is nothing to restore."
    last = submission.events[-1]
    since = f"since {long_date(last.at)} ({last.reason})"
    if submission.state() == "retracted":
        return f"this submission is retracted already, {since}."
    return f"this submission is destroyed, {since}, so it cannot be {action}."


def expired(warehouse: Warehouse, today: date) -> list[Submission]:
    """The submissions whose retention period has passed: so many months after the end of their
    reporting period. None when the home has no retention period."""
    months = load_settings(warehouse.home).retention_months
    if months is None:
        return []
    return [
        submission
        for submission in warehouse.submissions()
        if Month.parse(submission.period).plus(months).last < today
    ]


def retention_rule(warehouse: Warehouse) -> str:
    """The home's retention period in words; raises UsageError when it has none."""
    months = load_settings(warehouse.home).retention_months
    if months is None:
        raise UsageError(
            f"{warehouse.home}: this home has no retention period. Write one into "
            f"{warehouse.home / 'settings.yaml'}, as in 'retention_months: 96'."
        )
    return f"kept {months} months after the reporting period (settings.yaml)"


def destroy(
    warehouse: Warehouse, submissions: Sequence[Submission], reason: str, rule: str = BY_HAND
) -> None:
    """Remove submissions for good, with their quarantine and all facts and results that hold
    their records. What was destroyed, when, why and by which rule stays in the catalogue.

    The decision is one transaction; from then on they count no more. Should the removal of files
    be interrupted, the next run that changes the home finishes it. Raises UsageError for one that
    is destroyed already.
    """
    _require_reason(reason)
    settle(warehouse)
    with explained(warehouse.home), contextlib.ExitStack() as locks:
        locks.enter_context(warehouse.lock_home("destroying submissions"))
        for provider in sorted({s.provider for s in submissions}):
            locks.enter_context(warehouse.lock_provider(provider, "destroying submissions"))
        with warehouse.catalogue.changing() as change:
            for submission in submissions:
                if find_submission(warehouse, submission.id).state() == "destroyed":
                    raise UsageError(f"{submission.id}: this submission is destroyed already.")
                change.record(submission.id, "destruction begun", reason, rule)
            change.remove_facts(_facts_of(warehouse, submissions))
        _remove_files(warehouse)
    write_manifest(warehouse)


def settle(warehouse: Warehouse) -> None:
    """Make good what interrupted runs have left: destructions that have begun, files that were
    being prepared, a manifest that is behind. What another run is doing now is left to it.

    Called before anything changes a home; the caller holds none of its locks.
    """
    with explained(warehouse.home):
        _sweep_staging(warehouse)
        warehouse.sweep_uncommitted()
        if any(s.half_destroyed for s in warehouse.catalogue.submissions()):
            with (
                contextlib.suppress(HeldError),
                warehouse.lock_home("finishing a destruction", wait=0),
            ):
                _remove_files(warehouse)
    write_manifest(warehouse)


def _remove_files(warehouse: Warehouse) -> None:
    """Remove the files of every destruction that has begun, then record its end.

    The caller holds the home. Nobody loads these submissions meanwhile: they cannot be loaded
    again before their destruction has ended.
    """
    half = [s for s in warehouse.catalogue.submissions() if s.half_destroyed]
    for submission in half:
        for room in ROOMS:
            remove(warehouse.home / room / submission.id)
    warehouse.sweep_facts()
    Results(warehouse.home).forget({submission.id for submission in half})
    with warehouse.catalogue.changing() as change:
        for submission in half:
            begun = submission.events[-1]
            change.record(submission.id, "destroyed", begun.reason, begun.rule)


def _facts_of(warehouse: Warehouse, submissions: Sequence[Submission]) -> list[FactFolder]:
    """The live facts that hold records of these submissions: those made from one of them, and
    what was derived from those of its provider."""
    live = warehouse.catalogue.fact_folders()
    own = [f for f in live if any(f.made_from_submission(s.id) for s in submissions)]
    providers = {folder.provider for folder in own}
    return own + [f for f in live if not f.period and f.provider in providers]


def _sweep_staging(warehouse: Warehouse) -> None:
    """Remove what was being prepared by runs that are no more."""
    for folder in (warehouse.home / "staging").glob("*-*"):
        owner, _ = folder.name.rsplit("-", 1)
        lock = (
            warehouse.lock_home("sweeping", wait=0)
            if owner == BUILDING
            else warehouse.lock_provider(owner, "sweeping", wait=0)
        )
        with contextlib.suppress(HeldError), lock:
            remove(folder)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("Say why with --reason: the reason is kept in the catalogue.")
