"""Static indices against NumPy's slices on all sizes, on symbolic sizes, and their derivatives."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, evaluate
from mask_checks import check_masks, rule_values

from graphc.ir.builder import Builder
from graphc.ir.dims import Dim, symbol
from graphc.ir.dims import evaluate as bound
from graphc.ir.op import EvaluationError, Masked, TypeRuleError
from graphc.ir.types import F32, F64, I64, TensorType
from graphc.ops import CATALOGUE

n, k = symbol("n"), symbol("k")
STRIDED, SET_STRIDED = CATALOGUE["strided"], CATALOGUE["set_strided"]
RNG = np.random.default_rng(5)
BOUNDS = (None, 0, 1, 3, 7, -1, -2, -7)
STEPS = (1, 2, 3, -1, -2, -3)


@pytest.mark.parametrize("size", range(6))
def test_slices_are_numpys(size: int) -> None:
    x = np.arange(float(size))
    for start, stop, step in product(BOUNDS, BOUNDS, STEPS):
        once = STRIDED.infer((TensorType(F64, (size,)),), ((start,), (stop,), (step,)))
        expected = x[start:stop:step]
        assert once.types[0].shape == expected.shape
        assert STRIDED.infer((TensorType(F64, (size,)),), once.attrs) == once
        np.testing.assert_array_equal(STRIDED.evaluate(x, *once.attrs), expected)


@pytest.mark.parametrize(("start", "stop", "step"), list(product(BOUNDS, BOUNDS, STEPS)))
def test_symbolic_slices(start: Any, stop: Any, step: int) -> None:
    """The inferred size is right for every n; the cotangent has the type of x, and is right for every n."""
    b = Builder(CATALOGUE)
    x = b.term(b.emit(CATALOGUE["parameter"], (), ("x", TensorType(F64, (n,)))).results[0])
    y = b.strided(x, (start,), (stop,), (step,))
    g = b.term(b.emit(CATALOGUE["parameter"], (), ("g", y.type)).results[0])
    attrs = y.value.node.attrs
    cotangent = STRIDED.vjp(b, g, y, x, *attrs)  # type: ignore[operator]
    assert cotangent.value.shape == (n,)
    for size in range(7):
        whole = np.arange(1.0, size + 1)
        part = whole[start:stop:step]
        assert bound(y.shape[0], {"n": size}) == part.size
        expected = np.zeros(size)
        expected[start:stop:step] = part
        found = evaluate_at(b, {"n": size}, {x.value: whole, g.value: part})[cotangent.value.value]
        np.testing.assert_array_equal(found, expected)


def evaluate_at(b: Builder, sizes: dict[str, int], env: dict[Any, Any]) -> dict[Any, Any]:
    """All values, with sizes put in for the symbols of the attributes."""

    def put(attr: Any) -> Any:
        if isinstance(attr, tuple):
            return tuple(put(a) for a in attr)
        return bound(attr, sizes) if not isinstance(attr, int) and isinstance(attr, Dim) else attr

    values = dict(env)
    for node in b.nodes:
        if node.results[0] not in values:
            arrays = [values[v] for v in node.inputs]
            values[node.results[0]] = node.op.evaluate(*arrays, *(put(a) for a in node.attrs))
    return values


@pytest.mark.parametrize(
    ("item", "size", "guards"),
    [
        ((0, None, 0), None, ["1 <= n"]),
        ((-1, None, 0), None, ["0 <= n-1"]),
        ((5, None, 0), None, ["6 <= n"]),
        ((n - 1, None, 0), None, ["0 <= n-1"]),
        ((1, None, 1), "max(n-1, 0)", []),
        ((0, -1, 1), "max(n-1, 0)", []),
        ((1, 3, 1), "max(min(n-1, 2), 0)", []),
        ((None, 3, 1), "min(n, 3)", []),
        ((-3, None, 1), "min(n, 3)", []),
        ((None, None, -1), "n", []),
        ((None, None, 2), "(n+1)//2", []),
        ((None, n - 1, 1), None, ["0 <= n-1"]),
    ],
)
def test_sizes_on_symbols(item: tuple[Any, Any, int], size: str | None, guards: list[str]) -> None:
    type = TensorType(F32, (n, 4))
    inferred = STRIDED.infer((type,), tuple((a,) for a in item))
    assert [str(g) for g in inferred.guards] == guards
    if size is not None:
        assert str(inferred.types[0].shape[0]) == size
    assert inferred.types[0].rank == (1 if item[2] == 0 else 2)
    assert STRIDED.infer((type,), inferred.attrs) == inferred


def test_neighbouring_slices_have_equal_sizes() -> None:
    """x[1:] - x[:-1] is well-typed on a symbolic size."""
    after = STRIDED.infer((TensorType(F32, (n,)),), ((1,), (None,), (1,)))
    before = STRIDED.infer((TensorType(F32, (n,)),), ((0,), (-1,), (1,)))
    assert after.types == before.types


@pytest.mark.parametrize(("index", "fine"), [(0, True), (2, True), (-3, True), (3, False), (-4, False)])
def test_places_are_checked(index: int, fine: bool) -> None:
    attrs = ((index,), (None,), (0,))
    if fine:
        assert STRIDED.infer((TensorType(F32, (3,)),), attrs).attrs == ((index % 3,), (None,), (0,))
    else:
        with pytest.raises(TypeRuleError, match=f"index {index} is out of range") as raised:
            STRIDED.infer((TensorType(F32, (3,)),), attrs)
        assert raised.value.code == "E0307"
        assert raised.value.notes[0].text == "axis 0 has size 3"


def test_too_many_indices() -> None:
    with pytest.raises(TypeRuleError, match="2 indices for 1 axes"):
        STRIDED.infer((TensorType(F32, (3,)),), ((0, 0), (None, None), (1, 1)))


INDICES = [
    (((0, 1, None), (None, None, None), (0, 1, 1)), np.s_[0, 1:]),
    (((0, 0, None), (None, None, None), (1, 1, -2)), np.s_[:, :, ::-2]),
    (((1, 2, 3), (None, None, None), (0, 0, 0)), np.s_[1, 2, 3]),
    (((0, 2), (None, 0), (1, -1)), np.s_[:, 2:0:-1]),
    (((0, 0), (None, None), (1, 2)), np.s_[:, ::2]),
    (((), (), ()), np.s_[...]),
    (((0, 1), (None, 1), (1, 1)), np.s_[:, 1:1]),
]


@pytest.mark.parametrize(("attrs", "index"), INDICES)
def test_derivatives(attrs: Any, index: Any) -> None:
    x = RNG.uniform(0.5, 2, (2, 3, 4))
    np.testing.assert_array_equal(apply(STRIDED, x, attrs=attrs), x[index])
    check_vjp(STRIDED, [x], attrs)
    check_masks(STRIDED, [x], attrs)
    v = RNG.uniform(0.5, 2, x[index].shape)
    expected = x.copy()
    expected[index] = v
    np.testing.assert_array_equal(apply(SET_STRIDED, x, v, attrs=attrs), expected)
    check_vjp(SET_STRIDED, [x, v], attrs)
    check_masks(SET_STRIDED, [x, v], attrs)


def test_small_gradients() -> None:
    """x[1] of a vector gives pad(expand_dims(g, 0), …), and nothing is padded for a whole axis."""
    b = Builder(CATALOGUE)
    x = b.term(b.emit(CATALOGUE["parameter"], (), ("x", TensorType(F32, (n, 2)))).results[0])
    y = b.strided(x, (1,), (None,), (0,))
    count = len(b.nodes)
    masked = STRIDED.vjp(b, y, y, x, *y.value.node.attrs)  # type: ignore[operator]
    assert isinstance(masked, Masked)
    assert [node.op.name for node in b.nodes[count:]] == ["expand_dims", "pad"]
    assert b.nodes[-1].attrs[0] == ((1, n - 2), (0, 0))


@pytest.mark.parametrize(("start", "step"), [(None, 0), (0, n)])
def test_steps_are_integers(start: Any, step: Any) -> None:
    with pytest.raises(TypeRuleError, match="the step of a slice"):
        STRIDED.infer((TensorType(F32, (3,)),), ((start,), (None,), (step,)))


def test_update_needs_the_shape() -> None:
    with pytest.raises(TypeRuleError, match="doesn't fit a part of shape"):
        SET_STRIDED.infer((TensorType(F32, (3,)), TensorType(F32, (3,))), ((0,), (2,), (1,)))


# ---------------------------------------------------------------- windows

SLICE, SET_SLICE = CATALOGUE["slice"], CATALOGUE["set_slice"]


def test_windows() -> None:
    x, v = RNG.uniform(0.5, 2, (4, 5)), RNG.uniform(0.5, 2, (2, 3))
    start = np.array([1, 2], np.int32)
    np.testing.assert_array_equal(apply(SLICE, x, start, attrs=((2, 3),)), x[1:3, 2:])
    expected = x.copy()
    expected[1:3, 2:] = v
    np.testing.assert_array_equal(apply(SET_SLICE, x, v, start), expected)
    check_vjp(SLICE, [x, start], ((2, 3),))
    check_masks(SLICE, [x, start], ((2, 3),))
    check_vjp(SET_SLICE, [x, v, start])
    check_masks(SET_SLICE, [x, v, start])
    assert apply(SLICE, x[0], np.int64(3), attrs=(2,)).tolist() == x[0, 3:].tolist()


@pytest.mark.parametrize("place", [-1, 4, 2**40])
def test_windows_stay_inside(place: int) -> None:
    with pytest.raises(EvaluationError, match="axis 0 of size 5") as raised:
        apply(SLICE, np.zeros(5), np.int64(place), attrs=((2,),))
    assert raised.value.code == "E0605"


def test_window_types() -> None:
    def infer(x: Any, start: Any, size: Any) -> Any:
        return SLICE.infer((TensorType(F32, x), TensorType(I64, start)), (size,))

    inferred = infer((n, 4), (2,), (k, 3))
    assert inferred.types[0].shape == (k, 3)
    assert [str(g) for g in inferred.guards] == ["k <= n"]
    for x, start, size, code in [
        ((3,), (2,), (1,), "E0310"),
        ((3, 3), (), (1, 1), "E0310"),
        ((3,), (), (4,), "E0307"),
        ((3,), (), (-1,), "E0307"),
        ((3, 3), (2,), (1,), "E0311"),
    ]:
        with pytest.raises(TypeRuleError) as raised:
            infer(x, start, size)
        assert raised.value.code == code


def test_mask_of_a_replaced_part() -> None:
    found = rule_values(SET_STRIDED, [np.ones(3), np.ones(1)], ((1,), (2,), (1,)), [np.array([2.0, 3.0, 4.0])])
    assert found[0][0].tolist() == [2, 0, 4]
    assert found[0][1].tolist() == [True, False, True]
    assert found[1][0].tolist() == [3]


def test_program_of_updates() -> None:
    """x[1] = 2 * x[0] in a chain."""
    b = Builder(CATALOGUE)
    x = b.term(b.emit(CATALOGUE["parameter"], (), ("x", TensorType(F64, (3,)))).results[0])
    first = b.strided(x, (0,), (None,), (0,))
    y = b.set_strided(x, 2 * first, (1,), (None,), (0,))
    assert evaluate(b.nodes, {x.value: np.array([3.0, 0.0, 1.0])})[y.value].tolist() == [3, 6, 1]
