"""What people add to a review: conclusions, feedback, why a field is missing, and the replies."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from levelfield.core.definitions import Definition, load_yaml


class Gap(Definition):
    """Why a field has no value."""

    status: Literal["not collected", "not shared"]
    reason: Annotated[str, Field(min_length=1)]


class LineNotes(Definition):
    """What people say of one service line; each key is optional."""

    should_achieve: str = ""
    recommendations: str = ""
    owner: str = ""
    decided_on: date | None = None
    patients: str = ""
    stakeholders: str = ""
    feedback_source: str = ""
    gaps: dict[str, Gap] = Field(default_factory=dict)


class Reply(Definition):
    """The provider's answer to a finding."""

    by: Annotated[str, Field(min_length=1)]
    dated: date
    text: Annotated[str, Field(min_length=1)]

    @property
    def words(self) -> str:
        return f"{self.text} ({self.by}, {self.dated})"


class LostNote(Definition):
    """A share of the provider's contacts that never reaches its submissions, and who says so."""

    share: Annotated[float, Field(gt=0, le=0.5)]
    reason: Annotated[str, Field(min_length=1)]


class Notes(Definition):
    """What a notes file (YAML) holds: `lines` by team type, `replies` by rule (`UN-2`),
    and what is stated to be `lost`."""

    lines: dict[str, LineNotes] = Field(default_factory=dict)
    lost: LostNote | None = None
    replies: dict[Literal["UN-2", "UN-3", "UN-4", "UN-5"], Reply] = Field(default_factory=dict)


def load_notes(file: Path) -> Notes:
    """The notes of a file; DefinitionError names the key that makes no sense."""
    return load_yaml(file, Notes)
