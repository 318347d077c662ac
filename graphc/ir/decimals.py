"""Decimal text as numbers, rounded once to the dtype that it ends in.

Text is read before its dtype is known, as f64.  Rounded again to f32, that is the nearest f32 to what was written, but
where the f64 lies halfway between two of f32: then the digits that f64 has lost decide.  Such a number is `Tied`: an
f64 that knows the f32.  Arrays of them are `Decimals`.  Everything else is a plain float in a plain array.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from graphc.ir.types import F32, Array, DType

_EXACT = 1 << 53  # integers up to it are f64 numbers
_SMALLEST_NORMAL = 2.0**-126  # of f32
_PLAIN = 17  # decimal places before a number is written with an exponent
_ROOMY = Context(prec=2000)


class Tied(float):
    """An f64 that is halfway between two f32, of which `single` is nearer to what was written."""

    single: np.float32

    def __neg__(self) -> Tied:
        return _tied(-float(self), -self.single)

    def __reduce__(self) -> tuple[object, ...]:
        return _tied, (float(self), self.single)


def _tied(value: float, single: np.float32) -> Tied:
    made = Tied(value)
    made.single = single
    return made


class Decimals(np.ndarray[Any, np.dtype[np.float64]]):
    """An array of f64 of which some are `Tied`: `singles` has their f32 by position.  What is made from it has none."""

    singles: dict[int, np.float32] | None = None


def number(text: str) -> float:
    """The f64 that decimal text is nearest to.  Raises ValueError for other text, OverflowError for a number beyond."""
    value = float(text)
    if value - value != 0:  # infinite or NaN
        if any(c.isdigit() for c in text):
            raise OverflowError
        return value
    single = _single(Fraction(text), value) if _is_tie(value) else None
    return value if single is None else _tied(value, single)


def _is_tie(value: float) -> bool:
    significand = math.frexp(value)[0] * 2**25  # a tie needs 25 bits, and where f32 has its full 24, just those
    if significand % 1 or (significand % 2 == 0 and abs(value) >= _SMALLEST_NORMAL):
        return False
    return bool(ties(np.asarray(value)).any())


def ties(array: Any) -> Any:
    """Which f64 are halfway between two neighbours of f32."""
    with np.errstate(all="ignore"):
        near = array.astype(np.float32)
        away = array - near  # exact, like the gap to the neighbour on the other side
        other = np.nextafter(near, np.where(away > 0, np.float32(np.inf), np.float32(-np.inf)))
        return (away != 0) & (np.abs(away) == np.abs(other.astype(np.float64) - array))


def _single(exact: Fraction, value: float) -> np.float32 | None:
    """The f32 nearest to `exact`, whose f64 is a tie; None if that is the one that the tie itself is rounded to."""
    nudged = np.nextafter(value, np.inf if exact > value else -np.inf)
    if exact == value or np.float32(nudged) == np.float32(value):
        return None
    return np.float32(nudged)


def written(value: float) -> str:
    """The shortest text that is read as this number, with the same f32; for a tie that is longer than `repr`."""
    text = repr(float(value))
    if value - value != 0 or not _is_tie(value):
        return text
    wanted = held(value, F32)
    if np.float32(held(number(text), F32)) == np.float32(wanted):
        return text
    exact = Decimal(value)
    if not isinstance(value, Tied):
        return f"{exact:f}" if abs(exact.adjusted()) < _PLAIN else str(exact)
    digits = exact.as_tuple()
    away = -1 if abs(wanted) < abs(value) else 1
    longer = int("".join(map(str, digits.digits))) * 10 + away
    return str(Decimal(longer).scaleb(int(digits.exponent) - 1, _ROOMY).copy_sign(exact))


def held(value: Any, dtype: DType) -> Any:
    """A number for an array of `dtype`: in f32 the nearest one to what was written, else itself."""
    if dtype.numpy != F32.numpy:
        return value
    if isinstance(value, Tied):
        return value.single
    if isinstance(value, int) and abs(value) > _EXACT:
        try:
            near = float(value)
        except OverflowError:
            return value
        single = _single(Fraction(value), near) if _is_tie(near) else None
        return near if single is None else single
    return value


def array_of(values: Any, dtype: np.dtype[Any] | None = None) -> Array:
    """An array of a number or nested lists of them, which keeps what is tied.  Raises what NumPy does."""
    array = np.asarray(values, dtype)
    if array.dtype != np.float64 or not ties(array).any():
        return array
    items = np.asarray(values, object).reshape(-1)
    singles = {int(i): items[i].single for i in np.flatnonzero(ties(array)) if isinstance(items[i], Tied)}
    return with_singles(array, singles)


def with_singles(array: Array, singles: dict[int, np.float32]) -> Array:
    """The array, with the f32 of some elements by position."""
    if not singles:
        return array
    made = array.view(Decimals)
    made.singles = singles
    return made


def filled(shape: tuple[int, ...], value: Any, dtype: np.dtype[Any]) -> Array:
    """An array of one number."""
    array = np.full(shape, value, dtype)
    if not isinstance(value, Tied) or dtype != np.float64:
        return array
    return with_singles(array, dict.fromkeys(range(array.size), value.single))


def singles_of(array: Array) -> dict[int, np.float32]:
    """The f32 of the elements that are tied."""
    return (array.singles or {}) if isinstance(array, Decimals) else {}


def item_of(array: Array) -> Any:
    """The Python number of a scalar."""
    singles = singles_of(array)
    return _tied(array.item(), singles[0]) if singles else array.item()


def numbers_of(array: Array) -> Array:
    """An array whose elements are tied, where they are; itself if none is."""
    singles = singles_of(array)
    if not singles:
        return np.asarray(array)
    items = np.asarray(array).astype(object)
    for position, single in singles.items():
        items.reshape(-1)[position] = _tied(items.reshape(-1)[position], single)
    return items


def to_f32(array: Array) -> Array:
    """The array in f32, each element rounded once."""
    result = np.asarray(array).astype(np.float32)
    for position, single in singles_of(array).items():
        result.reshape(-1)[position] = single
    return result
