"""Counted units as they would have been: of another period, or of another volume."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.money import share_out
from levelfield.currencies import load_scheme

Row = dict[str, Any]


def moved(before: pa.Table, after: pa.Table, stand_ins: Mapping[str, str]) -> pa.Table:
    """The rows of `before`, those of some periods replaced by rows of `after` of other periods.

    `stand_ins` says for each period of `before` that is replaced which of `after` stands in for it.
    Both tables have a column `period` and the same columns; any table by period will do.
    """
    replaced = pa.array(list(stand_ins), pa.string())
    parts = [before.filter(pc.invert(pc.is_in(before["period"], value_set=replaced)))]
    place = after.schema.get_field_index("period")
    for period, source in stand_ins.items():
        taken = after.filter(pc.equal(after["period"], source))
        renamed = pa.array([period] * taken.num_rows, pa.string())
        parts.append(taken.set_column(place, "period", renamed))
    return pa.concat_tables(parts)


def gaps(scheme: str) -> frozenset[str]:
    """The error classes that stand for care whose data tell too little: all but those of care that
    was not given or is paid for elsewhere."""
    classes = load_scheme(scheme).classes.values()
    return frozenset(one.error_class for one in classes if one.estimate != "nothing")


def scaled(
    before: pa.Table, after: pa.Table, commissioner: str, gap: Collection[str], with_data: bool
) -> pa.Table:
    """The units of `before` at the volume of `after`, and in the mix that they had.

    Volume is the number of units of a commissioner in a period, those in a `gap` class included.
    Without `with_data` the share of them that has a currency stays as it was; with it, it is that
    of `after`. Units are shared out by largest remainders, so that they stay whole; a period in
    which `before` has no unit with a currency is left as it is.
    """
    target: dict[str, tuple[int, int]] = {}
    counted = {"before": _volumes(before, commissioner, gap)}
    counted["after"] = _volumes(after, commissioner, gap)
    for period, (classed, all_units) in counted["before"].items():
        new_classed, new_all = counted["after"].get(period, (0, 0))
        if classed:
            share = new_classed if with_data else _rounded(classed * new_all, all_units)
            target[period] = (classed, share)
    rows = before.to_pylist()
    paid = [row for row in rows if row["commissioner"] == commissioner and row["currency"]]
    kept = [row for row in rows if row["commissioner"] != commissioner or not row["currency"]]
    for period, found in groupby(sorted(paid, key=itemgetter("period")), itemgetter("period")):
        kept += _resized(list(found), target[period][1])
    return pa.Table.from_pylist(kept, schema=before.schema)


def _volumes(
    counts: pa.Table, commissioner: str, gap: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Units with a currency, and these and those in a gap, by period."""
    classed: defaultdict[str, int] = defaultdict(int)
    every: defaultdict[str, int] = defaultdict(int)
    for row in counts.to_pylist():
        if row["commissioner"] == commissioner:
            if row["currency"]:
                classed[row["period"]] += row["units"]
            if row["currency"] or row["error_class"] in gap:
                every[row["period"]] += row["units"]
    return {period: (classed[period], number) for period, number in every.items()}


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _resized(rows: Sequence[Row], total: int) -> list[Row]:
    """The rows with so many units in all, and lengths in proportion."""
    parts = share_out(total, {place: row["units"] for place, row in enumerate(rows)})
    found = []
    for place, row in enumerate(rows):
        ratio = parts[place] / row["units"] if row["units"] else 0.0
        lengths = {
            name: None if row[name] is None else row[name] * ratio for name in ("size", "excess")
        }
        found.append({**row, **lengths, "units": parts[place]})
    return found
