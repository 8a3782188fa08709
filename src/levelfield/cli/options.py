"""Options that several commands share, each declared once."""

import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from levelfield.core.periods import parse_period

DEFAULT_HOME = Path("levelfield-home")


class EngineName(StrEnum):
    """The engines that `--engine` takes."""

    duckdb = "duckdb"
    spark = "spark"


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)


def moment(text: str) -> datetime:
    """A day, or a day and a time, as an option gives it."""
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(
        f"'{text}' is no day or moment that exists. Write 2026-04-20 or 2026-04-20T09:30."
    )


def sent_path(text: str) -> Path:
    """A path to what was sent. An empty one, as of a variable that is not set, names nothing: it
    would be read as the current folder."""
    if text.strip():
        return Path(text)
    raise typer.BadParameter("the path is empty. Name a file or folder, or . for the current one.")


HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="LEVELFIELD_HOME", help="The home: where submissions are kept."),
]
EngineOption = Annotated[
    EngineName, typer.Option("--engine", help="What runs the queries.", show_choices=True)
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the rows.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
RulesOption = Annotated[
    Path | None, typer.Option(help="A file that switches rules off or grades them anew.")
]
MappingOption = Annotated[
    str | None,
    typer.Option(
        "--mapping",
        help="Read an extract: portal-extract, commissioner-extract, or the path of your mapping.",
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress; of remarks only what needs a look.")
]
ShowSqlOption = Annotated[
    bool, typer.Option("--show-sql", help="Print the queries instead of running them.")
]


def _period(text: str | None) -> str | None:
    """A period as it was written, refused where it is none: an empty one is not every period."""
    if text is not None:
        parse_period(text)
    return text


PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period", help="A month (2026-03) or a financial year (2025-26).", callback=_period
    ),
]
