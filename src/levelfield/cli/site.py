"""Commands that show: publish, export, explain, demo."""

import json
import shlex
import shutil
import sys
import time
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from levelfield.cli.console import progress, say
from levelfield.cli.options import DEFAULT_HOME, HomeOption, JsonOption, QuietOption
from levelfield.core.money import format_pounds
from levelfield.home import Home
from levelfield.pipeline.demo import Demo
from levelfield.pipeline.site import export_values, publish_site
from levelfield.publish.words import counted

OutOption = Annotated[Path, typer.Option("--out", help="Folder of the site.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command("publish")(publish_command)
    app.command("export")(export_command)
    app.command("explain")(explain_command)
    app.command("demo")(demo_command)


def _program() -> str:
    """How this program is called from here, so that a command that is printed works when copied."""
    if shutil.which("levelfield"):
        return "levelfield"
    called = Path(sys.argv[0])
    return shlex.quote(str(called)) if called.name == "levelfield" else "python -m levelfield"


def publish_command(
    home: HomeOption = DEFAULT_HOME,
    to: OutOption = Path("site"),
    png: Annotated[bool, typer.Option("--png", help="Write each chart as PNG as well.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Write the static site of a home: it works from a file system, with scripts off."""
    opened = Home.open(home)
    with progress("Publishing", quiet) as tell:
        made = publish_site(opened, to, progress=tell, png=png)
    say(f"{made.pages} pages with {made.charts} charts. {made.effect.words}", quiet)
    print(made.index.resolve())


def export_command(
    home: HomeOption = DEFAULT_HOME,
    to: Annotated[
        Path, typer.Option("--out", help="Folder of the export; one that is there is replaced.")
    ] = Path("export"),
    quiet: QuietOption = False,
) -> None:
    """Write the public values for other programs: CSV, Parquet, a workbook and FHIR."""
    made = export_values(Home.open(home), to)
    of = f"{counted(made.measures, 'measure')} and {counted(made.composites, 'composite')}"
    adjusted = f"{counted(made.adjusted, 'measure')} adjusted as well"
    say(f"{made.values:,} values of {of}; {adjusted}. {made.effect.words}", quiet)
    print(to.resolve())


def explain_command(
    key: Annotated[str, typer.Argument(help="The key beside a figure, such as V-3f9a0c12be45.")],
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Say where a figure comes from: definition, rule, query, submissions, counts, records."""
    explanation = Home.open(home).explain(_as_printed(key))
    print(
        json.dumps(explanation.to_json(), indent=2, ensure_ascii=False, default=str)
        if as_json
        else explanation.text()
    )


def _as_printed(key: str) -> str:
    """A key as it stands beside its figure, however it was copied or typed."""
    dashes = str.maketrans({"\N{EN DASH}": "-", "\N{NON-BREAKING HYPHEN}": "-", "\N{HYPHEN}": "-"})
    kind, dash, digits = key.strip(" .,;\t").translate(dashes).partition("-")
    return f"{kind.upper()}{dash}{digits.lower()}"


def demo_command(
    home: HomeOption = Path("levelfield-demo"),
    to: OutOption = Path("levelfield-demo-site"),
    open_browser: Annotated[bool, typer.Option("--open", help="Open the site when done.")] = False,
    providers: Annotated[int, typer.Option(min=1, max=26, help="Fictional providers.")] = 12,
    months: Annotated[int, typer.Option(min=1, max=36, help="Months from April 2025.")] = 12,
    quiet: QuietOption = False,
) -> None:
    """From simulated submissions to a statement and a site, in one go."""
    started = time.monotonic()
    demo = Demo(home, to, providers=providers, months=months)
    for title, step in demo.steps():
        begun = time.monotonic()
        with progress(title, quiet) as tell:
            said = step(tell)
        say(f"{title} ({time.monotonic() - begun:.0f} s): {said}", quiet)
    site = demo.index.resolve()
    print(f"Done in {time.monotonic() - started:.0f} s. The site: {site}")
    for contract, total in demo.totals.items():
        print(f"Statement of {contract} for {demo.period}: {format_pounds(total)}")
    print("\nThree commands to try next:")
    for command in demo.next_commands():
        print(f"  {_program()} {command}")
    if open_browser:
        webbrowser.open(site.as_uri())
