"""Some measures counted a second time, in plain Python and row by row.

Written from the words of the definitions and not from their SQL. What comes out are counts by
cell: (period, level, organisation, stratifier, stratum) → (numerator, denominator).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

Record = Mapping[str, object]
Cell = tuple[str, str, str, str, str]

STRATA = {
    "service": "team_type",
    "age_band": "age_band",
    "sex": "sex",
    "ethnic_group": "ethnic_group",
    "deprivation_fifth": "deprivation_fifth",
}


def count(
    records: Iterable[Record],
    months: Iterable[str],
    month_of: Callable[[Record], object],
    judge: Callable[[Record], bool | None],
) -> dict[Cell, tuple[int, int]]:
    """Counts by cell. `judge` says True (hit), False (counts), or None (does not count)."""
    hits: Counter[Cell] = Counter()
    total: Counter[Cell] = Counter()
    held = set(months)
    for record in records:
        verdict, month = judge(record), month_of(record)
        if verdict is None or month not in held:
            continue
        for cell in _cells(record, str(month)):
            total[cell] += 1
            hits[cell] += verdict
    return {cell: (hits[cell], total[cell]) for cell in total}


def _cells(record: Record, month: str) -> Iterable[Cell]:
    year, number = int(month[:4]), int(month[5:])
    start = year if number > 3 else year - 1
    for period in (month, f"{start}-{(start + 1) % 100:02d}"):
        for level, code in (
            ("national", "ALL"),
            ("provider", record["provider"]),
            ("commissioner", record["commissioner"] or "not known"),
        ):
            yield period, level, str(code), "all", "all"
            for stratifier, column in STRATA.items():
                yield period, level, str(code), stratifier, str(record[column] or "not known")


def count_persons(
    records: Iterable[Record], months: Iterable[str], judge: Callable[[Record], bool | None]
) -> dict[Cell, tuple[int, int]]:
    """As `count`, by the record's period, with each person once in the denominator of a cell."""
    persons: dict[Cell, set[object]] = defaultdict(set)
    hits: Counter[Cell] = Counter()
    held = set(months)
    for record in records:
        verdict, month = judge(record), str(record["period"])
        if verdict is not None and month in held:
            for cell in _cells(record, month):
                persons[cell].add(record["person_id"])
                hits[cell] += verdict
    return {cell: (hits[cell], len(persons[cell])) for cell in persons}


def attended(record: Record) -> bool | None:
    """An attended contact: it counts, and so does its person."""
    return True if record["attendance_status"] in ("5", "6") else None


def missed(record: Record) -> bool | None:
    """Did not attend: 3 and 7 out of 3, 5, 6 and 7."""
    match record["attendance_status"]:
        case "3" | "7":
            return True
        case "5" | "6":
            return False
        case _:
            return None


def within_two_hours(record: Record) -> bool | None:
    """A first crisis clock that stopped in its own month and can be timed, against 120 minutes."""
    if record["waiting_time_measurement_type"] != "05" or not record["first_of_referral"]:
        return None
    if record["end_period"] is None or record["end_period"] != record["period"]:
        return None
    if record["timing"] in ("untimed", "negative") or record["rejected_before_stop"]:
        return None
    minutes = record["minutes"]
    return isinstance(minutes, int) and 0 <= minutes <= 120
