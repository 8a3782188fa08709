"""All commands, and the one place where an error becomes a message and an exit code."""

import os
import sys
from typing import Annotated

import typer

from levelfield import __version__
from levelfield.cli import check, money, quality, results, retention, site, status, submissions
from levelfield.core.errors import EngineError, LevelfieldError

EXIT_NEGATIVE, EXIT_INPUT, EXIT_OURS, EXIT_INTERRUPTED = 1, 2, 3, 130
"""Done with a negative finding; the input or the call is wrong; we failed; stopped by the user."""

app = typer.Typer(
    name="levelfield",
    help="From a community provider's monthly submission to a fair price and a defensible "
    "decision. Figures made here are not official statistics.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (check, submissions, status, retention, quality, results, money, site):
    room.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"levelfield {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    # The text of the application's help is given where it is made.
    del version


def main() -> None:
    """Run the command line; every error is one message, never a traceback.

    With LEVELFIELD_DEBUG set, an unexpected failure shows where it happened.
    """
    try:
        code = app(standalone_mode=False)
    except LevelfieldError as error:
        typer.echo(str(error), err=True)
        code = EXIT_OURS if isinstance(error, EngineError) else EXIT_INPUT
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except typer.TyperException as error:
        typer.echo(error.format_message(), err=True)
        code = EXIT_INPUT
    except BrokenPipeError:
        # The reader of our output (head, say) has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        # A full disk, a path that is too long, a place where nobody may write: theirs to mend.
        typer.echo(f"{error.filename or 'The system'}: {error.strerror or error}.", err=True)
        code = EXIT_INPUT
    except Exception as error:
        if os.environ.get("LEVELFIELD_DEBUG"):
            raise
        typer.echo(
            f"levelfield failed ({type(error).__name__}). This is our fault, not yours, and "
            "nothing is half-written. Please report it with the command that you ran; with "
            "LEVELFIELD_DEBUG=1 it also says where.",
            err=True,
        )
        code = EXIT_OURS
    # The library may turn Ctrl-C into its exit code by itself, so it is told of here.
    if code == EXIT_INTERRUPTED:
        typer.echo("Stopped. What was committed is kept; nothing is half-written.", err=True)
    raise SystemExit(code if isinstance(code, int) else 0)
