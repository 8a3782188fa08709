"""Why a record has its class: the row that fired, and what each row before it asked in vain."""

from collections.abc import Mapping
from dataclasses import dataclass

from levelfield.core.errors import UsageError
from levelfield.currencies.conditions import NONE
from levelfield.currencies.examples import Example, given_tables
from levelfield.currencies.grouper import group, read_by
from levelfield.currencies.rules import Rule
from levelfield.currencies.scheme import Scheme
from levelfield.engine import Engine, NamedQuery, compose


@dataclass(frozen=True)
class PassedOver:
    """A row that did not fire: the first of its conditions that failed, what it asks and what the
    record holds."""

    rule: Rule
    condition: str
    asks: tuple[str, ...]
    holds: str

    @property
    def sentence(self) -> str:
        return (
            f"{self.rule.id}: {self.condition} is {self.holds}, and the row asks "
            f"{' or '.join(self.asks)}."
        )


@dataclass(frozen=True)
class Why:
    """A record's class: `holds` is what each condition found, `passed_over` the rows before the
    one that fired, in their order."""

    scheme: str
    provider: str
    period: str
    record_id: str
    holds: Mapping[str, str]
    fired: Rule
    passed_over: tuple[PassedOver, ...]


@dataclass(frozen=True)
class Worked:
    """An example of a scheme with the reasons for the class of each of its records, by id."""

    example: Example
    whys: tuple[Why, ...]


def explain_record(
    engine: Engine, scheme: Scheme, record_id: str, provider: str = "", period: str = ""
) -> list[Why]:
    """Why the records with this local id have their class, by provider and period.

    The engine holds the facts. A local id is only unique within a provider and period: name those
    to see one. For the parties alone: it tells what a record holds. Raises UsageError for an id
    that no record has.
    """
    queries = _until_settled(scheme)
    wanted = {"record_id": record_id, "provider": provider, "period": period}
    asked = {name: value for name, value in wanted.items() if value}
    where = " AND ".join(f"{name} = ${name}" for name in asked)
    rows = engine.query(
        compose(queries, f"SELECT * FROM settled_record WHERE {where} ORDER BY provider, period"),
        asked,
    ).to_pylist()
    if not rows:
        raise UsageError(
            f"No {scheme.record.unit} has this id: give it as its provider sent it, and check the "
            "provider and period."
        )
    return [_why(scheme, row) for row in rows]


def explain_example(engine: Engine, scheme: Scheme, example: Example) -> Worked:
    """Why each record of an example has its class, under the parameters of the example.

    Leaves the example's rows on the engine under the names of their facts.
    """
    where = f"{scheme.id}: the example '{example.title}'"
    for fact, table in given_tables(example, read_by(scheme), where).items():
        engine.view(fact, table)
    chosen = scheme.with_parameters(**example.parameters)
    queries = _until_settled(chosen)
    asked = "SELECT * FROM settled_record ORDER BY record_id, provider, period"
    rows = engine.query(compose(queries, asked)).to_pylist()
    return Worked(example, tuple(_why(chosen, row) for row in rows))


def _until_settled(scheme: Scheme) -> list[NamedQuery]:
    queries = group(scheme)
    return queries[: [query.name for query in queries].index("settled_record") + 1]


def _why(scheme: Scheme, row: Mapping[str, object]) -> Why:
    flags = {n: c.flags for n, c in scheme.conditions.items() if c.flags}
    held: dict[str, frozenset[str]] = {
        name: frozenset(flag for flag in flags[name] if row[flag])
        if name in flags
        else frozenset({str(row[f"settled_{name}"] or NONE)})
        for name in scheme.conditions
    }
    passed: list[PassedOver] = []
    for rule in scheme.rules:
        failed = [name for name, values in rule.conditions.items() if not values & held[name]]
        if not failed:
            return Why(
                scheme.id,
                str(row["provider"]),
                str(row["period"]),
                str(row["record_id"]),
                {name: _said(values) for name, values in held.items()},
                rule,
                tuple(passed),
            )
        asks = tuple(sorted(rule.conditions[failed[0]]))
        passed.append(PassedOver(rule, failed[0], asks, _said(held[failed[0]])))
    raise AssertionError("a scheme that loads has a row for every record")


def _said(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or NONE
