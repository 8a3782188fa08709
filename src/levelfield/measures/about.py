"""What every measure says of itself: its place in the library, its source and its review."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from levelfield.core.definitions import Definition
from levelfield.measures.parts import Words

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


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", text):
        raise ValueError(
            f"'{text}' is no id: write small letters and digits, with single underscores between "
            "words, as in home_visits"
        )
    return text


Id = Annotated[str, AfterValidator(_id)]
"""The name of a measure, of a composite or of a code list, and of its file."""


class About(Definition):
    """The keys that each measure has beside those that say what is counted."""

    id: Id = Field(description="Name of the measure and its file")
    version: int = Field(
        ge=1, strict=True, description="Goes up with every change of what is counted"
    )
    title: Words = Field(description="A few words for a heading")
    purpose: Words = Field(description="The outcome that people should see, in a sentence")
    why_it_matters: Words = Field(description="Why somebody should look at it")
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
    services: Words = Field(description="The services that it is about, in words")
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
    source: Words = Field(description="Where the definition comes from")
    evidence: tuple[Words, ...] = Field(
        default=(), description="What is known about what it measures, with its source"
    )
    caveats: tuple[Words, ...] = Field(description="What a reader must know")
    authored_by: Words = Field(description="Who wrote it")
    checked_by: Words | None = Field(default=None, description="Who checked it against the data")
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
