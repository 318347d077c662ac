"""Reading and writing arrays, by the ending of the file's name.

In: a path, and a key for files that hold several arrays.  Out: arrays, or Diagnostics E0701 to E0706.  A file with
another ending, and the standard input, are known by their contents.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol, TypeVar

from graphc.diagnostics import Diagnostics
from graphc.files.atomic import write_all, write_file
from graphc.files.nested import Document, to_json
from graphc.files.numpy_format import Archive, read_npy, write_npy, write_npz
from graphc.files.problems import damaged, no_keys, no_names, problem, unreadable
from graphc.files.tables import Table, format_matrix, format_table, parse_table
from graphc.files.tensors import Tensors, write_tensors
from graphc.ir.types import Array

ENDINGS = (".npy", ".npz", ".csv", ".json", ".safetensors")

_R = TypeVar("_R")


class _Holder(Protocol):
    """A file's contents."""

    def read(self, key: str | None) -> Array: ...

    def arrays(self) -> dict[str, Array]: ...


class _Single:
    """The contents of a `.npy` file."""

    def __init__(self, stream: IO[bytes], length: int, name: str) -> None:
        self._name = name
        self._array = read_npy(stream, length, name)

    def read(self, key: str | None) -> Array:
        if key is not None:
            raise no_keys(self._name, key)
        return self._array

    def arrays(self) -> dict[str, Array]:
        raise no_names(self._name)


def read_array(path: str | os.PathLike[str], key: str | None = None, *, words: bool = True) -> Array:
    """The array of a file, or the one called `key`: a column of a table, an array of an archive.

    `words`: text in a table is read; else a cell that is no number is an error.
    """
    return _with_file(os.fspath(path), lambda holder: holder.read(key), words)


def read_arrays(path: str | os.PathLike[str]) -> dict[str, Array]:
    """All arrays of a file by name: of an archive, the columns of a table, the members of a JSON object."""
    return _with_file(os.fspath(path), lambda holder: holder.arrays())


def read_stream(data: bytes, name: str, key: str | None = None, *, words: bool = True) -> Array:
    """The array in bytes of any of the formats; a lone number is a scalar.  `words`: as for `read_array`."""
    holder = _open(BytesIO(data), len(data), sniff(data[:512]), name, words)
    array = holder.read(key)
    lone = isinstance(holder, Table) and holder.header is None and array.size == 1
    return array.reshape(()) if lone else array


def _with_file(path: str, use: Callable[[_Holder], _R], words: bool = True) -> _R:
    """What `use` makes of a file's contents, while it is open.  Raises Diagnostics."""
    try:
        with Path(path).open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):  # a pipe: its length is known at its end
                data = stream.read()
                return use(_open(BytesIO(data), len(data), sniff(data[:512]), path, words))
            ending = Path(path).suffix.lower()
            if ending not in ENDINGS:
                ending = sniff(stream.read(512))
                stream.seek(0)
            try:
                return use(_open(stream, status.st_size, ending, path, words))
            except Diagnostics as error:
                stream.seek(0)
                found = sniff(stream.read(512))
                if error.items[0].code != "E0704" or found in (ending, ".csv"):
                    raise
                raise damaged(path, f"is a {found} file", hint=f"mv {path} {Path(path).with_suffix(found)}") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise unreadable(path, error if isinstance(error, OSError) else FileNotFoundError()) from error


def _open(stream: IO[bytes], length: int, ending: str, name: str, words: bool) -> _Holder:
    match ending:
        case ".npy":
            return _Single(stream, length, name)
        case ".npz":
            return Archive(stream, name)
        case ".json":
            return Document(stream.read(), name)
        case ".safetensors":
            return Tensors(stream.read(), name)
    return parse_table(stream.read(), name, words=words)


def sniff(start: bytes) -> str:
    """The ending that the first bytes of a file deserve."""
    if start.startswith(b"\x93NUMPY"):
        return ".npy"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ".npz"
    if start[8:9] == b"{" and b"\0" in start[:8]:
        return ".safetensors"
    return ".json" if start.lstrip()[:1] in (b"[", b"{") else ".csv"


# ---------------------------------------------------------------- writing


def write_array(path: str | os.PathLike[str], array: Array) -> None:
    """One array, in the format of the ending; a file of named arrays gets it under the name of the file.

    Raises Diagnostics E0706, and leaves what was there.
    """
    ending = _ending(path)
    match ending:
        case ".npy":
            write_file(path, lambda stream: write_npy(stream, array))
        case ".csv":
            _write_text(path, lambda: "".join(line + "\n" for line in format_matrix(array)))
        case ".json":
            _write_text(path, lambda: json.dumps(to_json(array), allow_nan=False) + "\n")
        case _:
            write_arrays(path, {Path(path).stem: array})


def write_arrays(path: str | os.PathLike[str], arrays: Mapping[str, Array]) -> None:
    """Arrays by name.  Raises Diagnostics E0706, and leaves what was there."""
    named = dict(arrays)
    match _ending(path):
        case ".npz":
            write_file(path, lambda stream: write_npz(stream, named))
        case ".csv":
            _write_text(path, lambda: "".join(line + "\n" for line in format_table(named)))
        case ".json":
            _write_text(path, lambda: json.dumps({k: to_json(a) for k, a in named.items()}, allow_nan=False) + "\n")
        case ".safetensors":
            _write_bytes(path, lambda: write_tensors(named))
        case ending:
            raise problem("E0706", f"{os.fspath(path)}: a {ending} file holds one array, not {len(named)}",
                          hint=f"name it {Path(path).with_suffix('.npz')}")  # fmt: skip


def _ending(path: str | os.PathLike[str]) -> str:
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        shown = f"arrays can't be written as {ending} files" if ending else "its name has no ending"
        hint = f"name it {Path(path).with_suffix('.npy')}, or one of {', '.join(ENDINGS[1:])}"
        raise problem("E0706", f"{os.fspath(path)} can't be written: {shown}", hint=hint)
    return ending


def _write_text(path: str | os.PathLike[str], text: Callable[[], str]) -> None:
    _write_bytes(path, lambda: text().encode())


def _write_bytes(path: str | os.PathLike[str], data: Callable[[], bytes]) -> None:
    """The data is made first: what can't be said in a format is known before a file is touched."""
    try:
        contents = data()
    except ValueError as error:
        hint = f"name it {Path(path).with_suffix('.npy')}"
        raise problem("E0706", f"{os.fspath(path)} can't be written: {error}", hint=hint) from None
    write_file(path, lambda stream: write_all(stream, contents))
