"""Structure: what is bound from outside, constants, casts, symbolic sizes, and hand-written derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.ir.constant import Constant
from graphc.ir.decimals import singles_of, to_f32
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Creation,
    Domain,
    Elementwise,
    Inferred,
    NotDifferentiable,
    Operand,
    Placeholder,
    Rule,
)
from graphc.ir.types import ANY, F32, FLOATS, I64, TOKEN, Array, DType, TensorType


def _bound(*_: Any) -> Any:
    raise RuntimeError("a placeholder is bound by the executor")


def _declared(*attrs: Any) -> Inferred:
    """The type of a placeholder is one of its attributes."""
    return Inferred((attrs[1],), attrs)


NO_INPUTS = NotDifferentiable("it has no operands")

input = Placeholder(
    name="input",
    params=(
        Attribute("name", "string", REQUIRED),
        Attribute("type", "type", REQUIRED),
        Attribute("doc", "string", None),
    ),
    doc="A placeholder: fed by the caller, or else the result of its region, the default, if it has one.",
    evaluate=_bound,
    vjp=NO_INPUTS,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_declared,
)

variable = Placeholder(
    name="variable",
    params=(
        Attribute("name", "string", REQUIRED),
        Attribute("type", "type", REQUIRED),
        Attribute("trainable", "bool", True),
        Attribute("doc", "string", None),
    ),
    doc="The state of a `var` at the start of a run; first the result of its region.",
    evaluate=_bound,
    vjp=NO_INPUTS,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_declared,
)

parameter = Placeholder(
    name="parameter",
    params=(Attribute("name", "string", REQUIRED), Attribute("type", "type", REQUIRED)),
    doc="A parameter of a region.",
    evaluate=_bound,
    vjp=NO_INPUTS,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_declared,
)

token = Placeholder(
    name="token",
    params=(),
    doc="The first token: effects follow each other from here.",
    evaluate=lambda: None,
    vjp=NO_INPUTS,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=lambda: Inferred((TOKEN,)),
)


def _constant_type(data: Constant) -> Inferred:
    return Inferred((data.type,), (data,))


constant = Creation(
    name="constant",
    params=(Attribute("value", "constant", REQUIRED),),
    doc="Constant data.",
    evaluate=lambda data: data.array,
    vjp=NO_INPUTS,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_constant_type,
)

dim = Creation(
    name="dim",
    params=(Attribute("size", "dim", REQUIRED),),
    doc="A size of the program's shapes, as an i64.",
    evaluate=lambda size: np.int64(size),
    vjp=NO_INPUTS,
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=lambda size: Inferred((TensorType(I64),), (size,)),
)


def _cast(x: Array, dtype: DType) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):
        return to_f32(x) if dtype is F32 and singles_of(x) else np.asarray(x).astype(dtype.numpy)


def _cast_vjp(b: Any, g: Any, y: Any, x: Any, dtype: DType) -> Any:
    """A number without a dtype has the cotangents of the dtype it was used in; integers and booleans have none."""
    differentiable = dtype in FLOATS or dtype.weak
    if not differentiable or not (x.dtype in FLOATS or x.dtype.weak):
        return None
    return g if x.dtype.weak else b.cast(g, x.dtype)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Cast(Elementwise):
    """An elementwise op whose result has the dtype of its attribute."""

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        return Inferred((types[0].with_dtype(attrs[0]),), attrs)


cast = Cast(
    name="cast",
    params=(Operand("x", ANY, group=None), Attribute("dtype", "dtype", REQUIRED)),
    doc="`x` in another dtype, rounded as NumPy does; written `f32(x)`.",
    evaluate=_cast,
    vjp=_cast_vjp,
    mask="pointwise",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain(((-10.0, 10.0),)),
    keeps_zero=True,
    total=True,
    ulps=1,
)

stop_grad = Elementwise(
    name="stop_grad",
    params=(Operand("x", ANY),),
    doc="`x`, with no derivative.",
    evaluate=lambda x: x,
    vjp=NotDifferentiable("a stop_grad stands in the way"),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    result=None,
    domain=Domain(((-10.0, 10.0),)),
    keeps_zero=True,
    total=True,
    ulps=0,
)


def _with_vjp_type(operands: tuple[Any, ...], count: int, results: int = 1) -> Inferred:
    return Inferred(tuple(operands[:results]), (count, results))


with_vjp = Rule(
    name="with_vjp",
    params=(
        Operand("operands", ANY, group=None, variadic=True),
        Attribute("count", "int", REQUIRED),
        Attribute("results", "int", 1),
    ),
    doc="""The first operand, or the first `results` of them, with a hand-written derivative.

    The operands are the results, the `count` parameters of the function, and the locals that the rule reads.  The
    region takes a cotangent per result and then all operands, and gives the cotangents of the parameters.""",
    evaluate=lambda operands, count, results: operands[0] if results == 1 else tuple(operands[:results]),
    vjp=NotDifferentiable("differentiated by its region", zero=False),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=_with_vjp_type,
)

RECORDS = (input, variable, parameter, token, constant, dim, cast, stop_grad, with_vjp)
