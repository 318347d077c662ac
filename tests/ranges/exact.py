"""A graph evaluated in mpmath: 300 bits, and no largest or smallest number.

In: a graph of elementwise ops without loops or branches, and feeds.  Out: its outputs, rounded to f64 once, NaN where
an operation has no value (a division by 0, a logarithm of 0).  Whether the *rules* are right is for the tests against
differences and closed forms; here is what they give when nothing is rounded and nothing leaves the range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import numpy as np

from graphc.executors.specialise import specialise
from graphc.ir.graph import Graph, Node, reachable
from graphc.ir.op import Placeholder

BITS = 300
NAN = mpmath.nan


def _power(x: Any, y: Any) -> Any:
    return mpmath.mpf(1) if y == 0 else x**y


def _real(x: Any) -> Any:
    """A complex result is outside the domain."""
    return NAN if isinstance(x, mpmath.mpc) else x


# Scalar functions of mpmath for ops whose NumPy evaluation needs floats.
MEANINGS: dict[str, Callable[..., Any]] = {
    "divide": lambda x, y: x / y,
    "divide_no_nan": lambda x, y: x / y if y else mpmath.mpf(0),
    "remainder": lambda x, y: x - y * mpmath.floor(x / y),
    "floor_divide": lambda x, y: mpmath.floor(x / y),
    "integer_pow": lambda x, k: x**k,
    "pow": _power,
    "sign": mpmath.sign,
    "abs": abs,
    "maximum": max,
    "minimum": min,
    "clip": lambda x, low, high: min(max(x, low), high),
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": mpmath.log10,
    "sqrt": mpmath.sqrt,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "atan2": mpmath.atan2,
    "hypot": mpmath.hypot,
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "ndtr": lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "erfinv": mpmath.erfinv,
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))) if x < 1e6 else mpmath.loggamma(x),
    "digamma": mpmath.digamma,
    "polygamma": lambda n, x: mpmath.polygamma(n, x),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "logaddexp": lambda x, y: max(x, y) + mpmath.log1p(mpmath.exp(-abs(x - y))),
    "isinf": lambda x: bool(mpmath.isinf(x)),
    "isnan": lambda x: bool(mpmath.isnan(x)),
    "isfinite": lambda x: bool(mpmath.isfinite(x)),
    "sech2": lambda x, s: s / mpmath.cosh(x) ** 2,
    "gaussian": lambda x, s, rate, k: s * x**k * mpmath.exp(-rate * x**2),
    "gate": lambda x, y: y / (1 + mpmath.exp(-x)),
    "normal_gate": lambda x, y: y * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "semicircle": lambda x: mpmath.sqrt(1 - x * x),
    "direction": lambda x, y, s: s * x / mpmath.hypot(x, y),
    "inversion": lambda x, y, s, k, imaginary: _part(s / mpmath.mpc(x, y) ** k, imaginary),
}


def _part(z: Any, imaginary: bool) -> Any:
    return z.imag if imaginary else z.real


def _total(meaning: Callable[..., Any]) -> Callable[..., Any]:
    """NaN where there is no value, and of NaN."""

    def call(*args: Any) -> Any:
        if any(isinstance(a, mpmath.mpf) and mpmath.isnan(a) for a in args):
            return NAN
        try:
            return _real(meaning(*args))
        except (ZeroDivisionError, ValueError, OverflowError):
            return NAN

    return call


def _node(node: Node, arrays: list[Any]) -> Any:
    """The results of one node on arrays of mpmath numbers."""
    meaning = MEANINGS.get(node.op.name)
    if node.op.name == "constant":
        return _wide(node.attrs[0].array)
    if node.op.name == "cast":
        return arrays[0] if arrays[0].dtype == object else _wide(arrays[0].astype(np.float64))
    if meaning is None:
        return node.op.evaluate(*([tuple(arrays)] if node.op.variadic else arrays), *node.attrs)
    total = _total(meaning)
    attrs = list(node.attrs)
    if node.op.params[0].name == "n":  # the order of a polygamma comes first
        return np.frompyfunc(lambda *a: total(*attrs, *a), len(arrays), 1)(*arrays)
    return np.frompyfunc(lambda *a: total(*a, *attrs), len(arrays), 1)(*arrays)


def _wide(array: Any) -> Any:
    return np.frompyfunc(mpmath.mpf, 1, 1)(array.astype(float)) if array.dtype.kind in "fiu" else array


def evaluate(graph: Graph, feeds: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs at finite points."""
    values: dict[Any, Any] = {}
    static = specialise(graph, {"n": len(feeds["x"])})
    needed = reachable(o.value for o in static.outputs)
    with mpmath.workprec(BITS):
        for node in static.nodes:
            if node not in needed:
                continue
            if isinstance(node.op, Placeholder):
                results: tuple[Any, ...] = (_wide(np.asarray(feeds[node.attrs[0]])),)
            else:
                made = _node(node, [np.asarray(values[v]) for v in node.inputs])
                results = made if isinstance(made, tuple) else (made,)
            values.update(zip(node.results, results, strict=True))
        return {o.name.rstrip("_"): _rounded(values[o.value]) for o in static.outputs}


def _rounded(array: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.asarray(np.frompyfunc(float, 1, 1)(array), np.float64)
