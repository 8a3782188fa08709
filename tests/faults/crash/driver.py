"""A process that has loaded everything and forks a child for each trial: read by lines of JSON.

strace attaches to the child before it begins and disturbs one of its system calls, whoever makes
it: Python, SQLite, Arrow or DuckDB. Nothing is mocked, and nothing that we do not know of escapes.
"""

import json
import mmap
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from faults.crash import steps
from levelfield.core.errors import LevelfieldError

DONE, REFUSED, FAILED = 0, 2, 3
"""How a child ends that was not killed: as asked, with a message to the user, with a traceback."""

_MESSAGE_BYTES = 4000


def main() -> None:
    """Serve trials until the input ends."""
    steps.simplify()
    steps.warm(Path(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_trial(json.loads(line))), flush=True)


def _trial(asked: dict[str, Any]) -> dict[str, Any]:
    """Run steps in a child, with strace's arguments if there are any; say how it ended."""
    # Shared with the child: writing to a file would be disturbed too.
    said = mmap.mmap(-1, _MESSAGE_BYTES)
    waits, begins = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(begins)
        os.read(waits, 1)
        _run(asked, said)
    os.close(waits)
    tracer = _attach(child, asked["strace"]) if asked["strace"] else None
    os.write(begins, b"!")
    os.close(begins)
    _, status = os.waitpid(child, 0)
    if tracer is not None:
        tracer.communicate()
    return {"ended": os.waitstatus_to_exitcode(status), "said": said[:].rstrip(b"\0").decode()}


def _attach(child: int, arguments: list[str]) -> "subprocess.Popen[str]":
    command = ["strace", *arguments, "-p", str(child)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    told = tracer.stderr.readline()
    if "attached" not in told:
        raise RuntimeError(f"strace did not attach: {told}")
    return tracer


def _run(asked: dict[str, Any], said: mmap.mmap) -> None:
    home, sent = Path(asked["home"]), Path(asked["sent"])
    try:
        for name in asked["steps"]:
            steps.STEPS[name](home, sent)
        code, message = DONE, ""
    except LevelfieldError as error:
        code, message = REFUSED, f"{type(error).__name__}: {error}"
    except BaseException as error:
        code, message = FAILED, f"{type(error).__name__}: {error}"
    text = message.encode()[:_MESSAGE_BYTES]
    said[: len(text)] = text
    os._exit(code)


if __name__ == "__main__":
    main()
