"""UN-4: the same person, visited for the same need by two service lines within a few days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from levelfield.commissioning.block_review.counted import Counted, Row
from levelfield.commissioning.block_review.figures import LineFigures, whole
from levelfield.commissioning.block_review.finding import Finding, Part
from levelfield.commissioning.block_review.needs import DuplicatedCare
from levelfield.core.money import format_pounds, round_half_away
from levelfield.disclosure import default_rule
from levelfield.payment import service_name
from levelfield.payment.terms import largest_remainder

METHOD = (
    "The sum is an upper bound and not a saving: joint visits and care in stages look the same. "
    "The interval runs from what coincidence cannot explain to all of it. Its lower end is the 95% "
    "lower limit (people taken as independent) of the visits side by side, less the mean of the "
    "same count with one line's days moved by {weeks} weeks, so on the same days of the week, each "
    "at the cheaper of the two lines' prices, and at the lower end of their intervals where the "
    "price list has them. The bound is at the upper end, and allows for lost contacts: of two "
    "visits side by side both had to be recorded. Where visits come nearly every day coincidence "
    "explains nearly all, and the lower end says little."
)

ONE_SIDED_95 = 1.644854

OTHERS = "other pairs"

Prices = Mapping[str, Decimal]


@dataclass(frozen=True)
class Beyond:
    """Visits beyond coincidence, and the lower limit of their worth in pence."""

    contacts: float
    lower: float


def repeated_care(
    lines: Sequence[LineFigures],
    counted: Counted,
    care: DuplicatedCare,
    grade: str,
    poor: bool,
) -> Finding:
    """Visits of a line within the window of another line's, each at the dearer price of the two.

    Only attended visits at the places of the definition, to this commissioner's people, by lines
    that meet the same need. Pairs of lines with few people are shown together; a last part is what
    the bound allows for beyond the visits that were counted. Left out: other providers' care.
    """
    least = {x.line: mean for x in lines if (mean := x.priced.least_pence) is not None}
    most = {x.line: mean for x in lines if (mean := x.priced.most_pence) is not None}
    # A pair is held when both of its visits are: a share (1 − q)² of all, q being what is lost.
    hidden = Decimal(repr(max((1 + line.lost) ** 2 for line in lines))) if lines else Decimal(1)
    dearest = sum((_dearer(row, most) * row["contacts"] for row in counted.pairs), Decimal(0))
    bound = round_half_away(hidden * dearest)
    held = counted_pence(lines, counted)
    contacts = sum(row["contacts"] for row in counted.pairs)
    beyond = beyond_coincidence(counted.repeated, counted.reach, care, least)
    shown = bool(counted.pairs)
    when = f"within {care.window_days} days of each other" if care.window_days else "on one day"
    return Finding(
        rule="UN-4",
        title="Care by two services at once",
        question=(
            f"When two services saw the same person for the same need {when}, did the person need "
            "both?"
        ),
        bound="upper bound",
        pence=bound,
        lower=max(0, whole(beyond.lower)) if shown else 0,
        upper=bound,
        interval_note=METHOD.format(weeks=", ".join(str(week) for week in care.control_weeks)),
        evidence=(
            f"{contacts:,} visits had a visit by another line for the same need {when}.",
            f"Coincidence would bring about {max(0.0, contacts - beyond.contacts):,.0f} of them.",
            *_beyond_counted(held, bound),
            f"Priced at the mean price of each line in the contract's list ({care.status} groups "
            f"of services: {', '.join(care.needs)}).",
        ),
        parts=(
            *_parts(counted.pairs, _means(lines), held),
            *_allowed_for(held, round_half_away(dearest), bound),
        ),
        examples=_examples(counted),
        confidence="low",
        confidence_why=(
            "the data are of a grade that no price should rest on"
            if poor
            else "records show that two services came, not whether the person needed both"
        ),
        grade=grade,
        action="re-specify",
    )


def counted_pence(lines: Sequence[LineFigures], counted: Counted) -> int:
    """What the visits that were counted are worth in pence, each at the dearer mean price of the
    two lines: less than the bound where prices have intervals or contacts were lost."""
    prices = _means(lines)
    return round_half_away(
        sum((_dearer(row, prices) * row["contacts"] for row in counted.pairs), Decimal(0))
    )


def beyond_coincidence(
    repeated: Sequence[Row], reach: Sequence[Row], care: DuplicatedCare, prices: Prices
) -> Beyond:
    """Visits side by side less what coincidence brings, with the interval of METHOD.

    For each person Σ (visits at shift 0 − mean over the controls), controls scaled up where a
    line's visits near the edge of the data have no day at that distance. The variance of the total
    is the sum of the squares over people (a compound Poisson total).
    """
    scale = {
        (row["line"], row["shift"]): row["visits"] / row["reached"]
        for row in reach
        if row["reached"]
    }
    controls = len(care.control_weeks)
    contacts = 0.0
    people: defaultdict[str, float] = defaultdict(float)
    for row in repeated:
        weight = 1.0
        if row["shift"]:
            weight = -scale.get((row["line"], row["shift"]), 1.0) / controls
        cheaper = min(prices.get(row[name], Decimal(0)) for name in ("line", "other_line"))
        contacts += weight * row["contacts"]
        people[row["person_id"]] += weight * row["contacts"] * float(cheaper)
    error = sqrt(sum(pence**2 for pence in people.values()))
    return Beyond(contacts, sum(people.values()) - ONE_SIDED_95 * error)


def _means(lines: Sequence[LineFigures]) -> Prices:
    return {x.line: mean for x in lines if (mean := x.priced.mean_pence) is not None}


def _beyond_counted(held: int, bound: int) -> list[str]:
    """How much of the bound was counted, where it is not all."""
    if held == bound:
        return []
    return [f"{format_pounds(held)} of the bound are visits that were counted, at the prices."]


def _dearer(row: Row, prices: Prices) -> Decimal:
    return max(prices.get(row[name], Decimal(0)) for name in ("line", "other_line"))


def _by_size(pairs: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Pairs that may be shown each, and those of few people. Where these alone would still be few,
    the least of the others joins them."""
    rule = default_rule()
    small = [row for row in pairs if rule.is_small(row["people"])]
    large = [row for row in pairs if not rule.is_small(row["people"])]
    if small and rule.is_small(sum(row["people"] for row in small)) and large:
        small.append(large.pop(large.index(min(large, key=lambda row: row["people"]))))
    return large, small


def _parts(pairs: Sequence[Row], prices: Prices, held: int) -> list[Part]:
    """Pairs with enough people, then the others as one: together `held`, to the penny."""
    large, small = _by_size(pairs)
    worth = {_beside(row): _dearer(row, prices) * row["contacts"] for row in large}
    if small:
        worth[OTHERS] = sum((_dearer(r, prices) * r["contacts"] for r in small), Decimal(0))
    pence = largest_remainder(held, worth) if held else dict.fromkeys(worth, 0)
    parts = [
        Part(
            line=_beside(row),
            pence=pence[_beside(row)],
            lower=None,
            upper=None,
            evidence=f"{row['contacts']:,} visits, {row['people']:,} people",
        )
        for row in large
    ]
    if small:
        visits = sum(row["contacts"] for row in small)
        few = f"{visits:,} visits" if large else "few visits"
        parts.append(Part(OTHERS, pence[OTHERS], None, None, f"{few}, few people in each pair"))
    return parts


def _beside(row: Row) -> str:
    return f"{row['line']} beside {row['other_line']}"


def _allowed_for(held: int, dearest: int, bound: int) -> list[Part]:
    """The part of the bound that was not counted, where there is one."""
    if held == bound:
        return []
    why = ["the upper ends of prices"] if dearest > held else []
    if bound > dearest:
        why.append("visits of which one or both may be lost")
    return [Part("beyond what was counted", bound - held, None, None, " and ".join(why))]


def _examples(counted: Counted) -> tuple[str, ...]:
    """Local ids of visits, of the pairs that are shown each."""
    shown = {(row["line"], row["other_line"]) for row in _by_size(counted.pairs)[0]}
    return tuple(
        f"{row['care_contact_id']} beside {row['other_contact_id']} ({row['period']}, "
        f"{service_name(row['line'])} and {service_name(row['other_line'])})"
        for row in counted.pair_examples
        if (row["line"], row["other_line"]) in shown
    )
