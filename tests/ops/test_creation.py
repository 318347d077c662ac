"""Tensors from sizes and numbers: values, dtypes, sizes and their limits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from evaluation import apply

from graphc.ir.dims import symbol
from graphc.ir.op import TypeRuleError
from graphc.ir.types import BOOL, F32, F64, I8, I64, NUMBERS, STR, U8, WEAK_FLOAT, WEAK_INT, DType, TensorType
from graphc.ops import CATALOGUE

n = symbol("n")
ALL = sorted(NUMBERS | {BOOL})


def infer(name: str, *attrs: Any) -> Any:
    return CATALOGUE[name].infer((), attrs)


@pytest.mark.parametrize("dtype", ALL, ids=str)
def test_dtypes(dtype: DType) -> None:
    assert apply(CATALOGUE["zeros"], attrs=((2, 0), dtype)).shape == (2, 0)
    assert apply(CATALOGUE["zeros"], attrs=(3, dtype)).tolist() == [0, 0, 0]
    assert apply(CATALOGUE["ones"], attrs=((), dtype)) == 1
    assert apply(CATALOGUE["full"], attrs=(2, 1, dtype)).tolist() == [1, 1]
    assert apply(CATALOGUE["eye"], attrs=(2, 3, 1, dtype)).tolist() == [[0, 1, 0], [0, 0, 1]]
    if dtype is not BOOL:
        assert apply(CATALOGUE["arange"], attrs=(7, 1, -3, dtype)).tolist() == [7, 4]


def test_arange() -> None:
    assert infer("arange", 5, None, 1, I64).attrs == (0, 5, 1, I64)
    assert apply(CATALOGUE["arange"], attrs=(5, None, 1, I64)).tolist() == [0, 1, 2, 3, 4]
    assert apply(CATALOGUE["arange"], attrs=(2, -4, -2, I64)).tolist() == [2, 0, -2]
    assert apply(CATALOGUE["arange"], attrs=(3, 1, 1, F32)).tolist() == []
    steps = apply(CATALOGUE["arange"], attrs=(0, 1, 0.1, F64))
    assert steps.tolist() == [0.1 * i for i in range(10)]
    big = apply(CATALOGUE["arange"], attrs=(2**62, 2**62 + 2, 1, I64))
    assert big.tolist() == [2**62, 2**62 + 1]
    rounded = apply(CATALOGUE["arange"], attrs=(0, 3, 0.1, F32))
    assert all(abs(Fraction(float(x)) - Fraction(i, 10)) <= Fraction(1, 10**6) for i, x in enumerate(rounded))
    assert len(rounded) == 30


@pytest.mark.parametrize(
    ("attrs", "size", "guards"),
    [
        ((n, None, 1, I64), "n", []),
        ((1, n, 1, I64), "max(n-1, 0)", []),
        ((0, n, 2, I64), "(n+1)//2", []),
        ((n, 0, -1, I64), "n", []),
        ((0, 2 * n, 2, F32), "n", []),
    ],
)
def test_symbolic_arange(attrs: Any, size: str, guards: list[str]) -> None:
    inferred = infer("arange", *attrs)
    assert str(inferred.types[0].shape[0]) == size
    assert [str(g) for g in inferred.guards] == guards
    assert infer("arange", *inferred.attrs) == inferred


def test_linspace() -> None:
    found = apply(CATALOGUE["linspace"], attrs=(0, 1, 11, F32))
    assert found.tolist() == [float(np.float32(i / 10)) for i in range(11)]
    assert apply(CATALOGUE["linspace"], attrs=(2, 3, 1, F64)).tolist() == [2]
    assert apply(CATALOGUE["linspace"], attrs=(2, 3, 0, WEAK_FLOAT)).tolist() == []


def test_sizes_may_be_symbols() -> None:
    assert infer("zeros", [n, 3], F32).types == (TensorType(F32, (n, 3)),)
    inferred = infer("ones", [n - 1], F32)
    assert [str(g) for g in inferred.guards] == ["0 <= n-1"]
    assert infer("eye", n, None, 0, F64).types == (TensorType(F64, (n, n)),)


@pytest.mark.parametrize(
    ("name", "attrs", "code"),
    [
        ("zeros", ([1000000, 1000000], F64), "E0903"),
        ("ones", ([2**40, n], BOOL), "E0903"),
        ("eye", (10**6, None, 0, F32), "E0903"),
        ("arange", (10**12, None, 1, I64), "E0903"),
        ("linspace", (0, 1, 10**12, F32), "E0903"),
        ("zeros", ([-1], F32), "E0309"),
        ("zeros", ([2], STR), "E0304"),
        ("full", ([2], 0.5, I64), "E0304"),
        ("full", ([2], 256, U8), "E0305"),
        ("full", ([2], float("nan"), I8), "E0304"),
        ("arange", (0, 1, 0.1, I64), "E0304"),
        ("arange", (0, 1, 0, I64), "E0309"),
        ("arange", (0, float("inf"), 1, F32), "E0309"),
        ("arange", (300, None, 1, U8), "E0309"),
        ("arange", (0, 4, n, I64), "E0309"),
        ("arange", (0, 4, 1, BOOL), "E0304"),
        ("linspace", (0, 1, 3, I64), "E0304"),
        ("linspace", (0, 1, -1, F32), "E0309"),
    ],
)
def test_errors(name: str, attrs: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as raised:
        infer(name, *attrs)
    assert raised.value.code == code


def test_the_limit_is_generous() -> None:
    assert infer("zeros", [2**35], F64).types[0].size == 2**35
    assert infer("zeros", [0, 2**60], F64).types[0].size == 0


def test_a_value_keeps_its_place_in_the_lattice() -> None:
    assert infer("full", (2,), 1, F32).attrs == ((2,), 1.0, F32)
    assert infer("full", (2,), 2.0, WEAK_INT).attrs == ((2,), 2, WEAK_INT)
    assert infer("full", (2,), 1, BOOL).attrs == ((2,), True, BOOL)
