"""A limit to how long a verb may take: `--timeout 2`.

In: seconds, and what to do.  Out: what that gives; Diagnostics E0611 when they are over, at the loop that was running.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn, TypeVar

import click

from graphc.cli.failure import Misuse

_LONGEST = 1e8  # three years
_AGAIN = 1.0  # seconds; an alarm that goes off where Python ignores exceptions, in a `__del__` say, is repeated
_KEY = "graphc.timeout"

T = TypeVar("T")


def timeout_option() -> click.Option:
    """`--timeout`, for the whole of a verb."""
    return click.Option(
        ["--timeout"],
        type=click.FloatRange(min=0, min_open=True),
        metavar="S",
        expose_value=False,
        callback=_remember,
        help="Stop after so many seconds.",
    )


def _remember(ctx: click.Context, param: click.Parameter, value: float | None) -> None:
    ctx.meta[_KEY] = value


def in_time(ctx: click.Context, work: Callable[[], T]) -> T:
    """What `work` gives within the time that the command line leaves it."""
    return within(ctx.meta.get(_KEY), work)


def lift() -> None:
    """Let what is left to do, once the time is over, take as long as it takes."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


def within(seconds: float | None, work: Callable[[], T]) -> T:
    """What `work` gives, if it takes no longer than so many seconds (None: any number).  Raises Diagnostics E0611.

    The alarm may go off between any two steps of Python from the moment that it is set until it is known to be off, so
    all of that stands within one `try`; in a context manager some steps of `with` itself would not.
    """
    if seconds is None:
        return work()
    if not hasattr(signal, "setitimer"):
        raise Misuse("--timeout needs signals, which this system hasn't")
    if not seconds < _LONGEST:
        raise Misuse(f"--timeout takes a number of seconds, not {seconds}", "leave it out for any time")
    from graphc.executors.failure import TimeUp

    def over(number: int, frame: FrameType | None) -> NoReturn:
        raise TimeUp(seconds)

    before: Any = signal.signal(signal.SIGALRM, over)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
            return work()
        finally:
            lift()
    except TimeUp as error:
        lift()  # it may have gone off before that was done
        raise error.explained() from None
    finally:
        signal.signal(signal.SIGALRM, before)
