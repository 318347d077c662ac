"""Compile-time data as program text: constants, sizes, attributes of calls.

In: `Constant`s, dimensions and normalised attributes.  Out: text that reads back to the same bits.  Names that the
program itself binds (`nan`, a size called like a result) are avoided.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from graphc.ir.constant import Constant
from graphc.ir.dims import Dim, Poly
from graphc.ir.literal import format_array, format_number
from graphc.ir.op import AttributeKind
from graphc.ir.strings import quote
from graphc.ir.types import STR, WEAK_FLOAT, DType

MAX_LITERAL_BYTES = 1024  # larger constants are base64
MAX_INTEGRAL = 1e6  # larger floats keep their point or exponent
_WORD = re.compile(r"[^\W\d]\w*")


class Literals:
    """`bound`: the names that the program's own statements bind; `symbols`: how to say sizes among them."""

    __slots__ = ("bound", "symbols")

    def __init__(self, bound: frozenset[str], symbols: Mapping[str, str]) -> None:
        self.bound = bound
        self.symbols = symbols

    # ------------------------------------------------------------ constants

    def number(self, value: Any, dtype: DType, *, integral: bool = False) -> str | None:
        """A scalar without its dtype; `integral`: 2.0 may be written 2.  None if it needs a name that is bound."""
        if dtype.is_float:
            x = float(value)
            if integral and x.is_integer() and abs(x) < MAX_INTEGRAL and (x or math.copysign(1, x) > 0):
                return str(int(x))
            if not math.isfinite(x) and ("nan" if math.isnan(x) else "inf") in self.bound:
                return None
        return format_number(value, dtype)

    def typed(self, data: Constant) -> str:
        """A scalar as an expression of exactly its dtype: `f32(0.1)`, `2`, `true`."""
        text = self.number(data.value, data.dtype, integral=not data.dtype.weak)
        if text is None:
            return encoded(data)
        if data.dtype.weak or data.dtype.kind in "bs":
            return text
        return f"{data.dtype.name}({text})"

    def listed(self, data: Constant, width: int, *, indent: int = 0) -> str | None:
        """An array as nested lists, None if it has to be encoded."""
        array = data.array
        size = sum(map(len, array.reshape(-1).tolist())) if data.dtype is STR else array.nbytes
        if array.size == 0 or size > MAX_LITERAL_BYTES:
            return None
        if data.dtype.is_float and not self.bound.isdisjoint(("nan", "inf")) and not np.isfinite(array).all():
            return None
        text = format_array(array, data.dtype, width=max(width - indent, 20))
        return text if indent == 0 else text.replace("\n", "\n" + " " * indent)

    # ------------------------------------------------------------ sizes

    def size(self, d: Dim) -> str:
        """A dimension inside an expression."""
        if isinstance(d, int):
            return str(d)
        text = str(d)
        if self.symbols:
            text = _WORD.sub(lambda m: self.symbols.get(m[0], m[0]), text)
        return text

    # ------------------------------------------------------------ attributes

    def attribute(self, value: Any, kind: AttributeKind) -> str:
        """An attribute's value, as an argument."""
        match value:
            case None:
                return "None"
            case bool():
                return "true" if value else "false"
            case float():
                text = self.number(value, WEAK_FLOAT)
                return "1e999" if text is None else text
            case int() | Poly():
                return self.size(value)
            case str():
                return quote(value)
            case DType():
                return value.name
            case (only,) if kind == "axes":
                return str(only)
            case tuple() | list():
                inner = "int" if kind == "axes" else kind
                return f"[{', '.join([self.attribute(v, inner) for v in value])}]"
            case Constant():
                return self.typed(value) if value.array.ndim == 0 else encoded(value)
            case _:
                return str(value)


def encoded(data: Constant) -> str:
    """`const(f32, [n, m], "base64…")`: little-endian, in C order; strings as a JSON list of them."""
    if data.dtype is STR:
        raw = json.dumps(data.array.reshape(-1).tolist()).encode("ascii")
    else:
        raw = data.array.astype(data.dtype.numpy.newbyteorder("<")).tobytes()
    shape = ", ".join(map(str, data.array.shape))
    return f'const({data.dtype.name}, [{shape}], "{base64.b64encode(raw).decode("ascii")}")'


def is_symbol(d: Dim) -> bool:
    """Is it written with one word?"""
    return isinstance(d, Poly) and str(d).isidentifier()
