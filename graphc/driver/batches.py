"""Examples, and the order in which a training sees them.

In: arrays with a common leading dimension.  Out: the rows of each batch.  What is drawn depends on the seed and the
epoch alone, so that a training that goes on where it was stopped sees what it would have seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from graphc.ir.philox import fold_in, fold_name
from graphc.ir.types import Array


@dataclass(frozen=True, slots=True)
class Examples:
    """Arrays by the name of the input that they feed; row i of each belongs to example i."""

    arrays: Mapping[str, Array]
    count: int

    def take(self, rows: Array) -> dict[str, Array]:
        """Some examples, in this order."""
        return {name: array[rows] for name, array in self.arrays.items()}


def split(count: int, held_out: int, seed: int) -> tuple[Array, Array]:
    """The rows to learn from and those held out, each in their order in the data."""
    order = _drawn(count, fold_name(seed, "held out"))
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def order(rows: Array, seed: int, epoch: int, *, shuffled: bool) -> Array:
    """The rows in the order of an epoch."""
    return rows[_drawn(len(rows), fold_in(fold_name(seed, "epoch"), epoch))] if shuffled else rows


def batches(rows: Array, size: int, *, drop_last: bool) -> list[Array]:
    """The rows in pieces; the last one has what is left, or is dropped."""
    pieces = [rows[i : i + size] for i in range(0, len(rows), size)]
    return pieces[:-1] if drop_last and len(pieces) > 1 and len(pieces[-1]) < size else pieces


def _drawn(count: int, key: int) -> Array:
    """A permutation: the order of random 64-bit numbers, which NumPy promises not to change."""
    return np.argsort(np.random.Philox(key=key).random_raw(count), kind="stable")


def digest(arrays: Mapping[str, Array]) -> str:
    """A checksum of data, to recognise it by."""
    found = sha256()
    for name, array in sorted(arrays.items()):
        found.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        found.update(_raw(array))
    return found.hexdigest()


def _raw(array: Array) -> bytes | memoryview:
    if array.dtype.hasobject:
        return "\0".join(map(str, array.reshape(-1))).encode()
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def sizes_differ(arrays: Mapping[str, Array]) -> Sequence[tuple[str, int]]:
    """The names and sizes of arrays that don't have as many examples as the first; that one first."""
    sizes = [(name, len(array)) for name, array in arrays.items()]
    others = [s for s in sizes if s[1] != sizes[0][1]]
    return [sizes[0], *others] if others else []
