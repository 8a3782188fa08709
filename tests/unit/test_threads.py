"""Things that are made ahead of their use."""

from collections.abc import Generator
from threading import Event, current_thread

import pytest

from levelfield.core.threads import one_ahead

SECONDS = 20


def test_the_next_is_made_while_one_is_used():
    made = [Event(), Event(), Event()]

    def found() -> Generator[int, None, None]:
        for number, one in enumerate(made):
            one.set()
            yield number

    given = []
    for number in one_ahead(found()):
        given.append(number)
        assert number + 1 == len(made) or made[number + 1].wait(SECONDS)
    assert given == [0, 1, 2]


def test_an_error_comes_after_what_was_made_before_it():
    def found() -> Generator[int, None, None]:
        yield 1
        raise KeyboardInterrupt

    given = []
    with pytest.raises(KeyboardInterrupt):
        given.extend(one_ahead(found()))
    assert given == [1]


def test_whoever_stops_early_closes_what_is_made():
    closed = []

    def found() -> Generator[int, None, None]:
        try:
            yield from range(5)
        finally:
            closed.append(current_thread())

    made = one_ahead(found())
    assert next(made) == 0
    made.close()
    assert len(closed) == 1


def test_whoever_is_interrupted_interrupts_what_is_made():
    """As Ctrl-C does: nobody waits for the whole of a long query."""
    begun, stop = Event(), Event()

    def found() -> Generator[int, None, None]:
        yield 0
        begun.set()
        assert stop.wait(SECONDS)
        yield 1

    made = one_ahead(found(), stop.set)
    assert next(made) == 0
    assert begun.wait(SECONDS)
    with pytest.raises(KeyboardInterrupt):
        made.throw(KeyboardInterrupt)
    assert stop.is_set()
