"""A list from cost returns in a few figures."""

from collections import Counter

from levelfield.core.money import format_pounds
from levelfield.tariff.cost_return_list import CostReturnList


def summary(made: CostReturnList) -> dict[str, object]:
    """The list in a few figures: what it spends after each step, its verdicts, what is aside."""
    verdicts = Counter(made.verdict(code)[0] for code in made.currencies)
    aside = Counter(one.fault for one in made.set_aside)
    return {
        "id": made.file.id,
        "version": made.file.version,
        "title": made.file.title,
        "status": made.file.status,
        "for_year": made.file.for_year,
        "holds_from": str(made.file.holds_from),
        "published_on": str(made.file.published_on),
        "average_market_forces_factor": f"{made.average:.6f}",
        "providers": len(made.made.returned.providers),
        "prices": dict(verdicts),
        "spends": {one.step: format_pounds(one.pence) for one in made.spent},
        "against_total": _against_total(made),
        "rows_set_aside": dict(aside),
        "cost_set_aside": format_pounds(sum(one.cost or 0 for one in made.set_aside)),
        "variance_explained": made.explained.words,
    }


def _against_total(made: CostReturnList) -> dict[str, str] | None:
    """What the list spends beside the total it was scaled to; None where it was not."""
    found = made.against_total
    if found is None:
        return None
    return {
        "scaled_to": format_pounds(found.total),
        "spends": format_pounds(found.pence),
        "difference": format_pounds(found.difference),
        "share": f"{found.share:.4%}",
        "words": found.words,
    }
