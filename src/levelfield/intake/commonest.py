"""The wrong codes that a submission holds most often, as far as a report may show them."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.intake.checking.table_checks import CheckedTable
from levelfield.intake.faults import Rows

OUTSIDE_LIST = frozenset({"W-CODE", "R-CODE-FATAL"})
"""Rules of a code that its field's list does not hold."""

SHOWN = 3
MAX_LENGTH = 3
"""Characters of a value that is shown. An NHS number has ten, a date eight, a postcode five."""
_LETTERS = re.compile(r"[^\W\d_]{2}")

Commonest = tuple[tuple[str, int], ...]
"""Values with how often they come, the most frequent first."""


def commonest_codes(checked: CheckedTable, field: str, rows: Rows) -> Commonest:
    """The commonest values of a field with a code list at some rows (from 1).

    Left out are values longer than any code, values with two letters in a row, which may be a name
    out of a neighbouring field, and those with characters that do not print. For the reports of
    whoever sent the file alone: not for receipts and logs.
    """
    if not checked.table.field(field).code_list:
        return ()
    sent = checked.raw.column(field).chunk(0).take(pa.array(rows - 1)).cast(pa.string())
    counted = [(one["values"], one["counts"]) for one in pc.value_counts(sent).to_pylist()]
    shown = [(text, times) for text, times in counted if _may_be_shown(text)]
    return tuple(sorted(shown, key=lambda one: (-one[1], one[0]))[:SHOWN])


def _may_be_shown(text: str) -> bool:
    return len(text) <= MAX_LENGTH and text.isprintable() and not _LETTERS.search(text)
