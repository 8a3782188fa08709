"""Facts that go nowhere: of a file that is checked, or of submissions that are looked at again."""

from collections.abc import Collection, Mapping, Sequence

import pyarrow as pa

from levelfield.datasets import load_dataset
from levelfield.engine import Engine, NamedQuery, compose
from levelfield.facts import pipelines
from levelfield.facts.sources import SUBMISSION_SCHEMA, register_lookups, register_submissions
from levelfield.intake import stored_schema
from levelfield.warehouse import Submission

FROM_RECORDS = tuple(name for name in pipelines.MONTHLY if not name.endswith("_quality"))
"""The monthly facts that are made from the records alone."""


def make_facts(
    engine: Engine,
    tables: Mapping[str, pa.Table],
    submission: Mapping[str, object],
    names: Collection[str],
) -> None:
    """Give an engine some facts of one submission (of FROM_RECORDS), each under its own name, and
    those that they are made from.

    `tables` are its accepted records with the columns of `stored_schema`; a column that is not
    there is empty. `submission` is its row, in the columns of `SUBMISSION_SCHEMA`.
    """
    for table in load_dataset().tables.values():
        engine.view(table.name, _complete(tables.get(table.name), stored_schema(table)))
    engine.view("submission", pa.Table.from_pylist([dict(submission)], schema=SUBMISSION_SCHEMA))
    _make(engine, names)


def make_facts_again(engine: Engine, submission: Submission, names: Collection[str]) -> None:
    """Give an engine some facts (of FROM_RECORDS) of one committed submission, as if it were the
    only one; nothing of them is kept."""
    own = (submission.provider, submission.period)
    register_submissions(engine, [submission], {own: [submission]})
    _make(engine, names)


def make_facts_of(
    engine: Engine, submissions: Sequence[Submission], names: Collection[str]
) -> None:
    """Give an engine some facts of committed submissions, as if these were the ones that count, of
    which there is one for each provider and period; nothing of them is kept.

    `names` are of FROM_RECORDS or of the derived facts, which are over the months of these alone.
    """
    register_submissions(engine, submissions, {(s.provider, s.period): [s] for s in submissions})
    _make(engine, names)


def _make(engine: Engine, names: Collection[str]) -> None:
    register_lookups(engine)
    wanted = pipelines.made_from(names)
    made = [name for name in (*FROM_RECORDS, *pipelines.DERIVED) if name in wanted]
    for name in (*pipelines.SHARED, *made):
        engine.create(name, pipelines.statement(name))


def placed_contacts(final: str) -> str:
    """A query over contacts with the team, attendance and mechanism that the facts settle on.

    `final` reads from `placed`. The engine has the tables of some submissions, `submission` and
    the table `referral_teams` (`pipelines.SHARED`).
    """
    queries: Sequence[NamedQuery] = pipelines.queries("contact")
    names = [query.name for query in queries]
    return compose(queries[: names.index("placed") + 1], final)


def _complete(rows: pa.Table | None, schema: pa.Schema) -> pa.Table:
    if rows is None:
        return schema.empty_table()
    size = rows.num_rows
    return pa.table(
        {
            field.name: rows.column(field.name)
            if field.name in rows.column_names
            else pa.nulls(size, field.type)
            for field in schema
        }
    )
