"""`map`: types, values, empty lengths, and derivatives in both modes."""

from __future__ import annotations

import numpy as np
import pytest
from traced import differences, evaluate, parameter, trace

from graphc.autodiff.forward import jvp
from graphc.autodiff.reverse import gradient
from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.graph import reachable
from graphc.ir.op import TypeRuleError
from graphc.ir.region import close_region
from graphc.ir.types import F32, F64, I64, TensorType
from graphc.ops import CATALOGUE


def mapped(b, f, *xs):
    """`map(f, *xs)`; f gets an inner builder and slices, and may use terms of `b`."""
    inner = Builder(CATALOGUE, b.default_float)
    slices = [parameter(inner, f"s{i}", TensorType(x.dtype, x.shape[1:])) for i, x in enumerate(xs)]
    results = f(inner, *slices)
    results = results if isinstance(results, tuple) else (results,)
    region, captures = close_region(
        CATALOGUE["parameter"], inner.nodes, [s.value for s in slices], [r.value for r in results], b.origin, F64
    )
    node = b.emit(CATALOGUE["map"], [*(x.value for x in xs), *captures], (len(xs),), (region,))
    found = tuple(b.term(r) for r in node.results)
    return found if len(found) > 1 else found[0]


def inside(b, term):
    """A term of an outer builder, used in the region that `b` builds."""
    return b.term(term.value)


X = np.array([[0.3, -1.2, 0.8], [1.5, 0.4, -0.6]])
W = np.array([0.5, -0.3, 0.9])
U = np.array([2.0, -1.0])
FUNCTIONS = {
    "elementwise": lambda b, x, w, u: mapped(b, lambda i, s: i.sin(s) * s, x),
    "capture": lambda b, x, w, u: mapped(b, lambda i, s: i.sum(s * inside(i, w)), x) * u,
    "capture used twice": lambda b, x, w, u: mapped(b, lambda i, s: inside(i, w) * s + i.exp(inside(i, w)), x),
    "two tensors": lambda b, x, w, u: mapped(b, lambda i, s, v: s * v * inside(i, w), x, u),
    "two results": lambda b, x, w, u: b.sum(mapped(b, lambda i, s: (i.sum(s), s * inside(i, w)), x)[0]) * u,
    "both results": lambda b, x, w, u: (lambda r: b.sum(r[0] * r[0]) + b.sum(b.sin(r[1])))(
        mapped(b, lambda i, s: (i.sum(s), s * inside(i, w)), x)
    ),
    "constant in a region": lambda b, x, w, u: mapped(b, lambda i, s: 3 * s**2, x),
    "nested": lambda b, x, w, u: mapped(
        b, lambda i, s: mapped(i, lambda j, t: j.sin(t * inside(j, u)) * t, s * inside(i, w)), x
    ),
    "masked inside": lambda b, x, w, u: mapped(b, lambda i, s: i.where(s > 0, i.sqrt(i.abs(s)), 0), x),
    "masked outside": lambda b, x, w, u: b.where(u > 0, mapped(b, lambda i, s: i.sum(s * s), x), 0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives(name):
    t = trace(FUNCTIONS[name], x=X, w=W, u=U)
    wrt = [t.x[n].value for n in "xwu"]
    found = gradient(t.b, [t.y.value], wrt, [None])
    for parameter_name, value in zip("xwu", found, strict=True):
        expected = differences(t, parameter_name)
        actual = np.zeros_like(expected) if value is None else t.run(value)
        np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-8)
    for parameter_name, value in zip("xwu", found, strict=True):
        x = t.x[parameter_name]
        ones = t.b.broadcast_to(t.b.term(t.b.number(1.0, F64)), x.shape)
        (forward,) = jvp(t.b, [t.y.value], [x.value], [ones.value])
        if forward is None:
            assert value is None
        else:
            np.testing.assert_allclose(np.sum(t.run(forward)), np.sum(t.run(value)), rtol=1e-10)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_second_derivatives(name):
    t = trace(FUNCTIONS[name], x=X, w=W, u=U)
    (first,) = gradient(t.b, [t.y.value], [t.x["x"].value], [None])
    t.y = t.b.sum(t.b.sin(t.b.term(first)))
    found = gradient(t.b, [t.y.value], [t.x[n].value for n in "xwu"], [None])
    for parameter_name, value in zip("xwu", found, strict=True):
        expected = differences(t, parameter_name)
        actual = np.zeros_like(expected) if value is None else t.run(value)
        np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-8)


def test_values():
    t = trace(lambda b, x, w: mapped(b, lambda i, s: i.sum(s * inside(i, w)), x), x=X, w=W)
    np.testing.assert_allclose(t.run(t.y), X @ W)


def test_no_elements():
    b = Builder(CATALOGUE, F32)
    x = parameter(b, "x", TensorType(F32, (symbol("n"), 3)))
    y = mapped(b, lambda i, s: i.sum(s) * i.ones((2,), dtype=F32), x)
    assert y.type == TensorType(F32, (symbol("n"), 2))
    values = evaluate(b.nodes, {x.value: np.zeros((0, 3), np.float32)}, {"n": 0})
    assert values[y.value].shape == (0, 2)
    (dx,) = gradient(b, [y.value], [x.value], [None])
    values = evaluate(b.nodes, {x.value: np.zeros((0, 3), np.float32)}, {"n": 0})
    assert values[dx].shape == (0, 3)


def test_integers_pass_without_derivatives():
    b = Builder(CATALOGUE, F64)
    k = parameter(b, "k", TensorType(I64, (2,)))
    x = parameter(b, "x", TensorType(F64, (2,)))
    y = mapped(b, lambda i, n, s: (s * i.cast(n, F64), n), k, x)
    found = gradient(b, [y[0].value], [x.value, k.value], [None])
    values = evaluate(b.nodes, {k.value: np.array([2, 3]), x.value: np.array([1.0, 5.0])})
    np.testing.assert_array_equal(values[found[0]], [2, 3])
    assert found[1] is None


def test_lengths_must_agree():
    b = Builder(CATALOGUE, F64)
    x, y = parameter(b, "x", TensorType(F64, (2,))), parameter(b, "y", TensorType(F64, (symbol("n"),)))
    with pytest.raises(TypeRuleError) as caught:
        mapped(b, lambda i, s, t: s + t, x, y)
    assert caught.value.code == "E0310"
    assert "2 and n" in caught.value.message


def test_a_scalar_has_no_elements_to_go_over():
    b = Builder(CATALOGUE, F64)
    x = parameter(b, "x", TensorType(F64))
    with pytest.raises(TypeRuleError) as caught:
        mapped(b, lambda i, s: s, x)
    assert caught.value.code == "E0311"


def test_regions_are_closed_and_captures_stand_in_the_order_of_use():
    b = Builder(CATALOGUE, F64)
    x = parameter(b, "x", TensorType(F64, (2,)))
    p, q = parameter(b, "p", TensorType(F64)), parameter(b, "q", TensorType(F64))
    y = mapped(b, lambda i, s: inside(i, q) * s + inside(i, p) * inside(i, q), x)
    node = y.value.node
    assert node.inputs == (x.value, q.value, p.value)
    (region,) = node.regions
    assert reachable(region.results) <= set(region.nodes)
    assert [v.name for v in region.params] == ["s0", "q", "p"]
    (dx,) = gradient(b, [y.value], [q.value], [None])
    for n in reachable([dx]):
        for r in n.regions:
            assert reachable(r.results) <= set(r.nodes)
            assert [p.type for p in r.params[n.attrs[0] :]] == [v.type for v in n.inputs[n.attrs[0] :]]


def test_literals_are_no_captures_but_named_constants_are():
    b = Builder(CATALOGUE, F64)
    x = parameter(b, "x", TensorType(F64, (2,)))
    two, a = b.term(b.number(2.0, F64)), b.term(b.number(3.0, F64))
    a.b.name(a.value, "a")
    y = mapped(b, lambda i, s: s * inside(i, two) * inside(i, a), x)
    assert y.value.node.inputs == (x.value, a.value)
    (da,) = gradient(b, [y.value], [a.value], [None])
    assert evaluate(b.nodes, {x.value: np.array([1.0, 5.0])})[da] == 12
