"""What all tests share: the `--bless` option and the profiles of the random tests.

`pytest --bless` rewrites golden expectations instead of comparing with them.  Random tests draw the same examples on
every run; `GRAPHC_SOAK=1` draws many more, different ones each time, and prints how to repeat a failure.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# The workers take all processors: further threads of BLAS would wait for one another.  NumPy reads it when imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SOAK = os.environ.get("GRAPHC_SOAK") == "1"

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "soak",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("soak" if SOAK else "ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite golden expectations with what the program does now")


@pytest.fixture(scope="session")
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite expectations."""
    return bool(request.config.getoption("--bless"))


@pytest.fixture(scope="session")
def soak() -> bool:
    """Whether to take hours rather than minutes."""
    return SOAK


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests generated from the op records have tried: `record_property("counted", (what, number))`."""
    counted: dict[str, int] = {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "counted":
                what, number = value
                counted[what] = counted.get(what, 0) + number
    if counted:
        shown = ", ".join(f"{number:,} {what}" for what, number in sorted(counted.items()))
        terminalreporter.write_line(f"op records: {shown}")
