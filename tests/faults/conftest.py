"""The option for the whole set of injected faults, of which an ordinary run takes a sample."""

import pytest
from _pytest.terminal import TerminalReporter

from faults.crash.count import FAULTS, table


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-fault",
        action="store_true",
        help="inject a fault at every write, sync and rename, not at a sample (ten minutes, -n 2)",
    )


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """The count of the injected faults, when all were asked for."""
    if not config.getoption("--every-fault"):
        return
    told = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == FAULTS
    ]
    terminalreporter.section("injected faults")
    for line in table(told):
        terminalreporter.line(line)
