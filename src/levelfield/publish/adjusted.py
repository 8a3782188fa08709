"""Adjusted values as the public may see them: counted over expected, times everybody's value.

What is expected of a provider comes from all its counts and is rounded like any count; what is
counted is the public figure. A provider whose figure is suppressed has no adjusted one either.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from levelfield.benchmark import Adjusted, Reading
from levelfield.benchmark.adjusted import Expected, beside_crude
from levelfield.benchmark.tables import numbers
from levelfield.benchmark.words import figure
from levelfield.disclosure import Rule

KIND = "adjusted"
"""The word that stands with every adjusted value; what it is held beside is `crude`."""

_DIGITS = 2
"""Digits of the variance for each expected event: enough for limits, too few for a count."""


def name_adjusted(measure: str) -> str:
    """The name of a measure's adjusted values, where they stand among other values."""
    return f"{measure}.{KIND}"


def adjusted_for(
    found: Adjusted,
    held: pa.Table,
    overall: float,
    reading: Reading,
    rule: Rule,
    names: Mapping[str, str],
) -> Adjusted | None:
    """`found` (exact) over the values `held`, round everybody's value `overall`; expected events
    are rounded by `rule`. None where fewer than two providers have one.

    `held` are values of the providers, a row each, as their reader may see them.
    """
    rows = {row["org_code"]: row for row in held.to_pylist()}
    points = [row for row in found.points.to_pylist() if row["org_code"] in rows]
    shown = pa.Table.from_pylist([rows[row["org_code"]] for row in points], held.schema)
    expected = np.array([_rounded(row["expected"], rule) for row in points], dtype=np.float64)
    # How much chance an expected event carries depends on the mix alone, and is no count.
    carried = np.array([_carried(row) for row in points], dtype=np.float64)
    counted, size = (numbers(shown, name) for name in ("numerator", "denominator"))
    known = (expected > 0) & ~np.isnan(counted)
    if known.sum() < 2:
        return None
    parts = (counted, size, expected, expected * carried)
    given = Expected(*(np.where(known, part, np.nan) for part in parts))
    adjusted, _ = beside_crude(shown, given, reading, overall)
    lowest, highest = _ends(given, shown, rule, reading.is_share)
    for end, ends in (("lower", lowest), ("upper", highest)):
        widened, _ = beside_crude(shown, ends, reading, overall)
        for name in (f"ratio_{end}", f"adjusted_{end}"):
            place = adjusted.column_names.index(name)
            adjusted = adjusted.set_column(place, name, widened[name])
    parameters = {name: value for name, value in found.parameters.items() if name != "cut to 100%"}
    parameters |= {
        "reference": overall,
        "expected events": "rounded like any count",
        "intervals": "allow for chance and for rounding",
    }
    by = str(parameters["adjusted for"])
    words = _sentence(adjusted, lowest, highest, overall, reading, by, names)
    if found.model is not None:
        words = f"{words} {found.model.sentence}"
    return replace(found, points=adjusted, overall=overall, parameters=parameters, sentence=words)


def _ends(
    given: Expected, shown: pa.Table, rule: Rule, is_share: bool
) -> tuple[Expected, Expected]:
    """The fewest events over the most expected that rounded counts may stand for, and the most over
    the fewest; a count that is exact stands for itself."""
    exact = np.array(["rounded" not in str(flags) for flags in shown["flags"].to_pylist()])
    fewest, most = (np.where(exact, given.observed, end) for end in rule.bounds(given.observed))
    least, greatest = rule.bounds(given.expected)
    most = np.minimum(most, given.size) if is_share else most
    return (
        replace(given, observed=fewest, expected=greatest),
        replace(given, observed=most, expected=least),
    )


def _sentence(
    points: pa.Table,
    lowest: Expected,
    highest: Expected,
    overall: float,
    reading: Reading,
    by: str,
    names: Mapping[str, str],
) -> str:
    """Who moves most, of those who move by more than rounding may."""
    crude, adjusted = (numbers(points, name) for name in ("value", "adjusted"))
    least, most = (overall * end.observed / end.expected for end in (lowest, highest))
    known = int((~np.isnan(crude) & ~np.isnan(adjusted)).sum())
    moves = (crude < least) | (crude > most)
    if not moves.any():
        return f"Adjusted for {by}, none of {known} providers moves by more than rounding may."
    place = int(np.argmax(np.where(moves, np.abs(adjusted - crude), -1.0)))
    code = points["org_code"][place].as_py()
    before, after = (figure(one[place], reading) for one in (crude, adjusted))
    many = int(moves.sum())
    move = "moves" if many == 1 else "move"
    return (
        f"Adjusted for {by}, {many} of {known} providers {move} by more than rounding may, "
        f"{names.get(code, code)} most: from {before} to {after}."
    )


def _rounded(expected: float | None, rule: Rule) -> float:
    shown = rule.shown(round(expected or 0))
    return np.nan if shown is None else float(shown)


def _carried(row: Mapping[str, float | None]) -> float:
    """The variance that one expected event carries; nan where nothing is expected."""
    expected, information = row["expected"], row["information"]
    return round(expected / information, _DIGITS) if expected and information else np.nan
