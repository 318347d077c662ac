"""A function and its derivatives over a grid, in one dtype: what tests/test_range.py compares.

In: an expression in `x` (and `z`), as text.  Out: a dict of arrays, by the names in `MODES`: the value `y`, reverse
derivatives to order 3, the JVP, the two mixed second derivatives, and the gradient for other cotangents than 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from graphc.driver import Options, compile_source, executable
from graphc.executors.binding import bind
from graphc.ir.graph import Graph
from graphc.ir.types import DTYPES
from graphc.source import Source

# What an output's name says: of which order it is, and which other output is the same number.
ORDER = {"y": 0, "x": 1, "z": 1, "xx": 2, "xz": 2, "zx": 2, "zz": 2, "xxx": 3, "xxxx": 4}
SAME = {"jvp": "x", "forward_over_reverse": "xx", "reverse_over_forward": "xx"}

UNARY = """
input x: {t}[n]
input seed: {t}[n]
output y = {f}
output x_ = grad(y, x, unused="zero")
output xx_ = grad(x_, x, unused="zero")
output xxx_ = grad(xx_, x, unused="zero")
output jvp_ = jvp(y, x, ones([n], dtype={t}), unused="zero")
output forward_over_reverse_ = jvp(x_, x, ones([n], dtype={t}), unused="zero")
output reverse_over_forward_ = grad(jvp_, x, unused="zero")
output seeded_ = grad(y, x, seed=seed, unused="zero")
"""
# One order more, for the reference: how far a rounded operand moves the others.
FURTHER_UNARY = 'output xxxx_ = grad(xxx_, x, unused="zero")\n'
FURTHER_BINARY = "".join(
    f'{n}x_, {n}z_ = grad({n}_, [x, z], unused="zero")\noutput {n}x_\noutput {n}z_\n' for n in ("xx", "xz", "zx", "zz")
)

BINARY = """
input x: {t}[n]
input z: {t}[n]
input seed: {t}[n]
output y = {f}
x_, z_ = grad(y, [x, z], unused="zero")
output x_
output z_
xx_, xz_ = grad(x_, [x, z], unused="zero")
zx_, zz_ = grad(z_, [x, z], unused="zero")
output xx_
output xz_
output zx_
output zz_
xseed_, zseed_ = grad(y, [x, z], seed=seed, unused="zero")
output xseed_
output zseed_
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A function to try: `expression` in `x` (and `z`); `beside`: where it has kinks, poles and zeros.

    `ulps`: the largest error, in units of `allowed`.  `normal`: operands and values below the normal numbers aren't
    tried; `first`, `second`: nor operands that are smaller or larger, but for 0.
    `mpmath`: it can evaluate the function anywhere.  `scaled`: it has a factor among its operands, and isn't tried with
    other cotangents.
    """

    name: str
    expression: str
    ulps: float
    beside: tuple[float, ...] = (0.0, 1.0, -1.0)
    binary: bool = False
    normal: bool = False
    first: tuple[float, float] = (0.0, np.inf)
    second: tuple[float, float] = (0.0, np.inf)
    scaled: bool = False
    mpmath: bool = True


@cache
def program(case: Case, dtype: Any) -> Graph:
    t = "f32" if dtype is np.float32 else "f64"
    text = (BINARY if case.binary else UNARY).format(t=t, f=case.expression)
    if dtype is np.float64:
        text += FURTHER_BINARY if case.binary else FURTHER_UNARY
    options = Options(default_float=DTYPES[t])
    return compile_source(Source("range.g", text), options).graph


def run(case: Case, dtype: Any, feeds: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs for arrays, which are cast to `dtype`; without the trailing `_` of their names."""
    graph = program(case, dtype)
    t = "f32" if dtype is np.float32 else "f64"
    ready = executable(graph, Options(default_float=DTYPES[t], pipeline=()))
    with np.errstate(all="ignore"):
        arrays = {k: np.asarray(v, dtype) for k, v in feeds.items()}
        outputs = dict(ready.run(bind(ready.graph, arrays)).outputs)
    return {name.rstrip("_"): np.asarray(value) for name, value in outputs.items()}


# ---------------------------------------------------------------- errors


def allowed(names: str, exact: Mapping[str, Any], feeds: Mapping[str, Any]) -> Any:
    """What one ulp of the result, and one of each operand, come to: the sum of their sizes, to be multiplied by eps.

    A function that was rounded right at an operand that was rounded right is off by this much; no program in
    the dtype can promise less beside a zero of a derivative.
    """
    size = np.abs(exact[names])
    prefix = "" if names == "y" else names
    with np.errstate(all="ignore"):
        for variable in ("x", "z"):
            further = exact.get(prefix + variable)
            if further is not None:
                term = np.abs(feeds[variable] * further)
                size = size + np.where(np.isfinite(term), term, 0)
    return size


def errors(actual: Any, exact: Any, scale: Any, floor: int = 1) -> Any:
    """In ulps of `scale`, of the dtype of `actual`; NaN or infinities where they don't agree count as inf.

    What is beyond the range is infinite, or as large as numbers get, or NaN; an ulp is never less than `floor`
    times the smallest number.
    """
    dtype = actual.dtype
    info = np.finfo(dtype)
    with np.errstate(all="ignore"):
        wanted = exact.astype(dtype)
        unit = np.maximum(
            np.where(np.isfinite(scale), scale, 0) * float(info.eps), floor * float(info.smallest_subnormal)
        )
        error = np.abs(actual.astype(np.float64) - exact) / unit
        huge = np.abs(exact) > 0.999 * float(info.max)
        close = huge & ~(np.abs(actual) < 0.99 * float(info.max)) & ~(actual * np.sign(exact) < 0)
        same = (wanted == actual) | (np.isnan(actual) & np.isnan(wanted)) | close
        return np.where(same, 0.0, np.where(np.isfinite(error), error, np.inf))


def cross(x: Any, z: Any) -> tuple[Any, Any]:
    """All pairs, as two flat arrays."""
    a, b = np.meshgrid(x, z, indexing="ij")
    return a.ravel(), b.ravel()
