"""Whether the data bear a price: sound, caution, or do not price, with the reasons."""

import math
from dataclasses import dataclass

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.tariff.price import Verdict


class Limits(Definition):
    """Where a price stops being good enough. Below `providers` and `units`, above the others:
    `width` is the longer side of the interval over the price (half of an interval that the price
    lies outside of), `largest` the share of one provider in the units, the last three shares of the
    base that are lost, without a currency, without attendance.
    """

    providers: int = Field(ge=0)
    units: float = Field(ge=0)
    width: float = Field(ge=0)
    largest: float = Field(ge=0, le=1)
    incomplete: float = Field(ge=0, le=1)
    unclassified: float = Field(ge=0, le=1)
    unattended: float = Field(ge=0, le=1)


class Verdicts(Definition):
    """The limits beyond which a price asks for caution, and beyond which none should be set.

    The defaults are this project's own: no published source says where a price stops being sound.
    """

    caution: Limits = Limits(
        providers=8,
        units=1000,
        width=0.15,
        largest=0.5,
        incomplete=0.05,
        unclassified=0.1,
        unattended=0.05,
    )
    do_not_price: Limits = Limits(
        providers=3,
        units=100,
        width=0.5,
        largest=0.9,
        incomplete=0.25,
        unclassified=0.4,
        unattended=0.25,
    )


@dataclass(frozen=True)
class Ground:
    """What a price stands on; a share or width that is not known is `nan` and stops nothing, but
    an interval that cannot be given (fewer than two providers) is told by their number."""

    providers: int
    units: float
    width: float
    largest: float
    incomplete: float
    unclassified: float
    unattended: float


def judge(ground: Ground, verdicts: Verdicts) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on a price and its reasons, the worst first; none when it is sound."""
    worst = _beyond(ground, verdicts.do_not_price)
    if worst:
        return "do not price", tuple(worst)
    reasons = _beyond(ground, verdicts.caution)
    return ("caution", tuple(reasons)) if reasons else ("sound", ())


def _beyond(ground: Ground, limits: Limits) -> list[str]:
    found = []
    if ground.providers < limits.providers:
        some = f"{ground.providers} provider{'' if ground.providers == 1 else 's'} behind it"
        found.append(f"{some}, fewer than {limits.providers}.")
    if ground.units < limits.units:
        found.append(f"{ground.units:,.0f} units behind it, fewer than {limits.units:,.0f}.")
    for share, limit, words in (
        (ground.width, limits.width, "The interval reaches {} of the price to one side"),
        (ground.largest, limits.largest, "One provider has {} of the units"),
        (ground.incomplete, limits.incomplete, "{} of the contacts behind it were lost"),
        (ground.unclassified, limits.unclassified, "{} of its providers' care has no currency"),
        (ground.unattended, limits.unattended, "{} of its providers' contacts have no attendance"),
    ):
        if not math.isnan(share) and share > limit:
            found.append(f"{words.format(f'{share:.1%}')}, more than {limit:.0%}.")
    return found
