"""Writing a file at once or not at all.

In: a path and a function that writes to a stream.  Out: the file, or Diagnostics E0706 and what was there before.
What a killed process leaves behind is removed by the next one that writes the file: it holds no lock any more.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO

from graphc.files.locks import lock
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


def check_writable(path: str | os.PathLike[str]) -> None:
    """Could a file be written there?  To be asked before long work.  Raises Diagnostics E0706."""
    shown = os.fspath(path)
    target = Path(os.path.realpath(shown))
    try:
        mode = _mode(target)
    except OSError as error:
        raise unwritable(shown, error) from error
    if not target.parent.is_dir():
        raise unwritable(shown, FileNotFoundError())
    if mode is not None and stat.S_ISDIR(mode):
        raise unwritable(shown, IsADirectoryError())
    if not os.access(target.parent if mode is None else target, os.W_OK):
        raise unwritable(shown, PermissionError())


def check_folder(path: str | os.PathLike[str]) -> None:
    """Could files be written into this folder, which may have to be made?  Raises Diagnostics E0706."""
    shown = os.fspath(path)
    there = Path(os.path.realpath(shown))
    while not os.path.lexists(there):
        there = there.parent
    if not there.is_dir():
        raise unwritable(shown, NotADirectoryError())
    if not os.access(there, os.W_OK | os.X_OK):
        raise unwritable(shown, PermissionError())


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _replace(target: Path, write: Callable[[IO[bytes]], None], mode: int | None) -> None:
    _sweep(target)
    stream, temporary, held = _sibling(target)
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
    finally:
        if held is not None:
            os.close(held)
    sync_folder(target.parent)


def _sibling(target: Path) -> tuple[IO[bytes], Path, int | None]:
    """A new file beside the target, and its lock where there are locks."""
    for i in count():
        temporary = target.with_name(f".{target.name}.{os.getpid()}-{i}.tmp")
        try:
            stream = temporary.open("xb")
        except FileExistsError:
            continue
        held = lock(temporary, wait=True)
        if held is not None or temporary.exists():
            return stream, temporary, held
        stream.close()  # another process has swept it before it was locked
    raise AssertionError("there are infinitely many numbers")


def _sweep(target: Path) -> None:
    """Remove the siblings that killed processes have left."""
    ours = re.compile(rf"\.{re.escape(target.name)}\.\d+-\d+\.tmp")
    with suppress(PermissionError):  # may be written but not listed
        for name in filter(ours.fullmatch, os.listdir(target.parent)):
            held = lock(target.with_name(name), wait=False)
            if held is not None:
                with suppress(OSError):  # another process was faster
                    target.with_name(name).unlink()
                os.close(held)


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder last."""
    if os.name == "nt":  # folders can't be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
