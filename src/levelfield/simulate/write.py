"""Tables of text as the files of one submission."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from levelfield.datasets import DataSet
from levelfield.simulate.columns import Columns

_BODY = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")


def complete_table(data_set: DataSet, name: str, columns: Columns) -> pa.Table:
    """The table with every submitted field of the contract, in its order, blank where not given."""
    rows = len(next(iter(columns.values())))
    blank = pa.nulls(rows, pa.string())
    fields = data_set.table(name).fields
    return pa.table({field.name: columns.get(field.name, blank) for field in fields})


def write_submission(folder: Path, data_set: DataSet, tables: dict[str, pa.Table]) -> None:
    """One CSV file per table; a table without rows is left out unless it is mandatory."""
    folder.mkdir(parents=True)
    for name, table in tables.items():
        if table.num_rows or data_set.table(name).mandatory:
            write_table(folder / f"{name}.csv", table)


def write_table(file: Path, table: pa.Table) -> None:
    """A header and the rows, without quotes: no value of a submission needs them."""
    with pa.OSFile(str(file), "wb") as stream:
        stream.write((",".join(table.column_names) + "\n").encode())
        pyarrow.csv.write_csv(table, stream, _BODY)
