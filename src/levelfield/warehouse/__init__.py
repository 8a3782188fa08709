"""Immutable submissions and the catalogue that knows which of them counts."""

from levelfield.warehouse.catalogue import FactFolder
from levelfield.warehouse.results import Results, write_result
from levelfield.warehouse.submission import Counts, StagedSubmission, Submission, total
from levelfield.warehouse.warehouse import Warehouse, snapshot_of

__all__ = [
    "Counts",
    "FactFolder",
    "Results",
    "StagedSubmission",
    "Submission",
    "Warehouse",
    "snapshot_of",
    "total",
    "write_result",
]
