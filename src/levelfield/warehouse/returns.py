"""Returns in the warehouse: immutable files of rows, and which of them counts for which month."""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from levelfield.core.errors import WarehouseError
from levelfield.warehouse.catalogue import KeptReturn
from levelfield.warehouse.disk import digests, move, synced
from levelfield.warehouse.warehouse import RETURNS, Warehouse

ROWS = "rows.parquet"
"""The file of a return's rows."""

Part = tuple[str, str]
"""A provider and a month."""


@dataclass(frozen=True)
class StagedReturn:
    """A return that was judged sound, in a folder of its own that holds `rows.parquet`.

    `id` is the first 16 hexadecimal digits of `digest`, the SHA-256 of the file that was sent.
    """

    id: str
    kind: str
    version: int
    digest: str
    folder: Path
    parts: Mapping[Part, int]
    receipt: Mapping[str, Any]


def commit_return(warehouse: Warehouse, staged: StagedReturn) -> bool:
    """Commit a return whole; False when the same bytes are here already.

    As with a submission, its files are complete and synced before the row that makes them count.
    """
    if any(kept.id == staged.id for kept in warehouse.catalogue.returns()):
        return False
    receipt = {**staged.receipt, "kept": digests(staged.folder)}
    content = (json.dumps(receipt, indent=2, ensure_ascii=False) + "\n").encode()
    (staged.folder / "receipt.json").write_bytes(content)
    synced(staged.folder)
    kept = KeptReturn(
        id=staged.id,
        kind=staged.kind,
        version=staged.version,
        digest=staged.digest,
        receipt_digest=sha256(content).hexdigest(),
        committed_at=datetime.now(),
        folder=warehouse.home / "returns" / staged.kind / staged.id,
        parts=staged.parts,
    )
    try:
        with warehouse.catalogue.changing() as change:
            change.add_return(kept)
            move(staged.folder, kept.folder)
    except BaseException:
        with contextlib.suppress(WarehouseError, OSError):
            warehouse.sweep_uncommitted()
        raise
    return True


@contextlib.contextmanager
def staging_returns(warehouse: Warehouse) -> Iterator[Path]:
    """A new folder to prepare a return in; one run at a time prepares returns in a home."""
    with warehouse.lock_provider(RETURNS, "loading returns"), warehouse.staging(RETURNS) as folder:
        yield folder


def active_returns(kept: Iterable[KeptReturn]) -> dict[str, dict[Part, KeptReturn]]:
    """By kind, the return that counts for each provider and month: the one committed last.

    `kept` comes in the order of commitment, as the catalogue gives it.
    """
    found: dict[str, dict[Part, KeptReturn]] = {}
    for one in kept:
        found.setdefault(one.kind, {}).update(dict.fromkeys(one.parts, one))
    return {kind: dict(sorted(parts.items())) for kind, parts in sorted(found.items())}


def verify_returns(kept: Iterable[KeptReturn]) -> Iterator[tuple[Path, str]]:
    """The files of returns that are not as they were committed, and what is wrong with each."""
    for one in kept:
        receipt = one.folder / "receipt.json"
        try:
            content = receipt.read_bytes()
        except OSError:
            yield receipt, "this receipt is missing or cannot be read."
            continue
        if sha256(content).hexdigest() != one.receipt_digest:
            yield receipt, "this receipt is not the one that was committed."
            continue
        found = digests(one.folder)
        for name, committed in json.loads(content)["kept"].items():
            if name not in found:
                yield one.folder / name, "this file is missing or damaged."
            elif found[name] != committed:
                yield one.folder / name, "this file is not the one that was committed."
