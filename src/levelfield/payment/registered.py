"""Registered lists: how many people a commissioner or practice answers for, by group."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, product
from pathlib import Path
from typing import NamedTuple

from levelfield.core.definitions import path, read_csv
from levelfield.core.errors import ContractError

COLUMNS = ("year", "age_band", "sex", "need", "people")
ANY = "all"
"""The band of a list, or of a weight, that makes no difference by age, sex or need."""

NO_END = 999
"""The last age of a band that has none."""

_AGES = re.compile(r"(?P<first>[0-9]{1,3})(?:(?P<open>\+)|-(?P<last>[0-9]{1,3}))")


class Group(NamedTuple):
    """A group of people by age, sex and need; a band may be `all`."""

    age_band: str
    sex: str
    need: str

    @property
    def ages(self) -> tuple[int, int] | None:
        """The first and the last age of a band such as 18-64 or 65+; None for one in words."""
        found = _AGES.fullmatch(self.age_band)
        if self.age_band == ANY:
            return 0, NO_END
        if found is None:
            return None
        return int(found["first"]), NO_END if found["open"] else int(found["last"])

    def shares_ages(self, other: "Group") -> bool:
        """Whether an age is in both bands; bands in words are taken to be apart."""
        if ANY in (self.age_band, other.age_band):
            return True
        if self.ages is None or other.ages is None:
            return self.age_band == other.age_band
        return self.ages[0] <= other.ages[1] and other.ages[0] <= self.ages[1]

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
    and ContractError, naming the row, for a number of people that is none, a group that comes
    twice, one that shares people with another (ages 0-17 and 15-64), a second year, ages between
    two bands that no band has, and for a sex or need that one age has and another lacks.
    """
    rows = read_csv(file, COLUMNS)
    years = list(dict.fromkeys(row["year"] for row in rows))
    if not rows:
        raise ContractError(f"{file}: the list is empty. Give a row for each group of people.")
    people: dict[Group, int] = {}
    held: defaultdict[tuple[str, str], list[Group]] = defaultdict(list)
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
        if group.ages is None and any(one.isdigit() for one in group.age_band):
            raise ContractError(
                f"{file}, row {number}: the band '{group.age_band}' has no ages that can be read. "
                "Write it as 18-64 or 65+, with a hyphen and no blanks."
            )
        if group.ages is not None and group.ages[0] > group.ages[1]:
            raise ContractError(
                f"{file}, row {number}: the band {group.age_band} ends before it begins. Exchange "
                "the two ages."
            )
        for earlier in _meeting(group, held):
            raise ContractError(
                f"{file}, row {number}: the group {group} has people of the group {earlier} "
                "above it, who would count twice. Make the bands follow on one another."
            )
        people[group] = int(row["people"])
        held[group.sex, group.need].append(group)
    for before, after in _missing_ages(people):
        raise ContractError(
            f"{file}: no band has the ages between {before} and {after}: a missing band. Add a row "
            "for it, with 0 people where there are none."
        )
    for group in _missing_groups(held):
        raise ContractError(
            f"{file}: no row has people of {group}: a missing band. Add a row for them, with 0 "
            "people where there are none."
        )
    return RegisteredList(str(file), years[0], people)


def _missing_ages(groups: Iterable[Group]) -> Iterator[tuple[str, str]]:
    """Bands, one after the other, between which there are ages that no band has."""
    known = sorted((group.ages, group.age_band) for group in groups if group.ages is not None)
    reached = known[0] if known else None
    for ages, band in known:
        if reached is not None and ages[0] > reached[0][1] + 1:
            yield reached[1], band
        if reached is None or ages[1] > reached[0][1]:
            reached = ages, band


def _meeting(group: Group, held: Mapping[tuple[str, str], Sequence[Group]]) -> Iterator[Group]:
    """Of groups by sex and need, those that somebody can be of together with this one."""
    for (sex, need), groups in held.items():
        same_sex = sex == group.sex or ANY in (sex, group.sex)
        if same_sex and (need == group.need or ANY in (need, group.need)):
            yield from (one for one in groups if group.shares_ages(one))


def _missing_groups(held: Mapping[tuple[str, str], Sequence[Group]]) -> Iterator[Group]:
    """An age, a sex and a need that the list, by sex and need, knows and has no row of together."""
    groups = list(chain.from_iterable(held.values()))
    named = [group for group in groups if group.age_band != ANY]
    edges = sorted({edge for one in named if one.ages for edge in (one.ages[0], one.ages[1] + 1)})
    # Between two edges no band divides the ages any further.
    ages = [f"{a}+" if b > NO_END else f"{a}-{b - 1}" for a, b in pairwise(edges)]
    ages += [group.age_band for group in named if group.ages is None]
    sexes = {sex for sex, _ in held} - {ANY}
    needs = {need for _, need in held} - {ANY}
    for found in product(ages or [ANY], sorted(sexes) or [ANY], sorted(needs) or [ANY]):
        missing = Group(*found)
        if next(_meeting(missing, held), None) is None:
            yield missing


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
