"""What all sums together leave possible for each count: bounds, tightened until nothing moves.

Each sum bounds its total by its parts and each part by the total and the other parts; what one sum
tells bounds the next. The bounds are safe to act on (no count outside them is possible), but two
counts within them may not be possible together.
"""

import numpy as np

from levelfield.disclosure.cube import Flags, Floats, Sum, at
from levelfield.disclosure.reader import Reader
from levelfield.disclosure.rule import Rule

_ROUNDS = 30


def too_few_possible(reader: Reader, rule: Rule, targets: Flags) -> Flags:
    """Those of `targets` with fewer possible counts than the rule asks for.

    Small counts are what has to be possible for a part, any counts for a total. In a sum of fewer
    organisations than a peer group needs, each is taken to know its own count.
    """
    least, greatest = reader.least.copy(), reader.greatest.copy()
    for _ in range(_ROUNDS):
        before = least.sum(), greatest.sum()
        for one in reader.sums:
            _tighten(one, least, greatest)
        if (least.sum(), greatest.sum()) == before:
            break
    for one in reader.sums:
        if one.axis == 0:
            _own_row_known(one, reader, rule, least, greatest)
    greatest = np.where(reader.total, greatest, np.minimum(greatest, rule.suppress_below - 1))
    return targets & (greatest - np.maximum(least, 1) + 1 < rule.possible_counts)


def _tighten(one: Sum, least: Floats, greatest: Floats) -> None:
    parts = at(one.axis, slice(one.group.first, one.group.rest + 1))
    total = at(one.axis, one.group.total)
    low, high = least[parts], greatest[parts]
    all_low, all_high = low.sum(axis=one.axis), high.sum(axis=one.axis)
    least[total] = np.where(one.holds, np.maximum(least[total], all_low), least[total])
    greatest[total] = np.where(one.holds, np.minimum(greatest[total], all_high), greatest[total])
    holds = np.expand_dims(one.holds, one.axis)
    top = np.expand_dims(greatest[total] - all_low, one.axis)
    bottom = np.expand_dims(least[total] - all_high, one.axis)
    greatest[parts] = np.where(holds, np.minimum(high, top + low), high)
    least[parts] = np.where(holds, np.maximum(low, bottom + high), low)


def _own_row_known(one: Sum, reader: Reader, rule: Rule, least: Floats, greatest: Floats) -> None:
    """Tighten the parts of small sums by what each of their members knows of itself."""
    parts = at(one.axis, slice(one.group.first, one.group.rest + 1))
    total = at(one.axis, one.group.total)
    low, high, counts = least[parts], greatest[parts], reader.counts[parts]
    few = one.holds & ((counts[:-1] > 0).sum(axis=0) <= rule.fewest_peers)
    all_low, all_high = low.sum(axis=0), high.sum(axis=0)
    for member in range(len(counts) - 1):
        known = few & (counts[member] > 0)
        others = np.ones(len(counts), dtype=bool)
        others[member] = False
        top = greatest[total] - all_low + low[member] - counts[member]
        bottom = least[total] - all_high + high[member] - counts[member]
        where = known & others[:, None, None]
        greatest[parts] = np.where(where, np.minimum(greatest[parts], top + low), greatest[parts])
        least[parts] = np.where(where, np.maximum(least[parts], bottom + high), least[parts])
