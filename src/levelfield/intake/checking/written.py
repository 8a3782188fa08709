"""How a value that cannot be read was written instead, as far as one can see by its layout.

A kind of writing is named, and never the value.
"""

import re
from collections.abc import Iterable

from levelfield.datasets import Field

_Ways = tuple[tuple[str, str], ...]

_ANY: _Ways = (
    (r"(?i)(null|none|nan|n/?a|unknown|not known|-+|\.+)", "a word stands for what is blank"),
    (r"(?s).*[\x00-\x1f\x7f].*", "a line end, tab or other control character stands in it"),
    (r"(?s)(\s.*|.*\s)", "a space stands at its beginning or end"),
    (r".*[\u200b-\u200f\u2028-\u202e\u2060\ufeff].*", "an invisible character stands in it"),
)
_DATES: _Ways = (
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "there is no such day"),
    (r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-]([0-9]{2}){1,2}", "the year stands last"),
    (r"[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}", "no hyphens stand between year, month and day"),
    (r"[0-9]{8}", "no hyphens stand between year, month and day"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].+", "a time stands behind the date"),
    (r"[0-9]{5}", "it is a number of days, as a spreadsheet keeps dates"),
    (r".*[A-Za-z]{3}.*", "the month is written in letters"),
)
_TIMES: _Ways = (
    (r"24:00(:00)?", "midnight is 00:00:00, of the day that begins"),
    (r"[0-9]{1,2}:[0-9]{2}", "the seconds are missing"),
    (r"[0-9]:[0-9]{2}:[0-9]{2}", "the hour has one digit"),
    (r"[0-9]{4}([0-9]{2})?", "no colons stand between its parts"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].+", "a date stands before the time"),
    (r"0?\.[0-9]+", "it is a part of a day, as a spreadsheet keeps times"),
)
_MOMENTS: _Ways = (
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "the time is missing"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2} .+", "a space stands where T must"),
    *_DATES[1:4],
)
_NUMBERS: _Ways = (
    (r"[+-].*", "a sign stands before it"),
    (r"[0-9.]+[eE][+-]?[0-9]+", "it is written with an exponent"),
    (r"[0-9]+[.,][0-9]*", "it has a decimal point or comma"),
    (r"[0-9]+ *[A-Za-z]+", "a unit stands behind it"),
    (r"[0-9]+", "it has more digits than that"),
    (r"(?=.*[^\x00-\x7f])\w+", "its digits are not 0 to 9"),
)
_BY_TYPE: dict[str, _Ways] = {
    "date": _DATES,
    "time": _TIMES,
    "datetime": _MOMENTS,
    "integer": _NUMBERS,
    "decimal": _NUMBERS,
}


def written_instead(field: Field, texts: Iterable[str]) -> str:
    """What all of some values that the field cannot hold have in common; empty if nothing is true
    of every one."""
    found = {_way(field, text) for text in texts}
    return found.pop() if len(found) == 1 else ""


def _way(field: Field, text: str) -> str:
    ways = _BY_TYPE.get(field.type, ())
    for layout, words in (*_ANY, *ways):
        if re.fullmatch(layout, text):
            return words
    if ways:
        return ""
    if re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+", text):
        return "it is written with an exponent, as a spreadsheet keeps long numbers"
    if field.pattern and re.search("[ -]", text):
        return "a space or hyphen stands in it"
    if len(text) > (field.max_length or len(text)):
        return "it is too long"
    if len(text) < (field.min_length or 0):
        return "it is too short" + (": a leading zero may be lost" if text.isdigit() else "")
    return ""
