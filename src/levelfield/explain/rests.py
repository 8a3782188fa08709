"""What one number of a formula rests on: a part of an explanation, to be put together."""

from dataclasses import dataclass

from levelfield.engine import NamedQuery
from levelfield.explain.explanation import Assumption, Check, Count, Part, Records, Source


@dataclass(frozen=True)
class Rests:
    """Parts as an Explanation has them; those that do not apply are empty."""

    rule: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    query: tuple[NamedQuery, ...] = ()
    parameters: tuple[Part, ...] = ()
    submissions: tuple[Source, ...] = ()
    counts: tuple[Count, ...] = ()
    checks: tuple[Check, ...] = ()
    records: tuple[Records, ...] = ()
