"""Nearest neighbours: the organisations whose case mix is most alike, by a distance one can read.

Each share is brought to standard deviations between organisations, so that no part counts more
because it varies more; what varies little between them counts as much as what varies widely, and
the weights, which are data, say what matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
from pydantic import Field

from levelfield.benchmark.case_mix import CaseMix
from levelfield.benchmark.peers import PeerGroup, make_group
from levelfield.benchmark.results import NotComparable, Parameters
from levelfield.benchmark.tables import Floats
from levelfield.benchmark.words import Names
from levelfield.core import definitions
from levelfield.core.definitions import Definition


class Part(Definition):
    """One part of the case mix and how much it counts."""

    stratifier: str = Field(description="A stratifier of the measures, or 'size'")
    title: str = Field(description="Its name on a page")
    weight: float = Field(gt=0, description="How much it counts beside the others")


class Weights(Definition):
    """The file of weights: what near means."""

    id: str
    version: int = Field(ge=1)
    title: str
    words: str = Field(description="How the distance is reckoned, in words")
    neighbours: int = Field(ge=4, description="How many neighbours make the group")
    parts: tuple[Part, ...] = Field(min_length=1)
    why: str
    source: str
    authored_by: str
    reviewed_on: date
    next_review: date


@cache
def load_weights() -> Weights:
    """The shipped weights; raises DefinitionError for a file that does not make sense."""
    return definitions.load_yaml(definitions.path("benchmark/nearest_neighbours.yaml"), Weights)


@dataclass(frozen=True)
class Neighbours:
    """The organisations in the order of their distance to one, and what it is made of."""

    group: PeerGroup | NotComparable
    distances: pa.Table
    """A row per other organisation, nearest first: `org_code`, `name`, `place` (from 1; empty where
    excluded), `distance`, then for each part its own distance under the stratifier's name, in
    standard deviations, and `used`: neighbour, too far, or excluded."""
    weights: pa.Table
    """`part`, `title`, `weight` (they sum to one) and `strata`, how many shares it is made of."""
    method: str
    parameters: Parameters
    sentence: str


def nearest_neighbours(
    mix: CaseMix,
    of: str,
    *,
    excluded: Iterable[str] = (),
    number: int | None = None,
    weights: Weights | None = None,
    names: Names | None = None,
) -> Neighbours | NotComparable:
    """The `number` organisations nearest to `of` (by default as many as the weights say).

    The distance is the square root of the weighted mean, over the parts, of the mean squared
    standardised difference within the part; parts that do not vary count as no difference. The
    excluded stand in the table and not in the group. With fewer organisations than asked for, all
    of them are neighbours. NotComparable where the case mix of `of` is not known, and where it
    holds none of the weights' parts.
    Source: Euclidean distance over standardised variables, as for `Weights`.
    """
    chosen = weights or load_weights()
    if of not in mix.codes:
        why = mix.missing.get(of, "it has no values")
        return NotComparable(f"No nearest neighbours of {of}: its case mix is not known ({why}).")
    own = mix.codes.index(of)
    parts = [part for part in chosen.parts if part.stratifier in mix.parts]
    if not parts:
        wanted = ", ".join(part.stratifier for part in chosen.parts)
        return NotComparable(
            f"No nearest neighbours of {of}: none of what they are told by is counted ({wanted})."
        )
    share = np.array([part.weight for part in parts])
    share = share / share.sum()
    each = np.array([_distance(mix.parts[part.stratifier][1], own) for part in parts])
    total = np.sqrt(share @ each**2)
    order = [n for n in np.lexsort((np.array(mix.codes), total)) if n != own]
    left_out = set(excluded)
    near = [n for n in order if mix.codes[n] not in left_out][: number or chosen.neighbours]
    rows = []
    for n in order:
        code = mix.codes[n]
        used = "excluded" if code in left_out else "neighbour" if n in near else "too far"
        rows.append(
            {
                "org_code": code,
                "name": (names or {}).get(code, code),
                "place": near.index(n) + 1 if n in near else None,
                "distance": float(total[n]),
                **{part.stratifier: float(each[k, n]) for k, part in enumerate(parts)},
                "used": used,
            }
        )
    members = [of, *(mix.codes[n] for n in near)]
    words = f"{of} and its {len(near)} nearest neighbours by case mix"
    return Neighbours(
        group=make_group("nearest", members, words, of),
        distances=pa.Table.from_pylist(rows, schema=_schema(parts)),
        weights=pa.table(
            {
                "part": [part.stratifier for part in parts],
                "title": [part.title for part in parts],
                "weight": share,
                "strata": [len(mix.parts[part.stratifier][0]) for part in parts],
            }
        ),
        method="nearest neighbours by case mix",
        parameters={
            "distance": chosen.words,
            "case mix of": f"{mix.measure}, {mix.period}",
            "weights": f"{chosen.id} version {chosen.version}",
            "neighbours": len(near),
            "organisations": len(mix.codes),
            "excluded": ", ".join(sorted(left_out & set(mix.codes))) or "nobody",
            "case mix not known": ", ".join(sorted(mix.missing)) or "nobody",
        },
        sentence=_sentence(of, rows, parts, names or {}),
    )


def _distance(shares: Floats, own: int) -> Floats:
    """Of every organisation to one of them, in standard deviations."""
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.zeros(shares.shape[1])
    # What differs by rounding alone must not be blown up to a difference.
    varies = spread > 1e-12
    if not varies.any():
        return np.zeros(len(shares))
    apart = (shares[:, varies] - shares[own, varies]) / spread[varies]
    return np.asarray(np.sqrt((apart**2).mean(axis=1)))


def _schema(parts: Iterable[Part]) -> pa.Schema:
    return pa.schema(
        [
            ("org_code", pa.string()),
            ("name", pa.string()),
            ("place", pa.int64()),
            ("distance", pa.float64()),
            *((part.stratifier, pa.float64()) for part in parts),
            ("used", pa.string()),
        ]
    )


def _sentence(of: str, rows: list[dict[str, object]], parts: list[Part], names: Names) -> str:
    near = [row for row in rows if row["used"] == "neighbour"]
    if not near:
        return f"{names.get(of, of)} has nobody to be near to."
    by = ", ".join(part.title.lower() for part in parts)
    return (
        f"Nearest to {names.get(of, of)} is {near[0]['name']} ({near[0]['distance']:.2f} standard "
        f"deviations apart), the last of its {len(near)} neighbours is {near[-1]['name']} "
        f"({near[-1]['distance']:.2f}), by {by}."
    )
