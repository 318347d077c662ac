"""Writing a folder at once or not at all.

In: a path and the contents of its files.  Out: the folder, or Diagnostics E0706 and what was there before.

The files are written to a temporary sibling, and all is flushed to the disk before it gets its name.  Where a folder of
that name exists, the two change places in one step; where the system can't do that, the old one is put aside first,
and whoever opens the folder in between finds it there.  What a killed process leaves behind is removed by the next one
that writes here: it holds no lock any more.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from graphc.files.atomic import sync_folder
from graphc.files.locks import lock
from graphc.files.problems import unwritable

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY)


def write_folder(path: str | os.PathLike[str], contents: Mapping[str, bytes]) -> None:
    """Replace a folder, or make it.  `contents`: by path below it, with `/`.  A link is followed."""
    shown = os.fspath(path)
    try:
        target = Path(os.path.realpath(shown))
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "it is a file, not a folder")
        _sweep(target)
        with _Sibling(target) as sibling:
            _fill(sibling.path, contents)
            if target.is_dir():
                os.chmod(sibling.path, stat.S_IMODE(target.stat().st_mode))
            _put_in_place(sibling.path, target)
            sync_folder(target.parent)
    except OSError as error:
        raise unwritable(shown, error) from error


def present(path: str | os.PathLike[str]) -> Path:
    """Where the folder is: in its place, or put aside by a process that was killed while it replaced it."""
    target = Path(os.path.realpath(path))
    aside = _aside(target)
    return aside if not os.path.lexists(target) and aside.is_dir() else Path(path)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


# ---------------------------------------------------------------- the sibling


class _Sibling:
    """A new folder beside the target, locked while this process lives, and gone afterwards if it has no other name."""

    def __init__(self, target: Path) -> None:
        for i in count():
            self.path = target.with_name(f".{target.name}.{os.getpid()}-{i}.tmp")
            try:
                self.path.mkdir()
            except FileExistsError:
                continue
            self._lock = lock(self.path, wait=True)
            if self._lock is not None or self.path.is_dir():  # else another process has swept it
                return
        raise AssertionError("there are infinitely many numbers")

    def __enter__(self) -> _Sibling:
        return self

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)


def _sweep(target: Path) -> None:
    """Finish what killed processes began: bring back a folder that was put aside, and remove what has no name."""
    aside = _aside(target)
    if aside.is_dir() and not aside.is_symlink():
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            os.rename(aside, target)
    for stale in _siblings(target):
        held = lock(stale, wait=False)
        if held is not None:
            shutil.rmtree(stale, ignore_errors=True)
            os.close(held)


def _siblings(target: Path) -> Iterator[Path]:
    start = f".{target.name}."
    with suppress(PermissionError):  # may be written but not listed
        for name in sorted(os.listdir(target.parent)):
            if name.startswith(start) and name.endswith(".tmp"):
                yield target.with_name(name)


def _fill(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files, and flush them and the folders that they are in."""
    folders = {folder}
    for name, data in contents.items():
        file = folder.joinpath(*name.split("/"))
        file.parent.mkdir(parents=True, exist_ok=True)
        folders.update(p for p in file.parents if p.is_relative_to(folder))
        with file.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    for each in sorted(folders, key=lambda p: len(p.parts), reverse=True):
        sync_folder(each)


# ---------------------------------------------------------------- the exchange


def _put_in_place(new: Path, target: Path) -> None:
    """Give the new folder its name.  The old one, if any, takes the name of the new one, or goes."""
    while True:
        if target.exists():
            try:
                _exchange(new, target)
            except OSError as error:
                if error.errno not in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM):
                    raise
                _replace(new, target)
            return
        try:
            os.rename(new, target)
        except OSError as error:
            if error.errno not in _TAKEN:  # another process has just made it
                raise
        else:
            return


def _exchange(one: Path, other: Path) -> None:
    """Two folders change names, in one step.  OSError ENOSYS where the system can't."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _replace(new: Path, target: Path) -> None:
    """In two steps: the old folder is put aside, then the new one gets its name."""
    aside = _aside(target)
    shutil.rmtree(aside, ignore_errors=True)
    os.rename(target, aside)
    try:
        os.rename(new, target)
    except OSError:
        os.rename(aside, target)
        raise
    sync_folder(target.parent)
    shutil.rmtree(aside, ignore_errors=True)
