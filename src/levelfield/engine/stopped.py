"""How DuckDB tells that somebody stopped it."""


def was_stopped(error: Exception) -> bool:
    """Whether it was Ctrl-C, which DuckDB tells as a fault of its own: as an exception for it, as
    a RuntimeError, or within a table that it reads from Python as a fault of the query."""
    # By name, so that whoever only asks need not load DuckDB.
    if type(error).__name__ == "InterruptException" or "KeyboardInterrupt" in str(error):
        return True
    return isinstance(error, RuntimeError) and "interrupt" in str(error).lower()
