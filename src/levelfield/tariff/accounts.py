"""The accounts of the cost returns: what came in, what each step set aside, and what is used."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, log

from levelfield.core.money import format_pounds
from levelfield.tariff.cost_returns import READ, CostReturn, SetAside
from levelfield.tariff.steps import Change, PriceStep, ReturnStep


@dataclass(frozen=True)
class Tally:
    """Rows of the returns, with the units and the pence that they came with."""

    rows: int
    units: float
    cost: int

    @property
    def words(self) -> str:
        """The rows with their units and pounds."""
        rows = f"{self.rows:,} return{'' if self.rows == 1 else 's'}"
        units = f"{self.units:,.0f}"
        plural = "" if units == "1" else "s"
        return f"{rows} with {units} unit{plural} and {format_pounds(self.cost)}"

    def are(self, what: str) -> str:
        """The same in a sentence: as in `2 returns with … are used`."""
        return f"{self.words} {'is' if self.rows == 1 else 'are'} {what}"


@dataclass(frozen=True)
class Account:
    """What came into a step, what it set aside, and what it left to use: the first is always the
    sum of the others."""

    step: str
    came: Tally
    aside: Tally
    used: Tally


@dataclass(frozen=True)
class AsideOfProvider:
    """What one step set aside of one provider, `of` how many returns that came to it; `why` of the
    first, with how many more there are."""

    step: str
    provider: str
    aside: Tally
    of: int
    why: str
    remedy: str


@dataclass(frozen=True)
class Unreconciled:
    """A return that a step held against what was submitted and kept as it is: the units of both,
    `submitted` None where nothing is known of it."""

    step: str
    provider: str
    currency: str
    returned: float
    submitted: float | None
    why: str

    @property
    def words(self) -> str:
        """The currency with both counts of its units."""
        beside = "nothing known of what was" if self.submitted is None else f"{self.submitted:,.0f}"
        return f"{self.currency} {self.returned:,.0f} returned and {beside} submitted"

    @property
    def apart(self) -> float:
        """How far the two counts lie apart, on the scale of ratios; below all others where there
        is only one."""
        if self.submitted is None:
            return -1.0
        return abs(log(self.returned / self.submitted)) if self.submitted > 0 else inf


def kept_as_they_are(changes: Iterable[Change]) -> tuple[Unreconciled, ...]:
    """The returns whose units a step noted in its trace and left alone, the furthest apart first:
    those that could not be reconciled, and are used all the same."""
    found = [
        Unreconciled(one.step, one.provider, one.currency, one.before, one.submitted, one.why)
        for one in changes
        if one.provider
        and one.what == "units"
        and one.before is not None
        and one.before == one.after
    ]
    return tuple(sorted(found, key=lambda one: (-one.apart, -one.returned)))


def taken_out(
    rows: Sequence[CostReturn],
    changes: Iterable[Change],
    steps: Sequence[ReturnStep | PriceStep],
    file: str,
) -> Iterator[SetAside]:
    """The usable rows that steps set aside by their trace, as they came in, step by step.

    A step works on a provider's return of a currency, which may be of several years: it sets aside
    the rows of all of them. `file` is what the list calls the file of the returns.
    """
    remedies = {step.title: step.remedy for step in steps}
    of: dict[tuple[str, str], list[CostReturn]] = {}
    for row in rows:
        of.setdefault((row.provider, row.currency), []).append(row)
    for change in changes:
        if change.provider and change.after is None:
            for row in of[change.provider, change.currency]:
                place = (row.row, row.provider, row.currency, row.year, row.units, row.cost)
                yield SetAside(file, *place, change.why, remedies[change.step], change.step)


def accounts(
    rows: Sequence[CostReturn], aside: Sequence[SetAside], steps: Sequence[str]
) -> tuple[Account, ...]:
    """The account of each step, reading first. `rows` are the usable ones, `aside` those of the
    returns that any step set aside, `steps` the titles of the steps."""
    read = [one for one in aside if one.step == READ]
    came, left = _tally([*rows, *read]), list(rows)
    found = [Account(READ, came, _tally(read), _tally(left))]
    for step in steps:
        out = [one for one in aside if one.step == step]
        gone = {one.row for one in out}
        left = [row for row in left if row.row not in gone]
        found.append(Account(step, found[-1].used, _tally(out), _tally(left)))
    return tuple(found)


def by_provider(
    rows: Sequence[CostReturn], aside: Sequence[SetAside], steps: Sequence[str]
) -> tuple[AsideOfProvider, ...]:
    """What each step set aside, provider by provider, the most pounds of a step first."""
    found: list[AsideOfProvider] = []
    came = Counter(row.provider for row in rows)
    came.update(row.provider for row in aside if row.step == READ)
    for step in (READ, *steps):
        of: dict[str, list[SetAside]] = {}
        for row in (row for row in aside if row.step == step):
            of.setdefault(row.provider, []).append(row)
        told = [
            AsideOfProvider(step, code, _tally(out), came[code], _why(out), out[0].remedy)
            for code, out in of.items()
        ]
        found += sorted(told, key=lambda one: -one.aside.cost)
        for one in told:
            came[one.provider] -= one.aside.rows
    return tuple(found)


def left_out(rows: Sequence[CostReturn], aside: Sequence[SetAside]) -> dict[str, Tally]:
    """The providers of which no return is used, with what came in; the most pounds first."""
    gone = {row.row for row in aside}
    used = {row.provider for row in rows if row.row not in gone}
    of: dict[str, list[CostReturn | SetAside]] = {}
    came: list[CostReturn | SetAside] = [*rows, *(row for row in aside if row.step == READ)]
    for row in came:
        if row.provider not in used:
            of.setdefault(row.provider, []).append(row)
    told = {code: _tally(own) for code, own in of.items()}
    return dict(sorted(told.items(), key=lambda one: -one[1].cost))


def _why(out: Sequence[SetAside]) -> str:
    """The reason of the first row, with its currency where the others have another."""
    reasons = {one.reason for one in out}
    if len(reasons) == 1:
        return out[0].reason
    more = len(out) - 1
    return f"{out[0].currency}: {out[0].reason}; and {more:,} more"


def _tally(rows: Sequence[CostReturn | SetAside]) -> Tally:
    return Tally(
        len(rows),
        sum(one.units or 0.0 for one in rows),
        sum(one.cost or 0 for one in rows),
    )
