"""The page of the library: every measure by domain and theme, by area, and what became of each
candidate."""

from collections.abc import Iterable
from typing import get_args

from chapters import markdown
from levelfield.core import definitions
from levelfield.measures import Measure, load_measures
from levelfield.measures.about import About, ServiceArea
from levelfield.returns import load_layouts

INTRODUCTION = """
All measures that ship, by domain and theme, and by the eight areas that indicators were first asked
for. A measure of *returns* is counted from files that providers send beside the Community Services
Data Set, in a layout of ours; the others come from the data set alone. What neither can say stands
on [a page of its own](../what-csds-cannot-tell-us.md).
"""

CANDIDATES = """
The library began with sixty candidates. Each is named here with the measures that it became; where
the measure differs from the candidate,
[the page of what cannot be told](../what-csds-cannot-tell-us.md) says how and why.
"""


def page() -> str:
    library = list(load_measures().values())
    return markdown.page(
        "The library of measures",
        INTRODUCTION,
        f"{len(library)} measures, of which {sum(map(of_returns, library))} are of returns.",
        "## How many",
        _counts(library),
        *_themes(library),
        "## The eight areas",
        markdown.table(
            ["area", "measures of the data set", "measures of returns"],
            [(area, *_both(m for m in library if area in m.areas)) for area in areas()],
        ),
        "## The candidates",
        CANDIDATES,
        markdown.table(
            ["candidate", "title", "measures"],
            [(f"`{id_}`", title, _names(measures)) for id_, title, measures in candidates()],
        ),
    )


def areas() -> tuple[str, ...]:
    """The eight areas, in the order of the language."""
    return get_args(ServiceArea)


def places(key: str) -> tuple[str, ...]:
    """The domains or the themes that there are."""
    return get_args(About.model_fields[key].annotation)


def of_returns(measure: Measure) -> bool:
    return measure.fact in load_layouts()


def candidates() -> list[tuple[str, str, list[str]]]:
    """Every candidate with its title and the ids of the measures that it became."""
    file = definitions.path("measure_candidates.csv")
    rows = definitions.read_csv(file, ["candidate", "title", "measures"])
    return [(row["candidate"], row["title"], row["measures"].split(";")) for row in rows]


def _counts(library: list[Measure]) -> str:
    domains = places("domain")
    rows = []
    for theme in places("theme"):
        inside = [m for m in library if m.theme == theme]
        rows.append(
            (theme, *(sum(m.domain == d for m in inside) or "" for d in domains), len(inside))
        )
    return markdown.table(["theme", *domains, "all"], rows)


def _themes(library: list[Measure]) -> Iterable[str]:
    for domain in places("domain"):
        yield f"## {domain[0].upper()}{domain[1:]}"
        for theme in places("theme"):
            found = [m for m in library if (m.domain, m.theme) == (domain, theme)]
            if found:
                yield f"### {theme[0].upper()}{theme[1:]}"
                yield markdown.table(
                    ["measure", "title", "services", "counted from", "companion"], map(_row, found)
                )


def _row(measure: Measure) -> tuple[str, ...]:
    source = f"returns: `{measure.fact}`" if of_returns(measure) else f"`{measure.fact}`"
    companion = _link(measure.companion) if measure.companion else ""
    return _link(measure.id), measure.title, measure.services, source, companion


def _both(measures: Iterable[Measure]) -> tuple[str, str]:
    found = list(measures)
    held = [m.id for m in found if not of_returns(m)]
    return _names(held) or "none", _names(m.id for m in found if of_returns(m)) or "none"


def _names(ids: Iterable[str]) -> str:
    return ", ".join(_link(id_) for id_ in ids)


def _link(id_: str) -> str:
    return f"[`{id_}`](measures.md#{id_})"
