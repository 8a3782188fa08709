"""Returns: counts that a provider sends beside CSDS, of what CSDS does not hold.

A return is a small file of one kind: friends and family answers, incidents, falls, bed days. Its
layout is data (`definitions/returns`). It is taken whole or refused whole. It holds counts, or
pseudonyms of the provider's own making, and nothing that tells who somebody is: so there is no
identity to drop, and what looks like an NHS number is refused.
"""

from levelfield.returns.faults import Fault
from levelfield.returns.judge import KnownCodes
from levelfield.returns.keep import Loaded, keep
from levelfield.returns.layouts import COMMON, Column, Layout, find_layout, load_layouts
from levelfield.returns.read import ReadReturn, read_return
from levelfield.returns.template import guide_rows, template

__all__ = [
    "COMMON",
    "Column",
    "Fault",
    "KnownCodes",
    "Layout",
    "Loaded",
    "ReadReturn",
    "find_layout",
    "guide_rows",
    "keep",
    "load_layouts",
    "read_return",
    "template",
]
