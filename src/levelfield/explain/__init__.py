"""A figure → its definition, rule, query, submissions, counts and records."""

from levelfield.explain.explanation import (
    Assumption,
    Check,
    Count,
    Explanation,
    Part,
    Records,
    Source,
    currency_key,
    quality_key,
)
from levelfield.explain.find import explain
from levelfield.explain.returns import returns_behind

__all__ = [
    "Assumption",
    "Check",
    "Count",
    "Explanation",
    "Part",
    "Records",
    "Source",
    "currency_key",
    "explain",
    "quality_key",
    "returns_behind",
]
