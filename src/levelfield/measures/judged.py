"""What each row of a fact is to a measure, as SQL: the one reading of its conditions.

The counting adds these up over all cells at once, and `explain` shows them for the rows of one.
A condition that is neither true nor false of a row, since a column of it is empty, counts as false.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from levelfield.engine.sql import literal
from levelfield.facts import load_fact
from levelfield.measures.definition import Measure
from levelfield.measures.parts import Condition, Exclusion

NUMBER = "DECIMAL(18, 4)"
"""Numbers are taken to four decimals: exact sums come out alike on every engine and thread."""

COUNTED = "counted"
OTHER = "other"
UNOBSERVED = "unobserved"
NOT_COMPARED = "not compared"
NOTHING_APPLIES = "nothing applies"
WRONG = "wrong counts"


@dataclass
class Asked:
    """What is asked of each row of a fact, once for all measures that ask it: a column for each."""

    fact: str
    conditions: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)

    def holds(self, condition: str) -> str:
        """The column that says whether a condition is true."""
        return self.conditions.setdefault(condition, f"is_{len(self.conditions) + 1}")

    def number(self, expression: str) -> str:
        """The column with a number. A column of whole numbers stays one, which is added sooner."""
        if load_fact(self.fact).types.get(expression) == "INTEGER":
            return self.count(expression)
        return self.numbers.setdefault(expression, f"number_{len(self.numbers) + 1}")

    def count(self, expression: str) -> str:
        """The column with a whole number of at most nine digits."""
        return self.counts.setdefault(expression, f"whole_{len(self.counts) + 1}")

    @property
    def columns(self) -> dict[str, str]:
        """The SQL of every column, over those of the fact."""
        asked = {name: f"COALESCE(({sql}), FALSE)" for sql, name in self.conditions.items()}
        asked |= {name: f"CAST(({sql}) AS {NUMBER})" for sql, name in self.numbers.items()}
        return asked | {name: f"CAST(({sql}) AS INTEGER)" for sql, name in self.counts.items()}


@dataclass(frozen=True)
class Judged:
    """The SQL that judges a row, over the columns of what was asked of it.

    `keeps` are the conditions that a row of the denominator passes, each with the standing of a row
    that does not pass it and passed those before. `is_hit` says whether a row is in the numerator.
    `size` and `hit` are what a row adds to denominator and numerator; None adds 1. `wrong` says
    whether a row was left out because its own counts cannot be right; None where rows hold none.
    """

    keeps: tuple[tuple[str, str], ...]
    is_hit: str
    size: str | None = None
    hit: str | None = None
    wrong: str | None = None

    @property
    def counts(self) -> str:
        """The condition of a row of the denominator."""
        return all_of(_conditions(self.keeps))

    @property
    def standing(self) -> str:
        """An expression that says of a row that it is counted, or why it is not."""
        reasons = "".join(
            f"\n    WHEN NOT ({condition}) THEN {literal(standing)}"
            for standing, condition in self.keeps
        )
        return f"CASE{reasons}\n    ELSE {literal(COUNTED)}\n  END"


def judge(measure: Measure, asked: Asked) -> Judged:
    """How the rows of its fact are judged for a measure; adds to what is asked of them.

    The numerator of a `rate` or a `ratio` is taken from the initial population without the
    exclusions, and need not be in the denominator; any other numerator is part of the denominator.
    """
    met = _met(measure, asked)
    population = list(_population(measure, asked))
    exclusions = list(_exclusions("exclusion", measure.exclusions, asked))
    keeps = [*population, (OTHER, asked.holds(measure.denominator.when)), *exclusions]
    keeps += _left_out(measure, met, asked)
    left = [met, *_conditions(list(_exclusions("", measure.numerator_exclusions, asked)))]
    size, hit = _adds(measure.denominator, asked), _adds(measure.numerator, asked)
    if measure.statistic in ("rate", "ratio"):
        return _apart(keeps, [*_conditions([*population, *exclusions]), *left], size, hit)
    return _within(keeps, met, left, size, hit)


def all_of(conditions: Iterable[str]) -> str:
    """All of some conditions, as one, each once: what is asked alike is then counted once."""
    return " AND ".join(dict.fromkeys(conditions))


def any_of(conditions: Iterable[str]) -> str:
    """Any of some conditions, as one."""
    own = list(dict.fromkeys(conditions))
    # Spark takes the WHERE of `FROM asked WHERE (is_1)` for another name of the table.
    return own[0] if len(own) == 1 else " OR ".join(f"({one})" for one in own)


def _within(
    keeps: list[tuple[str, str]], met: str, left: list[str], size: str | None, hit: str | None
) -> Judged:
    """A numerator that is part of the denominator: a row with a wrong number counts in neither."""
    if size is None and hit is None:
        return Judged(tuple(keeps), all_of([*_conditions(keeps), *left]))
    most, number = size or "1", hit or "1"
    given = f"({most} IS NOT NULL AND (NOT {met} OR {number} IS NOT NULL))"
    sound = f"({most} >= 0 AND (NOT {met} OR {number} BETWEEN 0 AND {most}))"
    keeps = [*keeps, (UNOBSERVED, given)]
    wrong = all_of([*_conditions(keeps), f"NOT {sound}"])
    keeps.append((WRONG, sound))
    return Judged(tuple(keeps), all_of([*_conditions(keeps), *left]), size, hit, wrong)


def _apart(
    keeps: list[tuple[str, str]], hits: list[str], size: str | None, hit: str | None
) -> Judged:
    """A numerator of its own: each side has its number, and a wrong one leaves that side alone."""
    wrong = []
    if size is not None:
        keeps = [*keeps, (UNOBSERVED, f"{size} IS NOT NULL")]
        wrong.append(f"({all_of([*_conditions(keeps), f'{size} < 0'])})")
        keeps.append((WRONG, f"{size} >= 0"))
    if hit is not None:
        wrong.append(f"({all_of([*hits, f'{hit} < 0'])})")
        hits = [*hits, f"{hit} >= 0"]
    return Judged(tuple(keeps), all_of(hits), size, hit, " OR ".join(wrong) or None)


def _conditions(keeps: Sequence[tuple[str, str]]) -> list[str]:
    return [condition for _, condition in keeps]


def _met(measure: Measure, asked: Asked) -> str:
    """The condition of the numerator, without its exclusions."""
    if measure.statistic != "all_or_nothing":
        return asked.holds(measure.numerator.when) if measure.numerator else "FALSE"
    done = (f"(NOT {asked.holds(c.applies)} OR {asked.holds(c.met)})" for c in measure.components)
    return f"({all_of(done)})"


def _population(measure: Measure, asked: Asked) -> Iterator[tuple[str, str]]:
    if measure.initial_population:
        yield OTHER, asked.holds(measure.initial_population.when)


def _exclusions(
    kind: str, exclusions: Sequence[Exclusion], asked: Asked
) -> Iterator[tuple[str, str]]:
    for place, exclusion in enumerate(exclusions, start=1):
        yield f"{kind} {place}", f"NOT {asked.holds(exclusion.when)}"


def _left_out(measure: Measure, met: str, asked: Asked) -> Iterator[tuple[str, str]]:
    for standing, condition in _exclusions("exception", measure.exceptions, asked):
        yield standing, f"({condition} OR {met})"
    if measure.observation:
        yield UNOBSERVED, f"{asked.number(measure.observation.value)} IS NOT NULL"
    if measure.components:
        applies = " OR ".join(asked.holds(one.applies) for one in measure.components)
        yield NOTHING_APPLIES, f"({applies})"
    if measure.gap:
        first, second = literal(measure.gap.first), literal(measure.gap.second)
        yield NOT_COMPARED, asked.holds(f"{measure.gap.column} IN ({first}, {second})")
    if measure.statistic == "slope":
        yield NOT_COMPARED, asked.holds("deprivation_fifth IN ('1', '2', '3', '4', '5')")


def _adds(part: Condition | None, asked: Asked) -> str | None:
    return asked.number(part.sum) if part and part.sum else None
