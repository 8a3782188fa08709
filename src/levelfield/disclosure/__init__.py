"""What may leave, and for whom. Everything made for the public passes here first."""

from levelfield.disclosure.rule import (
    Rule,
    default_rule,
    enough_peers,
    load_rules,
    public_count,
)
from levelfield.disclosure.values import Audience, Effect, disclose

__all__ = [
    "Audience",
    "Effect",
    "Rule",
    "default_rule",
    "disclose",
    "enough_peers",
    "load_rules",
    "public_count",
]
