"""What makes a whole submission doubtful that no rule of one record can see."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.dates import long_date, month_words
from levelfield.core.periods import Month
from levelfield.intake.checking.extract_checks import PSEUDONYM
from levelfield.intake.reading.dialect import MIXED
from levelfield.intake.submission import Examined

PERSON, REFERRALS, CONTACTS = "CYP001MPI", "CYP101Referral", "CYP201CareContact"


def doubts(examined: Examined, now: datetime) -> list[str]:
    """Sentences on what the header and the file as a whole say: another month, the future, a feed
    that is missing, an extract without columns that its mapping names, text in two encodings. No
    doubt refuses anything.
    """
    return [
        *_of_header(examined, now),
        *_of_contacts(examined),
        *_of_extract(examined),
        *_of_encodings(examined),
    ]


def _of_header(examined: Examined, now: datetime) -> Iterator[str]:
    header = examined.header
    if header is None:
        return
    if header.period.first > now.date():
        yield f"The month of the header, {month_words(header.period)}, has not begun: is it right?"
    # An hour and a little of grace, for summer time and clocks that are slightly ahead.
    if header.created > now + timedelta(minutes=70):
        yield (
            f"The file says that it was created on {long_date(header.created)}, which is yet to "
            "come: check FileCreation_DateTime and the clock of the system. Unless a time of "
            "receipt is given, it counts as received when it is loaded."
        )


def _of_contacts(examined: Examined) -> Iterator[str]:
    header = examined.header
    if header is None or not examined.tables:
        return
    referrals, contacts = (examined.tables.get(name) for name in (REFERRALS, CONTACTS))
    if contacts is None or not len(contacts.status):
        if referrals is not None and len(referrals.status):
            yield (
                f"There are {len(referrals.status):,} referrals and not one contact ({CONTACTS}): "
                "has a feed been lost?"
            )
        return
    months = _months(contacts.columns["contact_date"])
    dated, inside = months.total(), months[header.period]
    if 2 * inside < dated:
        [(most, count)] = months.most_common(1)
        few = f"Only {inside:,} of {dated:,} contacts are" if inside else "Not one contact is"
        yield (
            f"{few} dated in {month_words(header.period)}, the month of the header; "
            f"{count:,} of {dated:,} are of {month_words(most)}: is the month of the header right, "
            "and was the extract run for it?"
        )


_NEEDED = {"age": "ages", "lsoa": "areas of residence", "commissioner": "commissioners"}
"""What a column that an extract gives is for, by a part of the name that intake has for it."""


def _of_extract(examined: Examined) -> Iterator[str]:
    """That an extract lacks columns that its mapping names, and what cannot be counted then."""
    extract = examined.raw.source.extract
    if extract is None:
        return
    lacking: list[str] = []
    needed: set[str] = set()
    for table, raw in examined.raw.tables.items():
        for stored, sent in extract.given.get(table, {}).items():
            if stored != PSEUDONYM and stored not in raw.given:
                lacking.append(f"{table}.{sent}")
                needed |= {words for part, words in _NEEDED.items() if part in stored}
    days, people = extract.age_days_at_period_end, examined.raw.tables.get(PERSON)
    if days is not None and people is not None and "DateOfBirth" in extract.absent:
        births = people.rows.column("DateOfBirth").cast(pa.string())
        if not pc.any(pc.not_equal(births, "")).as_py():
            lacking.append(f"{PERSON}.{days}")
            needed.add(_NEEDED["age"])
    if lacking:
        what = " and ".join(sorted(needed)) or "them"
        yield (
            f"The extract lacks what its mapping names: {', '.join(lacking)}. Whatever needs "
            f"{what} from there is counted without. Ask for these columns, or name yours in the "
            "mapping."
        )


def _of_encodings(examined: Examined) -> Iterator[str]:
    """That text which looks like UTF-8 has been read as Windows-1252, which garbles it."""
    mixed = [name for name, file in examined.raw.files.items() if file.get("encoding") == MIXED]
    if mixed:
        yield (
            f"{', '.join(mixed)}: read as Windows-1252, since not every letter is UTF-8, though "
            "some look like it and are garbled then: have files of two encodings been joined?"
        )


def _months(dates: pa.Array) -> Counter[Month]:
    """How many of the dates lie in each month."""
    found: Counter[Month] = Counter()
    for pair in pc.value_counts(dates).to_pylist():
        if pair["values"] is not None:
            found[Month.of(pair["values"])] += pair["counts"]
    return found
