"""Rows of the tables that few providers fill: sound ones, a handful a month, so that no table of
the data set is left out. Written beside what the history tells, and drawn from no random stream.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.datasets import DataSet
from levelfield.simulate.assumptions import rows_of
from levelfield.simulate.draws import Ints
from levelfield.simulate.planting.conditions import Condition, read_conditions
from levelfield.simulate.planting.sent import PERSON, Sent, Tables
from levelfield.simulate.planting.spoilers import Spot
from levelfield.simulate.planting.values import Value, read_values
from levelfield.simulate.write import complete_table


@dataclass(frozen=True)
class Extra:
    """Rows of one table, for one in so many of the records above it that meet the conditions.

    A table without a parent gets them in proportion to the people.
    """

    table: str
    one_in: int
    where: tuple[Condition, ...]
    becomes: dict[str, Value]


@cache
def _load() -> tuple[Extra, ...]:
    where = "definitions/simulation/extras.csv"
    return tuple(
        Extra(
            row["table"],
            int(row["one_in"]),
            read_conditions(row["where"], where),
            dict(read_values(row["becomes"], where)),
        )
        for row in rows_of("extras.csv")
    )


def with_extras(data_set: DataSet, tables: Tables) -> Tables:
    """The tables of a submission and those extra ones, in the order of the contract."""
    sent = Sent(data_set, tables)
    found = dict(tables)
    for extra in _load():
        found[extra.table] = _rows(sent, extra)
    return {name: found[name] for name in data_set.tables if name in found}


def _rows(sent: Sent, extra: Extra) -> pa.Table:
    contract = sent.data_set.table(extra.table)
    above = contract.parent or PERSON
    (key,) = sent.data_set.table(above).primary_key
    numbers = _numbers(sent.column(above, key))
    chosen = numbers % extra.one_in == 0
    for condition in extra.where:
        chosen &= condition.holds(sent, above)
    rows = np.flatnonzero(chosen).tolist()
    made: dict[tuple[str | None, ...], None] = {}
    for row in rows:
        # A record says the same every month: what is drawn depends on its identifier alone.
        rng = np.random.default_rng(int(numbers[row]))
        texts = [value.draw(Spot(rng, sent, above, f, row)) for f, value in extra.becomes.items()]
        made[(*texts, sent.value(above, key, row) if contract.parent_key else "")] = None
    names = [*extra.becomes, contract.parent_key.name if contract.parent_key else ""]
    columns = zip(*made, strict=True) if made else [()] * len(names)
    filled = {
        name: pa.array(list(texts), pa.string()) for name, texts in zip(names, columns, strict=True)
    }
    return complete_table(sent.data_set, extra.table, filled)


def _numbers(keys: pa.Array) -> Ints:
    """The number in each identifier, scattered so that neighbours are not chosen together."""
    numbers: Ints = pc.utf8_slice_codeunits(keys, 1).cast(pa.int64()).to_numpy()
    return numbers * 7_919 % 1_000_003
