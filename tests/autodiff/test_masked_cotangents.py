"""Gradients through `where` and other routing ops are right and finite where the branch not taken is singular."""

from __future__ import annotations

import numpy as np
import pytest
from traced import differences, evaluate, literal, parameter, trace

from graphc.autodiff.reverse import gradient
from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.graph import reachable
from graphc.ir.types import BOOL, F64, I64, TensorType
from graphc.ops import CATALOGUE


def mask(b, data):
    return literal(b, data, BOOL)


def indices(b, data):
    return literal(b, data, I64)


def orders(f, count=2, **arrays):
    """The gradients of sum(f) by x, then of the sum of that, …, as arrays."""
    t = trace(f, **arrays)
    results = []
    y = t.y
    for _ in range(count):
        (found,) = gradient(t.b, [y.value], [t.x["x"].value], [None])
        if found is None:
            results.append(np.zeros(t.arrays["x"].shape))
            break
        results.append(t.run(found))
        y = t.b.term(found)
    return results


def sqrt_by_hand(x):
    """First and second derivative of where(x > 0, sqrt(x), 0)."""
    with np.errstate(all="ignore"):
        return np.where(x > 0, 0.5 * x**-0.5, 0), np.where(x > 0, -0.25 * x**-1.5, 0)


x0 = np.array([0.0, 4.0, -1.0, 0.25])
f1, f2 = sqrt_by_hand(x0)
with np.errstate(all="ignore"):
    reciprocal = np.where(x0 > 0, 1 / x0, 0), np.where(x0 > 0, -1 / x0**2, 0), np.where(x0 > 0, 2 / x0**3, 0)
M = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 1.0], [-1.0, 0.5]])

# name: f, x, first derivative, second derivative
CASES = {
    "sqrt": (lambda b, x: b.where(x > 0, b.sqrt(x), 0), x0, f1, f2),
    "sqrt of a scalar": (lambda b, x: b.where(x > 0, b.sqrt(x), 0), 0.0, 0.0, 0.0),
    "sqrt, the other way": (lambda b, x: b.where(x <= 0, 0, b.sqrt(x)), x0, f1, f2),
    "log": (lambda b, x: b.where(x > 0, b.log(x), 0), x0, reciprocal[0], reciprocal[1]),
    "division": (lambda b, x: b.where(x > 0, 1 / x, 0), x0, reciprocal[1], reciprocal[2]),
    "x log x": (lambda b, x: b.where(x > 0, x * b.log(x), 0), x0[:2], [0, np.log(4) + 1], [0, 0.25]),
    "two masks": (
        lambda b, x: _shared(b, x, lambda s: b.where(x > 0, s, 0) + 3 * b.where(x > 1, s, 0)),
        x0,
        f1 * np.where(x0 > 1, 4, 1),
        f2 * np.where(x0 > 1, 4, 1),
    ),
    "nested wheres": (
        lambda b, x: b.where(x > 0, b.where(x > 1, b.sqrt(x), 2 * x), 0),
        x0,
        [0, 0.25, 0, 2],
        [0, -0.03125, 0, 0],
    ),
    "slice": (
        lambda b, x: b.where(_part(b, x, 1, 3) > 0, _part(b, b.sqrt(x), 1, 3), 0),
        np.array([0.0, 4.0, 0.0, 0.25]),
        [0, 0.25, 0, 1],
        [0, -0.03125, 0, -2],
    ),
    "slice leaves out": (
        lambda b, x: _part(b, b.sqrt(x), 1, 2),
        np.array([0.0, 4.0, 1.0, 0.0]),
        [0, 0.25, 0.5, 0],
        [0, -0.03125, -0.25, 0],
    ),
    "minimum": (lambda b, x: b.minimum(b.exp(x), 5), np.array([1000.0, 0.0]), [0, 1], [0, 1]),
    "maximum": (lambda b, x: b.maximum(b.sqrt(x), 1), np.array([0.0, 4.0]), [0, 0.25], [0, -0.03125]),
    "clip": (lambda b, x: b.clip(b.exp(x), 0.5, 5), np.array([1000.0, 0.0, -1000.0]), [0, 1, 0], [0, 1, 0]),
    "sum": (lambda b, x: b.sum(b.where(x > 0, b.sqrt(x), 0)), x0, f1, f2),
    "masked sum": (
        lambda b, x: b.where(mask(b, [False, True]), b.sum(b.sqrt(b.reshape(x, (2, 2))), 1), 0),
        np.array([0.0, 0.0, 4.0, 1.0]),
        [0, 0, 0.25, 0.5],
        [0, 0, -0.03125, -0.25],
    ),
    "masked mean": (
        lambda b, x: b.where(mask(b, [False, True]), b.mean(b.sqrt(b.reshape(x, (2, 2))), 1), 0),
        np.array([0.0, 0.0, 4.0, 1.0]),
        [0, 0, 0.125, 0.25],
        [0, 0, -0.015625, -0.125],
    ),
    "matmul": (
        lambda b, x: b.where(b.reshape(x, (4, 1)) > 0, b.reshape(b.sqrt(x), (4, 1)) @ b.ones((1, 2)), 0),
        x0,
        2 * f1,
        2 * f2,
    ),
    "reshape and transpose": (
        lambda b, x: b.where(
            b.transpose(b.reshape(x, (2, 2)), None) > 0, b.transpose(b.reshape(b.sqrt(x), (2, 2)), None), 0
        ),
        x0,
        f1,
        f2,
    ),
    "concat": (
        lambda b, x: b.where(b.concat([x, x], 0) > 0, b.concat([b.sqrt(x), 2 * b.sqrt(x)], 0), 0),
        x0,
        3 * f1,
        3 * f2,
    ),
    "take": (
        lambda b, x: b.take(b.sqrt(x), indices(b, [1, 3, 1]), 0),
        np.array([0.0, 4.0, 0.0, 0.25]),
        [0, 0.5, 0, 1],
        [0, -0.0625, 0, -2],
    ),
    "masked take": (
        lambda b, x: b.where(b.take(x, indices(b, [0, 1, 1]), 0) > 0, b.take(b.sqrt(x), indices(b, [0, 1, 1]), 0), 0),
        np.array([0.0, 4.0]),
        [0, 0.5],
        [0, -0.0625],
    ),
    "broadcast scalar, all false": (
        lambda b, x: b.where(mask(b, [False] * 3), b.log(x), 0),
        0.0,
        0,
        0,
    ),
    "broadcast scalar, one true": (
        lambda b, x: b.where(mask(b, [False, True, True]), b.log(x), 0),
        2.0,
        1.0,
        -0.5,
    ),
    "broadcast explicitly": (
        lambda b, x: b.where(mask(b, [False] * 3), b.broadcast_to(b.log(x), (3,)), 0),
        0.0,
        0,
        0,
    ),
    "broadcast column": (
        lambda b, x: b.where(mask(b, [[False] * 3, [True] * 3]), b.reshape(b.log(x), (2, 1)), 0),
        np.array([0.0, 2.0]),
        [0, 1.5],
        [0, -0.75],
    ),
    "through other ops": (
        lambda b, x: b.where(x > 0, b.tanh(3 * b.sqrt(x) - 1) / 2, 0),
        np.array([0.0, -2.0]),
        [0, 0],
        [0, 0],
    ),
    "max": (lambda b, x: b.max(b.sqrt(x), 0), np.array([0.0, 4.0]), [0, 0.25], [0, -0.03125]),
    "sort": (
        lambda b, x: _part(b, b.sort(b.sqrt(x), 0), 1, 1),
        np.array([4.0, 0.0]),
        [0.25, 0],
        [-0.03125, 0],
    ),
}


def _part(b, x, start, size):
    return b.slice(x, indices(b, [start]), (size,))


def _shared(b, x, f):
    return f(b.sqrt(x))


@pytest.mark.parametrize("name", CASES)
def test_right_and_finite(name):
    f, x, first, second = CASES[name]
    found = orders(f, x=x)
    np.testing.assert_allclose(found[0], np.broadcast_to(first, np.shape(x)), rtol=1e-12)
    if len(found) > 1:
        np.testing.assert_allclose(found[1], np.broadcast_to(second, np.shape(x)), rtol=1e-12)
    else:
        assert not np.any(second)


def test_an_infinite_factor_of_a_masked_product_stays_out():
    """where(x > 0, log(x) @ w, 0) by w: the rows with -inf have no part in it."""
    t = trace(lambda b, x, w: b.where(x > 0, b.log(x) @ w, 0), x=[[0.0], [2.0]], w=[[3.0]])
    dx, dw = gradient(t.b, [t.y.value], [t.x["x"].value, t.x["w"].value], [None])
    np.testing.assert_allclose(t.run(dx), [[0], [1.5]])
    np.testing.assert_allclose(t.run(dw), [[np.log(2)]])


def selects(f, **arrays):
    """How many `where` the gradient by x has."""
    t = trace(f, **arrays)
    before = len(t.b.nodes)
    (found,) = gradient(t.b, [t.y.value], [t.x["x"].value], [None])
    needed = reachable([found])
    return [n.op.name for n in t.b.nodes[before:] if n in needed].count("where")


def test_a_mask_is_applied_once_however_long_the_way():
    def chain(b, x):
        y = x
        for _ in range(20):
            y = b.sqrt(y * 2)
        return b.where(x > 0, y, 0)

    assert selects(chain, x=x0) == 1


def test_a_clean_slice_needs_no_select():
    assert selects(lambda b, x: _part(b, x + 1, 1, 3), x=x0) == 0
    assert selects(lambda b, x: _part(b, -(2 * x), 1, 3), x=x0) == 0
    assert selects(lambda b, x: _part(b, b.sqrt(x), 1, 3), x=x0) == 1


def test_both_branches_join_in_one_select():
    assert selects(lambda b, x: b.where(x > 0, b.sqrt(x), x * x), x=x0) == 1


def test_a_rectified_layer_has_one_select():
    def layers(b, x, w, v):
        h = x @ w
        return b.sum(b.where(h > 0, h, 0) @ v)

    assert selects(layers, x=M, w=np.ones((2, 3)), v=np.ones((3, 1))) == 1


def test_smooth_points_agree_with_central_differences():
    def f(b, x):
        s = b.where(x > 0.5, b.sqrt(x * x + 1), b.exp(x))
        return b.sum(b.maximum(s, 2 * x) * b.clip(x, -1, 1))

    t = trace(f, x=M)
    (dx,) = gradient(t.b, [t.y.value], [t.x["x"].value], [None])
    keep = (np.abs(np.abs(M) - 1) > 0.1) & (M != 0.5)
    np.testing.assert_allclose(t.run(dx)[keep], differences(t, "x")[keep], rtol=1e-7)


def test_long_ways_under_a_mask_need_no_recursion():
    def chain(b, x):
        y = x
        for _ in range(3_000):
            y = b.flip(b.sqrt(y), 0)
        return b.where(mask(b, [True, False, False]), y, 0)

    x = [1.0, 0.0, 0.0]
    t = trace(chain, x=x)
    before = len(t.b.nodes)
    (dx,) = gradient(t.b, [t.y.value], [t.x["x"].value], [None])
    assert len(t.b.nodes) - before < 3_000 * 10
    np.testing.assert_allclose(t.run(dx), [0.5**3000, 0, 0])


def test_symbolic_sizes():
    b = Builder(CATALOGUE, F64)
    n = symbol("n")
    x = parameter(b, "x", TensorType(F64, (n, 2)))
    s = parameter(b, "s", TensorType(F64, (2,)))
    root = b.strided(b.sqrt(x), (1, 0), (n, 2), (1, 1))
    y = b.where(b.strided(x, (1, 0), (n, 2), (1, 1)) > 0, root * b.log(s), 0)
    dx, ds = gradient(b, [y.value], [x.value, s.value], [None])
    at = {x.value: np.array([[0.0, 0.0], [4.0, 0.0], [1.0, 0.0]]), s.value: np.array([2.0, 0.0])}
    values = evaluate(b.nodes, at, {"n": 3})
    np.testing.assert_allclose(values[dx], np.log(2) * np.array([[0, 0], [0.25, 0], [0.5, 0]]))
    np.testing.assert_allclose(values[ds], [1.5, 0])
