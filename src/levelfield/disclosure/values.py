"""Disclosure control of values: the rows that may leave for an audience."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.values import ENGLAND, VALUE_SCHEMA, join_flags
from levelfield.disclosure.breakdowns import given
from levelfield.disclosure.cube import Cell, cells_of
from levelfield.disclosure.rule import ENGLAND as ENGLAND_RULE
from levelfield.disclosure.rule import Floats, Rule, default_rule, load_rules
from levelfield.disclosure.subtraction import suppress_against_subtraction
from levelfield.statistics import Interval, rate_interval, wilson_interval

Audience = Literal["party", "public"]
"""`party`: a provider or commissioner looking at its own data, exact. `public`: everybody else."""

Record = dict[str, object]

_FIGURES = ("numerator", "denominator", "value", "lower", "upper")


_WILSON = "Wilson score, 95%"
_BYAR = "Byar's"
_NO_INTERVAL = "quotient of rounded counts, without an interval"


@dataclass(frozen=True)
class Effect:
    """What disclosure control did to a table of values, in rows, and by which rules."""

    rows: int
    exact: int
    rounded: int
    small: int
    against_subtraction: int
    rules: tuple[Rule, ...] = ()

    @property
    def words(self) -> str:
        """The effect as sentences for a page or a terminal."""
        if self.exact == self.rows:
            return f"All {self.rows:,} values are exact."
        suppressed = self.small + self.against_subtraction
        england = f" and {self.exact:,} as published for England" if self.exact else ""
        rounding = " or ".join(one.rounding for one in self.rules)
        return (
            f"Of {self.rows:,} values, {self.rounded:,} come from counts rounded to {rounding}"
            f"{england}. {suppressed:,} suppressed: {self.small:,} for a small number, "
            f"{self.against_subtraction:,} that would give one away by subtraction."
        )


def disclose(
    values: pa.Table,
    audience: Audience,
    *,
    rules: Mapping[str, Rule] | None = None,
    units: Mapping[str, str] | None = None,
    viewer: str | None = None,
    whole: bool = False,
) -> tuple[pa.Table, Effect]:
    """`values` (VALUE_SCHEMA) as the audience may see them, in the same order, and the effect.

    The public has no breakdown of a month where the measure has one of the year, and else that of
    its last month alone: counts by month and stratum are mostly small, and to hide them would take
    many others. They are left out; with `whole` they come last, emptied.
    `rules` are those of measures that do not follow the default rule, by measure. Published figures
    of England stay as they are. Below, the total of a home included, a row with a small count is
    emptied and flagged `suppressed`, and so is a share of none or all of a few, and the rows that
    would give a small count away by subtraction; other counts are rounded and flagged `rounded`,
    and the value is reckoned again from them, but for a share that rounding may have made another
    of. Wilson's interval of a share and Byar's of a rate are worked out anew and allow for what
    rounding may have hidden; other intervals of quotients are dropped, and so are their names. A
    median or a difference, which is no quotient, needs more people and is rounded itself: by
    `units`, those of the measures' values, a median of days to whole days, a gap or slope of shares
    (`points`) to whole percentage points, and all else to one digit.
    `viewer` is the organisation that looks at a public table: its own rows stay exact, those that
    the public is not given come last, and the others are protected from somebody who knows them.
    """
    if audience == "party":
        return values, Effect(values.num_rows, values.num_rows, 0, 0, 0)
    public = given(values)
    aside = values.filter(pc.invert(public))
    if not whole:
        aside = aside.filter(pc.equal(aside["org_code"], viewer or ""))
    left_out: list[Record] = aside.to_pylist()
    values = values.filter(public)
    records: list[Record] = values.to_pylist()
    counts = [_whole(records, name) for name in ("numerator", "denominator")]
    rule_of = [_rule(row, rules or {}) for row in records]
    exact = [row["org_code"] == ENGLAND and load_rules()[ENGLAND_RULE].as_it_is for row in records]
    small = {
        place
        for place, row in enumerate(records)
        if not exact[place] and _too_few(row, [column[place] for column in counts], rule_of[place])
    }
    cells = cells_of(values)
    first = np.zeros(len(records), dtype=bool)
    first[list(small)] = True
    columns = [np.array(column, dtype=np.float64) for column in counts]
    found = suppress_against_subtraction(cells, rule_of, columns, np.array(exact), first)
    hidden = _with_the_whole(cells, set(np.flatnonzero(found).tolist()))
    if viewer is not None:
        own = {place for place, row in enumerate(records) if row["org_code"] == viewer}
        exact = [one or place in own for place, one in enumerate(exact)]
        hidden, small = hidden - own, small - own
    scale_of = _scales(records)
    bearing, ruled = [], []
    for place, row in enumerate(records):
        if place in hidden:
            _empty(row)
        elif not exact[place]:
            measure = str(row["measure"]).partition(".")[0]
            _round(row, rule_of[place], scale_of.get(measure), (units or {}).get(measure))
            bearing.append(row)
            ruled.append(rule_of[place])
    _intervals(bearing, ruled, scale_of)
    for row in left_out:
        if row["org_code"] != viewer:
            _empty(row)
    shown = pa.Table.from_pylist([*records, *left_out], schema=VALUE_SCHEMA)
    shown_exactly = sum(one and place not in hidden for place, one in enumerate(exact))
    effect = Effect(
        rows=len(records),
        exact=shown_exactly,
        rounded=len(records) - shown_exactly - len(hidden),
        small=len(small),
        against_subtraction=len(hidden) - len(small),
        rules=tuple({one.id: one for one in [default_rule(), *rule_of]}.values()),
    )
    return shown, effect


def _rule(row: Record, rules: Mapping[str, Rule]) -> Rule:
    """The rule of a row; a part of a measure, `dna_gap.most_deprived`, follows its measure's."""
    return rules.get(str(row["measure"]).partition(".")[0], default_rule())


def _whole(records: Sequence[Record], name: str) -> list[int | None]:
    return [None if row[name] is None else round(float(str(row[name]))) for row in records]


def _is_quotient(row: Record) -> bool:
    """Whether the value is its numerator over its denominator, and not a median or a difference."""
    return row["numerator"] is not None and not (
        _says(row, "order statistics") or _says(row, "newcombe")
    )


def _says(row: Record, name: str) -> bool:
    """Whether the method of a row names this one."""
    return name in _lower(str(row["method"]))


_lower = cache(str.lower)


def _too_few(row: Record, counts: Sequence[int | None], rule: Rule) -> bool:
    if row["value"] is None and row["denominator"] is None:
        return False
    if any(rule.is_small(count) for count in counts if count is not None):
        return True
    number, size = counts
    if not _is_quotient(row):
        return size is None or 0 < size < rule.fewest_for_a_median
    none_or_all = _says(row, "wilson") and number in (0, size)
    return none_or_all and size is not None and 0 < size < rule.fewest_for_none_or_all


def _with_the_whole(cells: Sequence[Cell], hidden: set[int]) -> set[int]:
    """A difference goes with either of its proportions: the other one would give it away.

    The parts of a measure are named after it, `dna_gap.most_deprived`.
    """
    place_of = {cell: place for place, cell in enumerate(cells)}
    found = set(hidden)
    for place in hidden:
        cell = cells[place]
        whole = place_of.get(cell._replace(measure=cell.measure.partition(".")[0]))
        if whole is not None:
            found.add(whole)
    return found


def _empty(row: Record) -> None:
    for name in _FIGURES:
        row[name] = None
    row["flags"] = join_flags(*str(row["flags"] or "").split(";"), "suppressed")


def _scales(records: Sequence[Record]) -> dict[str, float]:
    """How many of the denominator the values of a measure are given for: 1, or its multiplier.

    By measure, where a row with events tells it.
    """
    found: dict[str, float] = {}
    for row in records:
        measure = str(row["measure"]).partition(".")[0]
        if measure not in found and row["value"] and row["numerator"] and row["denominator"]:
            number, size, value = (float(str(row[name])) for name in _FIGURES[:3])
            found[measure] = float(round(value * size / number))
    return found


def _round(row: Record, rule: Rule, scale: float | None, unit: str | None) -> None:
    number, size = (
        None if row[name] is None else rule.rounded(round(float(str(row[name]))))
        for name in ("numerator", "denominator")
    )
    row["flags"] = join_flags(*str(row["flags"] or "").split(";"), "rounded")
    if _is_quotient(row):
        row["value"] = None
        if number is not None and size and not _is_unsure_share(row, number, size, rule):
            row["value"] = (scale or 1.0) * number / size
        if row["value"] is None:
            row["lower"] = row["upper"] = None
        if row["lower"] is not None and not _bears_interval(row, number, size, scale):
            row["method"] = _NO_INTERVAL
            row["lower"] = row["upper"] = None
    else:
        digits = _digits(row, unit)
        for name in ("value", "lower", "upper"):
            if row[name] is not None:
                row[name] = round(float(str(row[name])), digits)
    row["numerator"], row["denominator"] = (
        None if count is None else float(count) for count in (number, size)
    )


def _is_unsure_share(row: Record, number: int, size: int, rule: Rule) -> bool:
    """Whether rounding may have made another share of this one: of a few, or of none or all.

    `row` still has its exact counts.
    """
    if not _says(row, "wilson"):
        return False
    exact, whole = (round(float(str(row[name]))) for name in ("numerator", "denominator"))
    made_whole = number in (0, size) and exact not in (0, whole)
    return made_whole or size < rule.fewest_for_a_share


def _digits(row: Record, unit: str | None) -> int:
    """Digits of what is no quotient: enough to see a change, too few for one person's figure."""
    if unit == "points" or _says(row, "newcombe"):
        return 2
    return 0 if unit in ("days", None) and _says(row, "order statistics") else 1


def _bears_interval(row: Record, number: int | None, size: int | None, scale: float | None) -> bool:
    """Whether the interval can be worked out anew from the rounded counts."""
    if number is None or not size:
        return False
    share = str(row["method"]).endswith(_WILSON) and number <= size
    return share or (_is_rate(row) and scale is not None)


def _is_rate(row: Record) -> bool:
    return str(row["method"]).startswith(_BYAR)


def _intervals(rows: Sequence[Record], rules: Sequence[Rule], scale: Mapping[str, float]) -> None:
    """Give rounded rows the intervals of their counts, those of a kind and rule in one reckoning.

    An interval goes from the lower bound of the lowest quotient that the rounded counts may stand
    for to the upper bound of the highest: it allows for chance and for rounding.
    """
    kinds: defaultdict[tuple[str, bool], list[Record]] = defaultdict(list)
    rule_of = {rule.id: rule for rule in rules}
    for row, rule in zip(rows, rules, strict=True):
        if row["lower"] is not None and _is_quotient(row):
            kinds[rule.id, _is_rate(row)].append(row)
    for (rule_id, rate), some in kinds.items():
        least, greatest = zip(*(rule_of[rule_id].bounds(one) for one in _counts(some)), strict=True)
        if rate:
            scales = np.array([scale[str(row["measure"]).partition(".")[0]] for row in some])
            lower = rate_interval(least[0], greatest[1]).lower * scales
            upper = rate_interval(greatest[0], least[1]).upper * scales
        else:
            lower = wilson_interval(least[0], np.maximum(greatest[1], least[0])).lower
            upper = wilson_interval(np.minimum(greatest[0], least[1]), least[1]).upper
        _set_bounds(some, Interval(lower, upper))


def _counts(rows: Sequence[Record]) -> Floats:
    counts = [[row[name] for row in rows] for name in ("numerator", "denominator")]
    return np.array(counts, dtype=np.float64)


def _set_bounds(rows: Sequence[Record], bounds: Interval) -> None:
    lower, upper = (np.atleast_1d(one).tolist() for one in bounds)
    for row, least, greatest in zip(rows, lower, upper, strict=True):
        row["lower"], row["upper"] = least, greatest
