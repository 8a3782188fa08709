"""Peer groups: whom an organisation is compared with, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark.organisations import Organisation
from levelfield.benchmark.results import NotComparable
from levelfield.core.errors import UsageError
from levelfield.disclosure import default_rule, enough_peers

PeerKind = Literal["all", "type", "region", "list", "nearest"]

_SAME = {"type": "kind", "region": "region"}


@dataclass(frozen=True)
class PeerGroup:
    """Organisations that are held side by side; `of` is the one whose peers they are, if any."""

    kind: PeerKind
    members: tuple[str, ...]
    """Codes in order, `of` among them."""
    words: str
    """Who they are, as the subject of a sentence: `all 12 providers`."""
    of: str = ""

    def select(self, values: pa.Table, org_level: str = "provider") -> pa.Table:
        """The values of its members, and those of other levels as they are."""
        member = pc.is_in(values["org_code"], pa.array(self.members, pa.string()))
        return values.filter(pc.or_(member, pc.not_equal(values["org_level"], org_level)))


def all_peers(codes: Iterable[str]) -> PeerGroup:
    """Everybody, however few: whoever holds all the data knows their figures."""
    members = tuple(sorted(set(codes)))
    many = f"all {len(members)} providers held"
    return PeerGroup("all", members, "one provider, with nobody" if len(members) == 1 else many)


def peers_without(codes: Iterable[str], excluded: Iterable[str]) -> PeerGroup | NotComparable:
    """Everybody but some, who are named; a group like any other, and refused where it is small."""
    held = set(codes)
    left_out = held & set(excluded)
    if not left_out:
        return all_peers(held)
    members = held - left_out
    words = f"{len(members)} of the {len(held)} providers held{_without(left_out)}"
    return make_group("all", members, words, "")


def listed_peers(
    codes: Iterable[str],
    wanted: Iterable[str],
    of: str = "",
    excluded: Iterable[str] = (),
) -> PeerGroup | NotComparable:
    """A list of one's own; `of` belongs to it whether listed or not.

    Raises UsageError for a code that is not among `codes`.
    """
    held, named = set(codes), {*wanted, *([of] if of else [])}
    unknown = sorted(named - held)
    if unknown:
        raise UsageError(
            f"No values are held of {', '.join(unknown)}. There are: {', '.join(sorted(held))}."
        )
    left_out = named & (set(excluded) - {of})
    members = named - left_out
    words = f"{_providers(len(members))} of a list{_without(left_out)}"
    return make_group("list", members, words, of)


def like_peers(
    kind: Literal["type", "region"],
    of: str,
    codes: Iterable[str],
    known: Mapping[str, Organisation],
    excluded: Iterable[str] = (),
) -> PeerGroup | NotComparable:
    """Those of one organisation's type or region, by the look-ups.

    NotComparable where the look-ups do not give the organisation's own, or too few share it.
    """
    attribute = _SAME[kind]
    own = getattr(known[of], attribute) if of in known else ""
    if not own:
        return NotComparable(
            f"No peers by {kind}: the look-ups do not say the {kind} of {of}. Put a column "
            f"'{attribute}' into providers.csv, or name the peers."
        )
    left_out = set(excluded) - {of}
    alike = {code for code in codes if code in known and getattr(known[code], attribute) == own}
    members = alike - left_out
    words = f"{_providers(len(members))} of the {kind} '{own.replace('_', ' ')}'"
    return make_group(kind, members, f"{words}{_without(alike & left_out)}", of)


def make_group(
    kind: PeerKind, members: Iterable[str], words: str, of: str
) -> PeerGroup | NotComparable:
    """The group, unless it is so small that its members could reckon each other's figures."""
    codes = tuple(sorted(set(members)))
    if not enough_peers(len(codes)):
        return NotComparable(
            f"No peer group: it would be {words}, and it takes {default_rule().fewest_peers} "
            "others, since each member knows its own figures."
        )
    return PeerGroup(kind, codes, words, of)


def _providers(number: int) -> str:
    return "1 provider" if number == 1 else f"{number} providers"


def _without(left_out: set[str]) -> str:
    return f", without {', '.join(sorted(left_out))}" if left_out else ""
