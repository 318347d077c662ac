"""Writing a file at once or not at all.

In: a path and a function that writes to a stream.  Out: the file, or Diagnostics E0706 and what was there before.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO

from graphc.files.problems import unwritable


def write_all(stream: IO[bytes], data: bytes) -> None:
    """What `write_file` does with data that is there already."""
    stream.write(data)


def write_file(path: str | os.PathLike[str], write: Callable[[IO[bytes]], None]) -> None:
    """Let `write` fill a temporary sibling, then put it in the place of `path`: fsync, rename, fsync of the folder.

    A link is followed, an old file's permissions are kept, and what is no file (`/dev/stdout`) is written as it is.
    """
    shown = os.fspath(path)
    try:
        target = Path(os.path.realpath(shown))
        mode = _mode(target)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError
        if mode is not None and not stat.S_ISREG(mode):
            with target.open("wb") as stream:
                write(stream)
            return
        if mode is not None and not os.access(target, os.W_OK):
            raise PermissionError
        _replace(target, write, mode)
    except OSError as error:
        raise unwritable(shown, error) from error


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(target: Path, write: Callable[[IO[bytes]], None], mode: int | None) -> None:
    stream, temporary = _sibling(target)
    try:
        with stream:
            write(stream)
            stream.flush()
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):  # the first error is the one to report
            temporary.unlink()
        raise
    sync_folder(target.parent)


def _sibling(target: Path) -> tuple[IO[bytes], Path]:
    """A new file beside the target."""
    for i in count():
        temporary = target.with_name(f".{target.name}.{os.getpid()}-{i}.tmp")
        try:
            return temporary.open("xb"), temporary
        except FileExistsError:
            continue
    raise AssertionError("there are infinitely many numbers")


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder last."""
    if os.name == "nt":  # folders can't be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
