"""Contacts that were delivered and are in no fact: lost on the way into the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from levelfield.commissioning.block_review.notes import LostNote


@dataclass(frozen=True)
class Lost:
    """Contacts of the review's months that were `rejected` when they were loaded, beside those that
    were `accepted`, of all of the provider's lines and commissioners; and the share that never
    reaches its submissions, as far as somebody states one, with the reason.

    Nobody knows of a lost contact whose it was, nor of which line: they are taken to be as the ones
    that are held, as the tariff takes them (`tariff.steps.completeness`).
    """

    accepted: int = 0
    rejected: int = 0
    stated: float = 0.0
    reason: str = ""

    @property
    def share(self) -> float:
        """The share q of all contacts that is lost, from 0 to below 1; of none held, 0."""
        read = self.accepted + self.rejected
        return 1 - (1 - self.stated) * (self.accepted / read) if self.accepted else 0.0

    @property
    def more(self) -> float:
        """Lost contacts for each that is held: q ÷ (1 − q)."""
        return self.share / (1 - self.share)

    @property
    def contacts(self) -> float:
        """How many contacts were lost, whatever became of them."""
        return self.accepted * self.more

    @property
    def words(self) -> str:
        """Where they were lost, in a sentence without its end."""
        read = self.accepted + self.rejected
        told = f"{self.rejected:,} of {read:,} contacts were rejected when they were loaded"
        if self.stated:
            told += f", and {self.stated:.1%} are stated never to have been sent ({self.reason})"
        return told


def lost_contacts(row: Mapping[str, Any], note: LostNote | None) -> Lost:
    """What is lost, from the row of the query `lost` (empty for none) and from the notes."""
    stated, reason = (note.share, note.reason) if note else (0.0, "")
    return Lost(row.get("accepted") or 0, row.get("rejected") or 0, stated, reason)
