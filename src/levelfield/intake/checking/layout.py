"""How a field is to be written, in the submitter's words."""

import re

from levelfield.datasets import Field, load_dataset

_WRITTEN = {
    "date": "a date that exists, written as 2026-03-05",
    "time": "a time of day, written as 09:30:00",
    "datetime": "a date and a time of day, written as 2026-04-02T09:30:00",
}
_DIGITS = re.compile(r"\[0-9\](?:\{1,(\d)\})?")


def layout(field: Field) -> str:
    """What a value of the field has to be: 'a date that exists, written as 2026-03-05'."""
    if field.type in _WRITTEN:
        return _WRITTEN[field.type]
    if field.type == "integer":
        return f"a whole number of at most {field.max_length} digits"
    if field.type == "decimal":
        before, after = (most or "1" for most in _DIGITS.findall(field.pattern or ""))
        return f"a number in digits, at most {before} before and {after} after the point"
    if field.max_length == 1:
        return "a single character"
    return f"{_length(field)} {_characters(field)}"


CODES_SAID = 15
"""Codes of a list that a remedy names; of a longer one it says how many there are."""

_OF_CODES = frozenset({"R-CODE-FATAL", "W-CODE", "W-CODE-RETIRED"})


def must_be(field: Field, rule: str, instead: str = "") -> str:
    """What to write in the field where a rule of the contract says that what stands there is wrong:
    its layout, or the codes of its list that are in use. Empty for any other rule.

    `instead` is how the values were written, where that is known.
    """
    if rule == "R-FORMAT":
        lost = field.code_list and "leading zero" in instead
        zeros = " Keep the leading zeros of codes." if lost else ""
        return f"{field.name} must be {layout(field)}.{zeros}"
    if rule not in _OF_CODES or field.code_list is None:
        return ""
    listed = load_dataset().codes[field.code_list].values()
    codes = sorted(code.code for code in listed if not code.retired)
    if len(codes) > CODES_SAID:
        said = f"one of the {len(codes)} codes of its list, such as {codes[0]}"
    else:
        said = f"{', '.join(codes[:-1])} or {codes[-1]}" if len(codes) > 1 else codes[0]
    return f"{field.name} must be {said}."


def _length(field: Field) -> str:
    fewest, most = field.min_length or 0, field.max_length or 0
    if fewest == most:
        return f"exactly {most}"
    return f"at most {most}" if fewest <= 1 else f"{fewest} to {most}"


def _characters(field: Field) -> str:
    if field.pattern is None:
        return "characters without a space around them"
    if "." in field.pattern:
        return "digits with or without a point between them"
    return "letters and digits" if "A-Z" in field.pattern else "digits"
