"""What each row of a fact is to a measure, as SQL: the one reading of its conditions.

The counting adds these up over all cells at once, and `explain` shows them for the rows of one.
A condition that is neither true nor false of a row, since a column of it is empty, counts as false.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from levelfield.engine.sql import literal
from levelfield.measures.definition import Measure
from levelfield.measures.parts import Condition

NUMBER = "DECIMAL(18, 4)"
"""Numbers are taken to four decimals: exact sums come out alike on every engine and thread."""

COUNTED = "counted"
OTHER = "other"
UNOBSERVED = "unobserved"
NOT_COMPARED = "not compared"
NOTHING_APPLIES = "nothing applies"
WRONG = "wrong counts"


@dataclass(frozen=True)
class Judged:
    """The SQL that judges a row.

    `keeps` are the conditions that a row of the denominator passes, each with the standing of a row
    that does not pass it and passed those before. `is_hit` says whether a row is in the numerator.
    `size` and `hit` are what a row adds to denominator and numerator. `wrong` says whether a row
    was left out because its own counts cannot be right; None where rows hold none.
    """

    keeps: tuple[tuple[str, str], ...]
    is_hit: str
    size: str
    hit: str
    wrong: str | None

    @property
    def counts(self) -> str:
        """The condition of a row of the denominator."""
        return all_of(_conditions(self.keeps))

    @property
    def standing(self) -> str:
        """An expression that says of a row that it is counted, or why it is not."""
        reasons = "".join(
            f"\n    WHEN ({condition}) IS NOT TRUE THEN {literal(standing)}"
            for standing, condition in self.keeps
        )
        return f"CASE{reasons}\n    ELSE {literal(COUNTED)}\n  END"


def judge(measure: Measure) -> Judged:
    """How the rows of its fact are judged for a measure.

    The numerator of a `rate` or a `ratio` is taken from the initial population without the
    exclusions, and need not be in the denominator; any other numerator is part of the denominator.
    """
    numerator = measure.numerator
    met = f"({numerator.when})" if numerator else "FALSE"
    if measure.statistic == "all_or_nothing":
        done = (f"(({one.applies}) IS NOT TRUE OR ({one.met}))" for one in measure.components)
        met = f"({all_of(done)})"
    size, hit = _adds(measure.denominator), _adds(numerator)
    population, exclusions = list(_population(measure)), list(_exclusions(measure))
    keeps = [*population, (OTHER, f"({measure.denominator.when})"), *exclusions]
    keeps += _left_out(measure, met)
    left = [met, *(f"({one.when}) IS NOT TRUE" for one in measure.numerator_exclusions)]
    if measure.statistic in ("rate", "ratio"):
        hits = [*_conditions([*population, *exclusions]), *left]
        return _apart(keeps, hits, size, hit, bool(_sums(measure)))
    if not _sums(measure):
        return Judged(tuple(keeps), all_of([*_conditions(keeps), *left]), size, hit, None)
    missed = f"{met} IS NOT TRUE"
    sound = f"({size} >= 0 AND ({missed} OR {hit} BETWEEN 0 AND {size}))"
    keeps.append((UNOBSERVED, f"({size} IS NOT NULL AND ({missed} OR {hit} IS NOT NULL))"))
    wrong = all_of([*_conditions(keeps), f"NOT {sound}"])
    keeps.append((WRONG, sound))
    return Judged(tuple(keeps), all_of([*_conditions(keeps), *left]), size, hit, wrong)


def _apart(
    keeps: list[tuple[str, str]], hits: list[str], size: str, hit: str, holds_counts: bool
) -> Judged:
    """A numerator of its own: each side has its number, and a wrong one leaves that side alone."""
    if not holds_counts:
        return Judged(tuple(keeps), all_of(hits), size, hit, None)
    given = [*keeps, (UNOBSERVED, f"{size} IS NOT NULL")]
    negative = all_of([*_conditions(given), f"{size} < 0"])
    negative_hit = all_of([*hits, f"{hit} < 0"])
    return Judged(
        (*given, (WRONG, f"{size} >= 0")),
        all_of([*hits, f"{hit} >= 0"]),
        size,
        hit,
        f"(({negative}) OR ({negative_hit}))",
    )


def _sums(measure: Measure) -> list[str]:
    """The numbers that rows hold counts in."""
    parts = (measure.denominator, measure.numerator)
    return [part.sum for part in parts if part and part.sum]


def all_of(conditions: Iterable[str]) -> str:
    """All of some conditions, as one."""
    return " AND ".join(conditions)


def number(expression: str) -> str:
    """A number as it is added up."""
    return f"CAST(({expression}) AS {NUMBER})"


def _conditions(keeps: Sequence[tuple[str, str]]) -> list[str]:
    return [condition for _, condition in keeps]


def _population(measure: Measure) -> Iterator[tuple[str, str]]:
    if measure.initial_population:
        yield OTHER, f"({measure.initial_population.when})"


def _exclusions(measure: Measure) -> Iterator[tuple[str, str]]:
    for place, exclusion in enumerate(measure.exclusions, start=1):
        yield f"exclusion {place}", f"({exclusion.when}) IS NOT TRUE"


def _left_out(measure: Measure, met: str) -> Iterator[tuple[str, str]]:
    for place, exception in enumerate(measure.exceptions, start=1):
        yield f"exception {place}", f"(({exception.when}) IS NOT TRUE OR {met})"
    if measure.observation:
        yield UNOBSERVED, f"({measure.observation.value}) IS NOT NULL"
    if measure.components:
        yield NOTHING_APPLIES, f"({' OR '.join(f'({one.applies})' for one in measure.components)})"
    if measure.gap:
        first, second = literal(measure.gap.first), literal(measure.gap.second)
        yield NOT_COMPARED, f"{measure.gap.column} IN ({first}, {second})"
    if measure.statistic == "slope":
        yield NOT_COMPARED, "deprivation_fifth IN ('1', '2', '3', '4', '5')"


def _adds(part: Condition | None) -> str:
    return number(part.sum) if part and part.sum else "1"
