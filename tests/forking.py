"""Processes of tests that are killed at work, or work beside one another."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable


def child(work: Callable[[], object]) -> int:
    """A process that does some work, and nothing else of this one; its status is 0 if nothing was raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside the threads of the test runner
        pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)
