"""The kinds of defect: which rows can carry one, and what changes in the row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from levelfield.datasets import DataSet
from levelfield.simulate.defect_rows import (
    Tables,
    any_row,
    closed,
    dates_of_death,
    died_in_month,
    filled,
    numbered,
    procedure,
    received_dates,
    received_in_month,
    seen,
)
from levelfield.simulate.draws import Bools, Rng

Edits = dict[str, str | None]


@dataclass(frozen=True)
class Spot:
    """One row of one table in which a defect is to be planted on a field."""

    rng: Rng
    data_set: DataSet
    tables: Tables
    table: str
    field: str
    row: int

    def value(self, field: str | None = None) -> str:
        found = self.tables[self.table].column(field or self.field)[self.row].as_py()
        return "" if found is None else str(found)

    def pick(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        return int(self.rng.integers(low, high + 1))

    @property
    def period(self) -> tuple[date, date]:
        header = self.tables["CYP000Header"]
        first, last = (header.column(name)[0].as_py() for name in ("RP_StartDate", "RP_EndDate"))
        return date.fromisoformat(first), date.fromisoformat(last)


@dataclass(frozen=True)
class DefectKind:
    """A kind of defect. `able_rows` marks the rows that can carry it, `edits` gives the new values.

    `repeats` says that the changed row is added to the file beside the true one.
    """

    name: str
    able_rows: Callable[[Tables, str, str], Bools]
    edits: Callable[[Spot], Edits]
    repeats: bool = False


def _blank(spot: Spot) -> Edits:
    return {spot.field: None}


def _bad_date(spot: Spot) -> Edits:
    good = spot.value()
    year, month, day = good.split("-")
    bad = [f"{day}/{month}/{year}", f"{year}-02-30", f"{year}{month}{day}", f"{year}-13-{day}"]
    return {spot.field: bad[spot.pick(0, 3)]}


def _bad_time(spot: Spot) -> Edits:
    hours, minutes, _ = spot.value().split(":")
    return {spot.field: [f"{hours}:{minutes}", "25:10:00", f"{hours}{minutes}00"][spot.pick(0, 2)]}


def _bad_number(spot: Spot) -> Edits:
    return {spot.field: ["n/a", "12345678", "-5"][spot.pick(0, 2)]}


def _bad_text(spot: Spot) -> Edits:
    return {spot.field: spot.value()[:4]}


def _invalid_code(spot: Spot) -> Edits:
    """A code of the right length that the list has never held."""
    field = spot.data_set.table(spot.table).field(spot.field)
    known = spot.data_set.codes[field.code_list or ""]
    length = field.max_length or 2
    candidates = [f"{letter}{'8' * (length - 1)}" for letter in "QUY7"]
    unknown = [code for code in candidates if code not in known]
    return {spot.field: unknown[spot.pick(0, len(unknown) - 1)]}


def _retired_code(spot: Spot) -> Edits:
    field = spot.data_set.table(spot.table).field(spot.field)
    first, _ = spot.period
    codes = spot.data_set.codes[field.code_list or ""].values()
    retired = sorted(code.code for code in codes if not code.valid_on(first))
    return {spot.field: retired[spot.pick(0, len(retired) - 1)]}


def _missing_parent(spot: Spot) -> Edits:
    """An identifier of the same shape that no parent has: the simulator's begin with a 1."""
    good = spot.value()
    return {spot.field: f"{good[0]}9{good[2:]}"}


def _moved_past_end(spot: Spot) -> Edits:
    return {spot.field: str(spot.period[1] + timedelta(days=spot.pick(1, 9)))}


def _moved_before_start(spot: Spot) -> Edits:
    return {spot.field: str(spot.period[0] - timedelta(days=spot.pick(1, 20)))}


def _before_referral(spot: Spot) -> Edits:
    received = date.fromisoformat(received_dates(_row_of(spot), spot.table)[0].as_py())
    days = (received - spot.period[0]).days
    return {spot.field: str(received - timedelta(days=spot.pick(1, days)))}


def _after_death(spot: Spot) -> Edits:
    died = date.fromisoformat(dates_of_death(_row_of(spot))[0].as_py())
    after = max(died, spot.period[0] - timedelta(days=1))
    return {spot.field: str(after + timedelta(days=spot.pick(1, (spot.period[1] - after).days)))}


def _clock_reversed(spot: Spot) -> Edits:
    start = date.fromisoformat(spot.value("RTT_StartDate"))
    return {spot.field: str(start - timedelta(days=spot.pick(1, 5)))}


def _closed_before_receipt(spot: Spot) -> Edits:
    received = date.fromisoformat(received_dates(_row_of(spot), spot.table)[0].as_py())
    return {spot.field: str(received - timedelta(days=spot.pick(1, 30)))}


def _cancellation_clash(spot: Spot) -> Edits:
    return {spot.field: spot.value("Contact_Date"), "Contact_CancellationReason": "02"}


def _bad_check_digit(spot: Spot) -> Edits:
    number = spot.value()
    return {spot.field: f"{number[:9]}{(int(number[9]) + 1) % 10}"}


def _too_old(spot: Spot) -> Edits:
    return {spot.field: f"18{spot.pick(60, 89)}{spot.value()[4:8]}01"}


def _same_key(spot: Spot) -> Edits:
    """Other content under the same identifier: another date, or a code that the row has not."""
    other = {
        "CYP101Referral": ("SourceOfReferral", "01", "02"),
        "CYP201CareContact": ("AdminCategory", "01", "02"),
        "CYP202CareActivity": ("Activity_Type", "03", "04"),
    }
    field, usual, else_ = other[spot.table]
    return {field: else_ if spot.value(field) == usual else usual}


def _row_of(spot: Spot) -> Tables:
    """The tables with the spot's own table cut down to its row."""
    return spot.tables | {spot.table: spot.tables[spot.table].slice(spot.row, 1)}


KINDS: Mapping[str, DefectKind] = {
    kind.name: kind
    for kind in (
        DefectKind("blank", filled, _blank),
        DefectKind("bad_date", filled, _bad_date),
        DefectKind("bad_time", filled, _bad_time),
        DefectKind("bad_number", filled, _bad_number),
        DefectKind("bad_text", filled, _bad_text),
        DefectKind("invalid_code", filled, _invalid_code),
        DefectKind("retired_code", filled, _retired_code),
        DefectKind("leading_zero", filled, lambda spot: {spot.field: f"0{spot.value()}"}),
        DefectKind("missing_parent", filled, _missing_parent),
        DefectKind("duplicate", any_row, lambda spot: {}, repeats=True),
        DefectKind("same_key", any_row, _same_key, repeats=True),
        DefectKind("after_period", filled, _moved_past_end),
        DefectKind("before_period", filled, _moved_before_start),
        DefectKind("before_referral", received_in_month, _before_referral),
        DefectKind("after_death", died_in_month, _after_death),
        DefectKind("clock_reversed", filled, _clock_reversed),
        DefectKind("closed_before_receipt", closed, _closed_before_receipt),
        DefectKind("cancellation_clash", seen, _cancellation_clash),
        DefectKind("too_long", seen, lambda spot: {spot.field: str(spot.pick(1441, 9999))}),
        DefectKind("unknown_staff", filled, _missing_parent),
        DefectKind("unknown_team", filled, lambda spot: {spot.field: "TEAM999"}),
        DefectKind("reason_dropped", closed, _blank),
        DefectKind("scheme_blank", procedure, _blank),
        DefectKind("wrong_status", numbered, lambda spot: {spot.field: "07"}),
        DefectKind("bad_check_digit", numbered, _bad_check_digit),
        DefectKind("too_old", filled, _too_old),
    )
}
