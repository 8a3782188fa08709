"""A value: one row of result, the same shape whoever counted it."""

import hashlib
from binascii import hexlify
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

VALUE_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("version", pa.string()),
        ("period", pa.string()),
        ("org_level", pa.string()),
        ("org_code", pa.string()),
        ("stratifier", pa.string()),
        ("stratum", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("method", pa.string()),
        ("flags", pa.string()),
        ("lineage", pa.string()),
    ]
)
"""The columns of a value, in the order in which every table, file and command gives them.

`period` is a month (`2026-03`) or a financial year (`2025-26`); `org_level` is national,
commissioner or provider; `stratifier` and `stratum` are `all` where the value is not broken down.
Counts are doubles because published figures may be rounded or rates; ours are whole numbers.
An empty cell is unknown or not applicable, never zero. `flags` are words joined by `;` in
alphabetical order.
"""

VALUE_COLUMNS: tuple[str, ...] = tuple(VALUE_SCHEMA.names)

ALL = "all"
"""The stratifier and stratum of a value that is not broken down."""


ENGLAND = "ENG"
"""The organisation of published figures of the whole of England."""

NATIONAL = "ALL"
"""The organisation that is everybody in a home: its own total, below England."""


PROVISIONAL = "provisional"
"""The flag of a value that rests on a submission of the primary window, which may be replaced."""

INCOMPLETE = "incomplete"
"""The flag of a value that lacks a provider-month, or the history that it looks back on."""

SMALL_NUMBER = "small number"
"""The flag of a value below its measure's minimum denominator."""

BREAK = "break in series"
"""The flag of the first value that means something else, and so of where limits begin anew."""

MERGED = "merged"
"""The flag of the first value in which an organisation that went into this one is counted with it:
a break in series as well."""

BREAKS = frozenset({BREAK, MERGED})


SEPARATOR = "\x1f"
"""What stands between the parts of a lineage key before they are hashed."""


def join_flags(*flags: str) -> str:
    """Flags as they are stored: each once, in alphabetical order, joined by `;`."""
    return ";".join(sorted({flag for flag in flags if flag}))


def lineage_key(prefix: str, *parts: object) -> str:
    """The key that stands beside a figure and that `levelfield explain` takes.

    `prefix` says what kind of figure it is: V value, P published value, S statement line or month
    of a shadow, C currency cell, Q data quality. The parts name the figure fully, so the same
    figure from the same data has the same key on every machine.
    """
    return f"{prefix}-{lineage_number(SEPARATOR.join(map(str, parts)).encode()):012x}"


def lineage_number(text: bytes) -> int:
    """The first 48 bits of the SHA-256 of a text, which a lineage key writes as twelve digits."""
    return int.from_bytes(hashlib.sha256(text).digest()[:6])


def lineage_keys(
    prefix: str, about: Sequence[object], cells: npt.NDArray[np.uint64]
) -> pa.StringArray:
    """The keys of many figures that have the parts `about` in common.

    `cells` are the lineage numbers of what else names each. The exclusive or of both is a figure's
    number, so that the cells of many measures are hashed once.
    """
    common = lineage_number(SEPARATOR.join(map(str, about)).encode())
    digits = hexlify((cells ^ np.uint64(common)).astype(">u8").tobytes())
    last = np.frombuffer(digits, dtype=np.uint8).reshape(-1, 16)[:, 4:]
    texts = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(12), len(cells), [None, pa.py_buffer(np.ascontiguousarray(last))]
    )
    return pc.binary_join_element_wise(prefix, texts.cast(pa.binary()).cast(pa.string()), "-")
