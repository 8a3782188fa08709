"""Whether an Access database has all its pages: the one damage that mdbtools may not notice."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_NEWER = 4096
_OLDEST = 2048
"""Size of a page; Access 97 and before had the smaller one."""
_MAP_PAGE = 1
"""The page whose first row is the map of the database's pages: a set bit is one that is free."""
_OFFSET = 0x1FFF
_REFERENCES = 17
_REFERRED_HEADER = 4


def has_all_pages(file: BinaryIO, size: int) -> bool:
    """Whether each page that the map says is in use lies within the `size` bytes of the file.

    Source: the layout as the mdbtools project (HACKING) and the Jackcess library describe it.
    """
    file.seek(0)
    start = file.read(0x15)
    page = _OLDEST if start[0x14:] == b"\0" else _NEWER
    if size % page or size < (_MAP_PAGE + 1) * page:
        return False
    pages = size // page
    try:
        return all(first + used < pages for first, used in _last_used(file, page, pages))
    except (IndexError, struct.error):
        # What should be the map is none.
        return False


def _last_used(file: BinaryIO, page: int, pages: int) -> Iterator[tuple[int, int]]:
    """The last page in use of each part of the map, as the part's first page and the distance."""
    file.seek(_MAP_PAGE * page)
    content = file.read(page)
    (place,) = struct.unpack_from("<H", content, 0x0E if page == _NEWER else 0x0A)
    row = content[place & _OFFSET :]
    if row[0] == 0:
        (first,) = struct.unpack_from("<I", row, 1)
        yield first, _last_clear(row[5:69])
        return
    bits = (page - _REFERRED_HEADER) * 8
    for number, (where,) in enumerate(struct.iter_unpack("<I", row[1 : 1 + 4 * _REFERENCES])):
        if where >= pages:
            yield where, 0
        elif where:
            file.seek(where * page + _REFERRED_HEADER)
            yield number * bits, _last_clear(file.read(page - _REFERRED_HEADER))


def _last_clear(bitmap: bytes) -> int:
    """The position of the last bit that is not set, counted from the lowest; -1 for none."""
    clear = int.from_bytes(bitmap, "little") ^ ((1 << 8 * len(bitmap)) - 1)
    return clear.bit_length() - 1
