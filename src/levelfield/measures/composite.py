"""Composites: the weighted mean of the values of several measures.

All-or-nothing and opportunity composites are statistics of a single measure, made row by row. This
kind joins measures of different facts, cell by cell, and so needs nothing but their values.
"""

from functools import cache
from math import isclose
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.core.values import VALUE_SCHEMA, join_flags, lineage_key
from levelfield.measures.about import About
from levelfield.measures.cells import KEYS
from levelfield.measures.definition import Measure
from levelfield.measures.library import load_measures
from levelfield.measures.parts import Number, Words, repeated

METHOD = (
    "composite: weighted mean, variances recovered from the parts' intervals as if independent, 95%"
)


Share = Annotated[float, Field(strict=True, ge=0, le=1)]
"""A value of a part or of the whole."""


class Part(Definition):
    """One measure of a composite and what it weighs."""

    measure: str = Field(description="Id of a measure whose value is a share")
    weight: Number = Field(
        gt=0, description="Its weight; only the proportion to the others matters"
    )
    why: Words = Field(description="Why it belongs here with this weight")


class CompositeExample(Definition):
    """Values of the parts and what they make together."""

    title: Words = Field(description="What the example shows")
    given: dict[str, Share | None] = Field(description="The value of each part, by measure")
    value: Share | None = Field(description="The expected value; empty where there is none")


class Composite(About):
    """The weighted mean of shares that are all better in the same direction."""

    parts: tuple[Part, ...] = Field(min_length=2, description="The measures and their weights")
    examples: tuple[CompositeExample, ...] = Field(
        min_length=1, description="Values of the parts and of the whole; they run as tests"
    )

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each measure, adding up to one."""
        total = sum(part.weight for part in self.parts)
        return {part.measure: part.weight / total for part in self.parts}

    @model_validator(mode="after")
    def _parts_are_told_apart(self) -> Self:
        if len(self.weights) < len(self.parts):
            raise ValueError("a measure is among the 'parts' twice: give it one weight")
        for number, example in enumerate(self.examples):
            if set(example.given) != set(self.weights):
                raise ValueError(f"'examples.{number}.given' has to name the parts, and no others")
        return self

    @model_validator(mode="after")
    def _examples_hold(self) -> Self:
        if twice := repeated(example.title for example in self.examples):
            raise ValueError(
                f"two 'examples' have the title '{twice}': name each for what it shows"
            )
        for number, example in enumerate(self.examples):
            parts = [(weight, example.given[name]) for name, weight in self.weights.items()]
            values = [weight * value for weight, value in parts if value is not None]
            found = sum(values) if len(values) == len(parts) else None
            agree = found is example.value or (
                found is not None
                and example.value is not None
                and isclose(found, example.value, rel_tol=0, abs_tol=1e-12)
            )
            if not agree:
                raise ValueError(
                    f"'examples.{number}': a value of {_number(example.value)} was expected and "
                    f"{_number(found)} was found. Correct what is expected, or the weights"
                )
        return self


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.12g}"


@cache
def load_composites() -> dict[str, Composite]:
    """Every composite of the package by id. Raises DefinitionError for a file that is wrong."""
    folder = definitions.path("composites")
    files = sorted(folder.glob("*.yaml"))
    return {one.id: one for one in (read_composite(file, load_measures()) for file in files)}


def read_composite(file: Path, measures: dict[str, Measure]) -> Composite:
    """One composite file, known to fit the measures.

    Raises DefinitionError that names file, key and remedy: for a part that is no measure, no share
    or better in the other direction, and for the id of a measure.
    """
    composite = definitions.load_yaml(file, Composite)
    if file.name != f"{composite.id}.yaml" or composite.id in measures:
        raise DefinitionError(
            f"{file}: 'id' is '{composite.id}': a composite's file is named after it, and its name "
            "is not that of a measure."
        )
    for number, name in enumerate(composite.weights):
        where = f"{file}: 'parts.{number}.measure'"
        if name not in measures:
            raise DefinitionError(
                f"{where}: there is no measure '{name}'. Known are: {', '.join(measures)}."
            )
        measure = measures[name]
        if not measure.is_share:
            raise DefinitionError(
                f"{where}: '{name}' is a {measure.statistic}. A weighted mean needs shares, which "
                "all run from 0 to 1: use a proportion, all_or_nothing or opportunity."
            )
        if measure.polarity != composite.polarity:
            raise DefinitionError(
                f"{where}: the polarity of '{name}' is '{measure.polarity}', that of the composite "
                f"'{composite.polarity}'. Use a measure that points the same way."
            )
    return composite


def compose_values(composite: Composite, values: pa.Table) -> pa.Table:
    """The values of a composite out of those of its parts, in VALUE_SCHEMA, sorted.

    `values` may hold other measures too. A cell has a value where every part has one there, and no
    row where a part has no row: parts are not reweighted, or two cells would not be of the same
    thing. The interval takes the parts as independent of each other, which understates it where the
    same people stand behind them. The numerator is empty; the denominator is that of the part with
    the fewest, and flags are those of all parts. For the public compose disclosed values: a part
    that is suppressed then leaves no value from which it could be reckoned.
    Source of the interval: Zou and Donner (2008), Stat Med 27:1693-702.
    """
    joined = None
    for name in composite.weights:
        own = values.filter(pc.equal(values["measure"], name)).select([*KEYS, *_CARRIED])
        own = own.rename_columns([*KEYS, *(f"{column} {name}" for column in _CARRIED)])
        joined = own if joined is None else joined.join(own, list(KEYS), join_type="inner")
    if joined is None or not joined.num_rows:
        return VALUE_SCHEMA.empty_table()
    joined = joined.sort_by([(name, "ascending") for name in KEYS])

    def column(name: str) -> np.ndarray:
        parts = [joined[f"{name} {part}"].to_numpy() for part in composite.weights]
        return np.stack(parts).astype(float)

    weights = np.array([*composite.weights.values()])[:, np.newaxis]
    value, lower, upper = column("value"), column("lower"), column("upper")
    whole = np.sum(weights * value, axis=0)
    rows = joined.to_pylist()
    cells = [tuple(row[key] for key in KEYS) for row in rows]
    table = {
        "measure": [composite.id] * len(rows),
        "version": [str(composite.version)] * len(rows),
        **{key: joined[key] for key in KEYS},
        "numerator": pa.nulls(len(rows), pa.float64()),
        "denominator": _known(column("denominator").min(axis=0)),
        "value": _known(whole),
        "lower": _known(whole - np.sqrt(np.sum((weights * (value - lower)) ** 2, axis=0))),
        "upper": _known(whole + np.sqrt(np.sum((weights * (upper - value)) ** 2, axis=0))),
        "method": [METHOD] * len(rows),
        "flags": [_flags(composite, row) for row in rows],
        "lineage": [
            lineage_key("V", composite.id, composite.version, *cell, *_lineages(composite, row))
            for cell, row in zip(cells, rows, strict=True)
        ],
    }
    return pa.table(table, schema=VALUE_SCHEMA)


_CARRIED = ("denominator", "value", "lower", "upper", "flags", "lineage")


def _flags(composite: Composite, row: dict[str, object]) -> str:
    flags = [str(row[f"flags {name}"] or "").split(";") for name in composite.weights]
    return join_flags(*(flag for part in flags for flag in part))


def _lineages(composite: Composite, row: dict[str, object]) -> list[str]:
    return [str(row[f"lineage {name}"]) for name in composite.weights]


def _known(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers, pa.float64(), from_pandas=True)
