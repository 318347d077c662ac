"""Numbers and arrays as the text that a program would hold for them.

In: NumPy data and its dtype.  Out: literals of the language which read back to the same bits, laid out for people, or
values for `json`.  The printer of graphs, the effects and the results of a run are written with these.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from graphc.ir.decimals import numbers_of, written
from graphc.ir.strings import quote
from graphc.ir.types import BOOL, DTYPES, F32, STR, WEAK_FLOAT, Array, DType

_MOST_DIGITS = 4000  # decimal; a longer integer is written in base 16
_MOST_SHOWN = 40  # digits of a number in a message
_EDGE = 3  # elements shown at each end of an axis that is cut short

Nested: TypeAlias = "str | list[Nested]"


def dtype_of(array: Array) -> DType:
    """The dtype of data about which nothing else is known: objects are strings."""
    if array.dtype.kind == "U" or array.dtype.hasobject:
        return STR
    return DTYPES.get(f"{array.dtype.kind}{array.dtype.itemsize * 8}", BOOL)


# ---------------------------------------------------------------- single values


def format_number(value: Any, dtype: DType) -> str:
    """The shortest text that reads back to the same bits: `0.1`, `1e-07`, `-0.0`, `nan`, `3`, `true`, `"a"`."""
    return _formatter(dtype)(value)


def shortened(number: object) -> str:
    """A number, or its text, for a message: `111111111111… (400 digits)`."""
    text = str(number)
    return text if len(text) <= _MOST_SHOWN else f"{text[:12]}… ({len(text.lstrip('-'))} digits)"


def _formatter(dtype: DType) -> Callable[[Any], str]:
    match dtype.kind:
        case "b":
            return lambda value: "true" if value else "false"
        case "s":
            return lambda value: quote(str(value))
        case "f":
            if dtype.weak:
                return written
            return _single if dtype.numpy == F32.numpy else _double
        case _:
            return _integer


def _double(value: Any) -> str:
    x = float(value)
    return "nan" if math.isnan(x) else repr(x)


def _single(value: Any) -> str:
    x = np.float32(value)
    if np.isnan(x):
        return "nan"
    plain = 1e-4 <= abs(x) < 1e16 or x == 0  # as Python writes f64
    text = np.format_float_positional(x, trim="0") if plain else str(x)
    # Who reads the text as f64 and rounds that, as other tools do, must get this number, too, not a neighbour.
    return text if np.float32(float(text)) == x else repr(float(x))


def _integer(value: Any) -> str:
    n = int(value)
    return str(n) if n.bit_length() < 3 * _MOST_DIGITS else hex(n)


# ---------------------------------------------------------------- arrays


def format_array(array: Any, dtype: DType | None = None, *, width: int = 100, limit: int | None = None) -> str:
    """An array as a nested list, in one line if it fits `width` columns, else with aligned rows.

    Above `limit` elements the middle of long axes is left out: `[0.0, 1.0, 2.0, ..., 97.0, 98.0, 99.0]`.
    """
    data = numbers_of(array)
    text = _formatter(dtype or dtype_of(data))
    if data.ndim == 0:
        return text(data[()])
    nested = _nested(data, text, limit is not None and data.size > limit)
    line = _line(nested)
    if len(line) <= width:
        return line
    _align(nested)
    return _block(nested, width, 0)


def format_result(
    name: str, array: Any, dtype: DType | None = None, *, width: int = 100, limit: int | None = None
) -> str:
    """A result with its type: `loss: f32 = 17.8969`, `dw: f32[3] = [0.1, 0.2, 0.3]`."""
    data = np.asarray(array)
    dtype = dtype or dtype_of(data)
    shape = f"[{', '.join(map(str, data.shape))}]" if data.shape else ""
    head = f"{name}: {dtype}{shape} = "
    return head + format_array(data, dtype, width=max(1, width - len(head)), limit=limit)


def _nested(data: Array, text: Callable[[Any], str], cut: bool) -> list[Nested]:
    """The texts of an array of rank 1 or more as nested lists."""
    cut_here = cut and len(data) > 2 * _EDGE
    parts = (data[:_EDGE], data[-_EDGE:]) if cut_here else (data,)
    result: list[Nested] = []
    for part in parts:
        if data.ndim == 1:
            result.extend(map(text, part))
        else:
            result.extend(_nested(row, text, cut) for row in part)
    if cut_here:
        result.insert(_EDGE, "...")
    return result


def _line(nested: Nested) -> str:
    return nested if isinstance(nested, str) else f"[{', '.join(map(_line, nested))}]"


def _rows(nested: list[Nested]) -> list[list[Nested]]:
    """The innermost lists."""
    inner = [item for item in nested if isinstance(item, list)]
    return [row for item in inner for row in _rows(item)] if inner else [nested]


def _align(nested: list[Nested]) -> None:
    """Pad the elements so that those of a column end below each other."""
    rows = [row for row in _rows(nested) if row != ["..."]]
    if not rows or not rows[0]:
        return
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    for row in rows:
        row[:] = [str(item).rjust(w) for item, w in zip(row, widths, strict=True)]


def _block(nested: Nested, width: int, indent: int) -> str:
    """Rows on lines of their own, two columns further in; rows that are too long are wrapped."""
    if isinstance(nested, str):
        return nested
    margin = "\n" + " " * (indent + 2)
    if all(isinstance(item, str) for item in nested):
        line = _line(nested)
        if indent and len(line) + indent <= width:
            return line
        items = [str(item).strip() for item in nested]
        column = max(map(len, items), default=0)
        per_line = max(1, (width - indent - 1) // (column + 2))
        items = [item.rjust(column) for item in items]
        inner = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
    else:
        inner = [_block(item, width, indent + 2) for item in nested]
    return "[" + margin + ("," + margin).join(inner) + "\n" + " " * indent + "]"


# ---------------------------------------------------------------- JSON


def json_value(array: Any, dtype: DType | None = None) -> dict[str, Any]:
    """`{"dtype": "f32", "shape": [2], "data": [17.8, "nan"]}`; numbers that JSON lacks are strings."""
    data = np.asarray(array)
    dtype = dtype or dtype_of(data)
    return {"dtype": dtype.name, "shape": list(data.shape), "data": _json_data(data, dtype)}


def _json_data(data: Array, dtype: DType) -> Any:
    if not dtype.is_float:
        return data.tolist()
    if dtype is not WEAK_FLOAT and dtype.numpy == F32.numpy:
        flat: list[Any] = [float(_single(x)) for x in data.reshape(-1)]  # 17.8, where f64 would say 17.799999237060547
    else:
        flat = data.reshape(-1).tolist()
    if not np.isfinite(data).all():
        flat = [x if math.isfinite(x) else _double(x) for x in flat]
    shaped = np.empty(data.shape, object)
    shaped.reshape(-1)[:] = flat
    return shaped.tolist()
