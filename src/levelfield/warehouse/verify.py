"""Whether what a home holds is still what was committed to it."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from levelfield.warehouse.submission import Submission
from levelfield.warehouse.warehouse import Warehouse


def verify(warehouse: Warehouse) -> list[str]:
    """Everything in a home that does not agree with its catalogue, one sentence each.

    Every receipt is read and its digest compared; its counts are compared with the catalogue's; of
    every Parquet file the footer is read and its rows are counted against them. Live facts must be
    there. The values inside the files are not read.
    """
    found: list[str] = []
    for submission in warehouse.submissions():
        found += _receipt(submission)
        found += _tables(submission)
        found += _quarantine(submission, warehouse.home / "quarantine" / submission.id)
    for folder in warehouse.catalogue.fact_folders():
        if not folder.folder.is_dir():
            found.append(f"{folder.folder}: this part of the facts is missing. Build again.")
    return found


def _receipt(submission: Submission) -> Iterator[str]:
    file = submission.folder / "receipt.json"
    try:
        content = file.read_bytes()
        tables = json.loads(content)["tables"]
    except (OSError, ValueError, KeyError, TypeError):
        yield f"{file}: this receipt is missing or cannot be read."
        return
    if sha256(content).hexdigest() != submission.receipt_digest:
        yield f"{file}: this receipt is not the one that was committed."
    known = {name: vars(counts) for name, counts in submission.counts.items()}
    if tables != known:
        yield f"{file}: the counts of this receipt are not those of the catalogue."


def _tables(submission: Submission) -> Iterator[str]:
    for name, counts in submission.counts.items():
        file = submission.table(name)
        if file is None:
            if (submission.folder / f"{name}.parquet").exists():
                yield f"{submission.folder}: {name} is here, and no record of it was accepted."
            continue
        rows = _rows(file)
        if rows is None:
            yield f"{file}: this file is missing or damaged."
        elif rows != counts.accepted:
            yield f"{file}: {rows:,} rows are here and {counts.accepted:,} were accepted."


def _quarantine(submission: Submission, folder: Path) -> Iterator[str]:
    rejected = {name: counts.rejected for name, counts in submission.counts.items()}
    for name in sorted(rejected.keys() | {file.stem for file in folder.glob("*.parquet")}):
        file, wanted = folder / f"{name}.parquet", rejected.get(name, 0)
        if not wanted and not file.exists():
            continue
        rows = _rows(file)
        if rows is None:
            yield f"{file}: this file is missing or damaged."
        elif rows != wanted:
            yield f"{file}: {rows:,} rows are here and {wanted:,} were rejected."


def _rows(file: Path) -> int | None:
    try:
        return int(pq.read_metadata(file).num_rows)
    except (OSError, pa.ArrowInvalid):
        return None
