"""An explanation as text for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent, wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from levelfield.explain.explanation import Explanation, Part, Records

WIDTH = 100
MOST_SUBMISSIONS = 12
"""How many submissions are listed; the JSON has all of them."""


def write(explanation: "Explanation") -> str:
    """All parts that are there, each under its heading."""
    sections = [
        ("The figure", _parts(explanation.figure)),
        ("Definition", _parts(explanation.definition)),
        ("Rule", _sentences(explanation.rule)),
        ("Assumptions", _sentences(_assumptions(explanation))),
        ("Counts", _table([(f"{c.number:,}", c.label) for c in explanation.counts], (0,))),
        ("Check", _sentences(check.words for check in explanation.checks)),
        ("Query", _queries(explanation)),
        ("Submissions", _submissions(explanation)),
        ("Records", (line for group in explanation.records for line in _records(group))),
        ("Notes", _sentences(explanation.notes)),
    ]
    lines = [f"{explanation.key}: {explanation.title}"]
    for heading, body in sections:
        written = list(body)
        if written:
            lines += ["", heading.upper(), *written]
    return "\n".join(line.rstrip() for line in lines)


def _parts(parts: Sequence["Part"]) -> Iterator[str]:
    width = max((len(part.label) for part in parts), default=0)
    for part in parts:
        first = f"  {part.label.ljust(width)}  "
        yield from _wrapped(part.text, first, " " * len(first))


def _sentences(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        yield from _wrapped(sentence, "  - ", "    ")


def _wrapped(text: str, first: str, following: str) -> list[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _assumptions(explanation: "Explanation") -> Iterator[str]:
    for one in explanation.assumptions:
        yield f"{one.words} {one.effect}".strip()


def _queries(explanation: "Explanation") -> Iterator[str]:
    for part in explanation.parameters:
        yield f"  ${part.label} = {part.text}"
    for query in explanation.query:
        yield f"  -- {query.name}"
        yield indent(query.sql, "  ")


def _submissions(explanation: "Explanation") -> Iterator[str]:
    found = explanation.submissions
    rows = [(s.provider, s.period, s.window, s.id, f"received {s.received}") for s in found]
    yield from _table(rows[:MOST_SUBMISSIONS])
    if len(rows) > MOST_SUBMISSIONS:
        yield f"  and {len(rows) - MOST_SUBMISSIONS:,} more: --json lists all {len(rows):,}."


def _records(group: "Records") -> Iterator[str]:
    shown = len(group.rows)
    which = "all of them" if shown == group.number else f"the first {shown} of {group.number:,}"
    yield f"  {group.title} ({which}):"
    for line in _table([group.columns, *group.rows]):
        yield f"  {line}"


def _table(rows: Sequence[tuple[str, ...]], right: Sequence[int] = ()) -> Iterator[str]:
    """Rows in columns; the last column wraps."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        first = "  " + "".join(f"{cell}  " for cell in cells[:-1])
        yield from _wrapped(row[-1], first, " " * len(first)) or [first]
