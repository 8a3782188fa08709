"""Records → units of care: the decision tables of a scheme as portable SQL."""

import pyarrow as pa

from levelfield.core.errors import DefinitionError, UsageError
from levelfield.currencies.conditions import codes_sql
from levelfield.currencies.counts import unit_counts
from levelfield.currencies.decision import decide
from levelfield.currencies.examples import Example, differences, given_tables
from levelfield.currencies.rules import Basis, Rule
from levelfield.currencies.scheme import Scheme
from levelfield.currencies.tables import SQL, find_table
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.engine.sql import literal

UNIT_SCHEMA = pa.schema(
    [
        ("provider", pa.string()),
        ("period", pa.string()),
        ("submission_id", pa.string()),
        ("record_id", pa.string()),
        ("commissioner", pa.string()),
        ("team_type", pa.string()),
        ("age_band", pa.string()),
        ("currency", pa.string()),
        ("error_class", pa.string()),
        ("basis", pa.string()),
        ("rule", pa.string()),
        ("assumed", pa.string()),
        ("units", pa.int64()),
        ("size", pa.float64()),
        ("excess", pa.float64()),
    ]
)
"""One row for each record; `record_id` tells those of a provider and period apart.

Exactly one of `currency` and `error_class` is set; `basis` is direct, nearest or underivable;
`rule` is the row of the decision tables that fired. `assumed` names what a parameter took for
granted to give the currency (`attendance;group`), or is null. `units` is how many units the record
stands for, 1 but for counts; `size` its length in what the scheme measures in, and `excess` the
part of that beyond a trim point: null where the scheme has none.
"""


def group(scheme: Scheme, source: str | None = None) -> list[NamedQuery]:
    """The queries that give each record of a scheme one unit; the last is named `unit`.

    `source` is the name of a table or view to read in place of the scheme's own, which is then not
    derived. Compose the queries and run them on either engine; they read facts by their names, and
    the columns are those of UNIT_SCHEMA.
    """
    return _queries(scheme, source, _OF_RECORD, counted=False)


def group_and_count(scheme: Scheme) -> list[NamedQuery]:
    """The queries that count the units of a scheme; the columns are those of COUNT_SCHEMA, in no
    particular order.

    They give what `unit_counts` gives of the units of `group`, and sooner where the scheme measures
    no length.
    """
    if scheme.record.size:
        return [*_queries(scheme, None, _OF_COUNT, counted=False), *unit_counts()]
    return _queries(scheme, None, _OF_COUNT, counted=True)


_OF_RECORD = tuple(UNIT_SCHEMA.names[: UNIT_SCHEMA.get_field_index("currency")])
_OF_COUNT = ("provider", "commissioner", "period", "team_type")


def _queries(
    scheme: Scheme, source: str | None, before: tuple[str, ...], counted: bool
) -> list[NamedQuery]:
    assumed = [name for name, c in scheme.conditions.items() if c.assumed != "never"]
    decision = decide(scheme)
    first_of: dict[tuple[str, Basis], int] = {}
    for rule in scheme.rules:
        first_of.setdefault((rule.outcome, rule.basis), rule.number)
    queries = load_pipeline(
        SQL / "group.sql",
        source=source or scheme.record.table,
        record=scheme.record,
        conditions=scheme.conditions,
        flags=[flag for c in scheme.conditions.values() for flag in c.flags],
        asked={n: c.sql(scheme.choices) for n, c in scheme.conditions.items() if not c.flags},
        assumed=assumed,
        counted=counted,
        before=before,
        kept=before if counted else (*before, "size", "excess"),
        joined=decision.joined,
        literal=literal,
        first_fitting=decision.first_fitting,
        rules=[
            _outcome(scheme, rule, first_of[rule.outcome, rule.basis], assumed)
            for rule in scheme.rules
        ],
    )
    return [*([] if source else _derive(scheme)), *queries]


def phases(scheme: Scheme) -> list[NamedQuery]:
    """The queries that take the stretches of a person's time in one class together.

    The last is named `phase`: provider, person_id, currency or error_class, first_day, last_day and
    days. The phases of a person follow one another without gap or overlap. Raises UsageError for a
    scheme that does not group time.
    """
    types = find_table(scheme.record.table).types
    if not {"person_id", "first_day", "last_day"} <= set(types):
        raise UsageError(f"{scheme.id} groups no stretches of time, so that it has no phases.")
    source = scheme.record.table
    return [*group(scheme), *load_pipeline(SQL / "phases.sql", source=source, id=scheme.record.id)]


def read_by(scheme: Scheme) -> tuple[str, ...]:
    """The facts that the queries of a scheme read."""
    return find_table(scheme.record.table).facts


def group_example(engine: Engine, scheme: Scheme, example: Example, where: str = "") -> list[str]:
    """Run an example on an engine; where the units differ from it, a sentence each.

    Leaves the example's rows on the engine under the names of their facts. A message begins with
    `where`, or else with the scheme and the example's title.
    """
    where = where or f"{scheme.id}: the example '{example.title}'"
    for fact, table in given_tables(example, read_by(scheme), where).items():
        engine.view(fact, table)
    try:
        chosen = scheme.with_parameters(**example.parameters)
    except DefinitionError as error:
        raise DefinitionError(f"{where}: {error}") from None
    return differences(example, engine.query(compose(group(chosen))), where)


def _derive(scheme: Scheme) -> list[NamedQuery]:
    table = find_table(scheme.record.table)
    if table.file is None:
        return []
    lists = {name: codes_sql(list(codes)) for name, codes in scheme.lists.items()}
    return load_pipeline(
        table.file, lists=lists, rows=scheme.rows, choices=scheme.choices, literal=literal
    )


def _outcome(scheme: Scheme, rule: Rule, first: int, assumed: list[str]) -> str:
    """The row of `currency_rule`; `first` is the number of the first row with the same outcome."""
    words = [rule.id, rule.currency or "", rule.error_class or "", rule.basis]
    asks = [
        str(
            rule.currency is not None
            and (scheme.conditions[name].assumed == "always" or name in rule.conditions)
        ).upper()
        for name in assumed
    ]
    return ", ".join([str(rule.number), *map(literal, words), str(first), *asks])
