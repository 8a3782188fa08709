"""The command that groups: counts of a scheme, why of a record, the check of one's own scheme."""

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from levelfield import currencies
from levelfield.cli.console import show_arrow, show_queries
from levelfield.cli.grouped import named_scheme, read_choices, show_why
from levelfield.cli.options import (
    DEFAULT_HOME,
    EngineName,
    EngineOption,
    Format,
    FormatOption,
    HomeOption,
    JsonOption,
    PeriodOption,
    ShowSqlOption,
)
from levelfield.core.errors import UsageError
from levelfield.engine import open_engine
from levelfield.home import Home


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("group")(group_command)


def group_command(
    scheme_id: Annotated[
        str | None,
        typer.Argument(
            metavar="SCHEME",
            help="Such as ncc-2024-25, or the folder of one of your own, as in ./ours. An unknown "
            "one is refused with the names of all.",
        ),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    period: PeriodOption = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="A choice of the scheme, as in missing_attendance=attended; repeatable."),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(
            help="Say of the record with this local id which row decided, and why the rows before "
            "it did not."
        ),
    ] = None,
    provider: Annotated[str | None, typer.Option(help="The provider of the record.")] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Check a scheme of your own and its examples; no home."
        ),
    ] = None,
    form: FormatOption = Format.table,
    as_json: JsonOption = False,
    engine: EngineOption = EngineName.duckdb,
    show_sql: ShowSqlOption = False,
) -> None:
    """Group records into currencies and count them, error classes included."""
    form = Format.json if as_json else form
    if (scheme_id is None) == (check is None):
        raise UsageError(
            "Give a currency scheme, such as ncc-2024-25, or a folder with --check: one of both."
        )
    if check is not None:
        beside = {
            "--period": period,
            "--parameter": parameter,
            "--record": record,
            "--provider": provider,
            "--show-sql": show_sql,
            "--format csv": form is Format.csv,
        }
        _refuse_beside_check([name for name, given in beside.items() if given])
        checked = _checked(check, engine)
        if form is Format.json:
            print(json.dumps({"scheme": checked.id, "examples": len(checked.worked)}, indent=2))
        else:
            print(f"{check}: the scheme '{checked.id}' makes sense, and {_held(checked)}.")
        return
    assert scheme_id is not None
    named = named_scheme(scheme_id)
    scheme = currencies.load_scheme(named).with_parameters(**read_choices(parameter or []))
    if show_sql:
        show_queries(engine, currencies.group_and_count(scheme))
        return
    opened = Home.open(home)
    if period:
        opened.require(period)
    if isinstance(named, Path):
        _checked(named, engine)
    if record:
        show_why(scheme, opened.why(scheme, record, provider or "", period or "", engine), form)
        return
    counts = opened.group(scheme, engine)
    if period:
        counts = opened.counted_in(counts, period)
    columns = ["provider", "currency", "error_class", "basis"]
    summed = counts.group_by(columns).aggregate([("units", "sum")])
    ordered = summed.rename_columns([*columns, "units"]).sort_by(
        [
            ("provider", "ascending"),
            ("units", "descending"),
            *((name, "ascending") for name in columns[1:]),
        ]
    )
    show_arrow(ordered, form)


def _refuse_beside_check(given: list[str]) -> None:
    if given:
        raise UsageError(
            f"--check takes a folder alone, and {' and '.join(given)} would do nothing: leave "
            f"{'it' if len(given) == 1 else 'them'} out."
        )


def _checked(folder: Path, engine: EngineName) -> currencies.Scheme:
    """A scheme of one's own: its examples are held against it here, those of the package's schemes
    are in its tests."""
    with closing(open_engine(engine, threads=1)) as runs:
        return currencies.check_scheme(runs, folder)


def _held(scheme: currencies.Scheme) -> str:
    number = len(scheme.worked)
    said = {0: "it has no example", 1: "its example holds"}
    return said.get(number, f"its {number} examples hold")
