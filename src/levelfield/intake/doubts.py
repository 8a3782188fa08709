"""What makes a whole submission doubtful that no rule of one record can see."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.dates import long_date, month_words
from levelfield.core.periods import Month
from levelfield.intake.submission import Examined

REFERRALS, CONTACTS = "CYP101Referral", "CYP201CareContact"


def doubts(examined: Examined, today: date) -> list[str]:
    """Sentences on what the header and the file as a whole say: another month, the future, a feed
    that is missing. Empty where the header could not be read; no doubt refuses anything.
    """
    return [*_of_header(examined, today), *_of_contacts(examined)]


def _of_header(examined: Examined, today: date) -> Iterator[str]:
    header = examined.header
    if header is None:
        return
    if header.period.first > today:
        yield f"The month of the header, {month_words(header.period)}, has not begun: is it right?"
    # A day of grace for clocks in other time zones.
    if header.created.date() > today + timedelta(days=1):
        yield (
            f"The file says that it was created on {long_date(header.created)}, which is yet to "
            "come: check FileCreation_DateTime and the clock of the system."
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


def _months(dates: pa.Array) -> Counter[Month]:
    """How many of the dates lie in each month."""
    found: Counter[Month] = Counter()
    for pair in pc.value_counts(dates).to_pylist():
        if pair["values"] is not None:
            found[Month.of(pair["values"])] += pair["counts"]
    return found
