"""What every measure says of itself: its place in the library, its source and its review."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from levelfield.core.definitions import Definition

ServiceArea = Literal[
    "diabetes",
    "walk-in centres",
    "school nursing",
    "wheelchairs",
    "district nursing",
    "health visiting",
    "audiology",
    "family nurse partnership",
]
"""The eight areas that indicators were first asked for."""


class About(Definition):
    """The keys that each measure has beside those that say what is counted."""

    id: str = Field(
        pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", description="Name of the measure and its file"
    )
    version: int = Field(ge=1, description="Goes up with every change of what is counted")
    title: str = Field(description="A few words for a heading")
    purpose: str = Field(description="The outcome that people should see, in a sentence")
    why_it_matters: str = Field(description="Why somebody should look at it")
    domain: Literal["performance", "quality", "social value, equity and inclusion"] = Field(
        description="The first of the two places in the library"
    )
    theme: Literal[
        "clinical outcomes",
        "patient experience",
        "patient safety",
        "waiting times",
        "friends and family",
        "use of resources",
        "access",
        "equity",
    ] = Field(description="The second of the two places in the library")
    services: str = Field(description="The services that it is about, in words")
    areas: tuple[ServiceArea, ...] = Field(
        default=(), description="Which of the eight first areas it covers"
    )
    kind: Literal["structure", "process", "outcome", "experience"] = Field(
        description="What Donabedian would call it"
    )
    polarity: Literal["higher", "lower", "none"] = Field(description="Which way is better")
    companion: str | None = Field(
        default=None, description="The measure that would show if this one were gamed"
    )
    source: str = Field(description="Where the definition comes from")
    evidence: tuple[str, ...] = Field(
        default=(), description="What is known about what it measures, with its source"
    )
    caveats: tuple[str, ...] = Field(description="What a reader must know")
    authored_by: str = Field(description="Who wrote it")
    checked_by: str | None = Field(default=None, description="Who checked it against the data")
    reviewed_on: date = Field(description="The last review")
    next_review: date = Field(description="When it must be looked at again")
    official: Literal[False] = Field(default=False, description="Never true here")

    @model_validator(mode="after")
    def _reviewed_and_kept_honest(self) -> Self:
        if self.next_review <= self.reviewed_on:
            raise ValueError("'next_review' must come after 'reviewed_on'")
        if self.companion == self.id:
            raise ValueError("a measure cannot be its own 'companion'")
        return self
