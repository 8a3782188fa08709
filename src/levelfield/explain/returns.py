"""The cost returns behind a price: whose rows, what the steps made of them, what was set aside."""

from collections.abc import Iterator

from levelfield.core.money import format_pounds
from levelfield.explain.explanation import Check, Records
from levelfield.tariff import READ, CostReturnList, PriceList
from levelfield.tariff.steps import ReturnStep

_COLUMNS = ("provider", "units", "cost", "units used", "unit cost used", "what was done")
_ASIDE = ("row", "provider", "year", "units", "cost", "reason", "remedy")


def returns_behind(found: PriceList, currency: str) -> tuple[Records, ...]:
    """Every return of a currency that the steps had before them, and every row set aside; nothing
    for a list that is not made from cost returns.

    A return has its units and cost as they came in, then as the price uses them. The first are
    empty where a step took the return out before its cost was touched.
    """
    if not isinstance(found, CostReturnList):
        return ()
    rows = tuple(_rows(found, currency))
    aside = tuple(
        (
            str(one.row),
            one.provider,
            one.year,
            "" if one.units is None else f"{one.units:,.0f}",
            "" if one.cost is None else format_pounds(one.cost),
            one.reason,
            one.remedy,
        )
        for one in found.returns_aside
        if one.currency == currency and one.step == READ
    )
    groups = [
        Records(f"Cost returns of {currency}, {found.file.returns}", len(rows), _COLUMNS, rows)
    ]
    if aside:
        title = f"Rows of {currency} set aside when they were read, {found.file.returns}"
        groups.append(Records(title, len(aside), _ASIDE, aside))
    return tuple(groups)


def check_returns(found: CostReturnList, currency: str) -> Check:
    """The unit cost that the first steps left, added up again from the returns one by one."""
    returned, stages = found.made.returned, found.made.stages
    column = returned.currencies.index(currency)
    number = sum(isinstance(step, ReturnStep) for step in found.file.steps)
    units = sum(float(own) for own in returned.units[:, column])
    cost = sum(float(own) for own in returned.cost[:, column])
    stage = stages[number]
    agrees = abs(cost / units - stage.price[column]) <= 1e-9 * stage.price[column]
    verdict = "agrees" if agrees else "DIFFERS"
    return Check(
        "Cost over units of the returns that are left, added up again: "
        f"£{cost / units / 100:,.4f}, the price after '{stage.title}'; {verdict}.",
        agrees,
    )


def _rows(found: CostReturnList, currency: str) -> Iterator[tuple[str, ...]]:
    returned = found.made.returned
    column = returned.currencies.index(currency)
    changes: dict[str, list[tuple[str, str, float | None, bool, str]]] = {}
    for one in found.made.changes:
        if one.provider and one.currency == currency:
            told = (one.step, one.what, one.before, one.after is None, one.why)
            changes.setdefault(one.provider, []).append(told)
    held = {
        provider: (float(returned.units[row, column]), float(returned.cost[row, column]))
        for row, provider in enumerate(returned.providers)
        if returned.held[row, column]
    }
    for provider in sorted(changes.keys() | held.keys()):
        done = changes.get(provider, [])
        # What a figure was before the first step that touched it is what came in.
        first = {what: before for _, what, before, _, _ in reversed(done)}
        units, cost = held.get(provider, (None, None))
        came = first.get("units", units), first.get("cost", cost)
        used = units is not None and not any(out for *_, out, _ in done)
        yield (
            provider,
            "" if came[0] is None else f"{came[0]:,.0f}",
            "" if came[1] is None else format_pounds(round(came[1])),
            f"{units:,.1f}" if used and units is not None else "none",
            f"£{cost / units / 100:,.4f}" if used and units and cost is not None else "none",
            "; ".join(f"{step}: {why}" for step, _, _, _, why in done) or "nothing changed",
        )
