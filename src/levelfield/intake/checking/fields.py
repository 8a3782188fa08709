"""Checks of values by the contract: blank, layout, type, code list, date against the period.

A check sees values, never a row, so it runs once for each distinct value of a column.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.periods import Month
from levelfield.datasets import Code, DataSet, Field
from levelfield.intake.rules.catalogue import FieldGrade, field_grades

Settled = str | int | Decimal | date | datetime | None

Mask = NDArray[np.bool_]

_UNCLEAN = re.compile(r"^\s|\s$|[\x00-\x1f\x7f]")
_UNCLEAN_IN_ARROW = r"^[\s\p{Z}\x{85}]|[\s\p{Z}\x{85}]$|[\x00-\x1f\x7f]"
"""The same to Arrow, whose spaces are those of ASCII alone."""

_BYTES_AT_ONCE = 1_048_576
"""Bytes of a column that are looked through together: what that takes beside the column."""

_REMEMBERED = 2**17
"""Dates and times of day come again in every table and month: there are fewer than this."""


class Verdict(NamedTuple):
    """The value as it is stored, and the rule it breaks, if any."""

    value: Settled
    rule: str | None = None


class Judged(NamedTuple):
    """Values as they are stored, empty where blank or unreadable, and which of them break a rule.

    `blank` and every mask of `broken`, by rule, have one entry for each value.
    """

    settled: pa.Array
    blank: Mask
    broken: dict[str, Mask]


@dataclass(frozen=True)
class FieldCheck:
    """What the contract says about one field, in the period from `first` to `last`."""

    field: Field
    grade: FieldGrade
    codes: dict[str, Code] | None
    first: date
    last: date

    @property
    def plain(self) -> bool:
        """Whether only length and layout of a text are asked for: all rows can be seen at once."""
        return self.field.type == "string" and self.codes is None

    @property
    def blank_rule(self) -> str | None:
        if self.field.mandation == "M":
            return "R-BLANK"
        return "W-BLANK-KEY" if self.grade.wanted else None

    def judge(self, values: pa.Array) -> Judged:
        """Judge texts as they were sent, each on its own."""
        return self._judge_plain(values) if self.plain else self._judge_each(values)

    def _judge_each(self, values: pa.Array) -> Judged:
        verdicts = [self.verdict(text) for text in values.to_pylist()]
        settled = pa.array([verdict.value for verdict in verdicts], type=self.field.arrow_type)
        rules = np.array([verdict.rule or "" for verdict in verdicts], dtype=object)
        broken = {rule: rules == rule for rule in sorted(set(rules)) if rule}
        blank = settled.is_null().to_numpy(zero_copy_only=False)
        return Judged(settled, blank & ~broken.get("R-FORMAT", np.False_), broken)

    def _judge_plain(self, values: pa.Array) -> Judged:
        """Length and layout alone, of all values at once."""
        field = self.field
        length = pc.binary_length(values).to_numpy()
        blank, wrong = length == 0, np.zeros(len(values), dtype=bool)
        # Identifiers hardly ever hold more than visible ASCII, and are quickly gone through.
        others = _beyond_visible(values)
        if len(others):
            texts = values if len(others) == len(values) else values.take(pa.array(others))
            length = length.copy()
            length[others] = pc.utf8_length(texts)
            if not _all_clean(texts):
                blank[others] = _true(pc.equal(pc.utf8_trim_whitespace(texts), ""))
                wrong[others] = _true(pc.match_substring_regex(texts, _UNCLEAN_IN_ARROW))
        wrong |= (length > (field.max_length or np.inf)) | (length < (field.min_length or 0))
        if field.pattern:
            wrong |= ~_true(pc.match_substring_regex(values, field.pattern))
        wrong &= ~blank
        empty = blank | wrong
        broken = {"R-FORMAT": wrong} | ({self.blank_rule: blank} if self.blank_rule else {})
        return Judged(_emptied(values, empty) if empty.any() else values, blank, broken)

    def verdict(self, text: str) -> Verdict:
        """Judge one value as it was sent."""
        field = self.field
        if not text.strip():
            return Verdict(None, self.blank_rule)
        rule = None
        if self.grade.leading_zero and self.codes and text[0] == "0" and text[1:] in self.codes:
            text, rule = text[1:], "W-LEADING-ZERO"
        value = _typed(text, field.type, field.pattern, field.min_length, field.max_length)
        if value is None:
            return Verdict(None, "R-FORMAT")
        return Verdict(value, rule or self._code_rule(text) or self._date_rule(value))

    def _code_rule(self, text: str) -> str | None:
        if self.codes is None:
            return None
        code = self.codes.get(text)
        if code is None and self.grade.sub_code and len(text) == 2:
            code = self.codes.get(text[0])
        if code is None:
            return "R-CODE-FATAL" if self.grade.code_fatal else "W-CODE"
        return None if code.valid_on(self.first) else "W-CODE-RETIRED"

    def _date_rule(self, value: Settled) -> str | None:
        if not isinstance(value, date) or isinstance(value, datetime):
            return None
        if self.grade.not_before_period and value < self.first:
            return "R-BEFORE-START"
        if self.grade.not_after_period and value > self.last:
            return "R-AFTER-END"
        return None


def field_checks(dataset: DataSet, period: Month) -> dict[str, dict[str, FieldCheck]]:
    """The checks of every submitted field, by table and field name."""
    grades = field_grades(dataset.version)
    return {
        table.name: {
            field.name: FieldCheck(
                field,
                grades.get((table.name, field.name), FieldGrade()),
                _closed_list(dataset, field),
                period.first,
                period.last,
            )
            for field in table.fields
        }
        for table in dataset.tables.values()
    }


@lru_cache(maxsize=_REMEMBERED)
def _typed(
    text: str, type_: str, pattern: str | None, shortest: int | None, longest: int | None
) -> Settled:
    """The value of a text by type and layout; None where it is not one."""
    if not (shortest or 0) <= len(text) <= (longest or len(text)):
        return None
    # A pattern names every character that may stand in the value, so clean text is implied.
    if pattern:
        if not _pattern(pattern).fullmatch(text):
            return None
    elif _UNCLEAN.search(text):
        return None
    try:
        match type_:
            case "integer":
                return int(text)
            case "decimal":
                return Decimal(text)
            case "date":
                return date.fromisoformat(text)
            case "datetime":
                return datetime.fromisoformat(text)
            case "time":
                return time.fromisoformat(text).isoformat()
    except ValueError:
        return None
    return text


def _closed_list(dataset: DataSet, field: Field) -> dict[str, Code] | None:
    if field.code_list and field.code_list_closed:
        return dataset.codes[field.code_list]
    return None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _emptied(texts: pa.Array, empty: Mask) -> pa.Array:
    """The same texts, without those of `empty`; the texts themselves are not copied."""
    _, offsets, content = (pa.concat_arrays([texts]) if texts.offset else texts).buffers()
    valid = pa.py_buffer(np.packbits(~empty, bitorder="little"))
    return pa.StringArray.from_buffers(len(texts), offsets, content, valid, int(empty.sum()))


def _beyond_visible(values: pa.Array) -> NDArray[np.int64]:
    """The places of the values that hold anything but visible ASCII characters: a space too.

    All places, where such characters are so many that to tell their values apart takes longer.
    """
    _, offsets, content = values.buffers()
    if content is None:
        return np.array([], dtype=np.int64)
    ends = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    used = np.frombuffer(content, np.uint8)[ends[0] : ends[-1]]
    found, count = [np.array([], dtype=np.int64)], 0
    for start in range(0, len(used), _BYTES_AT_ONCE):
        # What is below the first of them wraps around.
        beyond = used[start : start + _BYTES_AT_ONCE] - np.uint8(ord("!")) > ord("~") - ord("!")
        found.append(np.flatnonzero(beyond) + start)
        count += len(found[-1])
        if count > len(values):
            return np.arange(len(values))
    return np.unique(np.searchsorted(ends[1:], np.concatenate(found) + ends[0], side="right"))


def _all_clean(values: pa.Array) -> bool:
    """Whether no value has a control character, or a space at either end; quick when all is well.

    False also for letters beyond ASCII, which are looked at one by one.
    """
    printable = pc.all(pc.ascii_is_printable(values)).as_py()
    return bool(printable and pc.all(pc.equal(pc.ascii_trim(values, " "), values)).as_py())


def _true(found: pa.Array) -> Mask:
    mask: Mask = found.to_numpy(zero_copy_only=False)
    return mask
