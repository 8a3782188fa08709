"""How an extract is laid out: a file that says which of its columns stands for what."""

from datetime import date
from pathlib import Path

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.stored import stored_schema


class Extract(Definition):
    """The mapping of one kind of extract: tables of the data set in which nobody is named.

    `provider` and `month` are the columns that tell, in every table, whose a row is and of which
    period (a date in it, or the number of the month); a table without them belongs to the one
    provider and month of the header. `person` is the person table's column with the pseudonym.
    Where `age_days_at_period_end` names a column, birth dates are reckoned from it. `absent` are
    fields that the extract does not hold; rules that rest on them are left out. `renamed` gives the
    extract's column by field, in every table, and `given` by table the column for each one that
    intake would derive. `ignored` columns are left unread, as are all derived fields of the data
    set. `illustrative` says that nobody has published the layout.
    """

    id: str
    version: str
    title: str
    illustrative: bool
    source: str
    authored_by: str
    reviewed_on: date
    provider: str
    month: str
    person: str
    age_days_at_period_end: str | None
    absent: tuple[str, ...]
    renamed: dict[str, str]
    ignored: tuple[str, ...]
    given: dict[str, dict[str, str]]


def load_extract(name: str) -> Extract:
    """A mapping that is shipped, by its id, or one of your own, by the path of its file.

    Raises DefinitionError for one that does not exist or names what the data set does not have.
    """
    shipped = definitions.path("csds/extracts")
    file = shipped / f"{name}.yaml"
    if not file.exists():
        file = Path(name)
    if not file.exists():
        known = ", ".join(sorted(found.stem for found in shipped.glob("*.yaml")))
        raise DefinitionError(
            f"{name}: there is no such mapping. Give one of {known}, or the path of a file."
        )
    extract = definitions.load_yaml(file, Extract)
    dataset = load_dataset(CURRENT)
    fields = {field for table in dataset.tables.values() for field in table.by_name}
    for key, named in (("absent", extract.absent), ("renamed", tuple(extract.renamed))):
        for field in named:
            if field not in fields:
                raise DefinitionError(f"{file}: '{key}': the data set has no field {field}.")
    for table, columns in extract.given.items():
        if table not in dataset.tables:
            raise DefinitionError(f"{file}: 'given': the data set has no table {table}.")
        derived = set(stored_schema(dataset.table(table)).names)
        for column in columns.keys() - derived | columns.keys() & dataset.table(table).by_name:
            raise DefinitionError(f"{file}: 'given.{table}': intake derives no {column}.")
    return extract
