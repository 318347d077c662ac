"""Linear systems, inverses, determinants and factorisations: values, failures, and derivatives of two orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from evaluation import Program, apply, check_vjp, evaluate, gradient

from graphc.ir.dims import dim_min, symbol
from graphc.ir.op import EvaluationError, Op, TypeRuleError
from graphc.ir.types import F32, F64, TensorType
from graphc.ops.cofactors import cofactor
from graphc.ops.factorisation import RECORDS as FACTORISATIONS
from graphc.ops.factorisation import cholesky, eigh, qr, svd
from graphc.ops.linear_algebra import RECORDS as SYSTEMS
from graphc.ops.linear_algebra import det, inv, pinv, slogdet, solve, triangular_solve

N, M, B = symbol("n"), symbol("m"), symbol("b")


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def square(*batch: int, n: int = 3, seed: int = 0) -> Any:
    """Well-conditioned matrices."""
    return random(*batch, n, n, seed=seed) + 3 * np.eye(n)


def definite(*batch: int, n: int = 3) -> Any:
    a = random(*batch, n, n)
    return a @ a.swapaxes(-1, -2) + np.eye(n)


def check_symmetric(op: Op, a: Any, order: int = 2) -> None:
    """As check_vjp, along symmetric directions: what the rules of symmetric matrices promise."""
    program = Program(op, [a], (), 1)
    program.directions[0] = program.directions[0] + program.directions[0].swapaxes(-1, -2)
    for _ in range(order):
        h = 1e-4
        wide = (program.contract(2 * h) - program.contract(-2 * h)) / (4 * h)
        near = (program.contract(h) - program.contract(-h)) / (2 * h)
        program.differentiate()
        assert program.contract(0.0) == pytest.approx((4 * near - wide) / 3, rel=1e-6, abs=1e-6)


# ---------------------------------------------------------------- systems

SYSTEMS_SHAPES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((3, 3), (3,)),
    ((3, 3), (3, 2)),
    ((4, 3, 3), (3,)),
    ((4, 3, 3), (3, 2)),
    ((4, 3, 3), (4, 3, 2)),
    ((3, 3), (4, 3, 2)),
    ((2, 1, 3, 3), (4, 3, 1)),
    ((3, 3), (3, 0)),
    ((0, 0), (0, 2)),
    ((0, 0), (0,)),
    ((0, 3, 3), (3, 2)),
]


def product(a: Any, x: Any, vectors: bool) -> Any:
    return (a @ x[..., None])[..., 0] if vectors else a @ x


@pytest.mark.parametrize(("a_shape", "b_shape"), SYSTEMS_SHAPES)
def test_solve(a_shape: tuple[int, ...], b_shape: tuple[int, ...]) -> None:
    a, b = square(*a_shape[:-2], n=a_shape[-1]), random(*b_shape, seed=1)
    x = apply(solve, a, b)
    result = product(a, x, b.ndim == 1)
    assert np.allclose(result, np.broadcast_to(b, result.shape), rtol=1e-11)
    check_vjp(solve, [a, b])


@pytest.mark.parametrize(("a_shape", "b_shape"), SYSTEMS_SHAPES)
@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("transpose", [True, False])
@pytest.mark.parametrize("unit", [True, False])
def test_triangular_solve(a_shape: Any, b_shape: Any, lower: bool, transpose: bool, unit: bool) -> None:
    """The other triangle, and a unit diagonal, are not read: they are NaN here."""
    a, b = square(*a_shape[:-2], n=a_shape[-1]), random(*b_shape, seed=1)
    n = a_shape[-1]
    read = np.tril(np.ones((n, n), bool), -int(unit)) if lower else np.triu(np.ones((n, n), bool), int(unit))
    whole = np.where(read, a, 0) + (np.eye(n) if unit else 0)
    whole = whole.swapaxes(-1, -2) if transpose else whole
    x = apply(triangular_solve, np.where(read, a, np.nan), b, attrs=(lower, transpose, unit))
    result = product(whole, x, b.ndim == 1)
    assert np.allclose(result, np.broadcast_to(b, result.shape), rtol=1e-11)
    check_vjp(triangular_solve, [a, b], (lower, transpose, unit))


@pytest.mark.parametrize("a", [square(), square(4), square(2, 2, n=2), square(n=1), square(n=0), square(0)])
def test_inverses(a: Any) -> None:
    assert np.allclose(apply(inv, a) @ a, np.broadcast_to(np.eye(a.shape[-1]), a.shape), atol=1e-12)
    check_vjp(inv, [a])


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (3, 2, 4), (0, 3), (3, 0), (0, 2, 3)])
def test_pinv(shape: tuple[int, ...]) -> None:
    a = random(*shape)
    p = apply(pinv, a, attrs=(None,))
    assert p.shape == (*shape[:-2], shape[-1], shape[-2])
    assert np.allclose(a @ p @ a, a, rtol=1e-11)
    assert np.allclose(p @ a @ p, p, rtol=1e-11)
    assert np.allclose(a @ p, (a @ p).swapaxes(-1, -2), atol=1e-12)
    assert np.allclose(p @ a, (p @ a).swapaxes(-1, -2), atol=1e-12)
    check_vjp(pinv, [a], (None,))


def test_pinv_of_a_singular_matrix() -> None:
    """Its derivative is that among matrices of rank 1: moving x in x y.T."""
    x, y, step = random(3, seed=1), random(2, seed=2), random(3, seed=3)
    g = random(2, 3, seed=4)

    def value(t: float) -> float:
        return float((np.linalg.pinv(np.outer(x + t * step, y)) * g).sum())

    (found,) = gradient(pinv, np.outer(x, y), attrs=(None,), g=g)
    assert (found * np.outer(step, y)).sum() == pytest.approx((value(1e-5) - value(-1e-5)) / 2e-5, rel=1e-7)


def test_pinv_of_an_orthogonal_matrix_has_a_derivative() -> None:
    check_vjp(pinv, [np.eye(3)], (None,))


# ---------------------------------------------------------------- determinants


@pytest.mark.parametrize("a", [square(), square(4), square(2, 2, n=2), square(n=1), square(0), square(n=5)])
def test_determinants(a: Any) -> None:
    """Against the products of the (complex) eigenvalues."""
    expected = np.prod(np.linalg.eigvals(a), axis=-1).real
    assert np.allclose(apply(det, a), expected, rtol=1e-11)
    sign, log = apply(slogdet, a)
    assert np.allclose(sign * np.exp(log), expected, rtol=1e-11)
    check_vjp(det, [a])
    check_vjp(cofactor, [a])
    check_vjp(slogdet, [a])


def test_the_empty_matrix_has_determinant_1() -> None:
    assert apply(det, np.zeros((2, 0, 0))).tolist() == [1.0, 1.0]
    assert apply(slogdet, np.zeros((0, 0))) == (1.0, 0.0)
    assert apply(cofactor, np.zeros((0, 0))).shape == (0, 0)


def minors(a: Any) -> Any:
    n = len(a)
    return np.array(
        [[(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(n)] for i in range(n)]
    )


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_the_derivative_of_det_is_right_for_singular_matrices(rank: int) -> None:
    a = np.diag([1.0, 2.0, 3.0][:rank] + [0.0] * (3 - rank)) @ square()
    assert np.allclose(apply(cofactor, a), minors(a), atol=1e-12)
    (g,) = gradient(det, a)
    assert np.allclose(g, minors(a), atol=1e-12)


def test_cofactors_where_the_determinant_leaves_the_range() -> None:
    """Underflow, and an infinite element beside a zero pivot."""
    assert np.allclose(apply(cofactor, np.diag([1e-200, 1e-200])), np.diag([1e-200, 1e-200]), rtol=1e-12, atol=0)
    assert np.isnan(apply(cofactor, np.diag([np.inf, 0.0]))).all()


def test_cofactors_of_a_batch_with_singular_matrices() -> None:
    a = np.stack([square(), np.ones((3, 3)), np.full((3, 3), np.nan)])
    c = apply(cofactor, a)
    assert np.allclose(c[0], minors(a[0]))
    assert np.allclose(c[1], 0, atol=1e-12)
    assert np.isnan(c[2]).all()


# ---------------------------------------------------------------- factorisations


@pytest.mark.parametrize("a", [definite(), definite(4), definite(2, 2, n=2), definite(n=1), definite(n=0), definite(0)])
def test_cholesky(a: Any) -> None:
    factor = apply(cholesky, a)
    assert np.allclose(factor @ factor.swapaxes(-1, -2), a, rtol=1e-12)
    assert np.array_equal(factor, np.tril(factor))
    check_symmetric(cholesky, a)


def test_cholesky_reads_the_lower_triangle_and_its_derivative_is_symmetric() -> None:
    a = definite()
    assert np.array_equal(apply(cholesky, np.where(np.tri(3), a, np.nan)), apply(cholesky, a))
    (g,) = gradient(cholesky, a, g=random(3, 3, seed=5))
    assert np.allclose(g, g.T, atol=1e-14)


@pytest.mark.parametrize("a", [definite(), definite(4), definite(2, 2, n=2), definite(n=1), definite(n=0), definite(0)])
def test_eigh(a: Any) -> None:
    w, v = apply(eigh, a)
    assert np.allclose((v * w[..., None, :]) @ v.swapaxes(-1, -2), a, atol=1e-12)
    assert np.array_equal(w, np.sort(w, axis=-1))
    check_symmetric(eigh, a)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (3, 4, 2), (2, 2, 4), (1, 1), (0, 3), (3, 0), (0, 3, 2)])
def test_svd(shape: tuple[int, ...]) -> None:
    a = random(*shape)
    u, s, vt = apply(svd, a)
    assert u.shape == (*shape[:-1], min(shape[-2:]))
    assert np.allclose((u * s[..., None, :]) @ vt, a, atol=1e-12)
    check_vjp(svd, [a])


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (3, 4, 2), (2, 2, 4), (1, 1), (0, 3), (3, 0), (0, 3, 2)])
def test_qr(shape: tuple[int, ...]) -> None:
    a = random(*shape)
    q, r = apply(qr, a)
    assert np.allclose(q @ r, a, atol=1e-12)
    assert np.array_equal(r, np.triu(r))
    check_vjp(qr, [a])


@pytest.mark.parametrize(
    ("op", "a"),
    [
        (eigh, definite()),
        (slogdet, square()),
        (svd, random(3, 3)),
        (svd, random(4, 2)),
        (svd, random(2, 4)),
        (qr, random(3, 3)),
        (qr, random(4, 2)),
        (qr, random(2, 4)),
    ],
)
def test_unused_results_have_no_cotangent(op: Op, a: Any) -> None:
    """Each result alone, the others' cotangents None: the parts add up to the whole."""
    program = Program(op, [a], (), 0)
    seeds = [w for _, w in program.level]
    node = program.level[0][0].node
    y = tuple(program.b.term(r) for r in node.results)
    operand = program.terms[0]
    parts = []
    for i in range(len(seeds)):
        g = tuple(w if j == i else None for j, w in enumerate(seeds))
        parts.append(op.vjp(program.b, g, y, operand))  # type: ignore[operator]
    whole = op.vjp(program.b, tuple(seeds), y, operand)  # type: ignore[operator]
    total = sum_terms([p for p in parts if p is not None])
    program.level = [(total.value, seeds[0]), (whole.value, seeds[0])]
    values = evaluate(program.b.nodes, program.env)
    assert np.allclose(values[total.value], values[whole.value], rtol=1e-10, atol=1e-10)


def sum_terms(terms: list[Any]) -> Any:
    total = terms[0]
    for t in terms[1:]:
        total = total + t
    return total


def test_eigenvalues_alone_may_be_equal() -> None:
    """The derivative of their sum is the identity."""
    program = Program(eigh, [np.eye(3)], (), 0)
    (w, weights), (v, _) = program.level
    program.env[weights.value] = np.ones(3)
    y = (program.b.term(w), program.b.term(v))
    found = eigh.vjp(program.b, (weights, None), y, program.terms[0])  # type: ignore[operator]
    assert np.allclose(evaluate(program.b.nodes, program.env)[found.value], np.eye(3), atol=1e-15)


# ---------------------------------------------------------------- dtypes, NaN, failures

ONE_OPERAND: list[tuple[Op, tuple[Any, ...]]] = [
    (inv, ()),
    (pinv, (None,)),
    (det, ()),
    (cofactor, ()),
    (slogdet, ()),
    (cholesky, ()),
    (eigh, ()),
    (svd, ()),
    (qr, ()),
]


@pytest.mark.parametrize(("op", "attrs"), ONE_OPERAND)
def test_f32_stays_f32(op: Op, attrs: tuple[Any, ...]) -> None:
    for a in (definite().astype(np.float32), definite(2).astype(np.float32), np.zeros((0, 2, 2), np.float32)):
        apply(op, a, attrs=attrs)  # apply compares dtypes and shapes
    x = apply(triangular_solve, np.eye(2, dtype=np.float32), np.ones(2, np.float32), attrs=(True, False, False))
    assert x.dtype == apply(solve, np.eye(2, dtype=np.float32), np.ones(2, np.float32)).dtype == np.float32


@pytest.mark.parametrize(("op", "attrs"), ONE_OPERAND)
@pytest.mark.parametrize("special", [np.nan, np.inf])
def test_nan_propagates_within_its_matrix(op: Op, attrs: tuple[Any, ...], special: float) -> None:
    a = definite(3)
    a[1, 2, 0] = special
    results, clean = apply(op, a, attrs=attrs), apply(op, definite(3), attrs=attrs)
    for r, c in zip(*((x if isinstance(x, tuple) else (x,)) for x in (results, clean)), strict=True):
        assert np.allclose(r[[0, 2]], c[[0, 2]], rtol=1e-12)
    for r in results if isinstance(results, tuple) else (results,):
        assert np.isnan(r[1]).all() or op is cholesky  # which is 0 above its diagonal, and so is that of NaN
    assert np.isnan(results[1] if op is cholesky else 0).any() == (op is cholesky)


SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (lambda: apply(inv, SINGULAR), "the matrix is singular"),
        (lambda: apply(inv, np.stack([np.eye(2), SINGULAR])), "matrix 1 of the batch is singular"),
        (lambda: apply(inv, np.stack([[np.eye(2), SINGULAR]])), "matrix [0, 1] of the batch is singular"),
        (lambda: apply(solve, SINGULAR, np.ones(2)), "the matrix is singular"),
        (lambda: apply(solve, np.stack([np.eye(2), SINGULAR]), np.ones((2, 1))), "matrix 1 of the batch is singular"),
        (lambda: apply(cholesky, -np.eye(2)), "the matrix is not positive definite"),
        (lambda: apply(cholesky, np.stack([np.eye(2), -np.eye(2)])), "matrix 1 of the batch is not positive definite"),
        (
            lambda: apply(triangular_solve, np.diag([1.0, 0.0]), np.ones(2), attrs=(True, False, False)),
            "the matrix has a zero on its diagonal",
        ),
    ],
)
def test_failures_name_the_matrix(run: Callable[[], Any], message: str) -> None:
    with pytest.raises(EvaluationError) as e:
        run()
    assert (e.value.code, e.value.message) == ("E0606", message)


# ---------------------------------------------------------------- types


def test_types_with_symbols() -> None:
    a, tall = TensorType(F32, (B, N, N)), TensorType(F32, (B, N, M))
    k = dim_min(N, M)
    for op in (inv, cholesky, cofactor):
        assert op.infer((a,), ()).types == (a,)
    assert det.infer((a,), ()).types == (TensorType(F32, (B,)),)
    assert eigh.infer((a,), ()).types == (TensorType(F32, (B, N)), a)
    assert [t.shape for t in svd.infer((tall,), ()).types] == [(B, N, k), (B, k), (B, k, M)]
    assert [t.shape for t in qr.infer((tall,), ()).types] == [(B, N, k), (B, k, M)]
    assert pinv.infer((tall,), (None,)).types[0].shape == (B, M, N)
    assert solve.infer((a, TensorType(F32, (N,))), ()).types == (TensorType(F32, (B, N)),)
    assert solve.infer((a, TensorType(F32, (N, 2))), ()).types == (TensorType(F32, (B, N, 2)),)


@pytest.mark.parametrize("op", [r for r in (*SYSTEMS, *FACTORISATIONS) if len(r.operands) == 1])
def test_vectors_are_refused(op: Op) -> None:
    with pytest.raises(TypeRuleError) as e:
        op.infer((TensorType(F64, (N,)),), tuple(None for _ in op.attributes))
    assert e.value.code == "E0311"


@pytest.mark.parametrize("op", [inv, det, cofactor, slogdet, cholesky, eigh])
def test_rectangles_are_refused(op: Op) -> None:
    with pytest.raises(TypeRuleError) as e:
        op.infer((TensorType(F64, (N, 3)),), ())
    assert e.value.code == "E0301"
    assert [n.axis for n in e.value.notes] == [0, 1]


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        ((N, N), (M,), "E0301"),
        ((N, N), (N, N, 2), None),
        ((N, N), (2, 3, 2), "E0301"),
        ((N, N), (), "E0311"),
        ((N, M), (N,), "E0301"),
        ((2, N, N), (3, N, 1), "E0302"),
    ],
)
def test_right_hand_sides(a: Any, b: Any, code: str | None) -> None:
    operands = (TensorType(F64, a), TensorType(F64, b))
    if code is None:
        solve.infer(operands, ())
        return
    with pytest.raises(TypeRuleError) as e:
        solve.infer(operands, ())
    assert e.value.code == code
