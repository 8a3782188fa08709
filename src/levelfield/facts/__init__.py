"""Active submissions become facts: one clean row per thing that happened."""

from levelfield.facts.catalogue import Column, Fact, load_fact, load_facts

__all__ = ["Column", "Fact", "load_fact", "load_facts"]
