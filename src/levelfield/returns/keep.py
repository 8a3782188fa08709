"""A sound return is kept in the home: whole, unchangeable, and counting for its months."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow.parquet as pq

from levelfield.core.errors import UsageError
from levelfield.returns.read import ReadReturn
from levelfield.warehouse import (
    ROWS,
    StagedReturn,
    Warehouse,
    active_returns,
    commit_return,
    explained,
    staging_returns,
    write_manifest,
)

Outcome = Literal["committed", "already here", "refused"]


@dataclass(frozen=True)
class Loaded:
    """What became of a return: `replaced` is how many of its provider-months had another before,
    or, of one that was here already, how many of them another has replaced since."""

    read: ReadReturn
    outcome: Outcome
    replaced: int = 0


def keep(warehouse: Warehouse, read: ReadReturn) -> Loaded:
    """Keep a return that is sound; one that has faults is refused, and nothing is kept of it.

    From then on it counts for each provider and month of which it has a row, in place of what an
    earlier return of its kind said of them. The same bytes again change nothing. Raises UsageError
    when the same bytes were kept as another kind, and WarehouseError when the disk refuses.
    """
    if read.faults:
        return Loaded(read, "refused")
    kind, id_ = read.layout.id, read.digest[:16]
    with explained(warehouse.home), staging_returns(warehouse) as folder:
        before = warehouse.catalogue.returns()
        counting = active_returns(before).get(kind, {})
        own = [counting[part].id for part in read.parts if part in counting]
        known = next((one for one in before if one.id == id_), None)
        if known is not None:
            if known.kind != kind:
                raise UsageError(f"{read.file}: this file is here already, as {known.kind}.")
            return Loaded(read, "already here", sum(other != id_ for other in own))
        staged = folder / "return"
        staged.mkdir()
        pq.write_table(read.rows, staged / ROWS, compression="zstd")
        receipt = {
            "kind": kind,
            "version": read.layout.version,
            "digest": read.digest,
            "loaded_at": datetime.now().replace(microsecond=0).isoformat(),
            "rows": read.rows.num_rows,
            "blank_rows": read.blank,
            "parts": [
                {"provider": provider, "period": period, "rows": rows}
                for (provider, period), rows in read.parts.items()
            ],
        }
        commit_return(
            warehouse,
            StagedReturn(id_, kind, read.layout.version, read.digest, staged, read.parts, receipt),
        )
    write_manifest(warehouse)
    return Loaded(read, "committed", len(own))
