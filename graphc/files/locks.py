"""Locks of files and folders, which go with the process that holds them, however it ends.

In: a path.  Out: a descriptor that holds its lock, or None.  `folders`, `atomic` and `state` tell by them what a living
process is writing, and what a killed one has left behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, and nothing is swept
    fcntl = None  # type: ignore[assignment]


def lock(path: Path, *, wait: bool, shared: bool = False) -> int | None:
    """A descriptor that holds the lock of a path; None if another process has it, or the path is gone.

    `shared`: with others that only read.
    """
    if fcntl is None:
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would wait for a writer
    except OSError:
        return None
    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, how if wait else how | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), os.lstat(path)):
            return descriptor
    except OSError:
        pass  # locked by somebody, or removed while we waited
    except BaseException:  # an interrupt while we waited
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[bool]:
    """Wait for the lock of a folder and hold it; False where there are no locks, as on some network drives."""
    descriptor = lock(Path(os.path.realpath(folder)), wait=True, shared=shared)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)
