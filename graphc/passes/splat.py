"""Constants that repeat one element."""

from __future__ import annotations

import numpy as np

from graphc.ir.constant import Constant
from graphc.ir.decimals import singles_of, with_singles


def only_element(data: Constant) -> Constant | None:
    """The scalar that all elements of `data` are, bit by bit; None if they differ or there are none."""
    array = data.array
    if array.ndim == 0:
        return data
    if array.size == 0:
        return None
    first = array.reshape(-1)[:1]
    singles = singles_of(array)
    if len(singles) not in (0, array.size):
        return None
    scalar = Constant(with_singles(first.reshape(()), {0: singles[0]} if singles else {}), data.dtype)
    if array.dtype == object:
        return scalar if all(v == first[0] for v in array.flat) else None
    last = array[(-1,) * array.ndim]
    if first.tobytes() != last.tobytes():
        return None
    bits = np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")
    return scalar if bool((bits == bits[(0,) * array.ndim]).all()) else None
