"""Things that are made ahead of their use."""

from collections.abc import Generator
from threading import Event, current_thread

import pytest

from levelfield.measures.ahead import ahead

SECONDS = 20


def test_the_next_is_made_while_one_is_used():
    made = [Event(), Event(), Event()]

    def found() -> Generator[int, None, None]:
        for number, one in enumerate(made):
            one.set()
            yield number

    given = []
    for number in ahead(found()):
        given.append(number)
        assert number + 1 == len(made) or made[number + 1].wait(SECONDS)
    assert given == [0, 1, 2]


def test_an_error_comes_after_what_was_made_before_it():
    def found() -> Generator[int, None, None]:
        yield 1
        raise KeyboardInterrupt

    given = []
    with pytest.raises(KeyboardInterrupt):
        given.extend(ahead(found()))
    assert given == [1]


def test_whoever_stops_early_closes_what_is_made():
    closed = []

    def found() -> Generator[int, None, None]:
        try:
            yield from range(5)
        finally:
            closed.append(current_thread())

    made = ahead(found())
    assert next(made) == 0
    made.close()
    assert len(closed) == 1
