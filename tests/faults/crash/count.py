"""How many faults were injected, by step, by what was done to the call and by kind of call."""

from collections import Counter
from collections.abc import Iterable, Iterator

FAULTS = "faults"
"""The property of a test under which it says what it injected: step, mode, counts by kind."""

KINDS = ("write", "sync", "rename", "remove", "make")


def table(told: Iterable[tuple[str, str, dict[str, int]]]) -> Iterator[str]:
    """The lines of a table with a row for each step and mode, and their sum."""
    yield f"{'step':<10} {'mode':<7}" + "".join(f"{kind:>8}" for kind in KINDS) + f"{'all':>8}"
    total: Counter[str] = Counter()
    for step, mode, counts in told:
        yield _line(step, mode, counts)
        total.update(counts)
    yield _line("all", "", total)


def _line(step: str, mode: str, counts: dict[str, int]) -> str:
    numbers = (*(counts.get(kind, 0) for kind in KINDS), sum(counts.values()))
    return f"{step:<10} {mode:<7}" + "".join(f"{number:>8,}" for number in numbers)
