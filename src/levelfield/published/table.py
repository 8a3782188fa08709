"""A published file as it stands: columns of text, nothing guessed."""

from functools import cache

import pyarrow as pa
from pyarrow import csv

from levelfield.core.errors import DefinitionError
from levelfield.published.dataset import PublishedDataset


def read_table(dataset: PublishedDataset) -> dict[str, list[str]]:
    """The file's columns by name, every cell as text, an empty cell as empty text.

    Gzip is read by the name's ending. Raises DefinitionError when a column that the description
    names is not in the file.
    """
    columns = _read(str(dataset.path))
    named = [dataset.columns.org_code, dataset.columns.org_level, dataset.columns.period]
    wanted = [name for name in named if name] + [
        name for series in dataset.series for name in series.columns
    ]
    for name in wanted:
        if name not in columns:
            raise DefinitionError(
                f"The published data set '{dataset.id}' names the column '{name}', which "
                f"{dataset.file} does not have: correct the description or the file."
            )
    return columns


@cache
def _read(path: str) -> dict[str, list[str]]:
    """Types are never inferred: an organisation's code may look like a number."""
    with csv.open_csv(path) as reader:
        names = reader.schema.names
    table = csv.read_csv(
        path,
        convert_options=csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )
    return {name: [str(cell) for cell in table[name].to_pylist()] for name in names}
