"""Reductions against NumPy called differently, and central differences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, gradient
from mask_checks import rule_values
from scipy import special

from graphc.ir.dims import symbol
from graphc.ir.op import Reduction, TypeRuleError
from graphc.ir.types import BOOL, F32, F64, I8, I64, U8, U64, WEAK_INT, TensorType
from graphc.ops import CATALOGUE, reduction

n = symbol("n")
RNG = np.random.default_rng(7)
X = RNG.uniform(-2, 2, (3, 4, 2))
AXES = [(None, False), (0, False), (-1, True), ([0, 2], False), ([1, 2], True), ((), False), (1, False)]
FLOAT_OPS = ["sum", "prod", "mean", "variance", "std", "norm", "logsumexp", "max", "min"]

EXPECTED: dict[str, Any] = {
    "sum": lambda x, **k: np.einsum("...->...", x).sum(**k),
    "prod": lambda x, **k: np.prod(x, **k),
    "mean": lambda x, **k: np.average(x, **k),
    "variance": lambda x, **k: np.var(x, **k),
    "std": lambda x, **k: np.std(x, **k),
    "norm": lambda x, **k: np.sqrt(np.sum(np.square(x), **k)),
    "logsumexp": lambda x, **k: np.asarray(special.logsumexp(x, **k)),
    "max": lambda x, **k: -np.amin(-x, **k),
    "min": lambda x, **k: -np.amax(-x, **k),
}


def attrs_of(name: str, axis: Any, keepdims: bool) -> tuple[Any, ...]:
    return (axis, keepdims, *(a.default for a in CATALOGUE[name].attributes[2:]))


@pytest.mark.parametrize("name", FLOAT_OPS)
@pytest.mark.parametrize(("axis", "keepdims"), AXES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values(name: str, axis: Any, keepdims: bool, dtype: Any) -> None:
    x = X.astype(dtype)
    axes = tuple(axis) if isinstance(axis, list | tuple) else axis
    actual = apply(CATALOGUE[name], x, attrs=attrs_of(name, axis, keepdims))
    wide = X.astype(dtype).astype(np.float64)
    if axes == ():
        expected = {"variance": wide * 0, "std": wide * 0, "norm": abs(wide)}.get(name, wide)
    else:
        expected = EXPECTED[name](wide, axis=axes, keepdims=keepdims)
    np.testing.assert_allclose(actual, expected, rtol=3e-6 if dtype is np.float32 else 1e-14, atol=1e-6)


@pytest.mark.parametrize("name", FLOAT_OPS)
@pytest.mark.parametrize(("axis", "keepdims"), [a for a in AXES if a[0] != ()])
def test_derivatives(name: str, axis: Any, keepdims: bool) -> None:
    check_vjp(CATALOGUE[name], [X], attrs_of(name, axis, keepdims))


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "logsumexp", "max", "min"])
def test_derivatives_over_no_axes(name: str) -> None:
    check_vjp(CATALOGUE[name], [X], ((), False))


def test_derivative_of_corrected_variance() -> None:
    check_vjp(CATALOGUE["variance"], [X], (0, False, 1))
    check_vjp(CATALOGUE["std"], [X], (None, False, 1))


def test_variance_is_accurate_far_from_zero() -> None:
    x = 1e8 + np.array([4.0, 7.0, 13.0, 16.0])
    assert apply(CATALOGUE["variance"], x, attrs=(None, False, 1)) == 30.0
    assert apply(CATALOGUE["variance"], x, attrs=(None, False, 0)) == 22.5


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("zeros", [[], [1], [1, 3], [0, 1, 3]])
def test_product_with_zeros(zeros: list[int], order: int) -> None:
    x = np.array([1.5, -2.0, 0.5, 3.0])
    x[zeros] = 0
    check_vjp(CATALOGUE["prod"], [x], (None, False), order=order, tolerance=1e-4, step=1e-2)
    check_vjp(CATALOGUE["prod"], [x.reshape(2, 2)], (None, False), order=order, tolerance=1e-4, step=1e-2)


def test_gradient_of_product_with_one_zero() -> None:
    (found,) = gradient(CATALOGUE["prod"], np.array([2.0, 0.0, 5.0]), attrs=(None, False))
    assert found.tolist() == [0, 10, 0]


def test_integer_sums_are_wide() -> None:
    assert apply(CATALOGUE["sum"], np.full(300, 100, np.int8), attrs=(None, False)) == 30000
    assert apply(CATALOGUE["sum"], np.full(300, 200, np.uint8), attrs=(None, False)) == 60000
    assert apply(CATALOGUE["sum"], np.array([True, True, False]), attrs=(None, False)) == 2
    assert apply(CATALOGUE["prod"], np.array([100, 100, 100], np.int8), attrs=(None, False)) == 10**6
    big = np.array([2**62, 3])
    assert apply(CATALOGUE["sum"], big, attrs=(None, False)) == 2**62 + 3
    assert apply(CATALOGUE["max"], big, attrs=(None, False)) == 2**62


@pytest.mark.parametrize(
    ("operand", "result"), [(I8, I64), (U8, U64), (BOOL, I64), (F32, F32), (F64, F64), (WEAK_INT, WEAK_INT)]
)
def test_dtype_of_sums(operand: Any, result: Any) -> None:
    for name in ("sum", "prod"):
        assert CATALOGUE[name].infer((TensorType(operand, (n, 3)),), (0, False)).types == (TensorType(result, (3,)),)


def test_normal_form() -> None:
    inferred = CATALOGUE["sum"].infer((TensorType(F32, (n, 3, 2)),), ([-1, 0], 0))
    assert inferred.attrs == ((0, 2), False)
    assert inferred.types == (TensorType(F32, (3,)),)


@pytest.mark.parametrize(("axis", "code"), [(3, "E0306"), (-4, "E0306"), ([0, -3], "E0309")])
def test_axis_errors(axis: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as raised:
        CATALOGUE["sum"].infer((TensorType(F32, (n, 3, 2)),), (axis, False))
    assert raised.value.code == code


def test_reductions_of_nothing() -> None:
    empty = np.zeros((0, 3))
    assert apply(CATALOGUE["sum"], empty, attrs=(0, False)).tolist() == [0, 0, 0]
    assert apply(CATALOGUE["prod"], empty, attrs=(0, False)).tolist() == [1, 1, 1]
    assert np.isnan(apply(CATALOGUE["mean"], empty, attrs=(None, False)))
    assert np.isnan(apply(CATALOGUE["variance"], empty, attrs=(None, False, 0)))
    assert apply(CATALOGUE["logsumexp"], empty, attrs=(None, False)) == -np.inf
    assert apply(CATALOGUE["max"], empty, attrs=(1, False)).shape == (0,)
    assert apply(CATALOGUE["any"], empty != 0, attrs=(None, False)).item() is False
    assert apply(CATALOGUE["all"], empty != 0, attrs=(None, False)).item() is True
    for name in ("max", "min", "argmax", "argmin"):
        with pytest.raises(TypeRuleError, match="no elements"):
            apply(CATALOGUE[name], empty, attrs=(0, False))


def test_derivatives_over_no_elements() -> None:
    for name in ("sum", "prod", "mean", "norm", "logsumexp"):
        (found,) = gradient(CATALOGUE[name], np.zeros((0, 3)), attrs=(0, False))
        assert found.shape == (0, 3)


def test_nan_propagates() -> None:
    x = np.array([[1.0, np.nan], [3.0, 2.0]])
    np.testing.assert_array_equal(apply(CATALOGUE["max"], x, attrs=(1, False)), [np.nan, 3])
    np.testing.assert_array_equal(apply(CATALOGUE["min"], x, attrs=(0, False)), [1, np.nan])


def test_logsumexp_at_the_edges() -> None:
    rows = np.array([[1000.0, 1000.0], [-np.inf, -np.inf], [np.inf, 1.0], [-np.inf, 2.0], [-1000, -1000]])
    found = apply(CATALOGUE["logsumexp"], rows, attrs=(1, False))
    np.testing.assert_allclose(found, [1000 + math.log(2), -np.inf, np.inf, 2.0, -1000 + math.log(2)])
    (slopes,) = gradient(CATALOGUE["logsumexp"], rows[[0, 1, 3]], attrs=(1, False))
    np.testing.assert_allclose(slopes, [[0.5, 0.5], [0, 0], [0, 1]])


def test_norm_and_std_at_their_kinks() -> None:
    (slope,) = gradient(CATALOGUE["norm"], np.zeros((2, 3)), attrs=(1, False))
    assert slope.tolist() == [[0, 0, 0], [0, 0, 0]]
    (slope,) = gradient(CATALOGUE["std"], np.array([[2.0, 2.0], [1.0, 3.0]]), attrs=(1, False, 0))
    np.testing.assert_allclose(slope, [[0, 0], [-0.5, 0.5]])


def test_ties_share() -> None:
    x = np.array([[3.0, 1.0, 3.0], [2.0, 2.0, 2.0]])
    (slope,) = gradient(CATALOGUE["max"], x, attrs=(1, False))
    np.testing.assert_allclose(slope, [[0.5, 0, 0.5], [1 / 3] * 3])
    ((value, mask, clean),) = rule_values(CATALOGUE["max"], [x], (1, False), [np.array([2.0, 3.0])])
    np.testing.assert_allclose(value, [[1, 1, 1], [1, 1, 1]])
    assert mask.tolist() == [[True, False, True], [True, True, True]]
    assert not clean


def test_positions() -> None:
    x = np.array([[1.0, 5.0, 5.0], [7.0, np.nan, 7.0]])
    assert apply(CATALOGUE["argmax"], x, attrs=(1, False)).tolist() == [1, 1]
    assert apply(CATALOGUE["argmax"], x, attrs=(None, True)).tolist() == [[4]]
    assert apply(CATALOGUE["argmin"], -x[0], attrs=(None, False)) == 1
    assert apply(CATALOGUE["argmax"], np.float64(3), attrs=(None, False)) == 0
    assert apply(CATALOGUE["argmax"], np.array([1, 2**62, 3]), attrs=(0, False)) == 1


def test_symbolic_positions_need_an_element() -> None:
    inferred = CATALOGUE["argmax"].infer((TensorType(F32, (n,)),), (None, False))
    assert inferred.types == (TensorType(I64, ()),)
    assert [str(g) for g in inferred.guards] == ["1 <= n"]


@pytest.mark.parametrize("record", [r for r in reduction.RECORDS if isinstance(r, Reduction)], ids=lambda r: r.name)
def test_scalars_and_strides(record: Reduction) -> None:
    """0-d arrays, NumPy scalars and views give what contiguous arrays do; arguments stay as they are."""
    (operand,) = record.operands
    dtypes = [t.numpy for t in sorted(operand.accepts) if not t.weak]
    extra = tuple(a.default for a in record.attributes[2:])
    for dtype in dtypes:
        grid = RNG.integers(0, 5, (4, 6)).astype(dtype)
        before = grid.copy()
        view = grid[::2, ::-3]
        for axis in (None, 0, 1):
            a = apply(record, view, attrs=(axis, False, *extra))
            np.testing.assert_allclose(a, apply(record, view.copy(), attrs=(axis, False, *extra)), rtol=1e-6)
        assert apply(record, grid[0, 0], attrs=(None, False, *extra)).shape == ()
        np.testing.assert_array_equal(grid, before)


def test_small_sums_are_pairwise() -> None:
    x = np.full(2**20, 0.1, np.float32)
    assert apply(CATALOGUE["sum"], x, attrs=(None, False)) == pytest.approx(float(np.float32(0.1)) * 2**20, rel=1e-6)
