"""A provider beside its peers: nearest neighbours by case mix, its type, its region. For the party.

The provider's own values are exact; the others' are those that the public may see, and so is the
case mix that tells who is near. A group with too few others is refused with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from levelfield.benchmark import (
    CASE_MIX,
    CaseMix,
    Neighbours,
    NotComparable,
    PeerGroup,
    case_mix,
    like_peers,
    load_weights,
    method_words,
    nearest_neighbours,
)
from levelfield.core.dates import period_words
from levelfield.publish.cells import number, records, value_cell
from levelfield.publish.pages.measure_index import by_domain
from levelfield.publish.pages.spine import NOTE, Marked, spine_row, spine_sentence, spine_table
from levelfield.publish.parts import Cell, Page, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, unit_words

_NO_FINDING = (
    "a place among a group is no finding, and the marks have one shape here; what chance does not "
    "explain is told on the provider's own page, among all providers"
)
_NOTE = f"{NOTE} The keys of the values are on the provider's own page."
_ALONE = "No nearest neighbours: the measure that tells whom providers see has no values here."


@dataclass(frozen=True)
class PeerPages:
    """The peers of every provider of a site."""

    data: SiteData
    found: dict[str, MeasureResults]

    @cached_property
    def mix(self) -> CaseMix | None:
        """Whom each provider sees, from public counts."""
        seen = self.found.get(CASE_MIX)
        if seen is None:
            return None
        parts = [part.stratifier for part in load_weights().parts]
        return case_mix(seen.public, measure=CASE_MIX, period=seen.period, parts=parts)

    def pages(self, trail: tuple[tuple[str, str], ...]) -> Iterator[Page]:
        """A page for each provider, below the pages of `trail`."""
        for code in self.data.providers:
            yield self._page(code, trail)

    def _page(self, code: str, trail: tuple[tuple[str, str], ...]) -> Page:
        data, near = self.data, self._nearest(code)
        groups = [("Nearest neighbours", near if isinstance(near, NotComparable) else near.group)]
        for kind in ("type", "region"):
            like = like_peers(kind, code, data.providers, data.organisations)
            groups.append((f"Providers of its {kind}", like))
        name = data.name(code)
        return Page(
            path=peers_path(code),
            kind="peers",
            title=f"{name} beside its peers",
            lead="Whom it is fair to stand beside depends on the question. Here are the providers "
            "that see people most alike, those of its type and those of its region, "
            f"{period_words(data.period)} where a measure names no month.",
            audience="party",
            section=trail[0][1],
            trail=(*trail, (name, f"for-the-party/{code}.html")),
            content={
                "near": _told(near) if isinstance(near, Neighbours) else None,
                "note": _NOTE,
                "groups": [self._group(title, code, group) for title, group in groups],
            },
        )

    def _nearest(self, code: str) -> Neighbours | NotComparable:
        if self.mix is None:
            return NotComparable(_ALONE)
        return nearest_neighbours(self.mix, code, names=self.data.names)

    def _group(self, title: str, code: str, group: PeerGroup | NotComparable) -> dict[str, object]:
        """Where each measure lies among a group, or why there is none."""
        if isinstance(group, NotComparable):
            return {"title": title, "reason": group.reason, "tables": []}
        members = set(group.members)
        placed = {
            domain.capitalize(): [
                row for one in held if (row := self._row(one, code, members)) is not None
            ]
            for domain, held in by_domain(self.found).items()
        }
        places = [where for rows in placed.values() for where, _ in rows]
        others = [self.data.name(one) for one in group.members if one != code]
        return {
            "title": title,
            "reason": "",
            "words": f"{len(others)} others: {', '.join(others)}.",
            "sentence": spine_sentence(places, self.data.name(code), _NO_FINDING),
            "tables": [
                spine_table(f"{title}: {domain}", [row for _, row in rows])
                for domain, rows in placed.items()
                if rows
            ],
        }

    def _row(self, one: MeasureResults, code: str, members: set[str]) -> tuple[str, Row] | None:
        row = one.row(one.exact, code)
        if row is None:
            return None
        unit = one.reading.unit
        note = " · ".join(filter(None, [unit_words(unit, one.per), one.moment]))
        shown = [other["value"] for other in records(one.held) if other["org_code"] in members]
        return spine_row(
            Marked(
                Cell(one.measure.title, note=note),
                value_cell(row, unit),
                one.reading,
                [number(value) for value in shown],
                number(row["value"]),
                (number(row["lower"]), number(row["upper"])),
                "within limits",
            )
        )


def peers_path(code: str) -> str:
    """The page lies with the provider's own, to be left out of what the public reads."""
    return f"for-the-party/{code}-peers.html"


def _told(near: Neighbours) -> dict[str, object]:
    """The distances, what they are made of, and the weights."""
    parts = near.weights.to_pylist()
    head = columns(
        "Provider", "Place #", "Distance #", *(f"{part['title']} #" for part in parts), "Used as"
    )
    rows: list[Row] = [
        (
            Cell(row["name"]),
            MISSING if row["place"] is None else f"{row['place']}",
            f"{row['distance']:.2f}",
            *(f"{row[part['part']]:.2f}" for part in parts),
            row["used"],
        )
        for row in near.distances.to_pylist()
    ]
    weights: tuple[Row, ...] = tuple(
        (Cell(part["title"]), f"{part['weight']:.0%}", f"{part['strata']}") for part in parts
    )
    return {
        "sentence": near.sentence,
        "distances": Table(
            "Distances by case mix",
            head,
            tuple(rows),
            note="In standard deviations between providers, from public counts: each part's own "
            "distance, and their weighted mean square's root.",
        ),
        "weights": Table("What counts how much", columns("Part", "Weight #", "Groups #"), weights),
        "why": load_weights().why,
        "method": method_words(near.method, near.parameters),
    }
