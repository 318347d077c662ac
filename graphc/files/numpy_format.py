"""NumPy's own files: `.npy`, one array, and `.npz`, a zip archive of them.

In: a stream and its length.  Out: arrays.  The header says what follows; it is believed only as far as the file's
length bears it out, and never where it asks for pickled objects.  Called by `arrays`.
"""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from graphc.files.problems import damaged, key_needed, no_such_key, pickled, problem
from graphc.ir.types import Array

_DEFLATE_RATIO = 1040  # no deflated byte makes more than 1032
_KINDS = frozenset("biufcU")
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}  # 3.0 is for names of fields


def read_npy(stream: IO[bytes], length: int, name: str) -> Array:
    """The array in a stream of `length` bytes.  Raises Diagnostics E0704 and E0705."""
    if length == 0:
        raise damaged(name, "is empty")
    try:
        read_header = _HEADERS[npy.read_magic(stream)]
        shape, fortran_order, dtype = read_header(stream)
    except KeyError as error:
        raise damaged(name, f"is in version {error} of NumPy's format, which isn't one for plain arrays") from None
    except (ValueError, TypeError, SyntaxError, tokenize.TokenError, EOFError, MemoryError, RecursionError) as error:
        if "magic string is not correct" in str(error):
            raise damaged(name, "is no .npy file, although its name says so") from None
        raise damaged(name, "has a damaged header") from None
    if dtype.hasobject:
        raise pickled(name)
    if dtype.kind not in _KINDS or dtype.subdtype is not None:
        raise damaged(name, f"holds {dtype}, no numbers, booleans or strings")
    count = 1
    for size in shape:
        count *= size
    start = stream.tell()
    if any(size < 0 for size in shape) or count * dtype.itemsize != length - start:
        raise damaged(name, f"should have {count * dtype.itemsize:,} bytes of data, but has {length - start:,}")
    array = _fill(stream, count, dtype, name)
    return array.reshape(shape[::-1]).T if fortran_order else array.reshape(shape)


def _fill(stream: IO[bytes], count: int, dtype: np.dtype[Any], name: str) -> Array:
    """`count` elements read straight into an array."""
    try:
        array = np.empty(count, dtype)
    except MemoryError:
        raise problem("E0607", f"there isn't enough memory for {name}") from None
    if array.nbytes == 0:
        return array
    rest = memoryview(array.view(np.uint8).data)
    while rest:
        got: int = stream.readinto(rest)  # type: ignore[attr-defined]  # all streams here are buffered
        if not got:
            raise damaged(name, "ends too early")
        rest = rest[got:]
    return array


class Archive:
    """A `.npz` file.  Raises Diagnostics E0703, E0704 and E0705."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
            raise damaged(name, "is no .npz file, or a damaged one") from None
        self._members = {m.filename.removesuffix(".npy"): m for m in self._zip.infolist() if not m.is_dir()}

    def arrays(self) -> dict[str, Array]:
        return {key: self.read(key) for key in self._members}

    def read(self, key: str | None) -> Array:
        """The array `key`, or the only one."""
        if key is None:
            if len(self._members) != 1:
                raise key_needed(self.name, self._members)
            (key,) = self._members
        elif key not in self._members:
            raise no_such_key(self.name, key, self._members, "array")
        member = self._members[key]
        shown = f"{self.name}:{key}"
        if member.file_size > max(member.compress_size, 1) * _DEFLATE_RATIO:
            raise damaged(shown, f"claims {member.file_size:,} bytes in {member.compress_size:,} compressed ones")
        try:
            with self._zip.open(member) as stream:
                array = read_npy(stream, member.file_size, shown)
                stream.read(1)  # at the end, the checksum is compared
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error):
            raise damaged(shown, "is damaged") from None
        except (RuntimeError, NotImplementedError):
            raise damaged(shown, "is encrypted, or compressed in a way that isn't known") from None
        return array


def write_npy(stream: IO[bytes], array: Array) -> None:
    npy.write_array(stream, plain(array), allow_pickle=False)


def write_npz(stream: IO[bytes], arrays: dict[str, Array]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                write_npy(member, array)


def plain(array: Array) -> Array:
    """Strings, which are objects in graphc, as NumPy's own strings."""
    return array.astype(np.str_) if array.dtype.hasobject else array
