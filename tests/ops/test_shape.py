"""Views: values against NumPy, types on symbolic sizes, derivatives, and how they move masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp
from mask_checks import check_masks

from graphc.ir.dims import symbol
from graphc.ir.op import TypeRuleError
from graphc.ir.types import BOOL, F32, F64, I32, TensorType
from graphc.ops import CATALOGUE

n, m, k = symbol("n"), symbol("m"), symbol("k")
RNG = np.random.default_rng(3)
A = RNG.uniform(0.5, 2, (2, 3, 4))
V = RNG.uniform(0.5, 2, 5)

CASES: list[tuple[str, list[Any], tuple[Any, ...], Any]] = [
    ("reshape", [A], ((4, -1),), lambda x: x.ravel().reshape(4, 6)),
    ("reshape", [V[:1]], ((),), lambda x: x[0]),
    ("transpose", [A], (None,), lambda x: np.einsum("ijk->kji", x)),
    ("transpose", [A], ((1, -1, 0),), lambda x: np.einsum("ijk->jki", x)),
    ("squeeze", [A[:1, :, :1]], (None,), lambda x: x[0, :, 0]),
    ("squeeze", [A[:1, :, :1]], (-1,), lambda x: x[:, :, 0]),
    ("expand_dims", [A], ((0, -1),), lambda x: x[None, ..., None]),
    ("expand_dims", [A], (1,), lambda x: x[:, None]),
    ("flip", [A], (None,), lambda x: x[::-1, ::-1, ::-1]),
    ("flip", [A], (-1,), lambda x: x[..., ::-1]),
    ("roll", [A], (5, 1), lambda x: x[:, [1, 2, 0]]),
    ("roll", [A], (-5, None), lambda x: np.concatenate([x.ravel()[5:], x.ravel()[:5]]).reshape(x.shape)),
    ("broadcast_to", [A[:, :1]], ((5, 2, 3, 4),), lambda x: x[None] + np.zeros((5, 2, 3, 4))),
    ("broadcast_to", [A[:, :1]], ((2, 3, 4),), lambda x: np.concatenate([x, x, x], 1)),
    ("broadcast_to", [V], ((2, 5),), lambda x: np.stack([x, x])),
    ("broadcast_to", [A[0, 0, 0]], ((2, 5),), lambda x: np.full((2, 5), x)),
    ("tile", [A[0]], ((2, 1, 3),), lambda x: np.concatenate([np.concatenate([x] * 3, 1)[None]] * 2)),
    ("tile", [A], (2,), lambda x: np.concatenate([x, x], 2)),
    ("tile", [A[0]], ((3, 2),), lambda x: np.concatenate([np.concatenate([x] * 3, 0)] * 2, 1)),
    ("repeat", [A], (3, 1), lambda x: x[:, [0, 0, 0, 1, 1, 1, 2, 2, 2]]),
    ("repeat", [V], (2, None), lambda x: np.stack([x, x], 1).ravel()),
    ("concat", [A, A[:, :1]], (1,), lambda x, y: np.hstack([x, y])),
    ("concat", [V], (-1,), lambda x: x),
    ("stack", [A, 2 * A, A], (-1,), lambda x, y, z: np.array([x, y, z]).transpose(1, 2, 3, 0)),
    ("stack", [A[0, 0, 0], A[0, 0, 1]], (0,), lambda x, y: np.array([x, y])),
    ("pad", [A], (((0, 0), (1, 0), (0, 2)), 7, 0), lambda x: np.pad(x, ((0, 0), (1, 0), (0, 2)), constant_values=7)),
    ("pad", [V], (((1, 2),), 0, 2), lambda x: np.bincount(1 + 3 * np.arange(5), x.astype(float), 16)),
    ("pad", [V[:0]], (((1, 2),), 0, 2), lambda x: np.zeros(3)),
    ("pad", [A[0, 0, 0]], ((), 0, 0), lambda x: x),
    ("tril", [A], (0,), lambda x: x * (np.arange(3)[:, None] >= np.arange(4))),
    ("triu", [A], (-1,), lambda x: x * (np.arange(3)[:, None] <= np.arange(4) + 1)),
    ("diagonal", [A], (1,), lambda x: x[:, [0, 1, 2], [1, 2, 3]]),
    ("diagonal", [A], (-2,), lambda x: x[:, [2], [0]]),
    ("diagonal", [A], (9,), lambda x: x[:, 0, :0]),
    ("diagonal_matrix", [A], (4, 5, 1), lambda x: np.einsum("...i,ij->...ij", x, np.eye(4, 5, 1))),
    ("diagonal_matrix", [A], (5, 5, -1), lambda x: np.pad(np.einsum("...i,ij->...ij", x, np.eye(4)),
                                                         ((0, 0), (0, 0), (1, 0), (0, 1)))),
    ("diag", [V], (-1,), lambda x: np.pad(np.eye(5) * x, ((1, 0), (0, 1)))),
    ("diag", [A[0]], (1,), lambda x: x[[0, 1, 2], [1, 2, 3]]),
]  # fmt: skip
IDS = [f"{i}-{c[0]}" for i, c in enumerate(CASES)]


@pytest.mark.parametrize(("name", "arrays", "attrs", "expected"), CASES, ids=IDS)
def test_values(name: str, arrays: list[Any], attrs: tuple[Any, ...], expected: Any) -> None:
    for dtype in (np.float64, np.float32, np.int8, np.bool_):
        given = [np.asarray(a).astype(dtype) for a in arrays]
        found = apply(CATALOGUE[name], *given, attrs=attrs)
        np.testing.assert_array_equal(np.asarray(found, float), np.asarray(expected(*given), float))


@pytest.mark.parametrize(("name", "arrays", "attrs", "expected"), CASES, ids=IDS)
def test_derivatives_and_masks(name: str, arrays: list[Any], attrs: tuple[Any, ...], expected: Any) -> None:
    check_vjp(CATALOGUE[name], arrays, attrs)
    check_masks(CATALOGUE[name], arrays, attrs)


@pytest.mark.parametrize(("name", "arrays", "attrs", "expected"), CASES, ids=IDS)
def test_normal_form_is_fixed(name: str, arrays: list[Any], attrs: tuple[Any, ...], expected: Any) -> None:
    types = tuple(TensorType(F64, np.shape(a)) for a in arrays)
    once = CATALOGUE[name].infer(types, attrs)
    assert CATALOGUE[name].infer(types, once.attrs) == once
    assert not once.guards


@pytest.mark.parametrize("sections", [2, [1, 1, 3], [0]])
def test_split(sections: Any) -> None:
    x = RNG.uniform(-1, 1, (3, 4))
    found = apply(CATALOGUE["split"], x, attrs=(sections, 1))
    for part, expected in zip(found, np.split(x, sections, 1), strict=True):
        np.testing.assert_array_equal(part, expected)
    check_vjp(CATALOGUE["split"], [x], (sections, -1))
    check_masks(CATALOGUE["split"], [x], (sections, -1))


def test_split_into_one() -> None:
    np.testing.assert_array_equal(apply(CATALOGUE["split"], V, attrs=(1, 0)), V)
    check_vjp(CATALOGUE["split"], [V], (1, 0))


def infer(name: str, shape: tuple[Any, ...], *attrs: Any) -> Any:
    return CATALOGUE[name].infer((TensorType(F32, shape),), attrs)


@pytest.mark.parametrize(
    ("name", "shape", "attrs", "result", "guards"),
    [
        ("reshape", (n, k, 3), ((-1, k),), (3 * n, k), []),
        ("reshape", (n, 6), ((2 * n, -1),), (2 * n, 3), []),
        ("reshape", (n, m), ((-1,),), (n * m,), []),
        ("reshape", (n * m,), ((m, n),), (m, n), []),
        ("reshape", (n,), ((m,),), (m,), ["m == n"]),
        ("squeeze", (n, 1), (None,), (n,), []),
        ("squeeze", (n, 1), (0,), (1,), ["n == 1"]),
        ("broadcast_to", (n, 1), ((2, n, m),), (2, n, m), []),
        ("tile", (n, 3), ((k, 2),), (k * n, 6), []),
        ("repeat", (n,), (k, None), (k * n,), []),
        ("pad", (n,), (((1, 2),), 0, 0), (n + 3,), []),
        ("pad", (n,), (((k - 1, 0),), 0, 0), (n + k - 1,), ["0 <= k-1"]),
        ("pad", (n,), (((-1, 2),), 0, 0), (n + 1,), []),
        ("pad", (n,), (((-2, -1),), 0, 0), (n - 3,), ["0 <= n-3"]),
        ("diagonal", (n, n), (0,), (n,), []),
        ("diag", (n,), (2,), (n + 2, n + 2), []),
    ],
)
def test_symbolic_types(name: str, shape: Any, attrs: Any, result: Any, guards: list[str]) -> None:
    inferred = infer(name, shape, *attrs)
    assert inferred.types == (TensorType(F32, result),)
    assert [str(g) for g in inferred.guards] == guards
    assert infer(name, shape, *inferred.attrs) == inferred


@pytest.mark.parametrize(
    ("name", "shape", "attrs", "code"),
    [
        ("reshape", (2, 3), ((4,),), "E0310"),
        ("reshape", (2, 3), ((-1, 4),), "E0310"),
        ("reshape", (2, 3), ((-1, -1),), "E0309"),
        ("reshape", (0, 3), ((-1, 0),), "E0309"),
        ("reshape", (2, 3), ((-2, -3),), "E0309"),
        ("reshape", (n,), ((n + 1,),), "E0310"),
        ("transpose", (2, 3), ((0, 0),), "E0309"),
        ("transpose", (2, 3), ((0, 2),), "E0306"),
        ("squeeze", (2, 3), (0,), "E0310"),
        ("squeeze", (2, 3), (2,), "E0306"),
        ("expand_dims", (2, 3), (4,), "E0306"),
        ("flip", (2, 3), (2,), "E0306"),
        ("roll", (2, 3), (1, 2), "E0306"),
        ("broadcast_to", (2, 3), ((3, 3),), "E0302"),
        ("broadcast_to", (2, 3), ((3,),), "E0302"),
        ("broadcast_to", (n,), ((m,),), "E0302"),
        ("broadcast_to", (1,), ((10**6, 10**6),), "E0903"),
        ("tile", (n, 10**6), ((1, 10**6),), "E0903"),
        ("repeat", (2, 3), (2, None), "E0306"),
        ("pad", (2, 3), (((1, 1),), 0, 0), "E0309"),
        ("pad", (2,), (((-2, -1),), 0, 0), "E0309"),
        ("pad", (2,), (((1, 1),), 0, -1), "E0309"),
        ("pad", (2,), (((1, 1),), 0, (1, 1)), "E0309"),
        ("pad", (2,), (((1, 1),), n, 0), "E0309"),
        ("repeat", (2,), (-1, None), "E0309"),
        ("split", (5,), (2, 0), "E0310"),
        ("split", (5,), ((3, 2), 0), "E0307"),
        ("split", (5,), ((6,), 0), "E0307"),
        ("split", (5,), (0, 0), "E0309"),
        ("tril", (5,), (0,), "E0311"),
        ("diag", (5, 5, 5), (0,), "E0311"),
        ("diagonal_matrix", (5,), (4, 4, 0), "E0310"),
    ],
)
def test_errors(name: str, shape: Any, attrs: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as raised:
        infer(name, shape, *attrs)
    assert raised.value.code == code


def test_joining_errors() -> None:
    concat, stack = CATALOGUE["concat"], CATALOGUE["stack"]
    assert concat.infer((TensorType(F32, (n, 3)), TensorType(F32, (m, 3))), (0,)).types[0].shape == (n + m, 3)
    for types, code in [
        ([(n, 3), (m, 2)], "E0310"),
        ([(n, 3), (m,)], "E0311"),
        ([(), ()], "E0311"),
    ]:
        with pytest.raises(TypeRuleError) as raised:
            concat.infer(tuple(TensorType(F32, t) for t in types), (0,))
        assert raised.value.code == code
    with pytest.raises(TypeRuleError, match="sizes n and m of axis 0"):
        stack.infer((TensorType(F32, (n,)), TensorType(F32, (m,))), (0,))


def test_values_of_pad_fit_the_dtype() -> None:
    pad = CATALOGUE["pad"]
    assert pad.infer((TensorType(BOOL, (2,)),), (((1, 1),), 0, 0)).attrs[1] is False
    for value in (0.5, 2**40, float("inf")):
        with pytest.raises(TypeRuleError, match=r"is no i32|does not fit i32"):
            pad.infer((TensorType(I32, (2,)),), (((1, 1),), value, 0))


@pytest.mark.parametrize(
    ("name", "shape", "attrs"),
    [
        ("concat", (0, 3), (0,)),
        ("transpose", (0, 3), (None,)),
        ("flip", (0,), (0,)),
        ("roll", (0,), (2, 0)),
        ("tile", (0, 2), ((2, 2),)),
        ("repeat", (0,), (2, 0)),
        ("reshape", (0, 3), ((3, 0),)),
        ("tril", (0, 3), (0,)),
        ("diagonal", (0, 3), (0,)),
    ],
)
def test_nothing(name: str, shape: Any, attrs: Any) -> None:
    assert apply(CATALOGUE[name], np.zeros(shape), attrs=attrs).size == 0
    check_vjp(CATALOGUE[name], [np.zeros(shape)], attrs)
