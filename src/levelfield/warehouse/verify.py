"""Whether what a home holds is still what was committed to it."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from levelfield.warehouse.disk import digest
from levelfield.warehouse.returns import verify_returns
from levelfield.warehouse.submission import Submission
from levelfield.warehouse.warehouse import ROOMS, Warehouse

_Fault = tuple[Path, str]
"""A file, and what is wrong with it."""

_GONE = "this file is missing or damaged."


def verify(warehouse: Warehouse) -> list[str]:
    """Everything in a home that does not agree with its catalogue, one sentence for each file.

    The digest of every receipt is compared with the catalogue's, and so are its counts; the rows of
    every table are counted against those; and the digest of every file is compared with the
    receipt's, which those of earlier versions do not have. Live facts must be there.
    """
    found: dict[Path, str] = {}
    for submission in warehouse.submissions():
        folders = {room: warehouse.home / room / submission.id for room in ROOMS}
        content, receipt = _read(submission.folder / "receipt.json")
        faults = [
            *_receipt(submission, content, receipt),
            *_tables(submission),
            *_quarantine(submission, folders["quarantine"]),
        ]
        if _committed(submission, content):
            faults += _kept(folders, receipt)
        for file, fault in faults:
            # What is said first of a file says most.
            found.setdefault(file, f"{file}: {fault}")
    for file, fault in verify_returns(warehouse.catalogue.returns()):
        found.setdefault(file, f"{file}: {fault}")
    for folder in warehouse.catalogue.fact_folders():
        if not folder.folder.is_dir():
            fault = "this part of the facts is missing. Build again."
            found[folder.folder] = f"{folder.folder}: {fault}"
    return list(found.values())


def _read(file: Path) -> tuple[bytes, Mapping[str, Any]]:
    """A receipt, as it is written and as it reads; both are empty where it cannot be read."""
    try:
        content = file.read_bytes()
        read = json.loads(content)
    except (OSError, ValueError):
        return b"", {}
    return (content, read) if isinstance(read, dict) else (b"", {})


def _committed(submission: Submission, content: bytes) -> bool:
    """Whether this is its receipt as it was committed."""
    return sha256(content).hexdigest() == submission.receipt_digest


def _receipt(
    submission: Submission, content: bytes, receipt: Mapping[str, Any]
) -> Iterator[_Fault]:
    file = submission.folder / "receipt.json"
    if not receipt:
        yield file, "this receipt is missing or cannot be read."
        return
    if receipt.get("tables") != {name: vars(c) for name, c in submission.counts.items()}:
        yield file, "the counts of this receipt are not those of the catalogue."
    if not _committed(submission, content):
        yield file, "this receipt is not the one that was committed."


def _tables(submission: Submission) -> Iterator[_Fault]:
    for name, counts in submission.counts.items():
        file = submission.folder / f"{name}.parquet"
        if submission.table(name) is None:
            if file.exists():
                yield file, "no record of this table was accepted."
            continue
        rows = _rows(file)
        if rows is None:
            yield file, _GONE
        elif rows != counts.accepted:
            yield file, f"{rows:,} rows are here and {counts.accepted:,} were accepted."


def _quarantine(submission: Submission, folder: Path) -> Iterator[_Fault]:
    rejected = {name: counts.rejected for name, counts in submission.counts.items()}
    for name in sorted(rejected.keys() | {file.stem for file in folder.glob("*.parquet")}):
        file, wanted = folder / f"{name}.parquet", rejected.get(name, 0)
        if not wanted and not file.exists():
            continue
        rows = _rows(file)
        if rows is None:
            yield file, _GONE
        elif rows != wanted:
            yield file, f"{rows:,} rows are here and {wanted:,} were rejected."


def _kept(folders: Mapping[str, Path], receipt: Mapping[str, Any]) -> Iterator[_Fault]:
    """What is wrong with the files that the receipt names: tables, findings, quality of fields."""
    for room, files in receipt.get("kept", {}).items():
        for name, committed in files.items():
            file = folders[room] / name
            try:
                same = digest(file) == committed
            except OSError:
                yield file, _GONE
                continue
            if not same:
                yield file, "this file is not the one that was committed."


def _rows(file: Path) -> int | None:
    try:
        return int(pq.read_metadata(file).num_rows)
    except (OSError, pa.ArrowInvalid):
        return None
