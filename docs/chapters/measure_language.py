"""The page of the measure language: every key of a measure file, from the model that reads it."""

from typing import Literal, get_args, get_origin

from chapters import markdown
from levelfield.core.definitions import Definition
from levelfield.measures import CodeList, Measure, composite, parts
from levelfield.measures.definition import CLUSTERED, INTERVALS

INTRODUCTION = """
Every key that a measure file may have. A key that is not here is refused. How to write a measure is
told in [the guide](../how-to/write-a-measure.md).

The rate is (numerator − numerator exclusions) / (denominator − exclusions − exceptions), all of
them taken from the initial population. An exclusion counts nowhere. An exception leaves the
denominator only if the numerator is not met. A numerator exclusion stays in the denominator.
"""

CLUSTERS = f"""
A {" or a ".join(CLUSTERED)} whose rows hold sums may have the interval `clustered` instead. It
takes each row as one observation: pounds of a team, or days in bed of a ward, go together and are
not drawn one by one.
"""

PARTS: dict[str, type[Definition]] = {
    "A condition (`initial_population`, `denominator`, `numerator`)": parts.Condition,
    "An exclusion (`exclusions`, `exceptions`, `numerator_exclusions`)": parts.Exclusion,
    "`observation`": parts.Observation,
    "One of `components`": parts.Component,
    "`gap`": parts.Gap,
    "One of `standards`": parts.Standard,
    "`adjustment`": parts.Adjustment,
    "`clock`": parts.Clock,
    "One of `breaks`": parts.Break,
    "One of `examples`": parts.Example,
    "A code list, a file of its own": CodeList,
}

COUNTING = """
What is unknown of a row, since a column is empty, does not hold: a condition over it lets nothing
in and leaves nothing out. Numbers are taken to four decimals.

The numerator of a rate or a ratio is taken from the initial population without the exclusions, and
need not be in the denominator; any other numerator is part of the denominator. Whether an exception
applies is asked of the numerator before its exclusions.

A row of a return whose own counts cannot be right (a numerator above its denominator, or a number
below nought) counts on no side, and each figure that it would have been part of carries the flag
`wrong counts left out`. A row without one of its numbers has nothing to count.

All-or-nothing and opportunity leave out rows to which no part applies. A slope needs all five
fifths, and events without anything at risk make no rate: there is then no value, never a nought.
"""

COMPOSITE = """
## A composite, a file of its own

The weighted mean of the values of several measures in `definitions/composites`. Its parts are
shares that are all better in the same direction. A cell has a value where every part has one. The
interval takes the parts as independent of each other, which understates it where the same people
stand behind them. A composite has the keys of a measure from `id` to `official` and these:
"""

COMPOSITES: dict[str, type[Definition]] = {
    "One of `parts`": composite.Part,
    "One of `examples` of a composite": composite.CompositeExample,
}


def page() -> str:
    statistics = markdown.table(["statistic", "interval"], list(INTERVALS.items()))
    chapters = [f"## {title}\n\n{_keys(model)}" for title, model in PARTS.items()]
    composites = [f"### {title}\n\n{_keys(model)}" for title, model in COMPOSITES.items()]
    return markdown.page(
        "The measure language",
        INTRODUCTION,
        "## A measure\n\n" + _keys(Measure),
        "## The interval of each statistic\n\n" + statistics,
        CLUSTERS,
        "## How it counts",
        COUNTING,
        *chapters,
        COMPOSITE,
        *composites,
    )


def _keys(model: type[Definition]) -> str:
    rows = []
    for name, field in model.model_fields.items():
        values = ", ".join(f"`{value}`" for value in _choices(field.annotation))
        said = f"{field.description}. One of {values}" if values else str(field.description)
        rows.append((f"`{field.alias or name}`", "yes" if field.is_required() else "", f"{said}."))
    return markdown.table(["key", "needed", "what it says"], rows)


def _choices(annotation: object) -> list[object]:
    """The words that a key is limited to, if it is."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for inner in get_args(annotation) for choice in _choices(inner)]
