"""Registered lists: how many people a commissioner or practice answers for, by group."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from levelfield.core.definitions import path, read_csv
from levelfield.core.errors import ContractError

COLUMNS = ("year", "age_band", "sex", "need", "people")
ANY = "all"
"""The band of a list, or of a weight, that makes no difference by age, sex or need."""


class Group(NamedTuple):
    """A group of people by age, sex and need; a band may be `all`."""

    age_band: str
    sex: str
    need: str

    def __str__(self) -> str:
        return f"age {self.age_band}, sex {self.sex}, need {self.need}"


@dataclass(frozen=True)
class RegisteredList:
    """The people on a list in one financial year, by group. `file` is for messages."""

    file: str
    year: str
    people: dict[Group, int]

    def __len__(self) -> int:
        return sum(self.people.values())


def load_registered_list(file: Path) -> RegisteredList:
    """A list from a CSV file with the columns year, age_band, sex, need and people.

    A band that makes no difference is `all`. Raises DefinitionError for a column that is missing,
    and ContractError, naming the row, for a number of people that is none, a group that comes twice
    or a second year.
    """
    rows = read_csv(file, COLUMNS)
    years = list(dict.fromkeys(row["year"] for row in rows))
    if not rows:
        raise ContractError(f"{file}: the list is empty. Give a row for each group of people.")
    people: dict[Group, int] = {}
    for number, row in enumerate(rows, start=2):
        group = Group(row["age_band"], row["sex"], row["need"])
        if row["year"] != years[0]:
            raise ContractError(
                f"{file}, row {number}: the year is {row['year']}, and {years[0]} above it. Keep "
                "each year in a file of its own."
            )
        if not row["people"].isdecimal():
            raise ContractError(
                f"{file}, row {number}: 'people' must be a whole number, 0 or more."
            )
        if group in people:
            raise ContractError(
                f"{file}, row {number}: the group {group} comes a second time. Add the two up."
            )
        people[group] = int(row["people"])
    return RegisteredList(str(file), years[0], people)


def find_registered_lists(names: Iterable[str], folder: Path) -> dict[str, RegisteredList]:
    """Lists by name: `<name>.csv` in `folder`, or among those that ship with the package.

    Raises ContractError for a name that has no file.
    """
    found = {}
    for name in names:
        places = (folder / f"{name}.csv", path("contracts") / "lists" / f"{name}.csv")
        file = next((place for place in places if place.is_file()), None)
        if file is None:
            raise ContractError(
                f"There is no registered list '{name}': put it as {places[0]}, with the columns "
                f"{', '.join(COLUMNS)}."
            )
        found[name] = load_registered_list(file)
    return found
