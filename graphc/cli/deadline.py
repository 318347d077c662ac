"""A limit to how long a run may take: `--timeout 2`.

In: seconds.  Out: Diagnostics E0611 when they are over, at the loop that was running.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from graphc.cli.failure import Misuse
from graphc.executors.failure import TimeUp

_LONGEST = 1e8  # three years


@contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """What is done within may take so many seconds (None: any number).  Raises Diagnostics E0611."""
    if seconds is None:
        yield
        return
    if not hasattr(signal, "setitimer"):
        raise Misuse("--timeout needs signals, which this system hasn't")

    def over(number: int, frame: FrameType | None) -> NoReturn:
        raise TimeUp(seconds)

    if not seconds < _LONGEST:
        raise Misuse(f"--timeout takes a number of seconds, not {seconds}", "leave it out for any time")
    before = signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    except TimeUp as error:
        raise error.explained() from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
