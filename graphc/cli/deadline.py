"""A limit to how long a run may take: `--timeout 2`.

In: seconds, and what to do.  Out: what that gives; Diagnostics E0611, at the loop that was running, when they are over.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, TypeVar

from graphc.cli.failure import Misuse
from graphc.executors.failure import TimeUp

_LONGEST = 1e8  # three years

T = TypeVar("T")


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

    def over(number: int, frame: FrameType | None) -> NoReturn:
        raise TimeUp(seconds)

    before = signal.signal(signal.SIGALRM, over)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            return work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except TimeUp as error:
        raise error.explained() from None
    finally:
        signal.signal(signal.SIGALRM, before)
