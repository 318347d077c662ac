"""Arithmetic against Python's own, its edges, and derivatives at kinks."""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, gradient

from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.op import EvaluationError, TypeRuleError
from graphc.ir.types import BOOL, BOOLS, F32, STRONG, U8, WEAK_INT, TensorType
from graphc.ops import CATALOGUE, arithmetic
from graphc.ops.arithmetic import RECORDS

SIGNED = [np.int8, np.int16, np.int32, np.int64]
FLOATS = [np.float32, np.float64]
DIFFERENTIABLE = [r for r in RECORDS if r.differentiable]
LARGE = 10**30


def wrapped(value: int, dtype: Any) -> int:
    info = np.iinfo(dtype)
    return (value - info.min) % 2**info.bits + info.min


@pytest.mark.parametrize("dtype", [*SIGNED, np.uint8, np.uint64])
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "floor_divide", "remainder"])
def test_integers_wrap_around(name: str, dtype: Any) -> None:
    compute = {
        "add": operator.add,
        "subtract": operator.sub,
        "multiply": operator.mul,
        "floor_divide": operator.floordiv,
        "remainder": operator.mod,
    }[name]
    info = np.iinfo(dtype)
    edge = [int(info.min), int(info.max), 1, 7, 100, int(info.max) // 2]
    if info.min < 0:
        edge += [-1, -7]
    pairs = [(a, b) for a in [*edge, 0] for b in edge if b or "i" not in name]
    if name in ("floor_divide", "remainder"):
        pairs = [(a, b) for a, b in pairs if b]
    x, y = (np.array(column, dtype) for column in zip(*pairs, strict=True))
    found = apply(CATALOGUE[name], x, y)
    assert found.dtype == dtype
    assert found.tolist() == [wrapped(compute(a, b), dtype) for a, b in pairs]


@pytest.mark.parametrize("name", ["negative", "abs", "sign", "floor", "ceil", "round", "trunc"])
@pytest.mark.parametrize("dtype", SIGNED)
def test_unary_of_integers(name: str, dtype: Any) -> None:
    x = np.array([-3, 0, 100], dtype)
    expected = {"negative": [3, 0, -100], "abs": [3, 0, 100], "sign": [-1, 0, 1]}.get(name, [-3, 0, 100])
    assert apply(CATALOGUE[name], x).tolist() == expected


@pytest.mark.parametrize("dtype", FLOATS)
def test_rounding(dtype: Any) -> None:
    x = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.6, -2.6, 1e20], dtype)
    expected: dict[str, Any] = {"floor": math.floor, "ceil": math.ceil, "trunc": math.trunc, "round": round}
    for name, compute in expected.items():
        np.testing.assert_array_equal(apply(CATALOGUE[name], x), [compute(float(v)) for v in x])
        np.testing.assert_array_equal(CATALOGUE[name].evaluate(dtype(np.nan)), np.nan)
        assert np.signbit(apply(CATALOGUE[name], dtype(-0.0)))


@pytest.mark.parametrize("dtype", FLOATS)
def test_floor_division_of_floats(dtype: Any) -> None:
    x = np.array([7.0, -7.0, 7.0, -7.0, 0.75, 1e10], dtype)
    y = np.array([2.0, 2.0, -2.0, -2.0, 0.25, 3.0], dtype)
    quotients = [math.floor(Fraction(float(a)) / Fraction(float(c))) for a, c in zip(x, y, strict=True)]
    np.testing.assert_array_equal(apply(arithmetic.floor_divide, x, y), np.array(quotients, dtype))
    exact = [float(Fraction(float(a)) - q * Fraction(float(c))) for a, c, q in zip(x, y, quotients, strict=True)]
    np.testing.assert_array_equal(apply(arithmetic.remainder, x, y), np.array(exact, dtype))
    assert np.isinf(apply(arithmetic.floor_divide, dtype(1), dtype(0)))


@pytest.mark.parametrize("name", ["floor_divide", "remainder"])
@pytest.mark.parametrize("dtype", [*SIGNED, np.uint32])
def test_integer_division_by_zero(name: str, dtype: Any) -> None:
    op = CATALOGUE[name]
    with pytest.raises(EvaluationError) as error:
        apply(op, np.array([1, 2], dtype), np.array([1, 0], dtype))
    assert (error.value.code, error.value.message) == ("E0608", "integer division by zero")
    assert apply(op, np.zeros((0, 2), dtype), np.array([1, 0], dtype)).shape == (0, 2)


def test_division_of_integers_is_refused_by_the_record() -> None:
    assert all(p.accepts == frozenset(t for t in p.accepts if t.is_float) for p in arithmetic.divide.operands)


@pytest.mark.parametrize("op", RECORDS, ids=lambda op: op.name)
def test_booleans_are_no_numbers(op: Any) -> None:
    """But the larger and the smaller of two are there."""
    assert any(p.accepts & BOOLS for p in op.operands) == (op.name in ("maximum", "minimum"))


@pytest.mark.parametrize("op", RECORDS, ids=lambda op: op.name)
@pytest.mark.parametrize("dtype", [t for t in STRONG if t is not BOOL], ids=str)
def test_keeps_every_accepted_dtype(op: Any, dtype: Any) -> None:
    if dtype not in op.operands[0].accepts:
        return
    for array in (np.ones((3, 8), dtype.numpy).T[::2], np.ones((0, 3), dtype.numpy), np.ones((), dtype.numpy)):
        result = apply(op, *[array] * len(op.operands))
        assert (result.dtype, result.shape) == (dtype.numpy, array.shape)


def test_nan_wins() -> None:
    x, y = np.array([np.nan, 1.0, np.nan]), np.array([1.0, np.nan, np.nan])
    for op in (arithmetic.maximum, arithmetic.minimum):
        assert np.isnan(apply(op, x, y)).all()
    assert np.isnan(apply(arithmetic.clip, x, y, np.full(3, 2.0))).all()


def test_clip_is_minimum_of_maximum() -> None:
    x = np.array([-5.0, 0.0, 5.0])
    np.testing.assert_array_equal(apply(arithmetic.clip, x, np.array(-1.0), np.array(1.0)), [-1, 0, 1])
    np.testing.assert_array_equal(apply(arithmetic.clip, x, np.array(3.0), np.array(2.0)), [2, 2, 2])


# ---------------------------------------------------------------- derivatives


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
def test_derivatives(op: Any) -> None:
    rng = np.random.default_rng(3)
    check_vjp(op, [rng.uniform(*interval, (4,)) for interval in op.domain.intervals], order=3, tolerance=1e-5)


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("maximum", (1.0, 1.0), (0.5, 0.5)),
        ("maximum", (2.0, 1.0), (1.0, 0.0)),
        ("maximum", (np.inf, np.inf), (0.5, 0.5)),
        ("minimum", (1.0, 1.0), (0.5, 0.5)),
        ("minimum", (2.0, 1.0), (0.0, 1.0)),
        ("clip", (-1.0, -1.0, 1.0), (1.0, 0.0, 0.0)),
        ("clip", (1.0, -1.0, 1.0), (1.0, 0.0, 0.0)),
        ("clip", (-2.0, -1.0, 1.0), (0.0, 1.0, 0.0)),
        ("clip", (2.0, -1.0, 1.0), (0.0, 0.0, 1.0)),
        ("clip", (0.0, 2.0, 1.0), (0.0, 0.0, 1.0)),
        ("clip", (5.0, 2.0, 1.0), (0.0, 0.0, 1.0)),
        ("abs", (0.0,), (0.0,)),
        ("abs", (-3.0,), (-1.0,)),
        ("remainder", (-7.0, 2.0), (1.0, 4.0)),
        ("divide", (1e200, 1e200), (1e-200, -1e-200)),
        ("divide", (1.0, 0.0), (np.inf, -np.inf)),
    ],
)
def test_derivative_at(name: str, operands: tuple[float, ...], expected: tuple[float, ...]) -> None:
    assert tuple(gradient(CATALOGUE[name], *map(np.array, operands))) == expected


def test_derivatives_of_broadcast_limits() -> None:
    x = np.array([[-2.0, 0.5, 3.0], [0.0, 1.0, 9.0]])
    to_x, low, high = gradient(arithmetic.clip, x, np.array(-1.0), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(to_x, [[0, 1, 1], [1, 1, 0]])
    assert low == 1
    np.testing.assert_array_equal(high, [0, 0, 1])


@pytest.mark.parametrize("op", [r for r in CATALOGUE.values() if getattr(r, "keeps_zero", False)], ids=lambda r: r.name)
def test_keeps_zero_is_true(op: Any) -> None:
    """A zero cotangent gives zeros, whatever the operands hold."""
    if not op.differentiable or op.name == "cast":
        return
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0])
    operands = [a.ravel() for a in np.meshgrid(*[special] * len(op.operands))]
    if op.name == "where":
        operands[0] = operands[0] > 0
    for found in gradient(op, *operands, g=0.0):
        assert found is None or (found == 0).all()


@pytest.mark.parametrize("op", [r for r in RECORDS if r.differentiable and not r.keeps_zero], ids=lambda r: r.name)
def test_keeps_zero_is_not_too_modest(op: Any) -> None:
    special = np.array([0.0, np.inf, np.nan])
    operands = [a.ravel() for a in np.meshgrid(*[special] * len(op.operands))]
    assert any(np.isnan(found).any() for found in gradient(op, *operands, g=0.0))


# ---------------------------------------------------------------- types


def test_broadcasting_of_symbols() -> None:
    n, m = symbol("n"), symbol("m")
    a, c = TensorType(F32, (n, 1)), TensorType(F32, (m,))
    assert arithmetic.add.infer((a, c), ()).types == (TensorType(F32, (n, m)),)
    with pytest.raises(TypeRuleError) as error:
        arithmetic.add.infer((TensorType(F32, (n,)), c), ())
    assert error.value.code == "E0302"
    assert {note.operand for note in error.value.notes} == {0, 1}


def test_clip_broadcasts_three_ways() -> None:
    n = symbol("n")
    types = (TensorType(F32), TensorType(F32, (n,)), TensorType(F32, (4, 1)))
    assert arithmetic.clip.infer(types, ()).types == (TensorType(F32, (4, n)),)


def test_negative_of_unsigned_wraps() -> None:
    assert apply(arithmetic.negative, np.array([0, 1, 255], np.uint8)).tolist() == [0, 255, 1]
    assert U8 in arithmetic.negative.operands[0].accepts
    assert WEAK_INT in arithmetic.negative.operands[0].accepts


def test_terms_use_these_ops() -> None:
    b = Builder(CATALOGUE)
    x = b.term(b.number(3.0, F32))
    assert [t.value.node.op.name for t in (x + 1, 1 - x, x * x, x / 2, -x)] == [
        "add",
        "subtract",
        "multiply",
        "divide",
        "negative",
    ]
