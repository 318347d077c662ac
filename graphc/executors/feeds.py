"""What callers feed, as arrays of the declared dtypes.

In: anything that holds numbers - Python numbers, lists, NumPy arrays, tensors with `__array__` or DLPack - and the
dtype that a program declares.  Out: an array, or a `Refusal` that says why not.  `binding` gives it a place.
"""

from __future__ import annotations

import numpy as np

from graphc.ir.decimals import Decimals, array_of, to_f32
from graphc.ir.types import BOOL, F32, STR, Array, DType

_HOLDS = {"b": "booleans", "i": "integers", "u": "integers", "f": "floats", "c": "complex numbers"}
_HOLDS |= {"U": "strings", "T": "strings", "S": "bytes", "M": "dates", "m": "times"}


class Refusal(Exception):
    """Why a value can't be fed: `message` goes on after "input x is declared f32, but "."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def read(value: object) -> Array:
    """The array that a feed holds, with the dtype it comes in.  Raises Refusal."""
    if type(value) in (np.ndarray, Decimals):
        return value  # type: ignore[return-value]
    if isinstance(value, np.ma.MaskedArray) and (masked := int(np.ma.getmaskarray(value).sum())):
        plural = "element is" if masked == 1 else "elements are"
        raise Refusal("E0303", f"the feed is a masked array of which {masked} {plural} masked", "feed x.filled(0)")
    try:
        if not hasattr(value, "__array__") and hasattr(value, "__dlpack__"):
            return np.from_dlpack(value)
        array = array_of(value) if isinstance(value, float | list | tuple) else np.asarray(value)
    except Exception as error:  # whatever the other library raises
        if isinstance(value, list | tuple):
            raise Refusal("E0303", "the feed is a list whose rows have different lengths") from None
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise Refusal("E0303", f"the feed, a {type(value).__name__}, can't be read as an array: {reason}") from None
    if array.dtype.kind == "U" and isinstance(value, list | tuple):
        array = np.asarray(value, object)  # NumPy makes strings of numbers that stand beside strings
    if array.dtype.hasobject and array.ndim == 0 and not isinstance(array[()], int | str):
        raise Refusal("E0303", f"the feed is a {type(value).__name__}, no number or array")
    return array


def convert(array: Array, dtype: DType, *, written: bool = False) -> Array:
    """The array in a dtype: integers that fit, floats rounded; never float to integer.  Raises Refusal.

    `written`: it comes from a list or number, where an empty list has no dtype.
    """
    if array.dtype == dtype.numpy and not array.dtype.hasobject and array.dtype.isnative:
        return array
    if array.size == 0 and (written or array.dtype.hasobject):
        return array.astype(dtype.numpy)
    kind = _kind(array)
    match dtype.kind:
        case "f" if kind in "iuf":
            return _to_float(array, dtype)
        case "i" | "u" if kind in "iu":
            return _to_integer(array, dtype)
        case "b" if kind == "b":
            return array.astype(np.bool_)
        case "s" if kind in "UT":
            return _to_strings(array)
    raise _wrong_kind(kind, dtype)


def _kind(array: Array) -> str:
    """NumPy's letter for the elements; for objects, that of what they all are."""
    if not array.dtype.hasobject:
        return "T" if array.dtype.kind == "T" else array.dtype.kind
    items = array.reshape(-1).tolist()
    if all(isinstance(x, int) and not isinstance(x, bool) for x in items):
        return "i"
    return "U" if all(isinstance(x, str) for x in items) else "O"


def _wrong_kind(kind: str, dtype: DType) -> Refusal:
    holds = _HOLDS.get(kind, "Python objects")
    if dtype.is_integer and kind == "f":
        return Refusal("E0316", "the feed holds floats", "feed whole numbers, or declare it as f64")
    if dtype.is_integer or dtype.is_float:
        hint = "declare it as bool, and cast where a number is needed" if kind == "b" else None
    else:
        hint = "feed true or false" if dtype is BOOL else 'feed strings: "a"' if dtype is STR else None
    return Refusal("E0303", f"the feed holds {holds}", hint)


def _to_strings(array: Array) -> Array:
    made = np.empty(array.shape, object)
    made.reshape(-1)[:] = [str(item) for item in array.reshape(-1).tolist()]
    try:
        for item in made.flat:
            item.encode()
    except UnicodeEncodeError:
        raise Refusal("E0303", "the feed holds a string that is no valid Unicode text") from None
    return made


def _to_float(array: Array, dtype: DType) -> Array:
    with np.errstate(all="ignore"):
        try:
            result = to_f32(array) if dtype is F32 else np.asarray(array.astype(dtype.numpy))
        except OverflowError:  # an integer beyond f64
            raise _too_large("the feed holds a number", dtype) from None
        if np.isinf(result).any() and (array.dtype.hasobject or not (np.isinf(array) == np.isinf(result)).all()):
            first = array.reshape(-1)[np.isinf(result).reshape(-1) & ~np.isinf(array.astype(np.float64)).reshape(-1)]
            raise _too_large(f"the feed holds {first[0]}", dtype)
    return result


def _too_large(what: str, dtype: DType) -> Refusal:
    return Refusal("E0305", f"{what}, too large for {dtype}", None if dtype.bits == 64 else "declare it as f64")


def _to_integer(array: Array, dtype: DType) -> Array:
    if array.size:
        half = 2 ** (dtype.bits - 1)
        least, most = (-half, half - 1) if dtype.kind == "i" else (0, 2 * half - 1)
        for extreme in (int(array.min()), int(array.max())):
            if not least <= extreme <= most:
                raise Refusal("E0305", f"the feed holds {extreme}; {dtype} goes from {least} to {most}")
    return array.astype(dtype.numpy)
