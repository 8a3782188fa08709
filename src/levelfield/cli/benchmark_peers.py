"""Whom `levelfield benchmark` compares: the words of `--peers` as a peer group."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from levelfield import benchmark
from levelfield.benchmark import CASE_MIX
from levelfield.core.errors import UsageError
from levelfield.home import Home


@dataclass(frozen=True)
class Chosen:
    """The peer group, and how near its members are where it is one of neighbours."""

    group: benchmark.PeerGroup
    neighbours: benchmark.Neighbours | None = None


def choose(
    home: Home,
    values: pa.Table,
    period: str,
    peers: str,
    provider: str | None,
    without: Sequence[str],
) -> Chosen:
    """The peer group that was asked for; `values` are those of the measure compared.

    Raises UsageError for a provider without values, a missing `--provider`, codes that are not
    held, a file that is not there, and a group that is too small or cannot be known.
    """
    codes = _codes(values, period)
    for code in (*without, *([provider] if provider else [])):
        if code not in codes:
            raise UsageError(f"'{code}' has no value for {period}. There are: {', '.join(codes)}.")
    if peers == "all":
        return Chosen(_grouped(benchmark.peers_without(codes, without)))
    if peers not in ("type", "region", "nearest"):
        wanted = _listed(peers)
        found = benchmark.listed_peers(codes, wanted, provider or "", without)
        return Chosen(_grouped(found))
    if provider is None:
        raise UsageError(f"Whose peers? Name the provider beside --peers {peers}: --provider CODE.")
    if peers == "nearest":
        near = _nearest(home, values, period, provider, without)
        return Chosen(_grouped(near.group), near)
    like = benchmark.like_peers(
        "type" if peers == "type" else "region",
        provider,
        codes,
        home.lookups.organisations,
        without,
    )
    return Chosen(_grouped(like))


def _nearest(
    home: Home, values: pa.Table, period: str, provider: str, without: Sequence[str]
) -> benchmark.Neighbours:
    parts = [part.stratifier for part in benchmark.load_weights().parts]
    held = home.values(CASE_MIX, period=period)
    measure = CASE_MIX if provider in _codes(held, period) else values["measure"][0].as_py()
    mix = benchmark.case_mix(
        held if measure == CASE_MIX else values, measure=measure, period=period, parts=parts
    )
    # Whoever has a case mix and no value of the measure can be no neighbour.
    excluded = [*without, *(set(mix.codes) - set(_codes(values, period)))]
    found = benchmark.nearest_neighbours(mix, provider, excluded=excluded, names=home.lookups.names)
    if isinstance(found, benchmark.NotComparable):
        raise UsageError(found.reason)
    return found


def _codes(values: pa.Table, period: str) -> list[str]:
    own = values.filter(
        pc.and_(pc.equal(values["org_level"], "provider"), pc.equal(values["period"], period))
    )
    return sorted(set(own["org_code"].to_pylist()))


def _listed(peers: str) -> list[str]:
    """Codes as they were typed, or those of a file: one a line, or the column `code` of a CSV."""
    file = Path(peers)
    if not file.is_file():
        # No organisation's code has a dot or a slash in it.
        if "." in peers or "/" in peers or "\\" in peers:
            raise UsageError(
                f"There is no file '{peers}'. Name one with one code a line, or the codes "
                "themselves, joined by commas."
            )
        return [code for code in (part.strip() for part in peers.split(",")) if code]
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{file}: this cannot be read as text. Write one code a line.") from None
    cells = [[cell.strip() for cell in line.split(",")] for line in lines if line.strip()]
    if cells and "code" in cells[0]:
        place = cells[0].index("code")
        return [row[place] for row in cells[1:] if len(row) > place]
    return [row[0] for row in cells]


def _grouped(found: benchmark.PeerGroup | benchmark.NotComparable) -> benchmark.PeerGroup:
    if isinstance(found, benchmark.NotComparable):
        raise UsageError(found.reason)
    return found
