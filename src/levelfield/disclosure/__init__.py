"""What may leave, and for whom. Everything made for the public passes here first."""

from levelfield.disclosure.intervals import share_intervals
from levelfield.disclosure.kinds import Kind
from levelfield.disclosure.rule import ENGLAND as ENGLAND_RULE
from levelfield.disclosure.rule import (
    Rule,
    default_rule,
    enough_peers,
    load_rules,
    public_count,
)
from levelfield.disclosure.values import Audience, Effect, disclose

__all__ = [
    "ENGLAND_RULE",
    "Audience",
    "Effect",
    "Kind",
    "Rule",
    "default_rule",
    "disclose",
    "enough_peers",
    "load_rules",
    "public_count",
    "share_intervals",
]
