"""matmul, einsum and tensordot: values against NumPy's loops, types, derivatives against central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, dtype_of, evaluate, parameter, reverse

from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.op import TypeRuleError
from graphc.ir.types import F32, F64, TensorType, accumulator
from graphc.ops import CATALOGUE
from graphc.ops.contraction import einsum, matmul, tensordot
from graphc.ops.einsum_evaluation import _order
from graphc.ops.einsum_evaluation import einsum as evaluate_einsum

N, M, K = symbol("n"), symbol("m"), symbol("k")


def data(*shapes: tuple[int, ...], dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(1)
    return [
        np.asarray(rng.integers(-4, 5, s) if np.dtype(dtype).kind in "iu" else rng.normal(size=s), dtype)
        for s in shapes
    ]


def types(*shapes: tuple[Any, ...], dtype: Any = F32) -> tuple[TensorType, ...]:
    return tuple(TensorType(dtype, s) for s in shapes)


RANKS = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((1, 2, 3), (5, 3, 4)),
    ((2, 0), (0, 3)),
    ((0, 2), (2, 3)),
]


@pytest.mark.parametrize(("a", "b"), RANKS)
def test_matmul_is_the_sum_of_products(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    x, w = data(a, b, dtype=np.int64)
    left = x if x.ndim > 1 else x[None, :]
    right = w if w.ndim > 1 else w[:, None]
    expected = (left[..., :, :, None] * right[..., None, :, :]).sum(axis=-2)
    expected = expected[..., 0] if w.ndim == 1 else expected
    expected = expected if x.ndim > 1 else expected[..., 0, :] if w.ndim > 1 else expected[..., 0]
    actual = apply(matmul, x, w)
    assert actual.shape == expected.shape
    assert np.array_equal(actual, expected)


@pytest.mark.parametrize(("a", "b"), [p for p in RANKS if 0 not in p[0] + p[1]])
def test_matmul_derivatives(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    check_vjp(matmul, data(a, b))


@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.uint16, np.int64])
def test_matmul_sums_in_a_wide_dtype(dtype: Any) -> None:
    x, w = np.array([[1, 2], [3, 4]], dtype), np.array([[5], [6]], dtype)
    y = apply(matmul, x, w)
    assert dtype_of(y) is accumulator(dtype_of(x))
    assert y.tolist() == [[17], [39]]


def test_matmul_types_with_symbols() -> None:
    a, b = types((M, N, 3), (3, K))
    assert matmul.infer((a, b), ()).types == types((M, N, K))
    assert matmul.infer(types((N,), (N,)), ()).types == types(())
    assert matmul.infer(types((1, N, 3), (M, 3, 2)), ()).types == types((M, N, 2))


def test_inner_sizes_differ() -> None:
    with pytest.raises(TypeRuleError) as e:
        matmul.infer(types((N, 3), (4, 2)), ())
    assert e.value.code == "E0301"
    assert e.value.message == "shapes f32[n, 3] and f32[4, 2] don't multiply"
    assert [(n.operand, n.axis, n.text) for n in e.value.notes] == [
        (0, 1, "3 comes from here"),
        (1, 0, "4 comes from here"),
    ]
    assert e.value.hint == "{1} must be f32[3, k]"


@pytest.mark.parametrize(
    ("shapes", "code"),
    [(((), (3,)), "E0311"), (((N,), (M,)), "E0301"), (((2, 2, 3), (3, 3, 4)), "E0302"), (((2, 3), (2, 3)), "E0301")],
)
def test_matmul_errors(shapes: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as e:
        matmul.infer(types(*shapes), ())
    assert e.value.code == code


def test_a_layer_is_differentiated_by_matrix_products() -> None:
    """dX = g @ W.T, dW = X.T @ g: a transposition and a product each."""
    b = Builder(CATALOGUE)
    x, w = (b.term(b.emit(CATALOGUE["parameter"], (), ("", t)).results[0]) for t in types((N, 3), (3, 2)))
    y = x @ w
    seed = b.term(b.emit(CATALOGUE["parameter"], (), ("", y.type)).results[0])
    count = len(b.nodes)
    reverse(b, {y.value: seed}, [x.value, w.value])
    assert sorted(n.op.name for n in b.nodes[count:]) == ["matmul", "matmul", "transpose", "transpose"]


@pytest.mark.parametrize(
    ("text", "shapes", "used"),
    [
        ("ij,jk->ik", [(N, 3), (3, 2)], ["matmul", "matmul", "transpose", "transpose"]),
        ("i,j->ij", [(N,), (M,)], ["matmul", "matmul"]),
        ("i,i->", [(N,), (N,)], ["multiply", "multiply"]),
        ("ij->ji", [(N, M)], ["transpose"]),
        ("ij,ij->ij", [(N, M), (N, M)], ["multiply", "multiply"]),
        ("bij,bjk->bik", [(K, N, 3), (K, 3, M)], ["einsum", "einsum"]),
    ],
)
def test_derivatives_of_einsum_read_as_simply_as_they_can(text: str, shapes: Any, used: list[str]) -> None:
    b = Builder(CATALOGUE)
    operands = [b.term(b.emit(CATALOGUE["parameter"], (), ("", t)).results[0]) for t in types(*shapes)]
    y = b.einsum(text, operands)
    seed = b.term(b.emit(CATALOGUE["parameter"], (), ("", y.type)).results[0])
    count = len(b.nodes)
    reverse(b, {y.value: seed}, [x.value for x in operands])
    assert sorted(n.op.name for n in b.nodes[count:]) == used


EINSUMS = [
    ("ij,jk->ik", [(2, 3), (3, 4)]),
    ("ij,jk", [(2, 3), (3, 4)]),
    ("ba", [(2, 3)]),
    ("ij->", [(2, 3)]),
    ("ii->", [(3, 3)]),
    ("ii->i", [(3, 3)]),
    ("ij->j", [(2, 3)]),
    ("i,j->ij", [(2,), (3,)]),
    ("i,j,k->kji", [(2,), (3,), (4,)]),
    ("bij,bjk->bik", [(5, 2, 3), (5, 3, 4)]),
    ("bi,bi->b", [(5, 3), (5, 3)]),
    ("bi,bi->", [(5, 3), (5, 3)]),
    ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
    ("...ij,...jk", [(4, 1, 2, 3), (5, 3, 2)]),
    ("i...->...", [(2, 3, 4)]),
    ("...,...", [(), ()]),
    ("ij,kj->ki", [(2, 3), (4, 3)]),
    ("ij,j->ij", [(2, 1), (3,)]),
    ("ij,ij->i", [(2, 1), (2, 3)]),
    ("ij,ij->", [(1, 1), (1, 3)]),
    ("aab,bc->ac", [(2, 2, 3), (3, 4)]),
    ("aab,abb->", [(2, 2, 3), (2, 3, 3)]),
    ("ab,cd->ac", [(2, 3), (4, 2)]),
    ("ab,bc,cd,de->ae", [(2, 3), (3, 4), (4, 2), (2, 5)]),
    ("ab,bc,ca->", [(2, 3), (3, 4), (4, 2)]),
    ("i,i,i->i", [(3,), (3,), (3,)]),
    ("abcd,dcba->", [(2, 3, 2, 3), (3, 2, 3, 2)]),
    (" i j , j k -> i k ", [(2, 3), (3, 4)]),
    ("abc,cd,be,ad->e", [(2, 3, 4), (4, 2), (3, 2), (2, 2)]),
]


@pytest.mark.parametrize(("text", "shapes"), EINSUMS)
def test_einsum_against_numpy(text: str, shapes: list[tuple[int, ...]]) -> None:
    for dtype in (np.int64, np.float32):
        arrays = data(*shapes, dtype=np.int64)
        arrays = [a.astype(dtype) for a in arrays]
        expected = np.einsum(text, *(a.astype(np.float64) for a in arrays))
        actual = apply(einsum, *arrays, attrs=(text,))
        assert dtype_of(actual) is dtype_of(arrays[0])
        assert np.array_equal(np.asarray(actual, np.float64), expected)


@pytest.mark.parametrize(("text", "shapes"), [*EINSUMS, ("i->ii", [(3,)]), ("ij,jk->iik", [(2, 3), (3, 2)])])
def test_einsum_derivatives(text: str, shapes: list[tuple[int, ...]]) -> None:
    check_vjp(einsum, data(*shapes), (text,))


def test_einsum_makes_diagonals() -> None:
    (v,) = data((3,))
    assert np.array_equal(apply(einsum, v, attrs=("i->ii",)), np.diag(v))
    (m,) = data((2, 3))
    y = apply(einsum, m, attrs=("ij->jij",))
    assert y.shape == (3, 2, 3)
    assert all(y[a, b, c] == (m[b, c] if a == c else 0) for a in range(3) for b in range(2) for c in range(3))


def test_a_diagonal_is_not_filled_with_nan() -> None:
    y = apply(einsum, np.array([np.nan, np.inf]), attrs=("i->ii",))
    assert y[0, 1] == y[1, 0] == 0


@pytest.mark.parametrize("shapes", [[(2, 0), (0, 3)], [(0, 3), (3, 4)], [(0, 0), (0, 0)]])
def test_einsum_of_nothing(shapes: list[tuple[int, ...]]) -> None:
    for dtype in (np.float32, np.int64):
        arrays = [np.zeros(s, dtype) for s in shapes]
        y = apply(einsum, *arrays, attrs=("ij,jk->ik",))
        assert y.shape == (shapes[0][0], shapes[1][1])
        assert not y.any()


def test_einsum_of_many_operands_is_contracted_in_a_good_order() -> None:
    """A chain of 24 matrices: in the order of writing's worst case, 2**25 elements; NumPy takes no more than 32."""
    arrays = data(*[(2, 2)] * 24)
    letters = "abcdefghijklmnopqrstuvwxy"
    text = ",".join(letters[i : i + 2] for i in range(24)) + f"->{letters[0]}{letters[24]}"
    expected = np.linalg.multi_dot(arrays)
    assert np.allclose(evaluate_einsum(arrays, text), expected, rtol=1e-12)


def test_the_order_of_few_operands_has_the_fewest_multiplications() -> None:
    """A B v is A (B v)."""
    assert _order(("ab", "bc", "c"), "a", (("a", 9), ("b", 9), ("c", 9))) == ((1, 2), (0, 1))
    assert _order(("a", "ab", "bc"), "c", (("a", 9), ("b", 9), ("c", 9))) == ((0, 1), (0, 1))


def test_einsum_types_with_symbols() -> None:
    inferred = einsum.infer(types((N, 3), (3, M)), ("ij,jk",))
    assert inferred.types == types((N, M))
    assert inferred.attrs == ("ij,jk->ik",)
    assert einsum.infer(types((N, 3), (3, M)), inferred.attrs) == inferred
    assert einsum.infer(types((K, N, 3), (3,)), ("...i,i",)).types == types((K, N))


@pytest.mark.parametrize(
    ("text", "shapes", "code"),
    [
        ("ij,jk->ik", [(N, 3), (4, 2)], "E0301"),
        ("ij,jk->ik", [(2, N), (M, 2)], "E0301"),
        ("ii->i", [(2, 1)], "E0301"),
        ("ij->k", [(2, 3)], "E0309"),
        ("i1->i", [(2, 3)], "E0309"),
        ("ij", [(2, 3), (3, 4)], "E0309"),
        ("i->i", [(2, 3)], "E0311"),
        ("ijk->i", [(2, 3)], "E0311"),
        ("...i->i", [(2, 3)], "E0309"),
        ("......i->i", [(2, 3)], "E0309"),
    ],
)
def test_einsum_errors(text: str, shapes: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as e:
        einsum.infer(types(*shapes), (text,))
    assert e.value.code == code


def test_einsum_names_both_places() -> None:
    with pytest.raises(TypeRuleError) as e:
        einsum.infer(types((N, 3), (1, 5), (4, 2)), ("ij,jj,jk->ik",))
    assert e.value.message == 'sizes 3 and 5 of "j" differ'
    with pytest.raises(TypeRuleError) as e:
        einsum.infer(types((N, 3), (1, 5), (4, 2)), ("ij,ja,jk->ik",))
    assert [(n.operand, n.axis) for n in e.value.notes] == [(0, 1), (2, 0)]


TENSORDOTS: list[tuple[Any, ...]] = [
    ((2, 3), (3, 4), 1),
    ((2, 3, 4), (3, 4, 5), 2),
    ((2, 3), (4,), 0),
    ((2, 3, 4), (4, 5, 3), ((1, 2), (2, 0))),
    ((2, 3), (2, 5), (0, 0)),
    ((2, 3), (5, 3), ([-1], [-1])),
    ((3,), (3,), 1),
]


@pytest.mark.parametrize(("a", "b", "axes"), TENSORDOTS)
def test_tensordot(a: tuple[int, ...], b: tuple[int, ...], axes: Any) -> None:
    x, w = data(a, b)
    assert np.allclose(apply(tensordot, x, w, attrs=(axes,)), np.tensordot(x, w, axes), rtol=1e-13)
    check_vjp(tensordot, [x, w], (axes,))
    first = tensordot.infer((TensorType(F64, a), TensorType(F64, b)), (axes,))
    assert tensordot.infer((TensorType(F64, a), TensorType(F64, b)), first.attrs) == first


@pytest.mark.parametrize(
    ("shapes", "axes", "code"),
    [
        (((N, 3), (4, 2)), 1, "E0301"),
        (((N, 3), (3, 2)), 3, "E0309"),
        (((N, 3), (3, 2)), ((1,), (0, 1)), "E0309"),
        (((N, 3), (3, 2)), ((5,), (0,)), "E0306"),
        (((N, 3), (3, 2)), (1, 2, 3), "E0309"),
        (((N, 3), (3, 2)), ((1, 1), (0, 0)), "E0309"),
        (((N, 3), (3, 2)), ((1.5,), (0,)), "E0309"),
        (((N, 3), (3, 2)), "all", "E0309"),
        (((10**6,), (10**6,)), 0, "E0903"),
    ],
)
def test_tensordot_errors(shapes: Any, axes: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as e:
        tensordot.infer(types(*shapes), (axes,))
    assert e.value.code == code


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("ij,jk->ik", [(3, 2), (2, 4)]),
        ("bij,bjk->bik", [(2, 3, 2), (1, 2, 4)]),
        ("i,j->ji", [(3,), (2,)]),
        ("ij->", [(2, 3)]),
        ("ij,i->j", [(2, 3), (2,)]),
        ("ij,j->i", [(1, 3), (3,)]),
    ],
)
def test_masks_say_which_elements_can_have_a_cotangent(text: str, shapes: list[tuple[int, ...]]) -> None:
    """An element has one if its derivative with ones everywhere and the mask as the cotangent is positive."""
    b = Builder(CATALOGUE, default_float=F64)
    arrays = [np.ones(s) for s in shapes]
    operands = [parameter(b, a) for a in arrays]
    y = b.einsum(text, tuple(operands))
    mask = np.random.default_rng(3).random(y.shape) < 0.3
    given = parameter(b, mask)
    normal = y.value.node.attrs[0]
    masks = einsum.mask(b, given, tuple(operands), normal)  # type: ignore[operator]
    cotangents = einsum.vjp(b, b.cast(given, F64), y, tuple(operands), normal)  # type: ignore[operator]
    env = {t.value: a for t, a in zip((*operands, given), (*arrays, mask), strict=True)}
    values = evaluate(b.nodes, env)
    for m, c in zip(masks, cotangents, strict=True):
        assert np.array_equal(values[m.value], values[c.value] > 0)


def test_masks_of_diagonals() -> None:
    b = Builder(CATALOGUE)
    x = parameter(b, np.ones((2, 2)))
    mask = parameter(b, np.array([True, False]))
    (found,) = einsum.mask(b, mask, (x,), "ii->i")  # type: ignore[operator]
    values = evaluate(b.nodes, {x.value: np.ones((2, 2)), mask.value: np.array([True, False])})
    assert values[found.value].tolist() == [[True, False], [False, False]]
