"""The Data Quality Maturity Index by its published formula, on plain numbers.

Source: NHS Digital, Data Quality Maturity Index methodology, appendix 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ItemCounts:
    """One data item of one data set, over a period.

    `valid_and_complete` counts records with a valid value, default codes among them; `defaults`
    those default codes. `threshold` is the share of records (0 to 1) that may be defaults.
    `coverage` is the share of the data set's expected submissions that were made.
    """

    records: int
    valid_and_complete: int
    defaults: int
    threshold: float
    coverage: float = 1.0

    @property
    def defaults_in_excess(self) -> float:
        """Default codes beyond what the threshold allows; may be a fraction of a record."""
        return max(0.0, self.defaults - self.threshold * self.records)

    @property
    def score(self) -> float | None:
        """From 0 to 100; None where there are no records, and so nothing to score."""
        if not self.records:
            return None
        return (self.valid_and_complete - self.defaults_in_excess) / self.records * 100


def maturity_index(items: Sequence[ItemCounts]) -> float | None:
    """The mean score of the items, multiplied by their mean coverage; from 0 to 100.

    Items without records are left out. None where none has any.
    """
    scored = [(item.score, item.coverage) for item in items if item.score is not None]
    if not scored:
        return None
    mean_score = sum(score for score, _ in scored) / len(scored)
    return mean_score * sum(coverage for _, coverage in scored) / len(scored)
