"""Creation: tensors from sizes and numbers alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.ir.decimals import filled
from graphc.ir.dims import Dim, Guard, Poly, ceildiv, decide_le, dim_max
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Creation,
    Inferred,
    NotDifferentiable,
    Param,
    TypeRuleError,
    within_limit,
)
from graphc.ir.types import BOOL, FLOATS, I64, STR, WEAK_FLOAT, WEAK_INT, DType, TensorType
from graphc.ops.joining import fill_value, fits, real
from graphc.ops.shape import listed

SHAPE = Attribute("shape", "shape", REQUIRED)
DTYPE = Attribute("dtype", "dtype", None)
OWN_DTYPE = Attribute("dtype", "own dtype", None)

Number = bool | int | float | Poly


def own_dtype(*values: Any) -> DType:
    """The dtype that numbers known while compiling have by themselves; sizes are i64."""
    if any(isinstance(v, float) for v in values):
        return WEAK_FLOAT
    if any(isinstance(v, Poly) for v in values):
        return I64
    return BOOL if all(isinstance(v, bool) for v in values) else WEAK_INT


def _creation(
    name: str, params: tuple[Param, ...], doc: str, *, rule: Callable[..., Inferred], evaluate: Callable[..., Any]
) -> Creation:
    """A record without operands, called by its name."""
    return Creation(
        name=name,
        params=params,
        doc=doc,
        evaluate=evaluate,
        vjp=NotDifferentiable("it has no operands"),
        mask="opaque",
        subgradient=None,
        spelling=CALL,
        rule=rule,
    )


def created(name: str, dtype: DType, shape: tuple[Dim, ...]) -> tuple[TensorType, tuple[Guard, ...]]:
    """The type of a new tensor, whose sizes may not be negative.  Raises TypeRuleError E0304, E0309 or E0903."""
    if dtype is STR:
        raise TypeRuleError("E0304", f"{name} makes numbers or booleans, not {dtype}")
    type = within_limit(TensorType(dtype, shape))
    guards = []
    for d in shape:
        known = decide_le(0, d)
        if known is False:
            raise TypeRuleError("E0309", f"a size can't be negative, but this is {type}")
        if known is None:
            guards.append(Guard(0, "<=", d))
    return type, tuple(guards)


# ---------------------------------------------------------------- one value


def _filled(name: str, value: int) -> Creation:
    def rule(shape: Sequence[Dim] | Dim, dtype: DType) -> Inferred:
        type, guards = created(name, dtype, listed(shape))
        return Inferred((type,), (type.shape, dtype), guards)

    return _creation(
        name,
        (SHAPE, DTYPE),
        f"A tensor of {name}.  In booleans, {'true' if value else 'false'}.",
        rule=rule,
        evaluate=lambda shape, dtype: np.full(shape, value, dtype.numpy),
    )


zeros = _filled("zeros", 0)
ones = _filled("ones", 1)


def _full_rule(shape: Sequence[Dim] | Dim, value: Any, dtype: DType | None) -> Inferred:
    dtype = own_dtype(value) if dtype is None else dtype
    type, guards = created("full", dtype, listed(shape))
    return Inferred((type,), (type.shape, fill_value(value, dtype), dtype), guards)


full = _creation(
    "full",
    (SHAPE, Attribute("value", "number", REQUIRED), OWN_DTYPE),
    "A tensor of one number.  A value that is computed is broadcast: `broadcast_to(x, [3, 4])`.",
    rule=_full_rule,
    evaluate=lambda shape, value, dtype: filled(shape, value, dtype.numpy),
)

# ---------------------------------------------------------------- sequences


def _count(start: Any, stop: Any, step: Any) -> Dim:
    """The length of `arange`: the distance by the step, rounded up."""
    if isinstance(start, float) or isinstance(stop, float) or isinstance(step, float):
        known = not any(isinstance(v, Poly) for v in (start, stop, step))
        length = (real(stop) - real(start)) / real(step) if known else math.inf
        if not math.isfinite(length):
            raise TypeRuleError(
                "E0309", f"arange({start}, {stop}, {step}) has no known length", (), "linspace(0, 1, 11)"
            )
        return max(0, math.ceil(length))
    if isinstance(step, Poly):
        raise TypeRuleError("E0309", f"the step {step} of arange could be positive or negative")
    distance = ceildiv(stop - start, step) if step > 0 else ceildiv(start - stop, -step)
    size: Dim = distance if decide_le(0, distance) else dim_max(0, distance)
    return size


def _check_range(start: Any, stop: Any, step: Any, dtype: DType) -> None:
    if dtype.kind == "b":
        raise TypeRuleError("E0304", "arange counts in numbers, not in bool")
    if dtype.is_float:
        return
    if any(isinstance(v, float) for v in (start, stop, step)):
        shown = f"arange({start}, {stop}, {step}"
        message = f"{shown}) has fractions, and its dtype is {dtype}"
        raise TypeRuleError("E0304", message, (), f"{shown}, dtype=f32)")
    if dtype.weak or isinstance(start, Poly) or isinstance(stop, Poly):
        return
    values = range(start, stop, step)
    if values and not (fits(values[0], dtype) and fits(values[-1], dtype)):
        raise TypeRuleError("E0309", f"{values[-1]} doesn't fit {dtype}", (), f"dtype={I64}")


def _arange_rule(start: Number, stop: Number | None, step: Number, dtype: DType | None) -> Inferred:
    if stop is None:
        start, stop = 0, start
    dtype = own_dtype(start, stop, step) if dtype is None else dtype
    if step == 0:
        raise TypeRuleError("E0309", "the step of arange can't be 0")
    count = _count(start, stop, step)
    type, guards = created("arange", dtype, (count,))
    _check_range(start, stop, step, dtype)
    return Inferred((type,), (start, stop, step, dtype), guards)


def _arange(start: Any, stop: Any, step: Any, dtype: DType) -> Any:
    """Floats are `start + i * step` in f64, rounded once."""
    if not dtype.is_float:
        return np.arange(start, stop, step).astype(dtype.numpy)
    count = _count(start, stop, step)
    assert isinstance(count, int)
    return (start + np.arange(count) * np.float64(step)).astype(dtype.numpy)


arange = _creation(
    "arange",
    (
        Attribute("start", "number", REQUIRED),
        Attribute("stop", "number", None),
        Attribute("step", "number", 1),
        OWN_DTYPE,
    ),
    """Numbers from `start` up to but without `stop`, in steps; `arange(n)` counts from 0.

    Without a dtype they are numbers without one, too, as their ends are: `arange(3) * x` has the dtype of x.  Those
    that end in a size are i64.  Floats are `start + i * step`, rounded once.""",
    rule=_arange_rule,
    evaluate=_arange,
)


def _linspace_rule(start: Number, stop: Number, num: Dim, dtype: DType) -> Inferred:
    if dtype not in FLOATS:
        raise TypeRuleError("E0304", f"linspace makes floats, not {dtype}", (), "arange(10)")
    type, guards = created("linspace", dtype, (num,))
    for end in (start, stop):
        if not isinstance(end, Poly):
            real(end)
    return Inferred((type,), (start, stop, num, dtype), guards)


linspace = _creation(
    "linspace",
    (
        Attribute("start", "number", REQUIRED),
        Attribute("stop", "number", REQUIRED),
        Attribute("num", "dim", REQUIRED),
        Attribute("dtype", "own dtype", WEAK_FLOAT),
    ),
    """`num` evenly spaced numbers from `start` to `stop`, both included.

    Computed in f64 and rounded once; without a dtype they take that of what they meet.""",
    rule=_linspace_rule,
    evaluate=lambda start, stop, num, dtype: np.linspace(float(start), float(stop), num).astype(dtype.numpy),
)


def _eye_rule(n: Dim, m: Dim | None, k: int, dtype: DType) -> Inferred:
    type, guards = created("eye", dtype, (n, n if m is None else m))
    return Inferred((type,), (*type.shape, k, dtype), guards)


eye = _creation(
    "eye",
    (Attribute("n", "dim", REQUIRED), Attribute("m", "dim", None), Attribute("k", "int", 0), DTYPE),
    "A matrix with ones on its `k`-th diagonal and zeros elsewhere, n by n or n by m.",
    rule=_eye_rule,
    evaluate=lambda n, m, k, dtype: np.eye(n, m, k, dtype.numpy),
)

RECORDS = (zeros, ones, full, arange, linspace, eye)
