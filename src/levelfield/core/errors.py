"""One family of exceptions. A message says what is wrong, where, and what to do about it."""

import os
from pathlib import Path
from traceback import extract_tb


class LevelfieldError(Exception):
    """The base of everything that levelfield raises on purpose.

    The message is complete in itself: the command line prints it as it is, without a traceback.
    """


class UsageError(LevelfieldError):
    """The call cannot be carried out as asked: an unknown measure, a period without data."""


class DefinitionError(LevelfieldError):
    """A definition (measure, rule, currency, price, contract term) makes no sense."""


class SubmissionError(LevelfieldError):
    """What was given is not a submission that can be read."""


class WarehouseError(LevelfieldError):
    """The home cannot be opened, is held by another run, or holds something unexpected."""


class ContractError(LevelfieldError):
    """A contract cannot be priced or paid as it stands."""


class EngineError(LevelfieldError):
    """An engine is missing or failed."""


def our_fault(error: BaseException) -> str:
    """What a user is told of an exception that nobody has thought of: its kind, its place in our
    code and what to do. The error's own words are left out, since they may hold a record's value.
    """
    frames = [(Path(f.filename).as_posix(), f.lineno) for f in extract_tb(error.__traceback__)]
    own = [(file.rpartition("/levelfield/"), line) for file, line in frames]
    places = [f" in {file}, line {line}" for (_, found, file), line in own if found]
    at = places[-1] if places else ""
    return (
        f"levelfield failed ({type(error).__name__}{at}). This is our fault, not yours, and "
        "nothing is half-written. Please report these words, with the command that you ran, where "
        "your levelfield comes from; with LEVELFIELD_DEBUG=1 it shows how it came there."
    )


def debugging() -> bool:
    """Whether somebody wants to see where an unexpected exception comes from."""
    return bool(os.environ.get("LEVELFIELD_DEBUG"))
