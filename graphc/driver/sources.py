"""Reading programs, and the files that they import.

In: a path, or text and the name it is known by.  Out: a `Source`, which knows how to find what it imports; or
Diagnostics E0701, E0702 and E0714.  The command line and the Python API call it.

An import is looked up beside the file that it stands in.  Whatever its path says, and whichever links it goes through,
it ends in the folder of the program or in one that was allowed, so that running a program reads nothing else.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable, Sequence
from functools import partial

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.suggest import suggest
from graphc.files.problems import problem, reason, unreadable
from graphc.source import Source

ENDING = ".g"
Paths = Sequence[str | os.PathLike[str]]


def read_source(path: str | os.PathLike[str], allow_import: Paths = ()) -> Source:
    """The program in a file, known by its path as given.  `allow_import`: see `Files`."""
    name = os.fspath(path)
    try:
        with open(name, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise unreadable(name, error) from None
    except ValueError:  # a NUL character in the path
        raise unreadable(name, FileNotFoundError()) from None
    return Files(allow_import).program(name, decode(data, name), name if os.path.isfile(name) else None)


def decode(data: bytes, name: str) -> str:
    """The text in UTF-8 bytes; a byte order mark is dropped, and lines end in a newline."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name} isn't UTF-8 text: line {line} has the byte 0x{data[error.start]:02x}"
        raise Diagnostics([Diagnostic("E0702", message, hint=_conversion(data, name))]) from None
    return text.replace("\r\n", "\n")


def _conversion(data: bytes, name: str) -> str | None:
    """How to make it UTF-8, if it looks like text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in data:
        return None
    else:
        encoding = "latin1"
    return f"iconv -f {encoding} -t utf-8" + (f" {name}" if name[:1] != "<" else "")


# ---------------------------------------------------------------- imports


class Files:
    """The files that programs import; each is read once.

    `allow`: folders besides the programs' own.  Raises Diagnostics E0701 for one that doesn't exist.
    """

    def __init__(self, allow: Paths = ()) -> None:
        for folder in allow:
            if not os.path.isdir(folder):
                raise problem("E0701", f"there is no folder {os.fspath(folder)}, from which to import")
        self._roots = [os.path.realpath(folder) for folder in allow]
        self._known: dict[str, Source] = {}

    def program(self, name: str, text: str, path: str | None = None) -> Source:
        """A program in the file `path`, or one from elsewhere (a pipe, a string), whose folder is the current one."""
        if path is None:
            return Source(name, text, imported=partial(self._find, None, name))
        real = os.path.realpath(path)
        folder = self._root(os.path.dirname(real))
        self._known[real] = Source(name, text, imported=partial(self._find, folder, name))
        return self._known[real]

    def keep(self, sources: Container[Source]) -> None:
        """Read all others again when they are imported next."""
        self._known = {path: source for path, source in self._known.items() if source in sources}

    def _root(self, folder: str) -> str:
        root = os.path.realpath(folder)
        if root not in self._roots:
            self._roots.append(root)
        return root

    def _find(self, folder: str | None, importer: str, written: str) -> Source:
        """The file `written` in a file called `importer`, which stands in `folder`; None is the current one."""
        if folder is None:
            folder = self._root(os.curdir)
        name = os.path.normpath(os.path.join(os.path.dirname(importer), written))
        if not written.endswith(ENDING):
            near = f'import "{written}{ENDING}"' if os.path.isfile(os.path.join(folder, written + ENDING)) else None
            raise problem("E0714", f'"{written}" is no program: its name would end in {ENDING}', hint=near)
        if "\0" in written:
            raise unreadable(name, FileNotFoundError())
        real = os.path.realpath(os.path.join(folder, written))
        if not any(_within(real, root) for root in self._roots):
            is_link = _within(os.path.join(folder, written), folder)
            message = f"{name} {'is a link that leads' if is_link else 'is'} outside of the program's folder"
            raise problem("E0714", message, hint=f"--allow-import {os.path.dirname(real if is_link else name) or '.'}")
        if real not in self._known:
            text = decode(_read(real, name, written), name)
            self._known[real] = Source(name, text, imported=partial(self._find, os.path.dirname(real), name))
        return self._known[real]


def _within(path: str, root: str) -> bool:
    path = os.path.normpath(path)
    return path.startswith(root if root.endswith(os.sep) else root + os.sep)


def _read(path: str, name: str, written: str) -> bytes:
    """The contents of a file to import.  Raises Diagnostics E0701."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):  # a pipe would wait
            raise problem("E0701", f"{name} is no regular file")
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        near = suggest(os.path.basename(written), _programs(os.path.dirname(path)))
        hint = f'did you mean "{os.path.join(os.path.dirname(written), near)}"?' if near else None
        raise problem("E0701", f"there is no file {name}", hint=hint) from None
    except (IsADirectoryError, PermissionError, NotADirectoryError) as error:
        raise unreadable(name, error) from None
    except OSError as error:
        raise problem("E0701", f"{name} can't be read: {reason(error)}") from None


def _programs(folder: str) -> Iterable[str]:
    try:
        return sorted(n for n in os.listdir(folder) if n.endswith(ENDING))
    except OSError:  # no folder, or one that may not be listed: no suggestion
        return ()
