"""Active submissions become facts: one clean row per thing that happened."""

from levelfield.facts.build import BuildResult, build, register_facts
from levelfield.facts.catalogue import OF_RETURN, Column, Fact, load_fact, load_facts
from levelfield.facts.held import Held, held
from levelfield.facts.unkept import make_facts, make_facts_again, make_facts_of, placed_contacts

__all__ = [
    "OF_RETURN",
    "BuildResult",
    "Column",
    "Fact",
    "Held",
    "build",
    "held",
    "load_fact",
    "load_facts",
    "make_facts",
    "make_facts_again",
    "make_facts_of",
    "placed_contacts",
    "register_facts",
]
