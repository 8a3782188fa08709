"""What is wrong with a definition file, in plain words and with the line where it stands."""

import re
from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import ValidationError

_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")

_YAML = {
    "mapping values are not allowed": "a colon stands where no key can end: put quotes around a "
    "text that holds a colon, and check how the line is indented",
    "could not find expected ':'": "a key has no colon behind it",
    "found unexpected end of stream": "a quotation mark opens and never closes",
    "while parsing a block mapping": "the line is not indented as those around it",
    "while parsing a flow": "a bracket opens and never closes, or a comma is missing",
    "undefined alias": "a text begins with *: put quotes around it",
    "cannot start any token": "a character stands that must be in quotes",
}
"""What the reader of YAML says, and what it means to who wrote the file."""

_KINDS = {
    "string_type": "must be text: put quotes around it",
    "string_too_short": "is empty: fill it in",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number, and not an endless one",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "date_type": "must be a date, written as 2026-03-31",
    "date_parsing": "must be a date that exists, written as 2026-03-31",
    "date_from_datetime_parsing": "must be a date that exists, written as 2026-03-31",
    "date_from_datetime_inexact": "must be a date without a time, written as 2026-03-31",
    "list_type": "must be a list: write each entry behind a dash, or in [brackets]",
    "tuple_type": "must be a list: write each entry behind a dash, or in [brackets]",
    "dict_type": "must hold keys with values, each on a line of its own",
    "model_attributes_type": "must hold keys with values, each on a line of its own",
    "model_type": "must hold keys with values, each on a line of its own",
    "too_short": "has too few entries",
    "missing": "is missing: add it",
    "extra_forbidden": "is not a key that is known here: remove it or correct it",
}
"""What pydantic calls a fault, and what it means to who wrote the file."""


def of_yaml(error: Exception, text: str) -> str:
    """What is wrong with a file that is not YAML, or holds a date that does not exist."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _of_date(error, text)
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    place = f"line {mark.line + 1:,}: " if mark is not None else ""
    said = f"{error.context or ''} {error.problem or ''}"
    meant = next((words for key, words in _YAML.items() if key in said), said.strip())
    if mark is not None and mark.line < len(lines) and "\t" in lines[mark.line]:
        meant = "a tab stands where spaces must: indent by spaces"
    return f"{place}this is not YAML that can be read: {meant}."


def of_values(error: ValidationError, text: str = "") -> str:
    """What is wrong with the values of a file, a sentence each; with its `text`, the lines."""
    root = yaml.compose(text, Loader=yaml.SafeLoader) if text else None
    faults = error.errors(include_url=False)
    inner = {fault["loc"][:-1] for fault in faults} | {fault["loc"][:-2] for fault in faults}
    # A list whose only entry is wrong is not too short as well.
    told = [one for one in faults if one["type"] != "too_short" or one["loc"] not in inner]
    return " ".join(dict.fromkeys(_sentence(fault, root) for fault in told))


def _sentence(fault: Any, root: yaml.Node | None) -> str:
    # Where a value may be of several kinds, pydantic puts the kind on the way to it.
    way = [part for part in fault["loc"] if "[" not in str(part)]
    line, way = _found(root, way)
    place = f"line {line:,}: " if line else ""
    meaning = _meaning(fault)
    # A fault of the whole is told by itself, since no key stands for it.
    return f"{place}'{'.'.join(map(str, way))}'{meaning}." if way else f"{meaning.lstrip(': ')}."


def _meaning(fault: Any) -> str:
    kind, about = fault["type"], fault.get("ctx", {})
    if kind in ("literal_error", "enum"):
        expected = str(about["expected"]).replace("'", "")
        return f" must be {'one of ' if ' or ' in expected else ''}{expected}"
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        than, limit = next(iter(about.items()))
        words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
        return f" must be {words[than]} {limit}"
    if kind == "union_tag_invalid":
        known = str(about["expected_tags"]).replace("'", "")
        return f": its {str(about['discriminator']).strip(chr(39))} must be one of {known}"
    if kind == "union_tag_not_found":
        return f": its {str(about['discriminator']).strip(chr(39))} is missing: add it"
    if kind == "value_error":
        return f": {str(about['error']).rstrip('.')}"
    said = str(fault["msg"])
    return f" {_KINDS[kind]}" if kind in _KINDS else f": {said[:1].lower()}{said[1:]}"


def _found(node: yaml.Node | None, way: Sequence[int | str]) -> tuple[int, list[int | str]]:
    """The line, from 1, of what lies deepest on the way to a place, and the way as the file has it:
    without steps that are not in it, but for the last. The line is 0 where nothing was found."""
    line, kept = 0, list[int | str]()
    for place, part in enumerate(way, start=1):
        found: list[tuple[yaml.Node, yaml.Node]] = []
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if getattr(k, "value", None) == str(part)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = [(v, v) for v in node.value[part : part + 1]]
        if found:
            key, node = found[0]
            line = key.start_mark.line + 1
        if found or place == len(way) or not line:
            kept.append(part)
    return line, kept


def _of_date(error: Exception, text: str) -> str:
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _DATE.findall(line):
            try:
                yaml.safe_load(found)
            except ValueError:
                return f"line {number:,}: {found} is a date that does not exist. Correct it."
    return f"this is not YAML that can be read: {error}."
