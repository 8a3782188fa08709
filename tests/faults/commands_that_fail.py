"""Run by a test in a process of its own: commands one after the other, with a fault on the way.

The first argument is JSON: `commands`, a list of argument lists; `fault`, "kill" or "raise" or
empty; `at`, the place (`module:attribute`) and `call`, which of its calls fails, from 1.
"""

import importlib
import json
import os
import signal
import sys
from typing import Any


class _DisasterError(Exception):
    """What nobody has thought of."""


def _fail(fault: str, at: str, call: int) -> None:
    module, _, path = at.partition(":")
    owner: Any = importlib.import_module(module)
    *steps, name = path.split(".")
    for step in steps:
        owner = getattr(owner, step)
    sound, calls = getattr(owner, name), 0

    def failing(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            print(f"reached {at}", file=sys.stderr, flush=True)
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise _DisasterError("something that nobody has thought of")
        return sound(*arguments, **named)

    setattr(owner, name, failing)


def _run() -> None:
    told = json.loads(sys.argv[1])
    if told.get("fault"):
        _fail(told["fault"], told["at"], told["call"])
    from levelfield.cli.main import main

    for command in told["commands"]:
        sys.argv = ["levelfield", *command]
        print(f"$ {command[0]}", flush=True)
        try:
            main()
        except SystemExit as ended:
            print(f"exit {ended.code}", flush=True)


if __name__ == "__main__":
    _run()
