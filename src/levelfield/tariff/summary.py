"""A list from cost returns in a few figures."""

from collections import Counter

from levelfield.core.money import format_pounds
from levelfield.tariff.accounts import Tally
from levelfield.tariff.cost_return_list import CostReturnList
from levelfield.tariff.cost_returns import READ


def summary(made: CostReturnList) -> dict[str, object]:
    """The list in a few figures: what it spends after each step, its verdicts, what is set aside.

    `returns` has for each step what came in, what it set aside and what it left; `set_aside` says
    of which providers, `set_aside_as_read` for which reasons before any step, `left_out` of which
    providers no return is used. Units and pounds are those that came
    in.
    """
    verdicts = Counter(made.verdict(code)[0] for code in made.currencies)
    aside = Counter(one.reason for one in made.set_aside if one.step == READ)
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
        "returns": {
            one.step: {
                "came": _told(one.came),
                "set_aside": _told(one.aside),
                "used": _told(one.used),
            }
            for one in made.accounts
        },
        "left_out": {code: _told(one) for code, one in made.left_out.items()},
        "set_aside": [
            {
                "step": one.step,
                "provider": one.provider,
                **_told(one.aside),
                "of": one.of,
                "why": one.why,
                "remedy": one.remedy,
            }
            for one in made.aside_by_provider
        ],
        "kept_as_they_are": [vars(one) for one in made.kept_as_they_are],
        "set_aside_as_read": dict(aside),
        "cost_set_aside": format_pounds(sum(one.cost or 0 for one in made.set_aside)),
        "variance_explained": made.explained.words,
    }


def _told(tally: Tally) -> dict[str, object]:
    return {
        "returns": tally.rows,
        "units": round(tally.units, 2),
        "cost": format_pounds(tally.cost),
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
