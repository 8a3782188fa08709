"""Facts → units of care: every record gets exactly one currency or one named error class."""

from levelfield.currencies.check import check_scheme
from levelfield.currencies.counts import (
    COUNT_SCHEMA,
    COUNTS_IN_ORDER,
    Coverage,
    coverage,
    unit_counts,
)
from levelfield.currencies.evaluate import (
    PALLIATIVE_REFERENCE,
    Explained,
    Mix,
    Stability,
    stability,
    trim_points,
    variance_explained,
)
from levelfield.currencies.examples import Example
from levelfield.currencies.explore import Explorer, Node, explore
from levelfield.currencies.grouper import (
    UNIT_SCHEMA,
    group,
    group_and_count,
    group_example,
    phases,
    read_by,
)
from levelfield.currencies.rules import Rule
from levelfield.currencies.scheme import Code, ErrorClass, Scheme, load_scheme, schemes
from levelfield.currencies.why import PassedOver, Why, Worked, explain_example, explain_record

__all__ = [
    "COUNTS_IN_ORDER",
    "COUNT_SCHEMA",
    "PALLIATIVE_REFERENCE",
    "UNIT_SCHEMA",
    "Code",
    "Coverage",
    "ErrorClass",
    "Example",
    "Explained",
    "Explorer",
    "Mix",
    "Node",
    "PassedOver",
    "Rule",
    "Scheme",
    "Stability",
    "Why",
    "Worked",
    "check_scheme",
    "coverage",
    "explain_example",
    "explain_record",
    "explore",
    "group",
    "group_and_count",
    "group_example",
    "load_scheme",
    "phases",
    "read_by",
    "schemes",
    "stability",
    "trim_points",
    "unit_counts",
    "variance_explained",
]
