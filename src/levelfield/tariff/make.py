"""From cost returns to prices: the steps of a list's file, taken one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from levelfield.core.errors import DefinitionError
from levelfield.tariff.bootstrap import draws, expanded_interval, seen_by
from levelfield.tariff.list_file import IntervalChoice
from levelfield.tariff.returned import Bools, Floats, Returned
from levelfield.tariff.steps import Change, Draw, Inputs, PriceStep, ReturnStep, Smooth

AS_RETURNED = "Unit cost as returned"

CELLS = 4_000_000
"""How many numbers of draw, provider and currency are held at once."""

Steps = Sequence[ReturnStep | PriceStep]


@dataclass(frozen=True)
class Stage:
    """The list after one step: pence by currency, `nan` for none, what the units behind it cost at
    that (pence), and what the step did to each price: in words, and where it mixed a price with
    another in figures (`PriceStep.mixed`)."""

    title: str
    price: Floats
    spend: float
    notes: tuple[str, ...]
    multiplies: bool
    mixed: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class Made:
    """What came out: the returns that prices stand on, the list after each step, and the trace.

    `kept` marks the returns that were not trimmed. `drawn` holds pence by replicate and currency,
    before smoothing; `lower` and `upper` are the interval, in pence. `providers` and `effective`
    say how many stand behind each price, and how many of equal size would tell as much.
    """

    returned: Returned
    kept: Bools
    stages: tuple[Stage, ...]
    changes: tuple[Change, ...]
    drawn: Floats
    lower: Floats
    upper: Floats
    providers: Floats
    effective: Floats

    @property
    def price(self) -> Floats:
        """Unrounded pence by currency at the average place."""
        return self.stages[-1].price


def make(returned: Returned, steps: Steps, inputs: Inputs, interval: IntervalChoice) -> Made:
    """Take the steps and draw the intervals. `inputs` are by the providers and currencies of
    `returned`.

    The bootstrap draws providers, each with all of its returns as the first steps have left them,
    and takes the steps from trimming to the chain again in every draw. What adjusts the returns
    (the average market forces factor, the shares lost) is held, and so is last year's list.
    Raises DefinitionError when the first steps leave no return.
    """
    stages = [_of_returns(AS_RETURNED, returned, ())]
    changes: list[Change] = []
    for return_step in [step for step in steps if isinstance(step, ReturnStep)]:
        returned, found = return_step.apply(returned, inputs)
        changes += found
        stages.append(_of_returns(return_step.title, returned, found))
    returned = returned.compact()
    if not returned.providers:
        raise DefinitionError(
            "No return is left for a price to rest on: the steps before the level take out all. "
            "Loosen 'reconcile', 'exclude' or 'completeness', or mend the returns."
        )
    everyone = np.ones((1, len(returned.providers)))
    draw = _begin(returned, everyone)
    price_steps = [step for step in steps if isinstance(step, PriceStep)]
    for step in price_steps:
        before, draw = draw, step.apply(draw, inputs)
        stages.append(_of_prices(step, before, draw, inputs))
        changes += _dropped(step, before, draw, inputs)
    estimated = [step for step in price_steps if not isinstance(step, Smooth)]
    times = draws(len(returned.providers), interval.replicates, interval.seed)
    drawn = replicate(returned, estimated, inputs, times)
    providers, effective = seen_by(returned, draw.kept[0])
    lower, upper = expanded_interval(drawn, effective, interval.confidence)
    kept = draw.kept[0]
    changes += _traced(stages, returned.currencies)
    return Made(
        returned, kept, tuple(stages), tuple(changes), drawn, lower, upper, providers, effective
    )


def replicate(
    returned: Returned, steps: Sequence[PriceStep], inputs: Inputs, times: Floats
) -> Floats:
    """Pence by draw and currency after the steps; `times` is by draw and provider."""
    at_once = max(1, CELLS // max(1, returned.units.size))
    found = []
    for start in range(0, len(times), at_once):
        draw = _begin(returned, times[start : start + at_once])
        for step in steps:
            draw = step.apply(draw, inputs)
        found.append(draw.price)
    return np.concatenate(found)


def _begin(returned: Returned, times: Floats) -> Draw:
    draw = Draw(returned, times, returned.held[np.newaxis], np.empty(0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return replace(draw, price=draw.sums(returned.cost) / draw.sums(returned.units))


def _of_returns(title: str, returned: Returned, changes: Sequence[Change]) -> Stage:
    """The list as it would be now: the mean unit cost of each currency."""
    touched: dict[str, list[Change]] = {code: [] for code in returned.currencies}
    for change in changes:
        touched[change.currency].append(change)
    notes = tuple(_said(touched[code]) for code in returned.currencies)
    mixed = (None,) * len(notes)
    return Stage(title, returned.mean, float(returned.cost.sum()), notes, False, mixed)


def _said(changes: Sequence[Change]) -> str:
    changed = [one for one in changes if one.after != one.before]
    if not changed:
        return "nothing changed"
    out = [one.provider for one in changed if one.after is None]
    said = f"{len(changed)} return{'' if len(changed) == 1 else 's'} changed"
    return f"{said}; taken out: {', '.join(out)}" if out else said


def _of_prices(step: PriceStep, before: Draw, after: Draw, inputs: Inputs) -> Stage:
    columns = range(len(after.returned.currencies))
    notes = tuple(step.why(before, after, column, inputs) for column in columns)
    mixed = tuple(step.mixed(after, column, inputs) for column in columns)
    spend = float(after.spend()[0])
    return Stage(step.title, after.price[0], spend, notes, step.multiplies, mixed)


def _dropped(step: PriceStep, before: Draw, after: Draw, inputs: Inputs) -> list[Change]:
    """A row of the trace for each return that no price rests on any more."""
    returned, found = after.returned, []
    for row, column in np.argwhere(before.kept[0] & ~after.kept[0]):
        place = returned.providers[row], returned.currencies[column]
        why = step.why(before, after, int(column), inputs)
        cost = float(returned.unit_cost[row, column])
        found.append(Change(step.title, *place, "unit cost", cost, None, why))
    return found


def _traced(stages: Sequence[Stage], currencies: Sequence[str]) -> list[Change]:
    """A row of the trace for each price that a step changed, and one for what the list spends."""
    found = []
    for before, after in pairwise(stages):
        for column, code in enumerate(currencies):
            old, new = before.price[column], after.price[column]
            if not np.array_equal(old, new, equal_nan=True):
                gone = None if np.isnan(new) else float(new)
                why = after.notes[column]
                found.append(Change(after.title, "", code, "price", float(old), gone, why))
        why = "what the units behind the list cost at its prices"
        found.append(Change(after.title, "", "", "spend", before.spend, after.spend, why))
    return found
