"""A finding: a question to answer, with the pounds that hang on it and what speaks for it."""

from dataclasses import dataclass
from typing import Literal

from levelfield.core.money import format_pounds

Confidence = Literal["high", "medium", "low"]
Action = Literal["rebase", "re-specify", "strengthen monitoring"]


@dataclass(frozen=True)
class Part:
    """What one service line, or a pair of lines, brings to a finding. Money in pence; None where it
    cannot be said."""

    line: str
    pence: int | None
    lower: int | None
    upper: int | None
    evidence: str

    @property
    def is_line(self) -> bool:
        """Whether `line` is a service line, and no pair of lines or pool."""
        return " " not in self.line


@dataclass(frozen=True)
class Finding:
    """One finding about the whole block, with a part for each line.

    `pence` is an estimate, or an `upper bound` where `bound` says so: above zero, the block may pay
    too much. `lower` and `upper` are the interval that `interval_note` describes; None where none
    can honestly be had, with the reason in the note. `examples` are local record ids, for the
    parties. `confidence_why` and `grade` say how far it can be trusted; `reply` is the provider's.
    """

    rule: str
    title: str
    question: str
    bound: Literal["estimate", "upper bound"]
    pence: int | None
    lower: int | None
    upper: int | None
    interval_note: str
    evidence: tuple[str, ...]
    parts: tuple[Part, ...]
    examples: tuple[str, ...]
    confidence: Confidence
    confidence_why: str
    grade: str
    action: Action
    reply: str = ""

    @property
    def pounds(self) -> str:
        """What is found, in words: of an upper bound that it is one."""
        if self.pence is None:
            return "cannot be put into pounds"
        told = format_pounds(self.pence)
        return f"at most {told}" if self.bound == "upper bound" else told

    @property
    def interval(self) -> str:
        """`£1.00 to £2.00`, or nothing."""
        if self.lower is None or self.upper is None:
            return ""
        return f"{format_pounds(self.lower)} to {format_pounds(self.upper)}"

    @property
    def told(self) -> str:
        """The pounds with their interval, in a sentence without its end."""
        said = self.pounds
        if self.pence is not None and self.bound == "upper bound":
            said += ", which is no saving"
        return f"{said} ({self.interval})" if self.interval else said
