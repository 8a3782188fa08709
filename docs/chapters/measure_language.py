"""The page of the measure language: every key of a measure file, from the model that reads it."""

from typing import Literal, get_args, get_origin

from chapters import markdown
from levelfield.core.definitions import Definition
from levelfield.measures import CodeList, Measure, parts
from levelfield.measures.definition import CLUSTERED, INTERVALS

INTRODUCTION = """
Every key that a measure file may have. A key that is not here is refused. How to write a measure is
told in [the guide](../how-to/write-a-measure.md).

The rate is (numerator − numerator exclusions) / (denominator − exclusions − exceptions), all of them
taken from the initial population. An exclusion counts nowhere. An exception leaves the denominator
only if the numerator is not met. A numerator exclusion stays in the denominator.
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


def page() -> str:
    statistics = markdown.table(["statistic", "interval"], list(INTERVALS.items()))
    chapters = [f"## {title}\n\n{_keys(model)}" for title, model in PARTS.items()]
    return markdown.page(
        "The measure language",
        INTRODUCTION,
        "## A measure\n\n" + _keys(Measure),
        "## The interval of each statistic\n\n" + statistics,
        CLUSTERS,
        *chapters,
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
