"""Forward mode against reverse mode and central differences; products with Hessians; whole Jacobians."""

from __future__ import annotations

import numpy as np
import pytest
from test_reverse import FUNCTIONS, W, X, hand_written
from traced import evaluate, parameter, trace

from graphc.autodiff import higher
from graphc.autodiff.errors import DerivativeError
from graphc.autodiff.forward import jvp
from graphc.autodiff.reverse import gradient
from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.types import F32, F64, WEAK_INT, TensorType
from graphc.ops import CATALOGUE

T = np.array([[0.2, 0.7, -0.4], [-1.0, 0.6, 0.9]])
MORE = {
    "where": lambda b, x, w: b.where(x > 0, b.sqrt(b.abs(x)), x * x),
    "part": lambda b, x, w: b.strided(b.sin(x), (0, 1), (2, 3), (1, 1)),
    "concat": lambda b, x, w: b.concat([x * x, b.sin(x)], 1),
    "stack": lambda b, x, w: b.stack([x * x, b.sin(x)], 1),
    "split": lambda b, x, w: (lambda p: p[0] * b.exp(p[2]))(b.split(x * x, 3, 1)),
    "pad": lambda b, x, w: b.pad(x * x, ((1, 0), (0, 2))) * 3,
    "flip and roll": lambda b, x, w: b.flip(b.roll(x * x, 1, 1), 0),
    "tile and repeat": lambda b, x, w: b.tile(b.repeat(x * x, 2, 1), (2, 1)),
    "take": lambda b, x, w: b.take(b.exp(x), b.arange(2), 1),
    "sort": lambda b, x, w: b.sort(x, 1) * b.exp(x),
    "top_k": lambda b, x, w: b.top_k(x * x, 2, 1)[0],
    "cumprod": lambda b, x, w: b.cumprod(x, 1),
    "tril": lambda b, x, w: b.tril(x * x),
    "std": lambda b, x, w: b.std(x, 1),
    "norm": lambda b, x, w: b.norm(x, 1) * b.norm(w),
    "logsumexp": lambda b, x, w: b.logsumexp(x * x, 1),
    "prod": lambda b, x, w: b.prod(x, 1),
    "einsum": lambda b, x, w: b.einsum("ij,jk,il->kl", [x, w, b.sin(x)]),
    "solve": lambda b, x, w: b.solve(gram(b, x), x @ w),
    "inv": lambda b, x, w: b.inv(gram(b, x)),
    "det": lambda b, x, w: b.det(gram(b, x)),
    "slogdet": lambda b, x, w: b.slogdet(gram(b, x))[1],
    "cholesky": lambda b, x, w: b.cholesky(gram(b, x)),
    "eigh": lambda b, x, w: b.eigh(gram(b, x))[0],
    "svd": lambda b, x, w: b.svd(x)[1],
    "qr": lambda b, x, w: b.abs(b.qr(gram(b, x))[1]),
}


def jacobian(b, y, x, **options):
    """Of one value by one."""
    return higher.jacobian(b, [y], [x], **options)[0][0]


def hessian(b, y, x):
    return higher.hessian(b, y, [x])[0][0]


def hvp(b, y, x, v):
    return higher.hvp(b, y, [x], [v])[0]


def gram(b, x):
    return x @ b.transpose(x, None) + b.eye(2, dtype=x.dtype)


ALL = FUNCTIONS | MORE


@pytest.mark.parametrize("name", ALL)
def test_agrees_with_central_differences_and_reverse_mode(name):
    """<s, J t> = <J' s, t>."""
    t = trace(ALL[name], x=X, w=W)
    tangent, seed = (parameter(t.b, n, v.type) for n, v in (("t", t.x["x"]), ("s", t.y)))
    s = np.cos(np.arange(np.prod(t.y.shape), dtype=float)).reshape(t.y.shape)
    (forward,) = jvp(t.b, [t.y.value], [t.x["x"].value], [tangent.value])
    (backward,) = gradient(t.b, [t.y.value], [t.x["x"].value], [seed.value])
    values = evaluate(t.b.nodes, {t.x["x"].value: X, t.x["w"].value: W, tangent.value: T, seed.value: s})
    t.b.nodes = t.b.nodes[: t.b.nodes.index(tangent.value.node)]
    h = 1e-6
    expected = (t.run(t.y, x=X + h * T) - t.run(t.y, x=X - h * T)) / (2 * h)
    np.testing.assert_allclose(values[forward], expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(np.sum(s * values[forward]), np.sum(values[backward] * T), rtol=1e-12)


@pytest.mark.parametrize("name", ALL)
def test_forward_over_reverse_agrees_with_reverse_over_reverse(name):
    """<u, H t> in both ways."""
    t = trace(ALL[name], x=X, w=W)
    x = t.x["x"]
    tangent, other = (parameter(t.b, n, x.type) for n in "tu")
    (slope,) = gradient(t.b, [t.y.value], [x.value], [None])
    (forward,) = jvp(t.b, [slope], [x.value], [tangent.value])
    (reverse,) = gradient(t.b, [slope], [x.value], [other.value])
    if forward is None:
        assert reverse is None
        return
    values = evaluate(t.b.nodes, {x.value: X, t.x["w"].value: W, tangent.value: T, other.value: T[::-1]})
    np.testing.assert_allclose(np.sum(values[forward] * T[::-1]), np.sum(values[reverse] * T), rtol=1e-8, atol=1e-9)


def written(f, *moving):
    """The ops of the tangent of a function of vectors x, y and a scalar s."""
    b = Builder(CATALOGUE, F64)
    terms = {n: parameter(b, n, TensorType(F64, shape)) for n, shape in (("x", (3,)), ("y", (3,)), ("s", ()))}
    tangents = {n: parameter(b, "t" + n, t.type) for n, t in terms.items()}
    z = f(b, **terms)
    before = len(b.nodes)
    (found,) = jvp(b, [z.value], [terms[n].value for n in moving], [tangents[n].value for n in moving])
    assert found.type == z.type
    return [n.op.name for n in b.nodes[before:]]


def test_linear_ops_come_out_clean():
    assert written(lambda b, x, y, s: x + y, "x", "y") == ["add"]
    assert written(lambda b, x, y, s: x + s, "x", "s") == ["add"]
    assert written(lambda b, x, y, s: x - y, "x", "y") == ["negative", "add"]
    assert written(lambda b, x, y, s: x * s, "s") == ["multiply"]
    assert written(lambda b, x, y, s: x * y, "x", "y") == ["multiply", "multiply", "add"]
    assert written(lambda b, x, y, s: -x, "x") == ["negative"]
    assert written(lambda b, x, y, s: b.where(x > 0, x, y), "x", "y").count("where") == 1
    assert written(lambda b, x, y, s: b.sum(x, 0), "x").count("sum") == 1


def test_a_tangent_that_was_not_broadcast_is_at_the_end():
    assert written(lambda b, x, y, s: x + s, "s") == ["broadcast_to"]


def test_templates_are_used_again():
    def chain(b, x):
        for _ in range(5_000):
            x = 0.5 * b.sin(x)
        return x

    t = trace(chain, x=0.5)
    before = len(t.b.nodes)
    (found,) = jvp(t.b, [t.y.value], [t.x["x"].value], [t.b.number(1.0, F64)])
    assert len(t.b.nodes) - before < 5_000 * 4
    x, slope = 0.5, 1.0
    for _ in range(5_000):
        x, slope = 0.5 * np.sin(x), 0.5 * slope * np.cos(x)
    np.testing.assert_allclose(t.run(found), slope)


def test_wrt_that_depends_on_wrt_moves_by_both():
    b = Builder(CATALOGUE, F64)
    x, s, t = (parameter(b, n, TensorType(F64)) for n in "xst")
    h = x**2
    y = 3 * h + x
    (found,) = jvp(b, [y.value], [x.value, h.value], [s.value, t.value])
    values = evaluate(b.nodes, {x.value: np.float64(5), s.value: np.float64(7), t.value: np.float64(11)})
    assert values[found] == 3 * (2 * 5 * 7 + 11) + 7


def test_no_dependence_is_none_and_integers_have_no_tangent():
    b = Builder(CATALOGUE, F64)
    x, z = (parameter(b, n, TensorType(F64)) for n in "xz")
    y = b.floor(x) + z
    one = b.number(1.0, F64)
    assert jvp(b, [y.value, x.value], [x.value], [one]) == [None, one]
    assert jvp(b, [y.value], [z.value], [None]) == [None]


def test_weak_numbers_have_tangents():
    b = Builder(CATALOGUE, F32)
    a = b.term(b.number(3, WEAK_INT))
    x = parameter(b, "x", TensorType(F32, (2,)))
    y = b.cast(a * a, F32) * x
    (found,) = jvp(b, [y.value], [a.value], [b.number(1, WEAK_INT)])
    assert found.type == TensorType(F32, (2,))
    values = evaluate(b.nodes, {x.value: np.array([1, 2], np.float32)})
    np.testing.assert_array_equal(values[found], [6, 12])


def test_a_hand_written_rule_is_transposed():
    t = trace(lambda b, x: hand_written(b, x**2, lambda i, g, at: 10 * g * at), x=2.0)
    (found,) = jvp(t.b, [t.y.value], [t.x["x"].value], [t.b.number(1.0, F64)])
    assert t.run(found) == 10 * 4 * 2 * 2


@pytest.mark.parametrize(
    "rule",
    [
        lambda b, g, at: g * g,
        lambda b, g, at: b.clip(g, -1, 1),
        lambda b, g, at: b.where(g > 0, g, 0),
        lambda b, g, at: b.sign(g),
        lambda b, g, at: at + 0 * at,
    ],
)
def test_a_hand_written_rule_that_is_not_linear_refuses_forward_mode(rule):
    t = trace(lambda b, x: hand_written(b, x, rule), x=2.0)
    with pytest.raises(DerivativeError) as caught:
        jvp(t.b, [t.y.value], [t.x["x"].value], [t.b.number(1.0, F64)])
    assert caught.value.code == "E0406"
    gradient(t.b, [t.y.value], [t.x["x"].value], [None])


# ---------------------------------------------------------------- whole matrices


def f_vector(b, x):
    return b.exp(b.sum(x)) * b.sin(x)


def f_scalar(b, x):
    return b.sum(b.sin(x) * b.exp(b.sum(x)))


V = np.array([0.2, -0.5, 0.9])


def jacobian_by_hand(x):
    e = np.exp(x.sum())
    return np.diag(e * np.cos(x)) + np.outer(e * np.sin(x), np.ones_like(x))


def hessian_by_hand(x):
    e = np.exp(x.sum())
    return e * (np.sin(x).sum() + np.add.outer(np.cos(x), np.cos(x)) - np.diag(np.sin(x)))


@pytest.mark.parametrize("mode", ["forward", "reverse", None])
def test_jacobian(mode):
    t = trace(f_vector, x=V)
    np.testing.assert_allclose(t.run(jacobian(t.b, t.y.value, t.x["x"].value, mode=mode)), jacobian_by_hand(V))


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_jacobian_of_matrices(mode):
    t = trace(lambda b, x, w: x @ w, x=X, w=W)
    found = t.run(jacobian(t.b, t.y.value, t.x["x"].value, mode=mode))
    np.testing.assert_allclose(found, np.einsum("ik,lj->ijkl", np.eye(2), W))


def test_jacobian_of_scalars_needs_no_map():
    for f, arrays in ((f_scalar, {"x": V}), (lambda b, x: x * b.ones((3,), dtype=F64), {"x": 2.0})):
        t = trace(f, **arrays)
        found = jacobian(t.b, t.y.value, t.x["x"].value)
        assert found.type.shape == t.y.shape + t.x["x"].shape
        assert "map" not in t.names()


def test_hessian_and_its_products():
    t = trace(f_scalar, x=V)
    direction = parameter(t.b, "v", t.x["x"].type)
    product = hvp(t.b, t.y.value, t.x["x"].value, direction.value)
    whole = hessian(t.b, t.y.value, t.x["x"].value)
    u = np.array([1.0, -2.0, 0.5])
    values = evaluate(t.b.nodes, {t.x["x"].value: V, direction.value: u})
    np.testing.assert_allclose(values[whole], hessian_by_hand(V))
    np.testing.assert_allclose(values[product], hessian_by_hand(V) @ u)


def test_hessian_of_a_scalar_has_no_axes():
    t = trace(lambda b, x: b.sin(x), x=0.3)
    found = hessian(t.b, t.y.value, t.x["x"].value)
    assert found.type == TensorType(F64)
    assert t.run(found) == -np.sin(0.3)


def test_hessian_with_symbolic_sizes():
    b = Builder(CATALOGUE, F64)
    x = parameter(b, "x", TensorType(F64, (symbol("n"),)))
    y = f_scalar(b, x)
    found = hessian(b, y.value, x.value)
    assert found.type == TensorType(F64, (symbol("n"), symbol("n")))
    for at in (V, V[:2], V[:0]):
        values = evaluate(b.nodes, {x.value: at}, {"n": len(at)})
        np.testing.assert_allclose(values[found], hessian_by_hand(at))


def test_hessian_of_what_is_masked():
    """The diagonal of the second derivatives of where(x > 0, sqrt(x), 0) + x**2."""
    t = trace(lambda b, x: b.sum(b.where(x > 0, b.sqrt(x), 0) + x * x), x=[0.0, 4.0, -1.0])
    found = hessian(t.b, t.y.value, t.x["x"].value)
    np.testing.assert_allclose(t.run(found), np.diag([2, 2 - 0.25 * 4**-1.5, 2]))


def test_third_derivatives_go_through_the_map():
    """The gradient of the sum of a Hessian, against central differences of the Hessian."""
    t = trace(f_scalar, x=V)
    total = t.b.sum(t.b.term(hessian(t.b, t.y.value, t.x["x"].value)))
    (third,) = gradient(t.b, [total.value], [t.x["x"].value], [None])
    h = 1e-5
    expected = [(hessian_by_hand(V + h * e).sum() - hessian_by_hand(V - h * e).sum()) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(t.run(third), expected, rtol=1e-8)


def test_zero_second_derivatives_are_none():
    t = trace(lambda b, x: b.sum(3 * x), x=V)
    assert hessian(t.b, t.y.value, t.x["x"].value) is None
    assert hvp(t.b, t.y.value, t.x["x"].value, t.x["x"].value) is None
