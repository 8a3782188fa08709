"""UN-5: back offices that were not brought together, and overheads above those of peers."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import scipy  # its parts load at first use, which keeps the commands quick to start

from levelfield.commissioning.block_review.counted import Counted, Row
from levelfield.commissioning.block_review.figures import PENCE, LineFigures, whole
from levelfield.commissioning.block_review.finding import Finding, Part

METHOD = (
    "At least 95% for the median of the peers, between two of their ratios (order statistics, "
    "binomial); the provider's own ratio is its account and has no interval."
)
TOO_FEW = "Fewer than six peers give their overheads: no interval of 95% can be had for the median."
NO_PEERS = (
    "No other provider's returns tell overheads apart, so there is nothing to hold it against."
)
NOT_APART = "No line tells its overheads apart from the rest of what it spent."


@dataclass(frozen=True)
class Peers:
    """Overhead as a share of spending at the peers: the median, and its bounds or None."""

    count: int
    median: float
    bounds: tuple[float, float] | None


def overheads(lines: Sequence[LineFigures], counted: Counted, grade: str) -> Finding:
    """Overhead beyond what the lines would bear at the peers' median ratio of overhead to spending.

    Two or more pools after a merger are the question; the effect is the excess over the median,
    which may be below zero. Peers are the other providers of the home whose returns tell overheads
    apart, all their contracts together. Lines that do not are left out.
    """
    known = overhead_lines(lines)
    peers = peer_ratios(counted.peers)
    pence = lower = upper = None
    note = NOT_APART if not known else NO_PEERS
    if known and peers is not None:
        pence, note = _excess(known, peers.median), TOO_FEW
        if peers.bounds is not None:
            least, greatest = peers.bounds
            lower, upper, note = _excess(known, greatest), _excess(known, least), METHOD
    return Finding(
        rule="UN-5",
        title="Back office not brought together",
        question=(
            "Why does the contract bear overheads from more than one back office, and why more "
            "than peers do?"
            if len(counted.pools) > 1
            else "Why does the contract bear the overheads that it does?"
        ),
        bound="estimate",
        pence=pence,
        lower=lower,
        upper=upper,
        interval_note=note,
        evidence=_evidence(known, peers, len(counted.pools)),
        parts=tuple(
            Part(
                line=f"pool {row['pool']}",
                pence=row["overhead"] * PENCE,
                lower=None,
                upper=None,
                evidence=f"all overhead from this pool, borne by {row['lines']} lines",
            )
            for row in counted.pools
        ),
        examples=(),
        confidence="medium" if lower is not None else "low",
        confidence_why=(
            f"{peers.count} peers, whose ways of telling overheads apart may differ"
            if lower is not None and peers is not None
            else "there are too few peers to hold it against"
        ),
        grade=grade,
        action="rebase",
    )


def overhead_lines(lines: Sequence[LineFigures]) -> list[LineFigures]:
    """The lines whose overhead is told apart from what they spent."""
    return [x for x in lines if x.overhead is not None and x.spent and not x.spent_imputed]


def line_excess(line: LineFigures, peers: Peers | None) -> float:
    """A line's overhead beyond the peers' median, in pence; nought where it cannot be told."""
    if peers is None or not overhead_lines([line]):
        return 0.0
    return (line.overhead or 0) - peers.median * (line.spent or 0)


def peer_ratios(rows: Sequence[Row]) -> Peers | None:
    """The median ratio with the narrowest pair of order statistics that holds it with 95%.

    The median lies between the k-th least and the k-th greatest of n with probability
    1 − 2·P(Bin(n, ½) < k). None without peers.
    """
    ratios = sorted(row["overhead"] / row["spent"] for row in rows)
    n = len(ratios)
    if not ratios:
        return None
    able = [k for k in range(1, n // 2 + 1) if 1 - 2 * scipy.stats.binom.cdf(k - 1, n, 0.5) >= 0.95]
    bounds = (ratios[max(able) - 1], ratios[n - max(able)]) if able else None
    return Peers(n, median(ratios), bounds)


def _excess(lines: Sequence[LineFigures], ratio: float) -> int:
    overhead, spent = sum(x.overhead or 0 for x in lines), sum(x.spent or 0 for x in lines)
    return whole(float(overhead - spent * ratio))


def _evidence(lines: Sequence[LineFigures], peers: Peers | None, pools: int) -> tuple[str, ...]:
    told = [f"{pools} pool{'s' if pools != 1 else ''} of overhead under this contract."]
    spent = sum(x.spent or 0 for x in lines)
    if spent:
        share = sum(x.overhead or 0 for x in lines) / spent
        told.append(f"Overheads are {share:.1%} of what {len(lines)} lines spent.")
    if peers is not None:
        told.append(f"The median of {peers.count} peers is {peers.median:.1%}.")
    return tuple(told)
