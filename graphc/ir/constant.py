"""Constant data inside a graph: an immutable array with a graphc dtype, hashed and compared by its bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.ir.decimals import Tied, array_of, held, item_of, singles_of, with_singles
from graphc.ir.types import F32, Array, DType, TensorType


class Constant:
    """An array that nobody can change.  Two constants are equal if dtype, shape and bits are (so NaN equals NaN)."""

    __slots__ = ("_hash", "array", "dtype")

    def __init__(self, array: Array, dtype: DType) -> None:
        if array.flags.writeable:
            array = with_singles(array.copy(), singles_of(array))
            array.flags.writeable = False
        self.array: Array = array
        self.dtype: DType = dtype
        self._hash: int | None = None

    @staticmethod
    def scalar(value: bool | int | float | str, dtype: DType) -> Constant:
        """A 0-dimensional constant; `value` must fit `dtype`, and is rounded once, also when a weak one is cast."""
        if dtype.weak and isinstance(value, Tied):
            return Constant(array_of(value), dtype)
        return Constant(np.asarray(held(value, dtype) if dtype is F32 else value, dtype.numpy), dtype)

    @property
    def type(self) -> TensorType:
        return TensorType(self.dtype, self.array.shape)

    @property
    def value(self) -> Any:
        """The Python value of a scalar: a boolean, number or string."""
        return item_of(self.array)

    def _key(self) -> tuple[object, ...]:
        if self.array.dtype.hasobject:  # the bits of objects are their addresses
            return (self.dtype, self.array.shape, tuple(self.array.reshape(-1).tolist()))
        return (self.dtype, self.array.shape, self.array.tobytes(), *singles_of(self.array).items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and self._key() == other._key()

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self._key())
        return self._hash

    def __repr__(self) -> str:
        return f"Constant({self.array!r}, {self.dtype})"
