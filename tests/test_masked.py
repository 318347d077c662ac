"""Derivatives of programs at singular places: masked by `where`, and the subgradient conventions of the records.

Figures are derived by hand; zeros are exact.  Every case is differentiated twice in reverse, forward, forward over
reverse and into a whole Hessian, with and without passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from running import compiled, outputs

from graphc.ops import RECORDS

inf, nan = np.inf, np.nan


@dataclass(frozen=True, slots=True)
class Case:
    """The gradient of sum(y) by x, and its Hessian (its diagonal, if it is given as a list of numbers)."""

    y: str
    x: Any
    gradient: Any
    hessian: Any
    more: str = ""  # further statements before y
    type: str = "f64[n]"


CASES = {
    # d sqrt = 1/(2 sqrt x): 1/4 at 4;  d2 = -1/(4 x^1.5): -1/32 at 4
    "sqrt": Case("where(x > 0, sqrt(x), 0)", [0, 4, -1], [0, 1 / 4, 0], [0, -1 / 32, 0]),
    "sqrt, the other branch": Case("where(x <= 0, 0, sqrt(x))", [0, 4, -1], [0, 1 / 4, 0], [0, -1 / 32, 0]),
    "sqrt of a scalar": Case("where(x > 0, sqrt(x), 0)", 0.0, 0.0, 0.0, type="f64"),
    "a power": Case("where(x > 0, x ** 0.5, 0)", [0, 4], [0, 1 / 4], [0, -1 / 32]),
    # 1/x and -1/x^2
    "log": Case("where(x > 0, log(x), 0)", [0, 4, -1], [0, 1 / 4, 0], [0, -1 / 16, 0]),
    # -1/x^2 and 2/x^3
    "division": Case("where(x != 0, 1 / x, 0)", [0, 2], [0, -1 / 4], [0, 1 / 4]),
    # (x cos x - sin x) / x^2 is -1/pi at pi; the second derivative there is 2/pi^2
    "sinc": Case("where(x != 0, sin(x) / x, 1)", [0, np.pi], [0, -1 / np.pi], [0, 2 / np.pi**2]),
    # log x + 1 and 1/x
    "x log x": Case("where(x > 0, x * log(x), 0)", [0, 1], [0, 1], [0, 1]),
    # at 4 both parts count: 4/4 and -4/32; at 1/4 the first: 1/(2/2) and -8/4
    "two masks": Case(
        "where(x > 0, s, 0) + 3 * where(x > 1, s, 0)", [0, 4, 0.25], [0, 1, 1], [0, -1 / 8, -2], "s = sqrt(x)"
    ),
    # between 0 and 1 it is 2x
    "nested": Case("where(x > 0, where(x > 1, sqrt(x), 2 * x), 0)", [0, 0.25, 4], [0, 2, 1 / 4], [0, 0, -1 / 32]),
    "a slice": Case("where(c, sqrt(x)[1:], 0)", [0, 0, 4], [0, 0, 1 / 4], [0, 0, -1 / 32], "c = x[1:] > 0", "f64[3]"),
    "a broadcast scalar": Case("where(c, log(x), 0)", 0.0, 0.0, 0.0, "c = [1, 2, 3] > 3", "f64"),
    # twice: 2/4 and -2/16
    "a scalar, twice": Case("where(c, log(x), 0)", 4.0, 1 / 2, -1 / 8, "c = [1, 2, 3] > 1", "f64"),
    "minimum": Case("minimum(exp(x), 5)", [1000, 0], [0, 1], [0, 1]),
    "maximum": Case("maximum(sqrt(x), 1)", [0, 4], [0, 1 / 4], [0, -1 / 32]),
    # at 1/2: -1/x^2 = -4 and 2/x^3 = 16
    "clip": Case("clip(1 / x, 0, 10)", [0, 0.5], [0, -4], [0, 16]),
    # rows of log(x) times [1, 2]: 3/4 and -3/16
    "a product": Case("where(X > 0, log(X) @ [[1.0, 2.0]], 0)", [0, 4], [0, 3 / 4], [0, -3 / 16], "X = x[:, None]"),
    # the first row: 4 * log 4 * 2, by its first element log 4 * 2 + 4 / 4 * 2 = 2 log 4 + 2, then 2 / 4
    "einsum of three": Case(
        'where([true, false], einsum("ij,ij,j->i", X, log(X), [2.0]), 0)',
        [4, 0],
        [2 * np.log(4) + 2, 0],
        [1 / 2, 0],
        "X = x[:, None]",
        "f64[2]",
    ),
    # sqrt(x0) * sqrt(x1) by x0 is sqrt(x1 / x0) / 2 = 1/4
    "a running product": Case(
        "where([true, true, false], cumprod(concat([sqrt(x), [1 / x[2]]])[[0, 1, 3]]), 0)[1]",
        [4, 1, 0],
        [1 / 4, 1, 0],
        [[-1 / 32, 1 / 8, 0], [1 / 8, -1 / 2, 0], [0, 0, 0]],
        type="f64[3]",
    ),
    "a product of rows": Case(
        "where([true, false], prod(log(reshape(x, [2, 1])), axis=1), 0)",
        [4, 0],
        [1 / 4, 0],
        [-1 / 16, 0],
        type="f64[2]",
    ),
    # the largest of the first window is sqrt(4), the other window is masked
    "pooled": Case(
        "where([true, false], max_pool(reshape(sqrt(x), [1, 1, 4]), 2)[0, 0], 0)",
        [4, 1, 0, 0],
        [1 / 4, 0, 0, 0],
        [-1 / 32, 0, 0, 0],
        type="f64[4]",
    ),
    "convolved": Case(
        "where([true, false, false], conv(reshape(sqrt(x), [1, 1, 4]), [[[3.0, 1.0]]])[0, 0], 0)",
        [4, 1, 0, 0],
        [3 / 4, 1 / 2, 0, 0],
        [-3 / 32, -1 / 4, 0, 0],
        type="f64[4]",
    ),
    # the rule gets zeros and gives numbers, so what is singular after it must be masked there: 2 * 1/4, 2 * -1/32
    "a hand-written rule": Case(
        "where(x > 0, twice(where(x > 0, sqrt(x), 0)), 0)",
        [0, 4],
        [0, 1 / 2],
        [0, -1 / 16],
        "fn twice(v) { return 2 * v } vjp (g) { return 2 * g }",
    ),
    "before a hand-written rule": Case(
        "sqrt(where(x > 0, twice(x), 0))",
        [0, 2],
        [0, 1 / 2],
        [0, -1 / 8],
        "fn twice(v) { return 2 * v } vjp (g) { return 2 * g }",
    ),
    "a masked sum": Case(
        "where(c, sum(sqrt(X), axis=1), 0)",
        [0, 0, 4, 1],
        [0, 0, 1 / 4, 1 / 2],
        [0, 0, -1 / 32, -1 / 4],
        "X = reshape(x, [2, 2])\nc = [0, 1] > 0",
        "f64[4]",
    ),
    # the element 1 twice
    "a gather": Case("where([0, 1, 1] > 0, sqrt(x)[[0, 1, 1]], 0)", [0, 4], [0, 1 / 2], [0, -1 / 16], type="f64[2]"),
    "the largest": Case("max(sqrt(x))", [0, 4], [0, 1 / 4], [0, -1 / 32]),
    "sorted": Case("sort(sqrt(x))[1:]", [4, 0], [1 / 4, 0], [-1 / 32, 0], type="f64[2]"),
    "concatenated": Case(
        "where(concat([x, x]) > 0, concat([sqrt(x), 2 * sqrt(x)]), 0)", [0, 4], [0, 3 / 4], [0, -3 / 32]
    ),
    "a unit vector": Case("where(r > 0, x / r, 0)", [0, 0], [0, 0], [0, 0], "r = norm(x)"),
    # r = 5 at (3, 4); sum(x)/r has the gradient (r^2 - 3*7, r^2 - 4*7)/r^3 = (4, -3)/125
    # and the Hessian (3 s x x' - (s I + x 1' + 1 x') r^2) / r^5, s = 7
    "a unit vector elsewhere": Case(
        "where(r > 0, x / r, 0)",
        [3, 4],
        [4 / 125, -3 / 125],
        [[(189 - 325) / 3125, (252 - 175) / 3125], [(252 - 175) / 3125, (336 - 375) / 3125]],
        "r = norm(x)",
    ),
    "a deviation": Case("where(s > 0, s, 0)", [1, 1], [0, 0], [0, 0], "s = std(x)"),
}

PROGRAM = """
input x: {type}
input v: {type}
{more}
y = {y}
total = sum(y)
first = grad(y, x)
output first
output second = grad(first, x, unused="zero")
output forward = sum(jvp(y, x, v))
output product = hvp(total, x, v)
output whole = hessian(total, x)
"""


@pytest.mark.parametrize("passes", [True, False], ids=["passes", "as written"])
@pytest.mark.parametrize("name", CASES)
def test_masked(name: str, passes: bool) -> None:
    case = CASES[name]
    x, gradient, hessian = np.array(case.x, float), np.array(case.gradient, float), np.array(case.hessian, float)
    v = np.arange(1.0, 1 + x.size).reshape(x.shape)
    if hessian.ndim == 1:
        hessian = np.diag(hessian)
    program = PROGRAM.format(type=case.type, more=case.more, y=case.y)
    found = outputs(compiled(program), passes=passes, x=x, v=v)
    expected = {
        "first": gradient,
        "second": hessian @ np.ones_like(x) if x.ndim else hessian,
        "forward": np.sum(gradient * v),
        "product": hessian @ v if x.ndim else hessian * v,
        "whole": hessian,
    }
    cancelled = {"product": 1e-15 * np.abs(hessian) @ np.abs(v)} if x.ndim else {}  # what a sum may lose
    for output, value in expected.items():
        error = np.abs(found[output] - value)
        assert np.all(error <= 1e-14 * np.abs(value) + cancelled.get(output, 0)), (output, found[output], value)


# ---------------------------------------------------------------- conventions at kinks and poles

# op -> programs of x (and z): an expression, x, the gradient of its sum by x, or by x and z
SUBGRADIENTS: dict[str, list[tuple[Any, ...]]] = {
    "abs": [("abs(x)", [0, 2, -2], [0, 1, -1]), ("log(abs(x))", [0, 2, -2], [0, 0.5, -0.5])],
    "divide_no_nan": [("divide_no_nan(x, z)", ([1, 4], [0, 2]), ([0, 0.5], [0, -1]))],
    "maximum": [
        ("maximum(x, z)", ([3, 1], [3, 2]), ([0.5, 0], [0.5, 1])),
        ("maximum(x, 0)", [0, 1, -1], [0.5, 1, 0]),
        ("relu(x)", [0, 1, -1], [0, 1, 0]),  # a `where`, unlike maximum(x, 0)
    ],
    "minimum": [("minimum(x, z)", ([3, 1], [3, 2]), ([0.5, 1], [0.5, 0]))],
    "clip": [("clip(x, 0, 1)", [0, 1, -1, 2], [1, 1, 0, 0])],
    "remainder": [("x % 2", [2, 3], [1, 1]), ("x % z", ([4], [2]), ([1], [-2]))],
    "integer_pow": [("x ** 0 + x", [0, 3], [1, 1]), ("x ** 1", [0], [1]), ("x ** 2", [0, 3], [0, 6])],
    "pow": [
        ("x ** z", ([0, 0, 0], [0, 1, 2]), ([0, 1, 0], [0, 0, 0])),
        ("x ** z", ([1], [0]), ([0], [0])),
        ("x ** 0.0 + x", [0, 3], [1, 1]),
    ],
    "log": [("log(x)", [0, 2], [inf, 0.5])],
    "log1p": [("log1p(x)", [-1], [inf])],
    "log2": [("log2(x)", [0], [inf])],
    "log10": [("log10(x)", [0], [inf])],
    "sqrt": [("sqrt(x)", [0, 4], [inf, 0.25])],
    "rsqrt": [("rsqrt(x)", [0, 4], [-inf, -0.0625])],
    "cbrt": [("cbrt(x)", [0, 1, -1], [inf, 1 / 3, 1 / 3])],
    "asin": [("asin(x)", [-1, 0, 1], [inf, 1, inf])],
    "acos": [("acos(x)", [-1, 0, 1], [-inf, -1, -inf])],
    "acosh": [("acosh(x)", [1], [inf])],
    "atanh": [("atanh(x)", [-1, 0, 1], [inf, 1, inf])],
    "atan2": [("atan2(x, z)", ([0, 0], [0, -2]), ([0, -0.5], [0, 0]))],
    "hypot": [("hypot(x, z)", ([0, 3], [0, 4]), ([0, 0.6], [0, 0.8]))],
    # d (x / r) = z^2 / r^3 dx - x z / r^3 dz: 16/125 and -12/125 at (3, 4)
    "direction": [("direction(x, z)", ([0, 3], [0, 4]), ([0, 16 / 125], [0, -12 / 125]))],
    # d (x / r^2) = (z^2 - x^2) / r^4 dx - 2 x z / r^4 dz: 7/625 and -24/625
    "inversion": [("inversion(x, z)", ([0, 3], [0, 4]), ([0, 7 / 625], [0, -24 / 625]))],
    "semicircle": [("semicircle(x)", [-1, 0, 0.6, 1], [inf, 0, -0.75, -inf])],
    "erfinv": [("erfinv(x)", [-1, 1], [inf, inf])],
    "logaddexp": [("logaddexp(x, z)", ([inf, -inf, 0], [inf, -inf, 0]), ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]))],
    "std": [("std(x)", [2, 2, 2], [0, 0, 0])],
    "norm": [
        ("norm(x)", [0, 0], [0, 0]),
        ("norm(x)", [3, 4], [0.6, 0.8]),
        ("sqrt(norm(x))", [0, 0], [0, 0]),
    ],
    "logsumexp": [
        ("logsumexp(x)", [-inf, -inf], [0, 0]),
        ("logsumexp(x)", [0, 0], [0.5, 0.5]),
        ("logsumexp(x)", [inf, 0, 1], [1, 0, 0]),
        ("logsumexp(x)", [inf, 0, inf], [0.5, 0, 0.5]),
    ],
    "softmax": [
        ("softmax(x) * [1.0, 2.0]", [-inf, -inf], [0, 0]),
        ("softmax(x) * [1.0, 2.0]", [inf, 0], [0, 0]),
    ],
    "log_softmax": [("log_softmax(x)", [-inf, -inf], [1, 1]), ("log_softmax(x)[0]", [inf, 0], [0, 0])],
    "max": [("max(x)", [3, 1, 3], [0.5, 0, 0.5])],
    "min": [("min(x)", [3, 1, 1], [0, 0.5, 0.5])],
    # 2, 2, 1 sorted is 1 (the third), 2 (the first), 2 (the second)
    "sort": [("sort(x) * [1.0, 10.0, 100.0]", [2, 2, 1], [10, 100, 1])],
    "top_k": [("top_k(x, 1)[0]", [2, 3, 3], [0, 1, 0])],
    "cummax": [("cummax(x)", [1, 1, 2], [2, 0, 1])],
    "max_pool": [("max_pool(reshape(x, [1, 1, 4]), 2)", [1, 1, 0, 3], [0.5, 0.5, 0, 1])],
    "slogdet": [("slogdet(reshape(x, [2, 2]))[0] + sum(x)", [1, 0, 0, 1], [1, 1, 1, 1])],
    # among matrices of rank 1: pinv(diag(2, 0)) moves by -1/4 of the first element, and -sums of the others / -4
    "pinv": [("sum(pinv(reshape(x, [2, 2])) * [[1.0, 0.0], [0.0, 0.0]])", [2, 0, 0, 0], [-0.25, 0, 0, 0])],
    "eigh": [("eigh(reshape(x, [2, 2]))[1] * [[1.0, 2.0], [3.0, 4.0]]", [1, 0, 0, 1], None)],
    "svd": [("svd(reshape(x, [2, 2]))[0] * [[1.0, 2.0], [3.0, 4.0]]", [1, 0, 0, 1], None)],
}


@pytest.mark.parametrize("name", SUBGRADIENTS)
def test_subgradients(name: str) -> None:
    """None for a gradient: it isn't finite."""
    for y, xs, expected in SUBGRADIENTS[name]:
        several = isinstance(xs, tuple)
        places = xs if several else (xs,)
        names = ("x", "z")[: len(places)]
        program = "".join(f"input {n}: f64[{len(p)}]\n" for n, p in zip(names, places, strict=True))
        program += "".join(f"output d{n} = grad({y}, {n})\n" for n in names)
        feeds: dict[str, Any] = {n: np.array(p, float) for n, p in zip(names, places, strict=True)}
        found = outputs(compiled(program), **feeds)
        for n, e in zip(names, expected if several else (expected,), strict=True):
            if e is None:
                assert not np.isfinite(found[f"d{n}"]).all()
            else:
                np.testing.assert_allclose(found[f"d{n}"], e, rtol=1e-15, atol=0, err_msg=y)


def test_every_convention_is_tried() -> None:
    assert {op.name for op in RECORDS if op.subgradient is not None} == set(SUBGRADIENTS)
