"""Active submissions become facts: one clean row per thing that happened."""

from levelfield.facts.build import BuildResult, build, register_facts
from levelfield.facts.catalogue import Column, Fact, load_fact, load_facts
from levelfield.facts.unkept import make_facts, make_facts_again, placed_contacts

__all__ = [
    "BuildResult",
    "Column",
    "Fact",
    "build",
    "load_fact",
    "load_facts",
    "make_facts",
    "make_facts_again",
    "placed_contacts",
    "register_facts",
]
