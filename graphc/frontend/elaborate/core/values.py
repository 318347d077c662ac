"""What an expression can mean by itself: numbers, dtypes and builtins that exist while a program is elaborated.

A tensor is a graph `Value`.  A `Static` is a number or size known at compile time; it becomes a node when something
needs one.  What has to do with names (lists, functions, modules) is in scopes.py, and so is the union, `Meaning`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import pack
from typing import Any

from graphc.diagnostics import Diagnostic
from graphc.ir.dims import Poly
from graphc.ir.graph import Value
from graphc.ir.op import Op
from graphc.ir.types import BOOL, I64, WEAK_FLOAT, WEAK_INT, DType
from graphc.source import Span


class Failure(Exception):
    """An elaboration error on its way to the statement that collects it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Poisoned(Exception):
    """An expression used a name whose own statement failed; that was reported already."""


class Static:
    """A number, boolean or size whose value the compiler knows.

    `op` and `operands` say how it was computed (None: it was written, or is a size), so that the graph can show it.
    `node` is its value in the graph once it has one, for the code of `frame` and what that encloses; `named` ones share
    one node among all their uses.
    `needs` are the parameters of functions that the number depends on, as (frame, position): a trace that looks at the
    number is good for that number only.
    """

    __slots__ = ("dtype", "frame", "named", "needs", "node", "op", "operands", "span", "value")

    def __init__(
        self,
        value: bool | int | float | Poly,
        span: Span,
        op: Op | None = None,
        operands: tuple[Static, ...] = (),
        needs: tuple[tuple[Any, int], ...] = (),
        dtype: DType | None = None,
    ) -> None:
        self.value = value
        self.dtype = dtype or static_dtype(value, operands)
        self.span = span
        self.op = op
        self.operands = operands
        self.needs = needs
        self.node: Value | None = None
        self.frame: Any = None
        self.named: str | None = None

    @property
    def literal(self) -> bool:
        """Written where it is used: takes the dtype of what it meets."""
        return self.op is None and self.node is None and self.named is None and not isinstance(self.value, Poly)


def static_dtype(value: bool | int | float | Poly, operands: tuple[Static, ...] = ()) -> DType:
    """Sizes are i64, and so is what is computed from them (`n * 0`); other numbers are weak."""
    match value:
        case bool():
            return BOOL
        case int():
            return I64 if any(s.dtype is I64 for s in operands) else WEAK_INT
        case float():
            return WEAK_FLOAT
        case _:
            return I64


def is_beyond(static: Static) -> bool:
    """Is it an integer that no i64 holds?  It is exact as long as it is known while the program is compiled."""
    return isinstance(static.value, int) and not -(1 << 63) <= static.value < 1 << 63


def identical(a: object, b: object) -> bool:
    """Are two numbers known now (or strings) of one type and, if they are floats, of the same bits?

    Code that looked at 0.0 doesn't serve -0.0; NaN is itself.
    """
    if type(a) is not type(b):
        return False
    return pack("d", a) == pack("d", b) if isinstance(a, float) else a == b


@dataclass(frozen=True, slots=True)
class Nothing:
    """`None`."""


@dataclass(frozen=True, slots=True)
class DTypeName:
    """A dtype as a value and as a cast; None is `float`, the run's default."""

    dtype: DType


@dataclass(frozen=True, slots=True)
class OpFunction:
    """A builtin that is an op of the catalogue."""

    op: Op


@dataclass(frozen=True, slots=True)
class Special:
    """A builtin that elaborates its own call (`grad`, `map`, `print`): `call(elaborator, call_expression)`.

    `looks`: at how values were made, so that no call in the code around may be left as one node.
    """

    name: str
    signature: str
    call: Callable[..., Any]
    doc: str
    looks: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A variable that a module or an imported file declares under a name of its own; `path` is its name for all."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """What only a `for` goes over: `range(n)`, `zip(X, Y)`; see iteration.py."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Growing:
    """`stack()`, to which a loop pushes a value in each iteration."""

    span: Span
