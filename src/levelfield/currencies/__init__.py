"""Facts → units of care: every contact gets exactly one currency or one named error class."""

from levelfield.currencies.counts import COUNT_SCHEMA, Coverage, coverage, unit_counts
from levelfield.currencies.grouper import UNIT_SCHEMA, group
from levelfield.currencies.rules import Rule
from levelfield.currencies.scheme import ErrorClass, Parameters, Scheme, load_scheme, schemes

__all__ = [
    "COUNT_SCHEMA",
    "UNIT_SCHEMA",
    "Coverage",
    "ErrorClass",
    "Parameters",
    "Rule",
    "Scheme",
    "coverage",
    "group",
    "load_scheme",
    "schemes",
    "unit_counts",
]
