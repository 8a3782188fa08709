"""UN-3: funds moved between service lines, allocated against spent."""

from collections.abc import Sequence

from levelfield.commissioning.block_review.figures import LineFigures
from levelfield.commissioning.block_review.finding import Finding, Part
from levelfield.core.money import format_pounds

ROUNDING = 50
"""Half a pound in pence: how far a figure in whole pounds may be from the sum in the ledger."""

METHOD = (
    "The two figures are the provider's accounts, not a sample: the interval is the rounding to "
    "whole pounds alone, half a pound for each figure and quarter."
)


def moved_funds(lines: Sequence[LineFigures], quarters: int, grade: str) -> Finding:
    """Allocated less spent by line. Over the block it must net to zero: what does not is
    unexplained. The effect is what went out of the lines that spent less than they were given.

    Lines without both figures are left out and named.
    """
    known = [line for line in lines if line.moved is not None]
    # Half a pound each way for every figure of every quarter, two figures to a line.
    per_line = 2 * quarters * ROUNDING
    parts = tuple(
        Part(line.line, line.moved, line.moved - per_line, line.moved + per_line, _told(line))
        for line in known
        if line.moved is not None
    )
    out = [part.pence for part in parts if part.pence is not None and part.pence > 0]
    net = sum(part.pence or 0 for part in parts)
    missing = [line.line for line in lines if line.moved is None]
    whole = f"allocated and spent are known of {len(known)} of {len(lines)} lines"
    return Finding(
        rule="UN-3",
        title="Funds moved between lines",
        question=(
            "Why was less spent on some lines than was allocated to them, where did the money go, "
            "and who agreed to it?"
        ),
        bound="estimate",
        pence=sum(out) if parts else None,
        lower=sum(out) - per_line * len(out) if parts else None,
        upper=sum(out) + per_line * len(out) if parts else None,
        interval_note=METHOD if parts else "No line has both an allocation and its spending.",
        evidence=(
            f"{format_pounds(sum(out))} went out of {len(out)} lines; "
            f"{format_pounds(sum(out) - net)} went into others.",
            f"Unexplained: {format_pounds(net)} (allocated less spent over all lines, which should "
            "be nothing).",
            *([f"Not collected for: {', '.join(missing)}."] if missing else []),
        ),
        parts=parts,
        examples=(),
        confidence="high" if parts and not missing else "medium" if parts else "low",
        confidence_why=whole,
        grade=grade,
        action="strengthen monitoring",
    )


def unexplained(lines: Sequence[LineFigures]) -> int:
    """Allocated less spent over the lines that have both, in pence."""
    return sum(line.moved for line in lines if line.moved is not None)


def _told(line: LineFigures) -> str:
    given, spent = format_pounds(line.allocated or 0), format_pounds(line.spent or 0)
    return f"allocated {given}, spent {spent}"
