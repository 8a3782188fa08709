"""Immutable submissions and the catalogue that knows which of them counts."""

from levelfield.warehouse.catalogue import FactFolder
from levelfield.warehouse.submission import Counts, StagedSubmission, Submission
from levelfield.warehouse.warehouse import Warehouse

__all__ = ["Counts", "FactFolder", "StagedSubmission", "Submission", "Warehouse"]
