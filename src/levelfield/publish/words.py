"""How figures are written on a page: British English, one way for each kind of figure.

An unknown figure is written as a dash with words for those who listen to the page; a suppressed
one says so. Neither is ever written as zero.
"""

import re
from datetime import datetime
from math import isfinite

from levelfield.core.dates import UNITS_OF_TIME, long_date, unit_of_time
from levelfield.core.periods import Month

MISSING = "–"
"""What stands in a cell that has no figure; table macros add the reason in words."""

UNITS: dict[str, str] = {
    "percent": "%",
    "points": "percentage points",
    "days": "days",
    "hours": "hours",
    "minutes": "minutes",
    "score": "points of the score",
    "pounds": "£",
    "rate": "",
    "per_person": "per person",
    "number": "",
}
"""The units a value can have. A percent is stored as a proportion from 0 to 1."""

_WITH_THE_FIGURE = ("%", "£")


def moment(at: datetime) -> str:
    """`31 March 2026 at 14:05`."""
    return f"{long_date(at)} at {at:%H:%M}"


def short_month(period: str) -> str:
    """`2026-03` as `Mar 26`, for the head of a narrow column."""
    return f"{Month.parse(period).first:%b %y}"


def whole(number: float | None) -> str:
    """A count with thousands separators; `–` when it is not known."""
    if number is None or not isfinite(number):
        return MISSING
    return f"{number:,.0f}"


def figure(value: float | None, unit: str) -> str:
    """A value in its unit, as precise as a reader can use."""
    if value is None or not isfinite(value):
        return MISSING
    if unit == "percent":
        return f"{value:.1%}"
    if unit == "points":
        points = round(value * 100, 9)
        return f"{points:+.{0 if points.is_integer() else 1}f}".replace("-", "−")
    if unit in (*UNITS_OF_TIME, "score"):
        return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    if unit in ("per_person", "rate"):
        return f"{value:,.2f}"
    if unit == "pounds":
        return f"{'-' if value < 0 else ''}£{abs(value):,.2f}"
    return whole(value)


def percent(share: float) -> str:
    """A share of what was sent: whole per cents, below ten one decimal, never a false 0 or 100."""
    if 0 < share < 0.001:
        return "under 0.1%"
    if 0.995 <= share < 1:
        return f"{min(share, 0.999):.1%}"
    return f"{share:.0%}" if share >= 0.0995 else f"{share:.1%}"


def with_unit(value: float | None, unit: str, per: str = "") -> str:
    """A value for running text: `34 days`, `85.4%`; `per` as in `Reading`: `£48.10 per contact`."""
    text = figure(value, unit)
    words = "" if UNITS[unit] in _WITH_THE_FIGURE else UNITS[unit]
    if unit in UNITS_OF_TIME:
        words = unit_of_time(text, unit)
    return text if text == MISSING else " ".join(filter(None, [text, words, per]))


def unit_words(unit: str, per: str = "") -> str:
    """The unit for a heading: `days`, `£ per contact`; empty where each figure has its sign.

    >>> unit_words("pounds", "per contact"), unit_words("percent")
    ('£ per contact', '')
    """
    return " ".join(filter(None, ["" if unit == "percent" else UNITS[unit], per]))


def stored_unit(unit: str, per: str = "") -> str:
    """The unit of a value as it is stored, for files: a percentage is a share from 0 to 1.

    >>> stored_unit("percent"), stored_unit("pounds", "per contact"), stored_unit("days")
    ('proportion from 0 to 1', '£ per contact', 'days')
    """
    shares = {"percent": "proportion from 0 to 1", "points": "difference of two proportions"}
    return shares.get(unit) or unit_words(unit, per) or "number"


def headed(name: str, unit: str, per: str = "") -> str:
    """A heading with its unit: `Value (days)`."""
    words = unit_words(unit, per)
    return f"{name} ({words})" if words else name


def pounds_about(pence: int) -> str:
    """Pounds for an estimate or a headline: `£1.9 million`, `£48,200`; never in a statement."""
    sign, amount = ("−" if pence < 0 else ""), abs(pence) / 100
    if amount >= 1_000_000:
        return f"{sign}£{amount / 1_000_000:,.1f} million"
    if amount >= 10_000:
        return f"{sign}£{round(amount, -2):,.0f}"
    return f"{sign}£{amount:,.0f}"


def counted(number: float, one: str, many: str | None = None) -> str:
    """`1 provider`, `12 providers`."""
    return f"{whole(number)} {one if number == 1 else many or one + 's'}"


def listed(items: list[str]) -> str:
    """`a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


_LEGAL_FORM = re.compile(
    r"\s+(NHS Foundation Trust|NHS Trust|Integrated Care Board|ICB|Limited|Ltd\.?|CIC|"
    r"Community Interest Company)\b.*$",
    re.IGNORECASE,
)


def short_service(name: str) -> str:
    """A published service without its group, for a chart: `Physiotherapy, adults`.

    >>> short_service("Therapy interventions: Speech and language, children and young people")
    'Speech and language, children'
    """
    return name.rpartition(": ")[2].replace("children and young people", "children")


def short_name(name: str) -> str:
    """An organisation's name without its legal form, for a chart."""
    short = _LEGAL_FORM.sub("", name)
    return short.removeprefix("NHS ").strip()
