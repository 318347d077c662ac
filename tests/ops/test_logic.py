"""Comparisons, logic and bits against Python's own; `where` and what it keeps out of derivatives."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, gradient

from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.op import EvaluationError, Infix, Masked, NotDifferentiable, Prefix, TypeRuleError
from graphc.ir.types import BOOL, BOOLS, F32, F64, STRONG, TensorType
from graphc.ops import CATALOGUE, logic

COMPARISONS: dict[str, Any] = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}
SPECIALS = [0.0, -0.0, 1.0, -2.5, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_of_floats(name: str) -> None:
    pairs = list(itertools.product(SPECIALS, SPECIALS))
    x, y = map(np.array, zip(*pairs, strict=True))
    assert apply(CATALOGUE[name], x, y).tolist() == [COMPARISONS[name](a, c) for a, c in pairs]


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("dtype", STRONG, ids=str)
def test_comparisons_of_every_dtype(name: str, dtype: Any) -> None:
    op = CATALOGUE[name]
    if dtype not in op.operands[0].accepts:
        assert dtype is BOOL
        assert name not in ("equal", "not_equal")
        return
    for array in (np.ones((0, 2), dtype.numpy), np.ones((2, 4), dtype.numpy).T[::2], np.ones((), dtype.numpy)):
        found = apply(op, array, array)
        assert (found.dtype, found.shape) == (np.bool_, array.shape)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("logical_and", [False, False, False, True]),
        ("logical_or", [False, True, True, True]),
        ("logical_xor", [False, True, True, False]),
    ],
)
def test_logic(name: str, expected: list[bool]) -> None:
    x, y = np.array([False, False, True, True]), np.array([False, True, False, True])
    assert apply(CATALOGUE[name], x, y).tolist() == expected
    assert all(p.accepts == BOOLS for p in CATALOGUE[name].operands)


def test_not() -> None:
    assert apply(logic.logical_not, np.array([True, False])).tolist() == [False, True]


@pytest.mark.parametrize("dtype", [np.int8, np.int64])
def test_bits(dtype: Any) -> None:
    a, c = [12, -7, 0], [10, 3, -1]
    x, y = np.array(a, dtype), np.array(c, dtype)
    for name, compute in (("bit_and", operator.and_), ("bit_or", operator.or_), ("bit_xor", operator.xor)):
        assert apply(CATALOGUE[name], x, y).tolist() == list(map(compute, a, c))
    assert apply(logic.bit_not, x).tolist() == [~v for v in a]


def test_bits_of_unsigned() -> None:
    assert apply(logic.bit_not, np.array([0, 255, 1], np.uint8)).tolist() == [255, 0, 254]


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int64])
def test_shifts(dtype: Any) -> None:
    x, y = np.array([1, 3, 64], dtype), np.array([0, 2, 1], dtype)
    bits = np.iinfo(dtype).bits
    left = [(v << s) % 2**bits for v, s in zip((1, 3, 64), (0, 2, 1), strict=True)]
    if dtype is np.int8:
        left[2] -= 256
    assert apply(logic.shift_left, x, y).tolist() == left
    assert apply(logic.shift_right, x, y).tolist() == [1, 0, 32]


def test_shifts_beyond_the_width() -> None:
    x = np.array([5, -5], np.int32)
    assert apply(logic.shift_left, x, np.array([32, 99], np.int32)).tolist() == [0, 0]
    assert apply(logic.shift_right, x, np.array([32, 99], np.int32)).tolist() == [0, -1]


@pytest.mark.parametrize("op", [logic.shift_left, logic.shift_right], ids=lambda op: op.name)
@pytest.mark.parametrize("dtype", [np.int8, np.int64])
def test_negative_shifts(op: Any, dtype: Any) -> None:
    with pytest.raises(EvaluationError) as error:
        apply(op, np.array([1], dtype), np.array([-1], dtype))
    assert error.value.code == "E0608"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tests_of_floats(dtype: Any) -> None:
    x = np.array([np.nan, np.inf, -np.inf, 0.0, 1e30], dtype)
    assert apply(logic.isnan, x).tolist() == [True, False, False, False, False]
    assert apply(logic.isinf, x).tolist() == [False, True, True, False, False]
    assert apply(logic.isfinite, x).tolist() == [False, False, False, True, True]


def test_spellings() -> None:
    spelled = {r.name: (r.spelling.symbol, r.spelling.precedence) for r in logic.RECORDS if r.spelling}
    assert spelled == {
        "equal": ("==", 40),
        "not_equal": ("!=", 40),
        "less": ("<", 40),
        "less_equal": ("<=", 40),
        "greater": (">", 40),
        "greater_equal": (">=", 40),
        "logical_and": ("and", 20),
        "logical_or": ("or", 10),
        "logical_not": ("not", 25),
    }
    assert isinstance(logic.logical_not.spelling, Prefix)
    assert isinstance(logic.equal.spelling, Infix)


def test_nothing_but_where_has_a_derivative() -> None:
    for record in logic.RECORDS:
        if record is not logic.where:
            assert isinstance(record.vjp, NotDifferentiable)
            assert record.vjp.zero


# ---------------------------------------------------------------- where


@pytest.mark.parametrize("dtype", STRONG, ids=str)
def test_where_keeps_the_dtype(dtype: Any) -> None:
    x, y = np.ones((2, 1), dtype.numpy), np.zeros((3,), dtype.numpy)
    found = apply(logic.where, np.array([True, False, True]), x, y)
    assert found.dtype == dtype.numpy
    assert found.astype(int).tolist() == [[1, 0, 1]] * 2


def test_where_types() -> None:
    n = symbol("n")
    condition = TensorType(BOOL, (n, 1))
    assert logic.where.infer((condition, TensorType(F32), TensorType(F32, (3,))), ()).types == (
        TensorType(F32, (n, 3)),
    )
    with pytest.raises(TypeRuleError) as error:
        logic.where.infer((condition, TensorType(F32, (4, 2)), TensorType(F32)), ())
    assert error.value.code == "E0302"


def test_where_derivatives() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 4))
    check_vjp(logic.where, [np.array([True, False, True, False]), x, y])
    condition, to_x, to_y = gradient(logic.where, np.array([True, False, True, False]), x, y)
    assert condition is None
    np.testing.assert_array_equal(to_x, [1, 0, 1, 0])
    np.testing.assert_array_equal(to_y, [0, 1, 0, 1])


def test_where_masks_without_touching_the_cotangent() -> None:
    b = Builder(CATALOGUE)
    condition = b.term(b.number(True, BOOL))
    g = b.term(b.number(1.0, F64))
    nothing, to_x, to_y = logic.where.vjp(b, g, g, condition, g, g)  # type: ignore[operator]
    assert nothing is None
    for cotangent in (to_x, to_y):
        assert isinstance(cotangent, Masked)
        assert cotangent.value is g
        assert not cotangent.clean
        assert cotangent.mask.shape == g.shape
    assert to_x.mask is condition
