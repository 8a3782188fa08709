"""How an extract is laid out: a file that says which of its columns stands for what."""

from collections.abc import Collection, Mapping
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


PERSON = "CYP001MPI"


def likely_extract(columns: Mapping[str, Collection[str]]) -> str:
    """The id of the shipped mapping that knows most of a submission's `columns`, by table; empty
    where no person table has the pseudonym of one."""
    seen = {column for names in columns.values() for column in names}
    known = {
        extract.id: len(_columns(extract) & seen)
        for extract in map(load_extract, shipped())
        if extract.person in columns.get(PERSON, ())
    }
    return max(known, key=lambda name: known[name], default="")


def shipped() -> list[str]:
    """The ids of the mappings that are shipped, in their order."""
    return sorted(found.stem for found in definitions.path("csds/extracts").glob("*.yaml"))


def _columns(extract: Extract) -> set[str]:
    """All columns that a mapping names."""
    named = {extract.person, extract.provider, extract.month, *extract.renamed.values()}
    named |= {column for columns in extract.given.values() for column in columns.values()}
    return named | ({days} if (days := extract.age_days_at_period_end) else set())


def load_extract(name: str) -> Extract:
    """A mapping that is shipped, by its id, or one of your own, by the path of its file.

    Raises DefinitionError for one that does not exist or names what the data set does not have.
    """
    file = definitions.path("csds/extracts") / f"{name}.yaml"
    if not file.exists():
        file = Path(name)
    if not file.exists():
        raise DefinitionError(
            f"{name}: there is no such mapping. Give one of {', '.join(shipped())}, or the path of "
            "a file."
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
