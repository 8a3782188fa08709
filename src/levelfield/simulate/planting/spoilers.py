"""Values that break the contract: unreadable, unknown to the code list, out of use, of nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from levelfield.datasets import Field
from levelfield.simulate.draws import Rng
from levelfield.simulate.identity import test_nhs_numbers
from levelfield.simulate.planting.sent import Sent


@dataclass(frozen=True)
class Spot:
    """One field of one row, where a defect is to be planted."""

    rng: Rng
    sent: Sent
    table: str
    field: str
    row: int

    def value(self, reference: str | None = None) -> str:
        return self.sent.value(self.table, reference or self.field, self.row)

    def pick(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        return int(self.rng.integers(low, high + 1))

    def one_of(self, values: list[str]) -> str:
        return values[self.pick(0, len(values) - 1)]

    @property
    def contract(self) -> Field:
        return self.sent.data_set.table(self.table).field(self.field)


def _unreadable(spot: Spot) -> str:
    """A date or time in another layout or one that does not exist, no number, too long a text."""
    good, kind = spot.value(), spot.contract.type
    if kind == "date":
        year, month, day = good.split("-")
        other = [f"{day}/{month}/{year}", f"{year}-02-30", f"{year}{month}{day}", f"{year}-13-01"]
        return spot.one_of(other)
    if kind == "time":
        hours, minutes, _ = good.split(":")
        return spot.one_of([f"{hours}:{minutes}", "25:10:00", f"{hours}{minutes}00"])
    if kind in ("integer", "decimal"):
        return spot.one_of(["n/a", "12345678", "-5"])
    return good.ljust((spot.contract.max_length or len(good)) + 1, "0")


def _unknown_code(spot: Spot) -> str:
    """A code of the right length that the list has never held."""
    known = spot.sent.data_set.codes[spot.contract.code_list or ""]
    length = spot.contract.max_length or 2
    candidates = [f"{letter}{'8' * (length - 1)}" for letter in "QUY7"]
    return spot.one_of([code for code in candidates if code not in known])


def _retired_code(spot: Spot) -> str:
    first = date.fromisoformat(spot.value("RP_StartDate"))
    codes = spot.sent.data_set.codes[spot.contract.code_list or ""].values()
    return spot.one_of(sorted(code.code for code in codes if not code.valid_on(first)))


def _nobody(spot: Spot) -> str:
    """An identifier of the same shape that no record has: the simulator's begin with a 1."""
    good = spot.value()
    return f"{good[0]}9{good[2:]}"


def _another(spot: Spot) -> str:
    """An identifier for one more record, different from every other and from `_nobody`'s."""
    good = spot.value()
    return f"{good[0]}8{good[2:]}"


def _unused_number(spot: Spot) -> str:
    """A valid NHS number of the test range that nobody in the file has; one for each row."""
    known = set(spot.sent.column(spot.table, "NHSNumber").to_pylist())
    numbers, row = test_nhs_numbers(), spot.row * 101
    while (number := str(numbers[row % len(numbers)])) in known:
        row += 1
    return number


def _wrong_check_digit(spot: Spot) -> str:
    number = spot.value()
    return f"{number[:9]}{(int(number[9]) + 1) % 10}"


def _wrong_last_digit(spot: Spot) -> str:
    """A clinical code whose check digit is one too high: no single change of a digit passes."""
    code = spot.value()
    return f"{code[:-1]}{(int(code[-1]) + 1) % 10}"


def _too_old(spot: Spot) -> str:
    return f"18{spot.pick(60, 89)}{spot.value()[4:8]}01"


SPOILERS: Mapping[str, Callable[[Spot], str]] = {
    "unreadable": _unreadable,
    "unknown_code": _unknown_code,
    "retired_code": _retired_code,
    "leading_zero": lambda spot: f"0{spot.value()}",
    "nobody": _nobody,
    "another": _another,
    "wrong_check_digit": _wrong_check_digit,
    "wrong_last_digit": _wrong_last_digit,
    "too_old": _too_old,
    "unused_number": _unused_number,
}
