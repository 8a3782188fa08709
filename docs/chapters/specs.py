"""Specs as documentation: what each one gives and expects, without running it."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

from chapters import markdown

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "spec"

LAST = ("trace", "set_aside", "expect", "total")
"""What a spec states as the outcome; everything else is what it gives."""


@dataclass(frozen=True)
class Case:
    """One call of a spec: the keywords by name."""

    keywords: dict[str, Any]


@dataclass(frozen=True)
class Spec:
    """One test function: its sentence and its cases."""

    title: str
    sentence: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Module:
    """One file of specs."""

    title: str
    specs: tuple[Spec, ...]


class _Recorder:
    """Stands where a test expects its spec fixture, and keeps what it is called with."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def __call__(self, **keywords: Any) -> None:
        self.cases.append(Case(keywords))


def modules(prefix: str) -> list[Module]:
    """The spec files whose name begins `test_<prefix>`, in alphabetical order."""
    names = sorted(file.stem for file in FOLDER.glob(f"test_{prefix}*.py"))
    return [_module(importlib.import_module(f"spec.{name}")) for name in names]


def _module(module: ModuleType) -> Module:
    functions = [
        item
        for name, item in vars(module).items()
        if name.startswith("test_") and inspect.isfunction(item) and _asks_for_a_spec(item)
    ]
    specs = tuple(_spec(function) for function in functions)
    return Module(getattr(module, "title", ""), specs)


def _asks_for_a_spec(function: Callable[..., None]) -> bool:
    return any(name.endswith("spec") for name in inspect.signature(function).parameters)


def _spec(function: Callable[..., None]) -> Spec:
    recorder = _Recorder()
    for chosen in _parametrized(function):
        asked = [name for name in inspect.signature(function).parameters if name not in chosen]
        function(**dict.fromkeys(asked, recorder), **chosen)
    title = function.__name__.removeprefix("test_").replace("_", " ").capitalize()
    sentence = " ".join((function.__doc__ or "").split())
    return Spec(title, sentence, tuple(recorder.cases))


def _parametrized(function: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """The arguments of each run of a parametrized test; nothing at all for a plain one."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        yield {}
    for mark in marks:
        names, values = mark.args
        names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
        for value in values:
            given = getattr(value, "values", value)
            yield dict(zip(names, given if len(names) > 1 else (given,), strict=True))


def render(spec: Spec, level: int = 3) -> str:
    """A spec as Markdown: its sentence, then what is given and what is expected."""
    parts = [f"{'#' * level} {spec.title}", spec.sentence]
    for case in spec.cases:
        ordered = sorted(case.keywords.items(), key=lambda item: item[0] in LAST)
        parts += [_part(name, value) for name, value in ordered if value is not None]
    return "\n\n".join(parts)


def _part(name: str, value: Any) -> str:
    if isinstance(value, dict) and all("\n" in str(item) for item in value.values()):
        return "\n\n".join(_part(f"`{key}`", item) for key, item in value.items())
    if isinstance(value, dict):
        return f"{_words(name)}: " + ", ".join(f"`{k}` is `{v}`" for k, v in value.items())
    if "\n" not in str(value):
        return f"{_words(name)}: `{value}`"
    if name in ("terms", "steps"):
        return f"{_words(name)}:\n\n{markdown.code(dedent(value), 'yaml')}"
    return f"{_words(name)}:\n\n{markdown.drawn(value)}"


def _words(name: str) -> str:
    if name.startswith("`"):
        return f"Given {name}"
    words = {"expect": "Expected", "given": "Given", "where": "Where", "total": "Total"}
    return words.get(name, name.replace("_", " ").capitalize())
