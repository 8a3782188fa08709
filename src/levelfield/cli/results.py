"""Commands about results: build, measure."""

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer

from levelfield import benchmark, currencies, measures
from levelfield.cli.console import progress, say, show, show_queries
from levelfield.cli.options import (
    DEFAULT_HOME,
    EngineName,
    EngineOption,
    Format,
    FormatOption,
    HomeOption,
    JsonOption,
    PeriodOption,
    QuietOption,
    ShowSqlOption,
)
from levelfield.core.dates import period_words
from levelfield.core.errors import UsageError
from levelfield.core.values import ALL, VALUE_COLUMNS
from levelfield.engine import NamedQuery, open_engine
from levelfield.facts import pipelines
from levelfield.home import SCHEME, Home
from levelfield.pipeline.build import build
from levelfield.publish.words import stored_unit

ORGANISATIONS = ("provider", "commissioner", "national")


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command("build")(build_command)
    app.command("measure")(measure_command)


def build_command(
    home: HomeOption = DEFAULT_HOME,
    engine: EngineOption = EngineName.duckdb,
    show_sql: ShowSqlOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Build facts, values and units of care from the active submissions."""
    if show_sql:
        show_queries(engine, _all_queries())
        return
    opened = Home.open(home)
    runs = open_engine(engine, spill=opened.warehouse.spill())
    with closing(runs), progress("Building", quiet) as tell:
        built = build(opened.warehouse, runs, tell)
    if as_json:
        row = {
            "submissions": built.facts.submissions,
            "reused": built.facts.reused,
            "values": built.values,
            "units": built.units,
            "snapshot": built.snapshot,
        }
        print(json.dumps(row, indent=2))
    else:
        say(
            f"Built from {built.facts.submissions} new and {built.facts.reused} unchanged "
            f"submissions: {built.values:,} values, {built.units:,} units of care.",
            quiet,
        )


def measure_command(
    measure_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="A measure, such as dna_rate.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    by: Annotated[
        str,
        typer.Option(
            help="provider, commissioner or national; and service, age_band, sex, ethnic_group or "
            "deprivation_fifth. Join two with a comma: provider,service."
        ),
    ] = "provider",
    period: PeriodOption = None,
    form: FormatOption = Format.table,
    missing_attendance: Annotated[
        measures.MissingAttendance,
        typer.Option(help="What a missing attendance code is taken for."),
    ] = "left_out",
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Check a measure, composite or code list of your own and its examples; no home.",
        ),
    ] = None,
    engine: EngineOption = EngineName.duckdb,
    show_sql: ShowSqlOption = False,
) -> None:
    """Count a measure over the facts of a home and print its values, exact."""
    if (measure_id is None) == (check is None):
        raise UsageError(
            "Give a measure's ID, such as dna_rate, or a file with --check: one of both."
        )
    if check is not None:
        counting = open_engine(engine, threads=1)
        try:
            print(measures.check_file(counting, check))
        finally:
            counting.close()
        return
    assert measure_id is not None
    composite = measures.load_composites().get(measure_id)
    if composite is not None:
        _show_composite(composite, home, by, period, form)
        return
    measure = measures.find_measure(measure_id)
    if show_sql:
        show_queries(engine, measures.measure_queries(measure, missing_attendance))
        return
    level, stratifier = split_by(by)
    opened = Home.open(home)
    if period:
        opened.require(period)
    values = opened.evaluate(measure, missing_attendance, engine)
    chosen = _chosen(values, level, stratifier, period)
    if not chosen.num_rows:
        raise UsageError(
            f"{measure.id} has no values by {by}{f' for {period}' if period else ''}. It is broken "
            f"down by: {', '.join(measure.stratifiers)}; by {' and '.join(measure.periods)}."
        )
    if form is Format.table:
        _print_headline(measure, chosen, opened)
    _show_values(chosen, form)


def _chosen(values: pa.Table, level: str, stratifier: str, period: str | None) -> pa.Table:
    """The values by a level and a stratifier, in one period or in all."""
    wanted = {"org_level": level, "stratifier": stratifier, "period": period}
    for name, text in wanted.items():
        if text is not None:
            values = values.filter(pc.equal(values[name], text))
    return values


def _show_composite(
    composite: measures.Composite, home: Path, by: str, period: str | None, form: Format
) -> None:
    """The values of a composite in the last build: it is reckoned from those of its parts."""
    opened = Home.open(home)
    if period:
        opened.require(period)
    values = opened.composites()
    own = values.filter(pc.equal(values["measure"], composite.id))
    chosen = _chosen(own, *split_by(by), period)
    parts = ", ".join(composite.weights)
    if not chosen.num_rows:
        when = f" for {period}" if period else ""
        raise UsageError(
            f"The composite {composite.id} has no values by {by}{when}. It has one where each of "
            f"its parts has one: {parts}."
        )
    if form is Format.table:
        print(f"{composite.title} (composite, the mean of {parts} by weight)\n")
    _show_values(chosen, form)


def split_by(by: str) -> tuple[str, str]:
    """`provider,service` as the level of organisation and the stratifier; either may be missing.

    Raises UsageError for an unknown word and for two of one kind.
    """
    words = [word.strip() for word in by.split(",")]
    known = [*ORGANISATIONS, *measures.STRATIFIER_COLUMNS]
    for word in words:
        if word not in known:
            raise UsageError(
                f"'{word}' is nothing to break values down by. Known are: {', '.join(known)}."
            )
    levels = [word for word in words if word in ORGANISATIONS]
    stratifiers = [word for word in words if word not in ORGANISATIONS]
    if len(levels) > 1 or len(stratifiers) > 1:
        raise UsageError(
            f"'{by}' asks for too much at once: take one of {', '.join(ORGANISATIONS)}, and one of "
            f"{', '.join(measures.STRATIFIER_COLUMNS)}."
        )
    return (levels or ["national"])[0], (stratifiers or [ALL])[0]


def _print_headline(measure: measures.Measure, chosen: pa.Table, opened: Home) -> None:
    """The title with the unit of the values, and of organisations that are not broken down the
    finding of the last period."""
    last = max(chosen["period"].to_pylist())
    reading = benchmark.reading_of_measure(measure, last)
    print(f"{measure.title} ({stored_unit(reading.unit, reading.per)})")
    now = chosen.filter(
        pc.and_(pc.equal(chosen["period"], last), pc.equal(chosen["measure"], measure.id))
    )
    if now.num_rows < 2 or now["stratifier"][0].as_py() != ALL:
        return
    among = benchmark.funnel(now, reading, names=opened.lookups.names)
    found = benchmark.ordered_bars(now, reading, names=opened.lookups.names)
    drawn = found if isinstance(among, benchmark.NotComparable) else among
    print(f"{period_words(last)}: {drawn.sentence}\n")


def _show_values(values: pa.Table, form: Format) -> None:
    if form is Format.table:
        columns = [
            "measure",
            "period",
            "org_code",
            "stratum",
            "numerator",
            "denominator",
            "value",
            "lower",
            "upper",
            "flags",
            "lineage",
        ]
        show(values.to_pylist(), columns, form)
        methods = sorted(set(values["method"].to_pylist()))
        print(f"\nMethod: {'; '.join(methods)}")
    else:
        show(values.to_pylist(), VALUE_COLUMNS, form)


def _all_queries() -> list[NamedQuery]:
    queries = []
    for name in (*pipelines.SHARED, *pipelines.MONTHLY, *pipelines.DERIVED):
        queries.append(NamedQuery(f"fact {name}", pipelines.statement(name)))
    for measure in measures.load_measures().values():
        queries += measures.measure_queries(measure)
    scheme = currencies.load_scheme(SCHEME)
    return [*queries, *currencies.group(scheme), *currencies.unit_counts()]
