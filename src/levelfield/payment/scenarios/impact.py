"""An impact assessment: the same care and contracts under one set of definitions and another."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.definitions import validate
from levelfield.core.errors import UsageError
from levelfield.core.money import share_out
from levelfield.core.periods import FinancialYear
from levelfield.core.progress import Progress
from levelfield.payment.contract import Contract
from levelfield.payment.scenarios.compare import Comparison, Give, Outcome, compare
from levelfield.payment.scenarios.definitions import Difference, Used, differences_of, used
from levelfield.payment.scenarios.scenario import Draws, Scenario, choices_of
from levelfield.payment.scenarios.settings import with_settings
from levelfield.payment.units import select_units


@dataclass(frozen=True)
class Definitions:
    """A set of definitions that contracts may be paid by: what a contract names itself where
    `scheme` or `price_list` is empty, and the parameters of schemes that are not as they are."""

    title: str
    scheme: str = ""
    price_list: str = ""
    parameters: Mapping[str, int | str] = field(default_factory=dict)

    def scenario(self, name: str, contracts: Sequence[Contract]) -> Scenario:
        """The contracts under these definitions.

        Raises DefinitionError for a parameter that no scheme of a contract has, or a value that it
        may not have, and as `with_settings` does.
        """
        named = {"scheme": self.scheme, "price_list": self.price_list}
        settings = {key: value for key, value in named.items() if value}
        changed = [with_settings(one, settings, f"{self.title}, {one.id}") for one in contracts]
        return Scenario(
            name, self.title, tuple(changed), choices_of(self.parameters, changed, self.title)
        )


Kind = Literal["currency", "error class"]
"""What a unit has: exactly one of the two."""


class Moved(NamedTuple):
    """Units of a currency or of an error class between two parties, before and after."""

    provider: str
    commissioner: str
    kind: Kind
    code: str
    before: int
    after: int

    @property
    def units(self) -> int:
        """After less before."""
        return self.after - self.before


class Kept(NamedTuple):
    """What a provider is paid before, and what it would be after if the total were kept."""

    provider: str
    base_pence: int
    pence: int

    @property
    def effect_pence(self) -> int:
        return self.pence - self.base_pence


@dataclass(frozen=True)
class Impact:
    """Who gains and who loses (`comparison`), what differs, which units moved, and the schemes and
    price lists that all this rests on.

    `kept_total` is what each provider would be paid if the total of before were shared out by the
    amounts of after: what is left of its gain or loss when prices are brought down, or up, so that
    the same is spent. None where an amount is below zero or nothing is paid.
    """

    comparison: Comparison
    differences: tuple[Difference, ...]
    rests_on: tuple[Used, ...]
    moved: tuple[Moved, ...]
    kept_total: dict[str, int] | None

    @property
    def after(self) -> Outcome:
        return self.comparison.others[0]

    def kept(self) -> list[Kept]:
        """Every provider with the total kept, the greatest gain first; empty where it cannot be."""
        if self.kept_total is None:
            return []
        effects = self.comparison.effects(self.after, "provider")
        rows = [Kept(e.code, e.base_pence, self.kept_total.get(e.code, 0)) for e in effects]
        return sorted(rows, key=lambda row: (-row.effect_pence, row.provider))

    def moved_in_all(self) -> list[Moved]:
        """What moved by currency and error class, over all parties, the most first."""
        before: Counter[tuple[Kind, str]] = Counter()
        after: Counter[tuple[Kind, str]] = Counter()
        for one in self.moved:
            before[one.kind, one.code] += one.before
            after[one.kind, one.code] += one.after
        found = [Moved("", "", *key, before[key], after[key]) for key in before]
        return sorted(found, key=lambda one: (-abs(one.units), one.code))


def assess(
    title: str,
    contracts: Sequence[Contract],
    period: str,
    before: Definitions,
    after: Definitions,
    give: Give,
    draws: Draws | None = None,
    progress: Progress | None = None,
) -> Impact:
    """Contracts paid for a period by two sets of definitions, months without data left out.

    Raises as `Definitions.scenario` and `statement` do, and UsageError where the two do not differ.
    """
    one, other = before.scenario("before", contracts), after.scenario("after", contracts)
    differences = tuple(differences_of(one, other))
    if not differences:
        raise UsageError(
            f"{title}: the two sets of definitions do not differ, so that nothing can change. Name "
            "another scheme, price list or parameter for the one after."
        )
    compared = compare(title, one, [other], period, give, draws, partial=True, progress=progress)
    return Impact(
        compared,
        differences,
        tuple(used(compared.base, compared.others[0])),
        tuple(_moved(compared)),
        _kept_total(compared, compared.others[0]),
    )


def all_by_activity(
    counts: pa.Table, year: FinancialYear, scheme: str, price_list: str
) -> list[Contract]:
    """A contract for each provider and commissioner of counted units, all of it activity at unit
    price: what an assessment rests on where nobody has said what is agreed."""
    months = pa.array(list(map(str, year.months)), pa.string())
    own = counts.filter(pc.is_in(counts["period"], value_set=months))
    pairs = {(row["provider"], row["commissioner"]) for row in own.to_pylist()}
    return [
        validate(
            {
                "id": f"{provider}-{commissioner}-{year}".lower(),
                "version": "1",
                "title": f"All care of {provider} for {commissioner} at unit price, {year}",
                "provider": provider,
                "commissioner": commissioner,
                "year": str(year),
                "scheme": scheme,
                "price_list": price_list,
                "source": "Nobody has agreed this: it prices what was counted.",
                "terms": [{"id": "all", "kind": "activity", "services": "others"}],
            },
            Contract,
            f"{provider} and {commissioner}",
        )
        for provider, commissioner in sorted(p for p in pairs if p[1] is not None)
    ]


def _moved(compared: Comparison) -> Iterator[Moved]:
    """What is counted otherwise, by parties, then the largest movements first."""
    found: defaultdict[tuple[str, str], list[Counter[tuple[Kind, str]]]] = defaultdict(
        lambda: [Counter(), Counter()]
    )
    for place, outcome in enumerate((compared.base, compared.others[0])):
        for side in outcome.sides:
            contract = side.contract
            counted = found[contract.provider, contract.commissioner][place]
            for scheme in contract.schemes:
                units = select_units(contract, scheme, side.inputs)
                periods = units.periods(side.months)
                for cell, number in units.classed.items():
                    if cell.period in periods:
                        counted["currency", cell.currency] += number
                for (period, name), number in units.unclassed.items():
                    if period in periods:
                        counted["error class", name] += number
    for (provider, commissioner), (before, after) in sorted(found.items()):
        rows = [
            Moved(provider, commissioner, kind, code, before[kind, code], after[kind, code])
            for kind, code in sorted({*before, *after})
        ]
        yield from sorted((row for row in rows if row.units), key=lambda row: -abs(row.units))


def _kept_total(compared: Comparison, other: Outcome) -> dict[str, int] | None:
    amounts: Counter[str] = Counter()
    for place, pence in other.amounts.items():
        amounts[place.provider] += pence
    if min(amounts.values(), default=-1) < 0 or not amounts.total():
        return None
    return share_out(compared.base.total_pence, amounts)
