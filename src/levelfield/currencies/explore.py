"""A scheme with its units, ready to be looked through: the tree of codes, coverage, stability."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import pyarrow as pa

from levelfield.currencies.counts import Coverage, coverage
from levelfield.currencies.evaluate import Explained, Stability, stability
from levelfield.currencies.scheme import Scheme


@dataclass(frozen=True)
class Node:
    """A code of a scheme with the units of it and of all codes below.

    `level` is 0 at the top. `nearest` counts the units that came here by a row that is not direct,
    `providers` who has any, `largest` the share of the provider that has most (None without units).
    `rules` are the rows of the tables that give the code itself.
    """

    code: str
    title: str
    parent: str | None
    level: int
    units: int
    nearest: int
    providers: int
    largest: float | None
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Explorer:
    """What a page about a scheme shows: its `nodes` from the top, each before those below it."""

    scheme: str
    title: str
    status: str
    nodes: tuple[Node, ...]
    coverage: Coverage
    months: Stability
    providers: Stability
    explained: Explained | None


def explore(scheme: Scheme, counts: pa.Table, explained: Explained | None = None) -> Explorer:
    """A scheme with its counted units (`COUNT_SCHEMA`), for whoever may see them exact.

    `explained` is what `variance_explained` found for the same units, where there are costs.
    """
    by_provider: dict[str, Counter[str]] = defaultdict(Counter)
    nearest: Counter[str] = Counter()
    for row in counts.to_pylist():
        if row["currency"] is None:
            continue
        above = [code.code for code in scheme.parents(row["currency"])]
        for code in (row["currency"], *above):
            by_provider[code][row["provider"]] += row["units"]
            nearest[code] += row["units"] if row["basis"] == "nearest" else 0
    rules: dict[str, list[str]] = defaultdict(list)
    for rule in scheme.rules:
        rules[rule.outcome].append(rule.id)
    nodes = []
    for code in _in_order(scheme):
        own = by_provider[code]
        units = own.total()
        nodes.append(
            Node(
                code=code,
                title=scheme.code_list[code].title,
                parent=scheme.code_list[code].parent,
                level=len(scheme.parents(code)),
                units=units,
                nearest=nearest[code],
                providers=len(+own),
                largest=max(own.values()) / units if units else None,
                rules=tuple(rules[code]),
            )
        )
    return Explorer(
        scheme=scheme.id,
        title=scheme.title,
        status=scheme.status,
        nodes=tuple(nodes),
        coverage=coverage(scheme, counts),
        months=stability(counts, "period"),
        providers=stability(counts, "provider"),
        explained=explained,
    )


def _in_order(scheme: Scheme) -> list[str]:
    """The codes of a scheme, each followed by those below it."""
    below: dict[str | None, list[str]] = defaultdict(list)
    for code in scheme.code_list.values():
        below[code.parent].append(code.code)

    def walk(parent: str | None) -> list[str]:
        return [each for code in below[parent] for each in (code, *walk(code))]

    return walk(None)
