"""Facts → units of care: every record gets exactly one currency or one named error class."""

from levelfield.currencies.counts import COUNT_SCHEMA, Coverage, coverage, unit_counts
from levelfield.currencies.examples import Example
from levelfield.currencies.grouper import UNIT_SCHEMA, group, group_example, read_by
from levelfield.currencies.rules import Rule
from levelfield.currencies.scheme import Code, ErrorClass, Scheme, load_scheme, schemes
from levelfield.currencies.why import PassedOver, Why, explain_record

__all__ = [
    "COUNT_SCHEMA",
    "UNIT_SCHEMA",
    "Code",
    "Coverage",
    "ErrorClass",
    "Example",
    "PassedOver",
    "Rule",
    "Scheme",
    "Why",
    "coverage",
    "explain_record",
    "group",
    "group_example",
    "load_scheme",
    "read_by",
    "schemes",
    "unit_counts",
]
