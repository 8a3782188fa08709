"""The one place where an error becomes a message and an exit code."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

import typer

from levelfield.cli.app import application
from levelfield.core.errors import EngineError, LevelfieldError, debugging, our_fault
from levelfield.core.processes import leave_pandas_out, look_for_garbage_rarely

EXIT_NEGATIVE, EXIT_INPUT, EXIT_OURS, EXIT_INTERRUPTED = 1, 2, 3, 130
"""Done with a negative finding; the input or the call is wrong; we failed; stopped by the user."""

STOPPED = {
    "check": "Stopped. Nothing was loaded or changed; of a report there is nothing, or not all.",
    "": "Stopped. What was committed is kept; nothing is half-written.",
}
"""What Ctrl-C leaves, by command."""


def run() -> NoReturn:
    """The program: `main`, and the end of the process with its exit code.

    Threads of Arrow may still be letting go of a file that was refused, and would abort a process
    that is taken down around them. So it ends at once, its output written.
    """
    look_for_garbage_rarely()
    leave_pandas_out()
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            if stream is not None:
                stream.flush()
    os._exit(code)


def main() -> None:
    """Run the command line; every error is one message, never a traceback.

    With LEVELFIELD_DEBUG set, an unexpected failure shows where it happened.
    """
    try:
        code = application(sys.argv[1:])(standalone_mode=False)
    except LevelfieldError as error:
        _tell(str(error))
        code = EXIT_OURS if isinstance(error, EngineError) else EXIT_INPUT
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except typer.TyperException as error:
        _tell(error.format_message())
        code = EXIT_INPUT
    except BrokenPipeError:
        # The reader of our output (head, say) has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        # A full disk, a path that is too long, a place where nobody may write: theirs to mend.
        _tell(f"{error.filename or 'The system'}: {error.strerror or error}.")
        code = EXIT_INPUT
    except Exception as error:
        if debugging():
            raise
        _tell(our_fault(error))
        code = EXIT_OURS
    # The library may turn Ctrl-C into its exit code by itself, so it is told of here.
    if code == EXIT_INTERRUPTED:
        _tell(STOPPED.get(sys.argv[1], STOPPED[""]))
    raise SystemExit(code if isinstance(code, int) else 0)


def _tell(text: str) -> None:
    # Imported here: it brings an engine along, which many commands do without.
    from levelfield.cli.console import say

    say(text)
