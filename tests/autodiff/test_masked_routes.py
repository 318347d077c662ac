"""A singular element that only reaches masked results has a zero derivative, by whatever route it gets there.

For every route R (positive and linear) and singular f: the gradient of where(safe, R(f(x)), 0), where `safe` are the
results that no singular element of x reaches, is the gradient at an x without singular elements, with zeros put in.
"""

from __future__ import annotations

import numpy as np
import pytest
from traced import literal, trace

from graphc.autodiff.forward import jvp
from graphc.autodiff.reverse import gradient
from graphc.ir.types import BOOL, F64, I64

W = np.array([[0.5, 0.3], [0.1, 0.9], [0.7, 0.2]])
X = np.array([[4.0, 0.0, 2.0], [1.0, 0.25, 9.0]])
SINGULAR = X == 0
SAFE_X = np.where(SINGULAR, 1.0, X)


ROUTES = {
    "itself": lambda b, x: x,
    "scaled": lambda b, x: 3 * x / 2,
    "transposed": lambda b, x: b.transpose(x, None),
    "reshaped": lambda b, x: b.reshape(x, (6,)),
    "expanded": lambda b, x: b.squeeze(b.expand_dims(x, 1), 1) * 2,
    "flipped": lambda b, x: b.flip(x, 1),
    "rolled": lambda b, x: b.roll(x, 1, 1),
    "part": lambda b, x: b.strided(x, (0, 0), (2, 3), (1, 2)),
    "slice": lambda b, x: b.slice(x, literal(b, [0, 1], I64), (2, 2)),
    "padded": lambda b, x: b.pad(x, ((0, 1), (1, 0))),
    "tiled": lambda b, x: b.tile(x, (2, 1)),
    "repeated": lambda b, x: b.repeat(x, 2, 0),
    "broadcast": lambda b, x: b.broadcast_to(b.expand_dims(x, 0), (2, 2, 3)),
    "taken": lambda b, x: b.take(x, literal(b, [1, 0, 1], I64), 0),
    "taken along": lambda b, x: b.take_along_axis(x, literal(b, [[2, 1], [0, 0]], I64), 1),
    "concatenated": lambda b, x: b.concat([x, 2 * x], 1),
    "stacked": lambda b, x: b.stack([x, x], 0),
    "split": lambda b, x: b.split(x, 3, 1)[1],
    "both parts of a split": lambda b, x: (lambda p: b.concat([p[2], p[1]], 0))(b.split(x, 3, 1)),
    "tril": lambda b, x: b.tril(x),
    "summed": lambda b, x: b.sum(x, 0),
    "summed, kept": lambda b, x: b.sum(x, 1, True),
    "mean": lambda b, x: b.mean(x, 0),
    "all summed": lambda b, x: b.sum(x),
    "cumsum": lambda b, x: b.cumsum(x, 1),
    "matmul": lambda b, x: x @ literal(b, W),
    "matmul from the left": lambda b, x: literal(b, W) @ x,
    "einsum": lambda b, x: b.einsum("ij,kj->ik", [x, b.transpose(literal(b, W), None)]),
    "einsum of three": lambda b, x: b.einsum("ij,kj,lk->il", [x, b.transpose(literal(b, W), None), literal(b, W)]),
    "diagonal by einsum": lambda b, x: b.einsum("ii->i", [b.strided(x, (0, 0), (2, 2), (1, 1))]),
    "diagonal matrices by einsum": lambda b, x: b.einsum("ij->ijj", [x]),
    "tensordot": lambda b, x: b.tensordot(x, literal(b, W), [[1], [0]]),
    "matrix times vector": lambda b, x: x @ literal(b, W[:, 0]),
    "batched matmul": lambda b, x: b.expand_dims(x, 0) @ literal(b, np.stack([W, 2 * W])),
    "recurrence": lambda b, x: b.linear_recurrence(literal(b, 0.5 * np.ones((2, 3))), x, 1),
    "convolution": lambda b, x: b.conv(b.reshape(x, (1, 1, 2, 3)), literal(b, [[[[0.5, 2.0]]]])),
    "kernel": lambda b, x: b.conv(literal(b, np.arange(1.0, 17).reshape(1, 1, 4, 4)), b.reshape(x, (1, 1, 2, 3))),
    "strided convolution": lambda b, x: b.conv(
        b.reshape(x, (2, 1, 3)), literal(b, [[[0.5, 1.0]], [[2.0, 1.5]]]), (2,), 1
    ),
    "adjoint convolution": lambda b, x: b.conv_input(b.reshape(x, (2, 1, 3)), literal(b, [[[0.5, 1.0]]]), (4,)),
    "windows": lambda b, x: b.windows(b.reshape(x, (1, 1, 2, 3)), (1, 2)),
    "max_pool": lambda b, x: b.max_pool(b.reshape(x, (1, 1, 2, 3)), (1, 2), (1, 1)),
    "avg_pool": lambda b, x: b.avg_pool(b.reshape(x, (1, 1, 2, 3)), (1, 2), (1, 1)),
    "broadcasting product": lambda b, x: b.expand_dims(x, 2) * literal(b, W),
    "row added": lambda b, x: x + b.sum(x, 0),
}
FUNCTIONS = {
    "sqrt": lambda b, x: b.sqrt(x),
    "log": lambda b, x: b.log(x),
    "reciprocal": lambda b, x: 1 / x,
    "power": lambda b, x: b.pow(x, 0.5),
    "chain": lambda b, x: b.exp(b.sqrt(x) * b.log(x)),
}


def gradients(route, function, x, outer):
    """First and second derivatives (of the sum of the first) of where(safe, outer(R(f(x))), 0), in three ways."""
    reached = trace(lambda b, x: route(b, x), x=SINGULAR.astype(float))
    safe = reached.run(reached.y) == 0

    def f(b, x):
        return b.where(literal(b, safe, BOOL), outer(b, route(b, function(b, x))), 0)

    t = trace(f, x=x)
    v = t.x["x"].value
    (first,) = gradient(t.b, [t.y.value], [v], [None])
    (second,) = gradient(t.b, [first], [v], [None])
    ones = t.b.ones(x.shape, F64)
    (tangent,) = jvp(t.b, [t.y.value], [v], [ones.value])
    (mixed,) = jvp(t.b, [first], [v], [ones.value])
    return t.run(first, second, t.b.sum(t.b.term(tangent)), mixed)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("route", ROUTES)
def test_route(route, function):
    for outer in (lambda b, y: y, lambda b, y: b.exp(b.sin(y))):
        arguments = (ROUTES[route], FUNCTIONS[function])
        actual = gradients(*arguments, X, outer)
        expected = gradients(*arguments, SAFE_X, outer)
        for a, e in zip(actual, expected, strict=True):
            e = np.where(SINGULAR, 0, e) if e.shape else e
            np.testing.assert_allclose(a, e, rtol=1e-11, atol=1e-13)
