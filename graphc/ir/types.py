"""Types of values: dtypes, tensors, stacks, tokens, and the promotion lattice.

A weak dtype (`WEAK_INT`, `WEAK_FLOAT`) is the type of numbers that nobody gave one: of those that were written, and of
integers and booleans that became floats.  It is a type for promotion alone: they are computed as i64 and f64, and take
the dtype of the first strong operand that they meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.ir.dims import Dim, Poly, product, substitute

Array: TypeAlias = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class DType:
    """An element type.  `kind`: `b`ool, `i`nt, `u`nsigned, `f`loat, `s`tring.  Compared by identity."""

    name: str
    kind: str
    bits: int
    numpy: np.dtype[np.generic]
    weak: bool = False

    def __repr__(self) -> str:
        """As messages call it: a number without a dtype is an "int" or a "float"."""
        return self.name.removeprefix("weak_")

    def __reduce__(self) -> tuple[object, ...]:
        """A pickle holds its name: there is one of each."""
        return dtype_named, (self.name,)

    def __lt__(self, other: DType) -> bool:
        return self.name < other.name

    @property
    def is_float(self) -> bool:
        return self.kind == "f"

    @property
    def is_integer(self) -> bool:
        return self.kind in "iu"


def _dtype(name: str, kind: str, bits: int) -> DType:
    return DType(name, kind, bits, np.dtype(f"{kind}{bits // 8}"))


BOOL = DType("bool", "b", 8, np.dtype(np.bool_))
I8, I16, I32, I64 = (_dtype(f"i{n}", "i", n) for n in (8, 16, 32, 64))
U8, U16, U32, U64 = (_dtype(f"u{n}", "u", n) for n in (8, 16, 32, 64))
F32, F64 = (_dtype(f"f{n}", "f", n) for n in (32, 64))
STR = DType("str", "s", 0, np.dtype(object))
WEAK_INT = DType("weak_int", "i", 64, np.dtype(np.int64), weak=True)
WEAK_FLOAT = DType("weak_float", "f", 64, np.dtype(np.float64), weak=True)

STRONG: tuple[DType, ...] = (BOOL, I8, I16, I32, I64, U8, U16, U32, U64, F32, F64)
BOOLS = frozenset({BOOL})
INTS = frozenset({I8, I16, I32, I64, U8, U16, U32, U64, WEAK_INT})
SIGNED = frozenset({I8, I16, I32, I64, WEAK_INT})
FLOATS = frozenset({F32, F64, WEAK_FLOAT})
STRONG_FLOATS = FLOATS - {WEAK_FLOAT}
STRONG_INTS = INTS - {WEAK_INT}
NUMBERS = INTS | FLOATS
ANY = NUMBERS | BOOLS
DEFAULT_FLOATS = {"f32": F32, "f64": F64}  # what `float` may mean
MAX_INTEGER_BITS = 4096  # of integers that are known while a program is compiled
STRINGS = frozenset({STR})
ELEMENTS = ANY | STRINGS  # of ops that move, choose and show elements without computing with them
DTYPES: dict[str, DType] = {t.name: t for t in (*STRONG, STR, WEAK_INT, WEAK_FLOAT)}


def dtype_named(name: str) -> DType:
    """Raises KeyError."""
    return DTYPES[name]


@dataclass(frozen=True, slots=True)
class TensorType:
    """A dtype and a shape of dimensions."""

    dtype: DType
    shape: tuple[Dim, ...] = ()

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> Dim:
        """Number of elements."""
        return product(self.shape)

    @property
    def is_static(self) -> bool:
        """No symbolic dimension is left."""
        return not any(isinstance(d, Poly) for d in self.shape)

    def __str__(self) -> str:
        if not self.shape:
            return str(self.dtype)
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"

    def with_dtype(self, dtype: DType) -> TensorType:
        return self if dtype is self.dtype else TensorType(dtype, self.shape)

    def with_shape(self, shape: tuple[Dim, ...]) -> TensorType:
        return TensorType(self.dtype, shape)

    def bind(self, sizes: dict[str, int]) -> TensorType:
        """The type with its symbols replaced by sizes."""
        if self.is_static:
            return self
        return TensorType(self.dtype, tuple(substitute(d, sizes) for d in self.shape))


@dataclass(frozen=True, slots=True)
class StackType:
    """A sequence of tensors of one type, as long as a loop ran: only loops make and read it, from one end to the other.

    Differentiation keeps on stacks what a loop of unknown length passes through.
    """

    element: TensorType

    @property
    def dtype(self) -> DType:
        return self.element.dtype

    @property
    def is_static(self) -> bool:
        return self.element.is_static

    def __str__(self) -> str:
        return f"stack[{self.element}]"

    def with_dtype(self, dtype: DType) -> StackType:
        return self if dtype is self.dtype else StackType(self.element.with_dtype(dtype))

    def bind(self, sizes: dict[str, int]) -> StackType:
        """The type with the symbols of its elements replaced by sizes."""
        return self if self.is_static else StackType(self.element.bind(sizes))


@dataclass(frozen=True, slots=True)
class TokenType:
    """The type of the token that orders effects."""

    def __str__(self) -> str:
        return "token"


TOKEN = TokenType()
Type: TypeAlias = TensorType | StackType | TokenType


_RANK = {"b": 0, "u": 1, "i": 1, "f": 2}


def concrete(dtype: DType) -> DType:
    """The dtype in which elements are computed: a weak one is that of promotion alone."""
    return {WEAK_INT: I64, WEAK_FLOAT: F64}.get(dtype, dtype)


def leaving(dtype: DType, default_float: DType) -> DType:
    """The dtype in which a value leaves a program: a weak integer as i64, a weak float as the run's float."""
    return {WEAK_INT: I64, WEAK_FLOAT: default_float}.get(dtype, dtype)


def _promote(a: DType, b: DType) -> DType | None:
    if a is b:
        return a
    if STR in (a, b):
        return None
    if a is BOOL or b is BOOL:
        return b if a is BOOL else a
    if a.weak or b.weak:
        weak, other = (a, b) if a.weak else (b, a)
        if _RANK[weak.kind] <= _RANK[other.kind]:
            return other
        return WEAK_FLOAT
    if a.kind == b.kind:
        return a if a.bits > b.bits else b
    if "f" in (a.kind, b.kind):
        return a if a.kind == "f" else b
    signed, unsigned = (a, b) if a.kind == "i" else (b, a)
    if signed.bits > unsigned.bits:
        return signed
    return {8: I16, 16: I32, 32: I64}.get(unsigned.bits)


_WIDEST = {"b": I64, "i": I64, "u": U64}


def accumulator(dtype: DType) -> DType:
    """In what elements are summed and multiplied: integers and booleans don't fit their own dtype."""
    return dtype if dtype.weak else _WIDEST.get(dtype.kind, dtype)


def accumulator_of(array: Array) -> np.dtype[np.generic]:
    """The same for an array."""
    wide = _WIDEST.get(array.dtype.kind)
    return array.dtype if wide is None else wide.numpy


def widened(array: Any) -> Any:
    """The array in that dtype."""
    return array if array.dtype.kind == "f" else array.astype(accumulator_of(array), copy=False)


def accepted(joined: DType, accepts: frozenset[DType], *, infix: bool) -> DType | None:
    """The dtype in which an op that `accepts` these takes operands of a common dtype; None if it doesn't.

    What must become a float becomes a weak one: `1 / n`, `sqrt(n)`, `mean(x > 0)`.  But `p / q` of booleans is refused,
    as `p + q` is.
    """
    if joined in accepts:
        return joined
    floats = WEAK_FLOAT in accepts and WEAK_INT not in accepts and not joined.is_float and joined is not STR
    return WEAK_FLOAT if floats and not (infix and joined is BOOL) else None


def promote(dtypes: Iterable[DType]) -> DType | None:
    """The common dtype of JAX's lattice; None where there is none: a string and a number, u64 and a signed integer.

    Weak dtypes give way to every strong one of their kind or a higher one, whatever the order of the operands.  An
    integer that meets a weak float becomes one: `0.1 * i` loses nothing to a default.
    """
    items = tuple(dtypes)
    strong = sorted((t for t in items if not t.weak), key=lambda t: not t.is_float)  # any integer meets a float
    weak = tuple(t for t in items if t.weak)

    joined: DType | None = None
    for i, t in enumerate((*strong, *weak)):
        joined = t if i == 0 else _promote(joined, t) if joined is not None else None
    return joined
