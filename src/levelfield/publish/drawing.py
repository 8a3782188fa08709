"""Specifications become SVG files. Two processes draw, since drawing is most of a site's time."""

from collections.abc import Iterator, Sequence
from functools import partial

from levelfield.core.processes import workers
from levelfield.core.progress import Progress

_WORTH_A_PROCESS = 24
"""Below this many drawings, starting processes takes longer than drawing."""

_CHUNK = 8


def draw(specifications: Sequence[str], progress: Progress | None = None) -> list[str]:
    """Each Vega specification (JSON) as SVG text that fits the width it is given.

    `progress` is told how many are drawn and how many there are.
    """
    drawn: list[str] = []
    for svg in _drawn(specifications):
        drawn.append(svg)
        if progress:
            progress("charts", len(drawn), len(specifications))
    return drawn


def pictures(drawings: Sequence[str]) -> list[bytes]:
    """Each SVG as a PNG of twice its size, for slides and documents that take no SVG."""
    import vl_convert

    picture = partial(vl_convert.svg_to_png, scale=2)
    if len(drawings) < _WORTH_A_PROCESS:
        return [picture(svg) for svg in drawings]
    with workers(2) as pool:
        return list(pool.map(picture, drawings, chunksize=_CHUNK))


def _drawn(specifications: Sequence[str]) -> Iterator[str]:
    import vl_convert

    if len(specifications) < _WORTH_A_PROCESS:
        yield from map(vl_convert.vega_to_svg, specifications)
        return
    # The function is the library's own, so that the processes import next to nothing of ours.
    with workers(2) as pool:
        yield from pool.map(vl_convert.vega_to_svg, specifications, chunksize=_CHUNK)
