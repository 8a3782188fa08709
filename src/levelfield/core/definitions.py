"""Where definitions lie and how they are read: YAML into typed objects, mistakes named."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from levelfield.core import plain
from levelfield.core.errors import DefinitionError

ROOT = Path(__file__).resolve().parent.parent / "definitions"

Model = TypeVar("Model", bound=BaseModel)

# Both build plain values only; the one in C, where it is there, reads ten times as fast.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Definition(BaseModel):
    """The base of everything read from a definition file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def path(relative: str) -> Path:
    """A file or folder of the shipped definitions, such as `csds/1.6/fields.csv`."""
    found = ROOT / relative
    if not found.exists():
        raise DefinitionError(f"There is no definition '{relative}' in this installation.")
    return found


def in_package(file: Path) -> Path:
    """A file as messages name it: one that ships by its place in the definitions."""
    return file.relative_to(ROOT) if file.is_relative_to(ROOT) else file


def load_yaml(file: Path, model: type[Model]) -> Model:
    """One YAML file as an object of `model`.

    Raises DefinitionError that names the file, the line, the key and what was expected; a key that
    is given twice is refused too.
    """
    try:
        text = file.read_text(encoding="utf-8")
        content = _content(text)
    except FileNotFoundError:
        raise DefinitionError(f"{file}: there is no such file.") from None
    except UnicodeDecodeError:
        raise DefinitionError(f"{file}: this is not written in UTF-8. Save it so.") from None
    except (yaml.YAMLError, ValueError) as error:
        # A date that does not exist is a ValueError without a place.
        raise DefinitionError(f"{file}: {plain.of_yaml(error, text)}") from None
    if not isinstance(content, dict):
        raise DefinitionError(f"{file}: expected keys with values, as in 'id: …'.")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(f"{file}: {plain.of_values(error, text)}") from None


def _content(text: str) -> object:
    """What a YAML text holds. Raises yaml.YAMLError for one that cannot be read, in which a key is
    given twice too: readers of YAML keep the last one and say nothing."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        _refuse_repeated_keys(root)
        return None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def _refuse_repeated_keys(root: yaml.Node | None) -> None:
    # An anchor's node hangs in several places, perhaps below itself: each is looked at once.
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(reversed(node.value))
        elif isinstance(node, yaml.MappingNode):
            lines = dict[str, int]()
            for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
                if key.value in lines:
                    raise yaml.constructor.ConstructorError(
                        problem=f"the key '{key.value}' is given twice, first in line "
                        f"{lines[key.value]:,}: keep one of them",
                        problem_mark=key.start_mark,
                    )
                lines[key.value] = key.start_mark.line + 1
            waiting.extend(value for _, value in reversed(node.value))


def validate(content: object, model: type[Model], where: str) -> Model:
    """`content` as an object of `model`; `where` begins the message of a DefinitionError."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(f"{where}: {plain.of_values(error)}") from None


def read_csv(file: Path, required: Iterable[str] = ()) -> list[dict[str, str]]:
    """The rows of a CSV definition as text.

    Raises DefinitionError when a column is missing, and for a row that has not one value for each
    column: a comma inside a text asks for quotes around it.
    """
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
            missing = [name for name in required if name not in (reader.fieldnames or [])]
    except FileNotFoundError:
        raise DefinitionError(f"{file}: there is no such file.") from None
    if missing:
        raise DefinitionError(f"{file}: the column '{missing[0]}' is missing: add it.")
    for number, row in enumerate(rows, start=2):
        # DictReader keeps values beyond the columns under None, and fills up with None.
        if None in row or None in row.values():
            raise DefinitionError(
                f"{file}: row {number} has not one value for each column. Put quotes around a "
                "text that holds a comma."
            )
    return rows
