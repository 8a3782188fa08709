"""Disclosure control of values: the rows that may leave for an audience."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.values import ENGLAND, VALUE_SCHEMA, join_flags
from levelfield.disclosure.breakdowns import given
from levelfield.disclosure.cube import Cell, cells_of
from levelfield.disclosure.intervals import rate_intervals, share_intervals
from levelfield.disclosure.kinds import SHARE, Kind, Kinds
from levelfield.disclosure.observations import Open, open_figures
from levelfield.disclosure.rule import ENGLAND as ENGLAND_RULE
from levelfield.disclosure.rule import Rule, default_rule, load_rules
from levelfield.disclosure.subtraction import suppress_against_subtraction

Audience = Literal["party", "public"]
"""`party`: a provider or commissioner looking at its own data, exact. `public`: everybody else."""

Record = dict[str, object]

_FIGURES = ("numerator", "denominator", "value", "lower", "upper")

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
    kinds: Kinds | None = None,
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
    median or a difference, which is no quotient, needs more people and is rounded itself; a
    quantile or a bound of it with fewer observations beyond it than a count needs is left out.
    `kinds` say what the values of each measure and part are; one without a kind holds shares.
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
    kind_of = [(kinds or {}).get(str(row["measure"]), SHARE) for row in records]
    exact = [row["org_code"] == ENGLAND and load_rules()[ENGLAND_RULE].as_it_is for row in records]
    small = {
        place
        for place, row in enumerate(records)
        if not exact[place]
        and _too_few(row, kind_of[place], [column[place] for column in counts], rule_of[place])
    }
    cells = cells_of(values)
    first = np.zeros(len(records), dtype=bool)
    first[list(small)] = True
    columns = [np.array(column, dtype=np.float64) for column in counts]
    of_few = first & np.array(
        [_is_of_few(*one) for one in zip(records, kind_of, *counts, rule_of, strict=True)], bool
    )
    found = suppress_against_subtraction(cells, rule_of, columns, np.array(exact), first, of_few)
    hidden = _with_the_whole(cells, set(np.flatnonzero(found).tolist()))
    if viewer is not None:
        own = {place for place, row in enumerate(records) if row["org_code"] == viewer}
        exact = [one or place in own for place, one in enumerate(exact)]
        hidden, small = hidden - own, small - own
    bearing: defaultdict[tuple[str, Kind], list[Record]] = defaultdict(list)
    for place, row in enumerate(records):
        if place in hidden:
            _empty(row)
        elif not exact[place]:
            _round(row, kind_of[place], rule_of[place])
            if _is_quotient(row) and row["lower"] is not None:
                bearing[rule_of[place].id, kind_of[place]].append(row)
    by_id = {rule.id: rule for rule in rule_of}
    for (rule_id, kind), some in bearing.items():
        _set_intervals(some, kind, by_id[rule_id])
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
    return row["numerator"] is not None


def _too_few(row: Record, kind: Kind, counts: Sequence[int | None], rule: Rule) -> bool:
    if row["value"] is None and row["denominator"] is None:
        return False
    if any(rule.is_small(count) for count in counts if count is not None):
        return True
    number, size = counts
    if not _is_quotient(row):
        return size is None or 0 < size < rule.fewest_for_a_median
    none_or_all = kind.statistic == "share" and number in (0, size)
    return none_or_all and size is not None and 0 < size < rule.fewest_for_none_or_all


def _is_of_few(row: Record, kind: Kind, number: int | None, size: int | None, rule: Rule) -> bool:
    """Whether the numerator is no small count, but what a few people had: contacts, pounds."""
    if kind.statistic not in ("quotient", "rate") or number is None or size is None:
        return False
    return rule.is_small(size) and number >= rule.suppress_below


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


def _round(row: Record, kind: Kind, rule: Rule) -> None:
    number, size = (
        None if row[name] is None else rule.rounded(round(float(str(row[name]))))
        for name in ("numerator", "denominator")
    )
    row["flags"] = join_flags(*str(row["flags"] or "").split(";"), "rounded")
    if _is_quotient(row):
        row["value"] = None
        if number is not None and size and not _is_unsure_share(row, kind, number, size, rule):
            row["value"] = kind.per * number / size
        if row["value"] is None:
            row["lower"] = row["upper"] = None
        if row["lower"] is not None and not _bears_interval(kind, number, size):
            row["method"] = _NO_INTERVAL
            row["lower"] = row["upper"] = None
    else:
        if kind.statistic == "quantile" and size and not rule.as_it_is:
            _leave_out(row, open_figures(size, kind.probability, rule))
        # Bounds go outwards, so that rounding never makes a figure look surer than it is.
        for name, towards in (("value", round), ("lower", floor), ("upper", ceil)):
            if row[name] is not None:
                scaled = round(float(str(row[name])) * 10**kind.digits, 6)
                row[name] = towards(scaled) / 10**kind.digits
    row["numerator"], row["denominator"] = (
        None if count is None else float(count) for count in (number, size)
    )


def _leave_out(row: Record, given: Open) -> None:
    """Take from a quantile what may be one person's own figure; without it no bound stays."""
    row["value"] = row["value"] if given.value else None
    row["lower"] = row["lower"] if given.value and given.lower else None
    row["upper"] = row["upper"] if given.value and given.upper else None


def _is_unsure_share(row: Record, kind: Kind, number: int, size: int, rule: Rule) -> bool:
    """Whether rounding may have made another share of this one: of a few, or of none or all.

    `row` still has its exact counts.
    """
    if kind.statistic != "share":
        return False
    exact, whole = (round(float(str(row[name]))) for name in ("numerator", "denominator"))
    made_whole = number in (0, size) and exact not in (0, whole)
    return made_whole or size < rule.fewest_for_a_share


def _bears_interval(kind: Kind, number: int | None, size: int | None) -> bool:
    """Whether the interval can be worked out anew from the rounded counts."""
    if number is None or not size:
        return False
    share = kind.statistic == "share" and kind.from_counts and number <= size
    return share or kind.statistic == "rate"


def _set_intervals(rows: Sequence[Record], kind: Kind, rule: Rule) -> None:
    """Give rounded rows of one kind, shares or rates, the intervals of their counts."""
    counts = np.array([[row[name] for row in rows] for name in _FIGURES[:2]], dtype=np.float64)
    if kind.statistic == "rate":
        bounds = rate_intervals(counts[0], counts[1], kind.per, rule)
    else:
        bounds = share_intervals(counts[0], counts[1], rule)
    lower, upper = (np.atleast_1d(one).tolist() for one in bounds)
    for row, least, greatest in zip(rows, lower, upper, strict=True):
        row["lower"], row["upper"] = least, greatest
