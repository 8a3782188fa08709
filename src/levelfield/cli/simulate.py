"""The command `simulate`: made-up submissions with a known truth."""

from pathlib import Path
from typing import Annotated

import typer

from levelfield import simulate
from levelfield.cli.console import progress, say
from levelfield.cli.options import QuietOption


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("simulate")(simulate_command)


def simulate_command(
    out: Annotated[Path, typer.Argument(help="Folder to write into; new or empty.")],
    providers: Annotated[int, typer.Option(min=1, max=26, help="Fictional providers.")] = 12,
    months: Annotated[int, typer.Option(min=1, max=36, help="Months from April 2025.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    defects: Annotated[float, typer.Option(min=0, max=0.5, help="Share of faulty rows.")] = 0.01,
    file_faults: Annotated[
        int, typer.Option(min=0, help="Submissions with a fault of the file as a whole.")
    ] = 0,
    quiet: QuietOption = False,
) -> None:
    """Write synthetic submissions of fictional providers, with a known truth beside them."""
    with progress("Simulating", quiet) as tell:
        made = simulate.simulate(
            out,
            providers=providers,
            months=months,
            seed=seed,
            defects=defects,
            file_faults=file_faults,
            processes=2,
            progress=tell,
        )
    say(
        f"Wrote {made.submissions} submissions with {sum(made.rows.values()):,} rows to {out}."
        f" {made.defects:,} defects are planted and listed in {out / 'truth'}.",
        quiet,
    )
