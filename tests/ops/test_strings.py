"""Strings: evaluation, type rules, and what stands between a string and the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphc.ir.constant import Constant
from graphc.ir.dims import symbol
from graphc.ir.op import EvaluationError, NotDifferentiable
from graphc.ir.types import BOOL, F32, I64, STR, TensorType
from graphc.ops import CATALOGUE, strings


def words(*items: Any) -> Any:
    return np.array(items, object)


def test_join_broadcasts_like_python() -> None:
    names = words(["a", "b", "c"], ["d", "e", "f"])
    joined = strings.join.evaluate((words("x", "y", "z"), names, np.array("!", object)), "-")
    assert joined.dtype == object
    assert joined.tolist() == [["x-a-!", "y-b-!", "z-c-!"], ["x-d-!", "y-e-!", "z-f-!"]]
    assert strings.join.evaluate(("hello", "world"), " ").item() == "hello world"  # single strings may be bare
    assert strings.join.evaluate((words(), words()), " ").shape == (0,)
    assert strings.join.evaluate((names.T[::2],), ",").tolist() == names.T[::2].tolist()


def test_join_refuses_what_takes_all_memory() -> None:
    long = np.broadcast_to(np.array("a" * 1000, object), (1000, 1000))
    with pytest.raises(EvaluationError) as caught:
        strings.join.evaluate((long, words("b")), "")
    assert caught.value.code == "E0902"


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("length", ["", "abc", "é∑😀"], [0, 3, 3]),
        ("upper", ["abc", "straße", "É"], ["ABC", "STRASSE", "É"]),
        ("lower", ["ABC", "É", "1"], ["abc", "é", "1"]),
        ("format", ["a b", ""], ["a b", ""]),
    ],
)
def test_of_strings(name: str, given: list[str], expected: list[object]) -> None:
    op = CATALOGUE[name]
    found = op.evaluate(words(*given))
    assert found.tolist() == expected
    assert found.dtype == op.infer((TensorType(STR, (3,)),), ()).types[0].dtype.numpy  # type: ignore[union-attr]
    assert op.evaluate(given[1]).shape == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float32(0.1), "0.1"), (np.float64(1e-7), "1e-07"), (np.float32("nan"), "nan"), (np.int8(-3), "-3"),
        (np.True_, "true"), (np.uint64(2**64 - 1), str(2**64 - 1)),
        (np.array("é", object), "é"),
    ],
)  # fmt: skip
def test_format_writes_as_print_does(value: Any, text: str) -> None:
    assert strings.format_.evaluate(value).item() == text


def test_types() -> None:
    n = symbol("n")
    a, b = TensorType(STR, (n,)), TensorType(STR)
    assert strings.join.infer((a, b), (" ",)).types == (a,)
    assert strings.length.infer((a,), ()).types == (TensorType(I64, (n,)),)
    assert strings.format_.infer((TensorType(F32, (n, 2)),), ()).types == (TensorType(STR, (n, 2)),)
    assert CATALOGUE["less"].infer((a, b), ()).types == (TensorType(BOOL, (n,)),)
    assert all(isinstance(op.vjp, NotDifferentiable) for op in strings.RECORDS)


def test_comparisons_and_order() -> None:
    a, b = words("a", "b", "é"), words("b", "b", "e")
    assert CATALOGUE["less"].evaluate(a, b).tolist() == [True, False, False]
    assert CATALOGUE["equal"].evaluate(a, b).dtype == np.bool_
    assert CATALOGUE["sort"].evaluate(words("c", "a", "b"), 0, True).tolist() == ["c", "b", "a"]
    assert CATALOGUE["where"].evaluate(np.array([True, False, True]), a, b).tolist() == ["a", "b", "é"]


def test_updates_store_strings_and_not_arrays() -> None:
    x = words("a", "b")
    changed = CATALOGUE["set_strided"].evaluate(x, np.array("z", object), (0,), (None,), (0,))
    assert changed.tolist() == ["z", "b"]
    assert all(type(item) is str for item in changed)
    assert x.tolist() == ["a", "b"]


def test_constants_are_equal_by_their_text() -> None:
    first = Constant(words("".join(["a", "bc"]), "d"), STR)
    second = Constant(words("abc", "".join(["", "d"])), STR)
    assert first == second
    assert hash(first) == hash(second)
    assert first != Constant(words("abc", "e"), STR)
    assert Constant.scalar("1", STR).value == "1"
