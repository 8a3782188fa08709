"""Immutable submissions and the catalogue that knows which of them counts."""

from levelfield.warehouse.catalogue import FactFolder, KeptReturn
from levelfield.warehouse.disk import explained, make_folder, move, sync_names, synced, write_whole
from levelfield.warehouse.manifest import write_manifest
from levelfield.warehouse.place import is_home, require_place
from levelfield.warehouse.results import Results, write_result
from levelfield.warehouse.retention import (
    BY_HAND,
    destroy,
    expired,
    find_submission,
    restore,
    retention_rule,
    retract,
    settle,
)
from levelfield.warehouse.returns import (
    ROWS,
    StagedReturn,
    active_returns,
    commit_return,
    staging_returns,
)
from levelfield.warehouse.submission import (
    Counts,
    StagedSubmission,
    Submission,
    active_of,
    precedence,
    standing,
    total,
)
from levelfield.warehouse.verify import verify
from levelfield.warehouse.warehouse import (
    BUILDING,
    Warehouse,
    destroyed_before,
    snapshot_of,
)

__all__ = [
    "BUILDING",
    "BY_HAND",
    "ROWS",
    "Counts",
    "FactFolder",
    "KeptReturn",
    "Results",
    "StagedReturn",
    "StagedSubmission",
    "Submission",
    "Warehouse",
    "active_of",
    "active_returns",
    "commit_return",
    "destroy",
    "destroyed_before",
    "expired",
    "explained",
    "find_submission",
    "is_home",
    "make_folder",
    "move",
    "precedence",
    "require_place",
    "restore",
    "retention_rule",
    "retract",
    "settle",
    "snapshot_of",
    "staging_returns",
    "standing",
    "sync_names",
    "synced",
    "total",
    "verify",
    "write_manifest",
    "write_result",
    "write_whole",
]
