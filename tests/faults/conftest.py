"""The option for the whole set of injected faults, of which an ordinary run takes a sample."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-fault",
        action="store_true",
        help="inject a fault at every write, sync and rename, not at a sample (half an hour)",
    )
