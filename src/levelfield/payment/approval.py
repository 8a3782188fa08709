"""Where a local price comes from, and who approved it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from levelfield.core.definitions import Definition

_Said = Annotated[str, Field(min_length=1)]


class Approval(Definition):
    """How the parties came to a local price, what it rests on, and who approved it when."""

    method: _Said
    evidence: _Said
    approved_by: _Said
    approved_on: date

    @property
    def words(self) -> str:
        """In sentences, without a full stop at the end of what the contract says."""
        said = f"Method: {self.method.rstrip('.')}. Evidence: {self.evidence.rstrip('.')}."
        return f"{said} Approved by {self.approved_by} on {self.approved_on}."
