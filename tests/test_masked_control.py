"""Structural zeros pass through loops, `map`, branches, checkpoints and functions, in both modes and at order 2.

Each program is separable: y[i] depends on x[i] alone, by a root, logarithm or quotient that is singular where it is not
used.  Figures are derived by hand.  They must come out with and without passes, eagerly, and from the printed program,
in f64, and some in f32.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from running import compiled, outputs

import graphc
from graphc.ir.types import BOOL

# where(x > 0, f(x), 0) at X: its derivatives and second derivatives
X = (4.0, -4.0, 0.0, 0.25)
ROOT = ([1 / 4, 0, 0, 1], [-1 / 32, 0, 0, -2])
FOURTH = ([0.25 * 4**-0.75, 0, 0, 0.25 * 0.25**-0.75], [-3 / 16 * 4**-1.75, 0, 0, -3 / 16 * 0.25**-1.75])
LOG = ([1 / 4, 0, 0, 4], [-1 / 16, 0, 0, -16])
INVERSE = ([-1 / 16, 0, 0, -16], [2 / 64, 0, 0, 128])
BOTH = (np.add(ROOT[0], LOG[0]), np.add(ROOT[1], LOG[1]))

# statements that bind y, whose elements where x > 0 are a root, …; what the others are has no part in the result
AFTER: dict[str, tuple[str, Any]] = {
    "checkpoint": ("fn f(v) = sqrt(v)\ny = checkpoint(f)(x)", ROOT),
    "checkpoints in checkpoints": (
        "fn f(v) = sqrt(v)\nfn h(v) = 2 * checkpoint(f)(v)\ny = checkpoint(h)(x) / 2",
        ROOT,
    ),
    "map": ("fn f(v) = sqrt(v)\ny = map(f, x)", ROOT),
    "map of a captured value": ("s = sqrt(x)\nfn f(i) = s[i]\ny = map(f, arange(4))", ROOT),
    "map of maps": ("fn f(v) = sqrt(v)\nfn h(r) = map(f, r)\ny = reshape(map(h, reshape(x, [2, 2])), [4])", ROOT),
    "for, pushed": ("y = stack()\nfor v in x { push(y, sqrt(v)) }", ROOT),
    "for, reversed": ("ys = stack()\nfor v in reversed(x) { push(ys, sqrt(v)) }\ny = ys", ROOT),
    "for, assigned": ("y = 0 * x\nfor i in range(4) { y[i] = sqrt(x[i]) }", ROOT),
    "for, assigned from outside": ("y = 0 * x\ns = sqrt(x)\nfor i in range(4) { y[i] = s[i] }", ROOT),
    "for, carried": ("y = x\nfor i in range(2) { y = sqrt(y) }", FOURTH),
    "for, checkpointed": ("y = x\nfor i in range(5, checkpoint=2) { if i < 2 { y = sqrt(y) } }", FOURTH),
    "for, a count of the run": ("y = x\nk = i64(sum(x)) + 2\nfor i in range(k) { y = sqrt(y) }", FOURTH),
    "for, zipped": ("y = stack()\nfor v in zip(x, checkpoint=3) { push(y, sqrt(v)) }", ROOT),
    "for in for": ("y = 0 * x\nfor i in range(2) { for j in range(2) { k = 2 * i + j; y[k] = sqrt(x[k]) } }", ROOT),
    "for in for, carried": ("y = x\nfor i in range(2) { for j in range(1) { y = sqrt(y) } }", FOURTH),
    "for in if in for": (
        "y = x\nfor i in range(3) { if i == 1 { for j in range(i) { y = sqrt(y) } } else { y = 1 * y } }",
        ROOT,
    ),
    "for over roots": ("y = stack()\nfor v in sqrt(x) { push(y, dot(v[None], [1.0])) }", ROOT),
    "for, two singular": ("y = stack()\nfor v in x { push(y, sqrt(v) + log(v)) }", BOTH),
    "scan": ("fn s(c, v) { return c, sqrt(v) }\nc, y = scan(s, 0.0, x)", ROOT),
    "scan, checkpointed": ("fn s(c, v) { return c, sqrt(v) }\nc, y = scan(s, 0.0, x, checkpoint=2)", ROOT),
    "scan, carried": ("fn s(c, i) { return sqrt(c), i }\ny, c = scan(s, x, arange(2))", FOURTH),
    "fold": ("fn s(c, i) = sqrt(c)\ny = fold(s, x, arange(2))", FOURTH),
    "fold, checkpointed": ("fn s(c, i) = sqrt(c)\ny = fold(s, x, arange(2), checkpoint=1)", FOURTH),
    "while, assigned": ("y = 0 * x\ni = 0\nwhile i < 4 { y[i] = sqrt(x[i]); i += 1 }", ROOT),
    "while, carried": ("y = x\ni = 0\nwhile i < 2 { y = sqrt(y); i += 1 }", FOURTH),
    "while, pushed": (
        "ys = stack()\ni = 0\nwhile i < 4 { push(ys, sqrt(x[i])); i += 1 }\n"
        "y = 0 * x\nj = 0\nfor v in ys { y[j] = v; j += 1 }",
        ROOT,
    ),
    "while with a break": ("y = x\ni = 0\nwhile true { if i == 2 { break }; y = sqrt(y); i += 1 }", FOURTH),
    "if": ("y = 0 * x\nif sum(x) > 0 { y = sqrt(x) }", ROOT),
    "if, the other branch": ("y = sqrt(x)\nif sum(x) > 100 { y = x }", ROOT),
    "a function": ("fn f(v) { s = sqrt(v); return s + 0 * v }\ny = f(x)", ROOT),
}
INSIDE: dict[str, tuple[str, Any]] = {  # the mask arises in the region
    "for": ("y = 0 * x\nfor i in range(4) { y[i] = sqrt(where(x[i] > 0, x[i], 0)) }", ROOT),
    "for, where after": ("y = 0 * x\nfor i in range(4) { y[i] = where(x[i] > 0, sqrt(x[i]), 0) }", ROOT),
    "for, relu": ("y = stack()\nfor v in x { push(y, relu(v) ** 0.5) }", ROOT),
    "for, carried": ("y = x\nfor i in range(2) { y = sqrt(where(y > 0, y, 0)) }", FOURTH),
    "for, step by step": ("y = x\nfor i in range(2) { y = where(x > 0, sqrt(y), y) }\ny = where(x > 0, y, 0)", FOURTH),
    "for in for": ("y = x\nfor i in range(2) { for j in range(1) { y = sqrt(where(x > 0, y, 0)) } }", FOURTH),
    "scan": ("fn s(c, v) { return c + v, sqrt(where(v > 0, v, 0)) }\nc, y = scan(s, 0.0 * x[0], x)", ROOT),
    "map": ("fn f(v) = sqrt(where(v > 0, v, 0))\ny = map(f, x)", ROOT),
    "map, log": ("fn f(v) = log(where(v > 0, v, 1))\ny = map(f, x)", LOG),
    "map, if": ("fn f(v) = sqrt(v) if v > 0 else 0\ny = map(f, x)", ROOT),
    "map, if on the operand": ("fn f(v) = sqrt(v if v > 0 else 0)\ny = map(f, x)", ROOT),
    "map, minimum": ("fn f(v) = 1 / v if v > 0 else minimum(0, 1 / v ** 2)\ny = map(f, x)", INVERSE),
    "while": ("y = x\ni = 0\nwhile i < 2 { y = where(y > 0, sqrt(y), 0); i += 1 }", FOURTH),
    "checkpoint": ("fn f(v) = sqrt(where(v > 0, v, 0))\ny = checkpoint(f)(x)", ROOT),
    "clip": ("fn f(v) = sqrt(clip(v, 0.0, inf) if v != 0 else 0)\ny = map(f, x)", ROOT),
    "indexing": ("m = zeros([4], dtype=x.dtype)\nm[0] = x[0]; m[3] = x[3]\ny = sqrt(m)", ROOT),
    "indexing in a loop": ("m = zeros([4], dtype=x.dtype)\nfor i in range(0, 4, 3) { m[i] = x[i] }\ny = sqrt(m)", ROOT),
    "a sort": ("s, p = top_k(x, 2)\ny = concat([[sqrt(s[0])], [0.0], [0.0], [sqrt(s[1])]])", ROOT),
    "a carried zero": ("y = stack()\nfor v in x { z = stop_grad(0 * v); if v > 0 { z = v }; push(y, sqrt(z)) }", ROOT),
    "scattered": ("y = sqrt(put_along_axis(zeros([4], dtype=x.dtype), [0, 3], x[[0, 3]], axis=0))", ROOT),
}
CASES = {
    **{f"masked after: {name}": (f"{y}\ny = where(x > 0, y, 0)", figures) for name, (y, figures) in AFTER.items()},
    **{f"masked inside: {name}": case for name, case in INSIDE.items()},
}

PROGRAM = """
input x: {dtype}[4]
input direction: {dtype}[4]
{statements}
g = grad(y, x)
output first = g
output second = grad(g, x, unused="zero")
output along = jvp(y, x, direction)
output across = jvp(g, x, direction)
output product = hvp(sum(y), x, direction)
output matrix = jacobian(y, x)
output whole = hessian(sum(y), x)
"""


def each_way(text: str, **feeds: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The results of a program, by the ways to run it."""
    program = graphc.loads(text)
    yield "compiled", program.compile()(**feeds)
    yield "as written", outputs(compiled(text), passes=False, **feeds)
    yield "eagerly", program.run_eagerly(**feeds)
    again = graphc.loads(str(program.optimised()))
    yield "printed", again.compile()(**{k: v for k, v in feeds.items() if k in again.inputs})


IN_F32 = ["masked after: checkpoint", "masked after: fold, checkpointed", "masked inside: while", "masked inside: map"]
PAIRS = [*((name, "f64") for name in CASES), *((name, "f32") for name in IN_F32)]


@pytest.mark.parametrize(("name", "dtype"), PAIRS)
def test_structural_zeros(name: str, dtype: str) -> None:
    statements, (first, second) = CASES[name]
    x, first, second, v = (np.array(a) for a in (X, first, second, [2.0, 3.0, 5.0, 7.0]))
    expected = {
        "first": first,
        "second": second,
        "along": first * v,
        "across": second * v,
        "product": second * v,
        "matrix": np.diag(first),
        "whole": np.diag(second),
    }
    text = PROGRAM.format(dtype=dtype, statements=statements)
    exact = np.float64 if dtype == "f64" else np.float32
    for way, found in each_way(text, x=x.astype(exact), direction=v.astype(exact)):
        for output, value in expected.items():
            tolerance = 1e-14 if dtype == "f64" else 1e-6
            np.testing.assert_allclose(found[output], value, rtol=tolerance, atol=0, err_msg=f"{output}, {way}")


# loops, what of them is differentiated, and whether a mask is carried: only where one arrives or arises
CARRIED = {
    "scalar steps": ("s = x[0]\nfor i in range(9) { s = 0.9 * s + 0.1 * sin(s) }", "s", False),
    "a recurrent layer": (
        "s = 0 * x\nfor i in range(9) { s = tanh(x @ ones([4, 4]) + s @ ones([4, 4])) }",
        "sum(s)",
        False,
    ),
    "a rectified one": (
        "s = 0 * x\nfor i in range(9) { s = relu(x @ ones([4, 4]) + s @ ones([4, 4])) }",
        "sum(s)",
        False,
    ),
    "Newton's method": ("s = x\nfor i in range(9) { s = s - (s * s - x) / (2 * s) }", "sum(s)", False),
    "masked results": ("s = x\nfor i in range(9) { s = sqrt(s) }", "sum(where(x > 0, s, 0))", True),
    "masked steps": ("s = x\nfor i in range(9) { s = sqrt(where(s > 0, s, 0)) }", "sum(s)", True),
}


@pytest.mark.parametrize("name", CARRIED)
def test_a_loop_carries_masks_only_where_they_are_needed(name: str) -> None:
    statements, y, masked = CARRIED[name]
    program = f"input x: f64[4]\n{statements}\noutput g = grad({y}, x)\noutput t = jvp({y}, x, ones([4], dtype=f64))\n"
    graph = graphc.loads(program).optimised().graph
    loops = [n for n in graph.nodes if n.regions]
    carried = [p for n in loops for p in n.regions[-1].params if p.type.dtype is BOOL and p.type.shape == (4,)]
    assert len(loops) >= 2
    assert bool(carried) == masked
