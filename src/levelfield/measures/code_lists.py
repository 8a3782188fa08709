"""Code lists that conditions name in braces: `snomed_id IN {frailty_scale}`."""

import re
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.engine.sql import literal
from levelfield.measures.about import Id
from levelfield.measures.parts import Words

_NAMED = re.compile(r"\{([^{}]*)\}")


class CodeList(Definition):
    """Codes that mean the same to a measure, who chose them, and whether they may be relied on."""

    id: Id = Field(description="Name of the list and its file")
    version: int = Field(ge=1, strict=True, description="Goes up with every change of a code")
    title: Words = Field(description="What the codes have in common")
    system: Words = Field(description="The coding system, such as SNOMED CT or ICD-10")
    illustrative: bool = Field(
        description="True while no clinician has checked the codes against the coding system"
    )
    source: Words = Field(description="Where the codes come from")
    reviewer: str | None = Field(default=None, description="Who checked them")
    reviewed_on: date | None = Field(default=None, description="When")
    codes: dict[str, Words] = Field(min_length=1, description="Each code with its meaning")

    @model_validator(mode="after")
    def _checked_unless_illustrative(self) -> "CodeList":
        if not self.illustrative and (self.reviewer is None or self.reviewed_on is None):
            raise ValueError(
                "a list that is not 'illustrative' needs a 'reviewer' and 'reviewed_on'"
            )
        return self


@cache
def load_code_lists() -> dict[str, CodeList]:
    """Every code list of the package by id. Raises DefinitionError for a file that is wrong."""
    return read_code_lists(definitions.path("code_lists"))


def read_code_lists(folder: Path) -> dict[str, CodeList]:
    """The code lists of a folder of YAML files, by id.

    Raises DefinitionError for the first file that does not make sense.
    """
    found = {}
    for file in sorted(folder.glob("*.yaml")):
        one = read_code_list(file)
        found[one.id] = one
    return found


def read_code_list(file: Path) -> CodeList:
    """One code list. Raises DefinitionError for a file that makes no sense or has another name."""
    one = definitions.load_yaml(file, CodeList)
    if file.name != f"{one.id}.yaml":
        raise DefinitionError(
            f"{file}: 'id' is '{one.id}': a code list's file is named after it, here {one.id}.yaml."
        )
    return one


def names_in(condition: str) -> list[str]:
    """The lists that a condition names, in its order."""
    return _NAMED.findall(condition)


def with_codes(condition: str, lists: dict[str, CodeList]) -> str:
    """A condition with the codes themselves in place of each list's name in braces."""

    def codes(named: re.Match[str]) -> str:
        return f"({', '.join(literal(code) for code in lists[named[1]].codes)})"

    return _NAMED.sub(codes, condition)
