"""An explanation: everything that stands behind one figure, in plain parts."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from levelfield.core.values import NATIONAL, lineage_key
from levelfield.disclosure import Audience
from levelfield.engine import NamedQuery
from levelfield.explain.text import write

Kind = Literal[
    "value", "published value", "statement line", "shadow month", "currency cell", "data quality"
]

MOST_RECORDS = 20
"""How many record ids a group of records shows."""


@dataclass(frozen=True)
class Part:
    """A label and what stands beside it, both ready to read."""

    label: str
    text: str


@dataclass(frozen=True)
class Count:
    """How many rows of a fact there are of a kind."""

    label: str
    number: int


@dataclass(frozen=True)
class Assumption:
    """What was taken for granted, and what it does to the figure."""

    words: str
    effect: str


@dataclass(frozen=True)
class Check:
    """The figure made a second time, in sentences, and whether that agrees."""

    words: str
    agrees: bool


@dataclass(frozen=True)
class Source:
    """A submission that the figure rests on."""

    provider: str
    period: str
    window: str
    id: str
    received: str


@dataclass(frozen=True)
class Records:
    """The first records of a kind by their keys; `number` says how many there are."""

    title: str
    number: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Explanation:
    """One figure walked back: what it is, what made it, and what it rests on.

    `query` holds the SQL as it was run, `parameters` what its `$names` stood for. `counts` lead
    from all rows considered to the figure and add up. Parts that do not apply are empty.
    """

    key: str
    kind: Kind
    title: str
    audience: Audience
    figure: tuple[Part, ...]
    definition: tuple[Part, ...]
    rule: tuple[str, ...]
    assumptions: tuple[Assumption, ...] = ()
    query: tuple[NamedQuery, ...] = ()
    parameters: tuple[Part, ...] = ()
    submissions: tuple[Source, ...] = ()
    counts: tuple[Count, ...] = ()
    checks: tuple[Check, ...] = ()
    records: tuple[Records, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything that was made a second time came out the same."""
        return all(check.agrees for check in self.checks)

    def without_details(self) -> Self:
        """The same without what only a party may see: counts, checks, effects and records."""
        words = tuple(replace(one, effect="") for one in self.assumptions)
        return replace(
            self,
            assumptions=words,
            counts=(),
            checks=(),
            records=(),
            notes=(*self.notes, "Counts and records behind the figure are for its parties."),
        )

    def text(self) -> str:
        """Plain English for a terminal, at most 100 columns wide except for SQL."""
        return write(self)

    def to_json(self) -> dict[str, Any]:
        """The same parts as plain lists, texts and numbers, and `agrees`."""
        return {**asdict(self), "agrees": self.agrees}


def parts(pairs: Iterable[tuple[str, object]]) -> tuple[Part, ...]:
    """Labels with their texts; what is None or empty is left out."""
    return tuple(Part(label, str(text)) for label, text in pairs if text not in (None, ""))


def currency_key(scheme: str, name: str, snapshot: str, provider: str = NATIONAL) -> str:
    """The lineage key of a provider's units of a currency or an error class.

    The provider NATIONAL stands for all of them, the name ALL for units of every kind.
    """
    return lineage_key("C", scheme, name, provider, snapshot)


def quality_key(provider: str, snapshot: str) -> str:
    """The lineage key of what a provider (or NATIONAL: all) has sent: its line of the coverage."""
    return lineage_key("Q", provider, snapshot)
