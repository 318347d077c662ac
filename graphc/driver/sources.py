"""Reading programs.

In: a path, or bytes and the name they are known by.  Out: a `Source`, or Diagnostics E0701 or E0702.  The command line
and the Python API call it.
"""

from __future__ import annotations

import os

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.files.problems import unreadable
from graphc.source import Source


def read_source(path: str | os.PathLike[str]) -> Source:
    """The program in a file, known by its path as given."""
    name = os.fspath(path)
    try:
        with open(name, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise unreadable(name, error) from None
    except ValueError:  # a NUL character in the path
        raise unreadable(name, FileNotFoundError()) from None
    return decode(data, name)


def decode(data: bytes, name: str) -> Source:
    """The program in UTF-8 bytes; a byte order mark is dropped, and lines end in a newline."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name} isn't UTF-8 text: line {line} has the byte 0x{data[error.start]:02x}"
        raise Diagnostics([Diagnostic("E0702", message, hint=_conversion(data, name))]) from None
    return Source(name, text.replace("\r\n", "\n"))


def _conversion(data: bytes, name: str) -> str | None:
    """How to make it UTF-8, if it looks like text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in data:
        return None
    else:
        encoding = "latin1"
    return f"iconv -f {encoding} -t utf-8" + (f" {name}" if name[:1] != "<" else "")
