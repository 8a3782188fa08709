"""The report on a proposed contract as the terminal shows it: sums in pounds."""

from typing import Any

from levelfield.commissioning.before_signature import HAIRCUTS, Gate, Guards
from levelfield.core.money import format_pounds, pence

Rows = list[dict[str, Any]]


def guards_shown(made: Guards) -> dict[str, Rows]:
    """The rows of each part but the gates, by its heading."""
    return {
        f"Price beside the cost of its care ({made.cost_list})": [
            {
                "term": one.term,
                "paid": _money(one.paid),
                "cost": _money(one.cost),
                "interval": _between(one.lower, one.upper),
                "price is": one.verdict,
                "why": one.why,
            }
            for one in made.costs
        ],
        "Assumptions": [
            {
                "id": one.id,
                "pounds": _money(None if one.pounds is None else pence(one.pounds)),
                "owner": one.owner or "(nobody)",
                "agreed": "yes" if one.agreed else "no",
                "what": one.words,
            }
            for one in made.assumptions
        ],
        "Savings, and what is left when they fall short": [
            {
                "year": one.year,
                "assumed": _money(one.assumed),
                **{f"at {cut:.0%} shortfall": _money(one.left[cut]) for cut in HAIRCUTS},
            }
            for one in made.savings
        ],
        "Data gaps, at an estimate": [
            {"gap": one.words, "of the": one.of, "units": one.units, "pounds": _money(one.pence)}
            for one in made.gaps
        ],
        "Thresholds: what lies within 5% of them": [
            {
                "term": one.term,
                "threshold": one.name,
                "at": f"{one.at:,.4g}",
                "the year": "" if one.now is None else f"{one.now:,.4g}",
                "just below": one.below,
                "just above": one.above,
                "of": f"{one.observations} {one.what}",
                "p": "" if one.p is None else f"{one.p:.3f}",
                "crossing": _money(one.pence),
            }
            for one in made.thresholds
        ],
        "Money on small numbers": [
            {
                "term": one.term,
                "few": f"{one.small} of {one.cells} {one.what}",
                "at risk": _money(one.at_risk),
                "of": _money(one.total),
                "chance alone": "" if one.chance is None else f"±{_money(one.chance)}",
            }
            for one in made.small
        ],
        "Not yet agreed": [
            {
                "what": f"{one.source} {one.id}",
                "pounds": _money(one.pence),
                "owner": one.owner or "(nobody)",
                "due": str(one.due or ""),
                "words": one.words,
            }
            for one in made.not_agreed
        ],
    }


def gate_words(gate: Gate) -> str:
    """What the facts say of a gate, and by whose word it is closed or waived."""
    told = f"Facts: {gate.check}, {gate.facts}."
    if gate.by:
        told += f" By {gate.by}, {gate.dated}."
    return f"{told} Reason: {gate.reason}." if gate.reason else told


def _money(amount: int | None) -> str:
    return "" if amount is None else format_pounds(amount)


def _between(lower: int | None, upper: int | None) -> str:
    return "" if lower is None or upper is None else f"{_money(lower)} to {_money(upper)}"
