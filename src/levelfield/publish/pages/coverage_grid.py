"""The coverage matrix drawn: every provider and month of the year as a square, and in words."""

from collections.abc import Mapping, Sequence

from levelfield.publish import charts
from levelfield.publish.breaks import HERE, Crossed, crossed
from levelfield.publish.cells import Record, number, public_text
from levelfield.publish.marks import GRIDS
from levelfield.publish.pages.quality_figures import not_consistent
from levelfield.publish.parts import Cell, Figure, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import counted, short_month, short_name
from levelfield.quality import inconsistent, load_consistent, submitters

_LETTERS = {
    "refresh": "R",
    "primary only": "P",
    "late": "L",
    "missing": "–",
    "before the first": "",
}


def matrix_figure(data: SiteData) -> Figure | None:
    """Every provider and month of the year as a square; None without a matrix."""
    if data.matrix is None:
        return None
    months = [str(month) for month in data.year.months]
    rows = [row for row in data.matrix.to_pylist() if row["period"] in months]
    if not rows:
        return None
    by_place: dict[tuple[str, str], Record] = {
        (str(row["provider"]), str(row["period"])): row for row in rows
    }
    months = sorted({str(row["period"]) for row in rows})
    breaks = crossed(data, months, data.providers)
    squares = [
        {
            "name": short_name(data.name(code)),
            "code": code,
            "month": short_month(month),
            "kind": kind,
            "letter": _LETTERS[kind],
            "broken": breaks.at(code, month),
        }
        for code in data.providers
        for month in months
        for kind in [square_kind(by_place[code, month])]
    ]
    kinds = [kind for kind in GRIDS if any(square["kind"] == kind for square in squares)]
    absent = [square for square in squares if square["kind"] == "missing"]
    late = [square for square in squares if square["kind"] == "late"]
    found = submitters(data.matrix, str(data.year))
    steady = len(found) - len(inconsistent(found))
    sentence = (
        f"{steady} of {counted(len(found), 'provider')} submitted consistently: "
        f"{load_consistent().words}. Of {len(squares):,} provider-months {len(absent):,} "
        f"{'is' if len(absent) == 1 else 'are'} missing and {len(late):,} came after the close of "
        "the primary window."
    )
    return Figure(
        "coverage-matrix",
        sentence,
        f"Grid of {counted(len(found), 'provider')} by {counted(len(months), 'month')}. {sentence} "
        "The table below says it square by square.",
        charts.grid(squares, kinds),
        _matrix_table(data, by_place, months, breaks),
        (
            *not_consistent(data, str(data.year)),
            "R refresh, P primary only, L first received late, – missing"
            f"{', a heavy line before a month: break in series' if breaks.breaks else ''}.",
            *breaks.notes,
        ),
    )


def square_kind(row: Mapping[str, object]) -> str:
    """What a provider-month is in the picture; late is one whose first file missed its window."""
    if not row["held"]:
        return "missing" if row["expected"] else "before the first"
    return str(row["state"]) if row["in_time"] else "late"


def _matrix_table(
    data: SiteData,
    by_place: Mapping[tuple[str, str], Record],
    months: Sequence[str],
    breaks: Crossed,
) -> Table:
    """The same in words, with the contacts of each month, rounded."""
    head = columns("Provider", *(short_month(month) for month in months))
    body: list[Row] = []
    for code in data.providers:
        cells = []
        for month in months:
            row = by_place[code, month]
            kind = square_kind(row)
            words = f"{row['state']}, late" if kind == "late" else kind
            contacts = int(number(row["contacts"]) or 0)
            notes = [f"{public_text(contacts)} contacts"] if row["held"] else []
            notes += [HERE] if breaks.at(code, month) else []
            cells.append(
                Cell(words, note=", ".join(notes), kind="strong" if kind == "missing" else "")
            )
        body.append((Cell(data.name(code)), *cells))
    return Table("Submission in use by month, with its contacts", head, tuple(body))
