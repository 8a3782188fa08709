"""UN-2: paid for by this commissioner, delivered to people of others."""

from collections.abc import Sequence
from math import sqrt

from levelfield.commissioning.block_review.counted import Counted
from levelfield.commissioning.block_review.figures import LineFigures, whole
from levelfield.commissioning.block_review.finding import Confidence, Finding, Part
from levelfield.payment import service_name

MOST_UNKNOWN = 0.05
"""Above this share of contacts without a known commissioner, confidence is low [ours]."""

MOST_IMPUTED = 0.5
"""Above this share of the cost on lines whose paid share nobody stated, confidence is medium."""

TWO_SIDED_95 = 1.959964

METHOD = (
    "95%, with people taken as independent of each other (a linearised ratio over people); then "
    "widened by the contacts whose commissioner nobody can tell, and by those that were lost on "
    "the way, taken once as all of this commissioner's people and once as none. It says how far "
    "the share could differ with other people of the same kind; costs are taken as they stand."
)


def others_people(
    lines: Sequence[LineFigures], counted: Counted, grade: str, poor: bool
) -> Finding:
    """Share of a line's cost that is paid, less the share of its contacts for own people.

    The responsible commissioner is that of the registered GP practice, of the residence only for
    people without one. The effect of a line is spent × (1 − own share ÷ paid share). Below zero,
    the commissioner's people received more than it paid for. Left out: lines without contacts or
    without a cost, and care whose commissioner is not set by registration (a local authority's, or
    public health functions under section 7A), which belong under a contract of their own.
    """
    parts = tuple(part for line in lines if (part := _part(line)) is not None)
    known = [part for part in parts if part.pence is not None]
    pence = sum(part.pence or 0 for part in known) if known else None
    spread = [_half_width(line) for line in lines if line.spent and line.paid_share]
    low, high = _unknown(lines)
    hidden = sum(x.contacts * x.lost for x in lines)
    half = sqrt(sum(width * width for width in spread))
    contacts, unknown = sum(x.contacts for x in lines), sum(x.unknown for x in lines)
    others = sum(x.others for x in lines)
    confidence, why = _confidence(lines, poor, unknown + hidden, contacts)
    return Finding(
        rule="UN-2",
        title="Paid for here, delivered to people of others",
        question=(
            "Of the contacts that this contract pays for, how many were for people registered with "
            "practices of other commissioners, and who should pay for them?"
        ),
        bound="estimate",
        pence=pence,
        lower=None if pence is None else whole(pence - half + low),
        upper=None if pence is None else whole(pence + half + high),
        interval_note=METHOD if known else "No line has both contacts and a cost.",
        evidence=(
            f"{contacts:,} attended contacts with a known commissioner; "
            f"{sum(x.own for x in lines):,} for this commissioner's people.",
            f"{others:,} contacts were put down under this commissioner for people whose practice "
            "belongs to another.",
            f"{unknown:,} attended contacts have no known commissioner and count for nobody.",
            *([f"About {hidden:,.0f} more were lost on the way."] if hidden else []),
        ),
        parts=parts,
        examples=tuple(
            f"{row['care_contact_id']} ({row['period']}, {service_name(row['line'])}): responsible "
            f"commissioner {row['commissioner']}"
            for row in counted.examples
        ),
        confidence=confidence,
        confidence_why=why,
        grade=grade,
        action="rebase",
    )


def gap_pence(line: LineFigures) -> int | None:
    """What of a line's spending bought care for others' people, in pence; None if not known."""
    if line.spent is None or not line.paid_share or not line.contacts:
        return None
    return whole(line.spent * (1 - line.own / line.contacts / line.paid_share))


def _part(line: LineFigures) -> Part | None:
    if not line.contacts:
        return None
    pence = gap_pence(line)
    half = _half_width(line) if pence is not None else 0.0
    low, high = _unknown([line])
    basis = "stated" if line.paid_stated else "imputed: share of contacts put down under it"
    return Part(
        line=line.line,
        pence=pence,
        lower=None if pence is None else whole(pence - half + low),
        upper=None if pence is None else whole(pence + half + high),
        evidence=(
            f"{line.own:,} of {line.contacts:,} contacts for own people "
            f"({line.own / line.contacts:.1%}); pays {line.paid_share or 0:.1%} of the line, "
            f"{basis}"
        ),
    )


def _half_width(line: LineFigures) -> float:
    """Half the sampling interval of a line's effect, in pence.

    With a stated share s the ratio is own ÷ contacts and the effect spent × (1 − ratio ÷ s); else
    it is own ÷ booked and the effect spent × (1 − ratio). The variance of a ratio R = Σy ÷ Σx over
    n people is n ÷ (n − 1) × Σ(y − R·x)² ÷ (Σx)².
    """
    row, n = line.row, line.people
    base = "contacts" if line.paid_stated else "booked"
    total = row.get(base, 0)
    if n < 2 or not total or not line.spent or not line.paid_share:
        return 0.0
    ratio = row["own"] / total
    squares = row["own_own"] - 2 * ratio * row[f"own_{base}"] + ratio**2 * row[f"{base}_{base}"]
    error = sqrt(max(0.0, n / (n - 1) * squares)) / total
    scale = line.spent / (line.paid_share if line.paid_stated else 1.0)
    return float(TWO_SIDED_95 * error * scale)


def _unknown(lines: Sequence[LineFigures]) -> tuple[float, float]:
    """How far unknown and lost contacts could move the effect down and up, in pence."""
    low = high = 0.0
    for line in lines:
        unknown = line.unknown + line.contacts * line.lost
        if not (unknown and line.spent and line.paid_share and line.contacts):
            continue
        every, scale = line.contacts + unknown, line.spent / line.paid_share
        low -= scale * ((line.own + unknown) / every - line.own / line.contacts)
        high += scale * (line.own / line.contacts - line.own / every)
    return low, high


def _confidence(
    lines: Sequence[LineFigures], poor: bool, unknown: float, contacts: int
) -> tuple[Confidence, str]:
    spent = sum(line.spent or 0 for line in lines)
    guessed = sum(line.spent or 0 for line in lines if not line.paid_stated)
    if poor:
        return "low", "the data are of a grade that no price should rest on"
    if not contacts or unknown > MOST_UNKNOWN * (contacts + unknown):
        return "low", f"of more than {MOST_UNKNOWN:.0%} of contacts the commissioner is not known"
    if not spent:
        return "low", "no line has a cost"
    if guessed > MOST_IMPUTED * spent:
        return "medium", "for most of the cost nobody stated which share this commissioner pays"
    return "high", "shares are stated, and the commissioner of nearly every contact is known"
