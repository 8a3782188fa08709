"""One family of exceptions. A message says what is wrong, where, and what to do about it."""


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
