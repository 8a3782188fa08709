"""Options that several commands share, each declared once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

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
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks.")]
ShowSqlOption = Annotated[
    bool, typer.Option("--show-sql", help="Print the queries instead of running them.")
]
PeriodOption = Annotated[
    str | None, typer.Option("--period", help="A month (2026-03) or a financial year (2025-26).")
]
