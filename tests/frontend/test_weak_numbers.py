"""Numbers without a dtype: in which dtype they are computed, what they adopt, and that none leaves a program.

The right values are NumPy's in f64, closed forms and Python's integers.
"""

from __future__ import annotations

from math import log, pi, sqrt
from typing import Any

import numpy as np
import pytest

import graphc
from graphc.diagnostics import Diagnostics

X = np.array([1.0, 2.0, 4.0])
FLOATS = ["f32", "f64"]

# expressions beside an f64 x of size n = 3, a loop counter i (2), an input k: i64 (3), and their values in f64
BESIDE_F64 = {
    "sum(x) * (1 / n)": 7 * (1 / 3),
    "x / sqrt(n)": X / sqrt(3),
    "x * mean(x > 1.5)": X * (2 / 3),
    "arange(n) * 0.1 * x": np.arange(3) * 0.1 * X,
    "sum(x) + 0.5 * n * log(2 * pi)": 7 + 0.5 * 3 * log(2 * pi),
    "x * (1 / k)": X * (1 / 3),
    "x * sqrt(k)": X * sqrt(3),
    "x * k ** -1": X / 3,
    "x * 3 ** -1": X * (1 / 3),
    "x * mean([1, 2, 2])": X * (5 / 3),
    "x * linspace(0, 1, n) / 3": X * np.linspace(0, 1, 3) / 3,
    "x * full([n], 0.1)": X * 0.1,
    "x * (0.1 if k > 2 else 0.3)": X * 0.1,
    "x * where(x > 1.5, 0.1, 0.7)": X * np.where(X > 1.5, 0.1, 0.7),
    "x + exp(n) / (1 + 1 / k)": X + np.exp(3.0) / (1 + 1 / 3),
    "x * half(half(0.4))": X * 0.1,
    "x * variance([1, 2, 4])": X * np.var([1, 2, 4]),
    "x * max([0.1, 0.3])": X * 0.3,
    "x * u8(7) / 3": X * 7 / 3,
    "x * (u8(7) / 3)": X * (7 / 3),
}


@pytest.mark.parametrize("float_", FLOATS)
@pytest.mark.parametrize("expression", BESIDE_F64)
def test_beside_f64_nothing_is_lost(expression: str, float_: str) -> None:
    text = f"fn half(t) = t / 2\ninput x: f64[n]; input k: i64 = 3\noutput y = {expression}\n"
    program = graphc.loads(text, float=float_)
    found = program.compile()(x=X)["y"]
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, BESIDE_F64[expression], rtol=3e-16)
    assert program.run_eagerly(x=X)["y"].tobytes() == found.tobytes()
    for other in FLOATS:
        assert graphc.loads(str(program.optimised()), float=other).compile()(x=X)["y"].tobytes() == found.tobytes()


def test_a_loop_counter_becomes_a_weak_float() -> None:
    text = "input x: f64\ns = 0.0 * x\nfor i in range(11) { s += x * (i / 10) + 0.1 * i }\noutput s\n"
    expected = 0.0
    for i in range(11):
        expected += 3.0 * (i / 10) + 0.1 * i
    assert graphc.loads(text).compile()(x=3.0)["s"] == expected


@pytest.mark.parametrize(
    ("expression", "dtype", "value"),
    [
        ("1", "int64", 1),
        ("2 ** 62 + 2 ** 61", "int64", 2**62 + 2**61),
        ("0.1", "float32", np.float32(0.1)),
        ("1 / 3", "float32", np.float32(1 / 3)),
        ("[1, 2]", "int64", [1, 2]),
        ("[1, 2.5]", "float32", [1, 2.5]),
        ("mean([1, 2])", "float32", 1.5),
        ("linspace(0, 1, 3)", "float32", [0, 0.5, 1]),
        ("arange(3)", "int64", [0, 1, 2]),
        ("full([2], 7)", "int64", [7, 7]),
        ("full([2], true)", "bool", [True, True]),
        ("zeros([2])", "float32", [0, 0]),
        ("2 ** 200 / 2 ** 199", "float32", 2),
        ("map(twice, [1, 2])", "int64", [2, 4]),
        ("map(twice, [1.5, 2])", "float32", [3, 4]),
        ("fold(plus, 0, [1, 2, 3])", "int64", 6),
        ("fold(plus, 0, [1.5, 2, 3])", "float32", 6.5),
    ],
)
def test_what_leaves_has_a_dtype(expression: str, dtype: str, value: Any) -> None:
    functions = "fn twice(t) = t * 2\nfn plus(c, t) = c + t\n"
    for text in (f"{functions}output y = {expression}\n", f"{functions}y = {expression}\n"):
        program = graphc.loads(text)
        found = program.compile()()["y"]
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, value)
        eager = program.run_eagerly()["y"]
        assert (eager.dtype, eager.tobytes()) == (found.dtype, found.tobytes())
        again = graphc.loads(str(program.optimised()), float="f64").compile()()["y"]
        assert (again.dtype, again.tobytes()) == (found.dtype, found.tobytes())


def test_state_and_prints_have_a_dtype(capsys: pytest.CaptureFixture[str]) -> None:
    text = "var w: f32 = 0.1\nk = 1 / 3\nprint(k, 7)\nw = w + k\noutput w\n"
    program = graphc.loads(text)
    for other in FLOATS:
        assert graphc.loads(str(program.optimised()), float=other).compile()()["w"].dtype == np.float32
    assert set(capsys.readouterr().out.splitlines()) == {"0.33333334 7"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("maximum(p, 0)", [1, 0, 1]),
        ("where(p, 2, 0) + p", [3, 0, 3]),
        ("p + 1", [2, 1, 2]),
        ("[p[0], 1]", [1, 1]),
        ("where(p, p, 2)", [1, 2, 1]),
        ("sum(p)", 2),
        ("prod(p)", 0),
        ("cumsum(p)", [1, 1, 2]),
        ("p @ p", 2),
        ("p * f32(3)", [3.0, 0.0, 3.0]),
        ("mean(p)", np.float32(2 / 3)),
        ("maximum(p, not p)", [True, True, True]),
        ("minimum(p, p)", [True, False, True]),
        ("where(p, p, not p)", [True, True, True]),
    ],
)
def test_bools_with_numbers(expression: str, value: Any) -> None:
    program = graphc.loads(f"input p: bool[3]\noutput y = {expression}\n")
    found = program.compile()(p=[True, False, True])["y"]
    wanted = np.asarray(value)
    assert found.dtype.kind == wanted.dtype.kind
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("expression", ["p + p", "p - p", "p * p", "p / p", "p // p", "p % p", "p ** p", "-p"])
def test_bools_alone_are_no_numbers(expression: str) -> None:
    with pytest.raises(Diagnostics) as caught:
        graphc.loads(f"input p: bool[3]\noutput y = {expression}\n")
    (problem,) = caught.value.items
    assert (problem.code, problem.hint) == ("E0304", "cast: i64(p)")


A, B = 9007199254740993, 9007199254740992


@pytest.mark.parametrize(("a", "b"), [(A, B), (B, A), (-1, 2**64 - 1), (5, 5), (2**63 - 1, 2**63), (-(2**63), 2**63)])
@pytest.mark.parametrize(
    ("symbol", "name"), [("==", "eq"), ("!=", "ne"), ("<", "lt"), ("<=", "le"), (">", "gt"), (">=", "ge")]
)
def test_comparisons_of_signs_are_exact(a: int, b: int, symbol: str, name: str) -> None:
    step = graphc.loads(f"input a: i64; input b: u64\noutput y = a {symbol} b\noutput z = b {symbol} a\n").compile()
    found = step(a=a, b=np.uint64(b))
    assert (bool(found["y"]), bool(found["z"])) == (getattr(a, f"__{name}__")(b), getattr(b, f"__{name}__")(a))


@pytest.mark.parametrize(
    "expression", ["a + b", "a * b", "where(a > 0, a, b)", "concat([a, b])", "[a[0], b[0]]", "maximum(a, b)"]
)
@pytest.mark.parametrize("dtype", ["i8", "i64"])
def test_u64_and_signed_integers_have_no_common_dtype(expression: str, dtype: str) -> None:
    with pytest.raises(Diagnostics) as caught:
        graphc.loads(f"input a: {dtype}[3]; input b: u64[3]\noutput y = {expression}\n")
    (problem,) = caught.value.items
    assert problem.code == "E0304"
    listed = expression.startswith(("[", "concat"))
    assert problem.hint == "cast one of them: " + ("i64(…), or u64(…)" if listed else "i64(b), or u64(a)")


def test_with_a_float_they_have_one() -> None:
    step = graphc.loads("input a: i64; input b: u64; input c: f64\noutput y = where(c > 0, a, c) + b * c\n").compile()
    assert step(a=3, b=np.uint64(2), c=0.5)["y"] == 4.0


def test_an_exponent_found_negative_is_an_error() -> None:
    step = graphc.loads("input i: i64; input k: i64\noutput y = i ** k\n").compile()
    assert step(i=3, k=4)["y"] == 81
    with pytest.raises(Diagnostics, match="negative power"):
        step(i=3, k=-1)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("input n: i64 = 3\nc = n\nfor i in range(n) { c = c + 0.5 }\noutput c", "E0319"),
        ("input n: i64 = 3\nc = n\nif n > 2 { c = 0.5 }\noutput c", "E0318"),
        ("input x: f32\noutput y = x * 1e39", "E0305"),
        ("input i: i8\noutput y = i + 300", "E0305"),
        ("k = 2 ** 70\ninput i: i64\noutput y = i + k", "E0305"),
        ("output y = 2 ** 70", "E0305"),
    ],
)
def test_what_does_not_fit_is_an_error(program: str, code: str) -> None:
    with pytest.raises(Diagnostics) as caught:
        graphc.loads(program + "\n")
    assert caught.value.items[0].code == code


def test_weak_integers_wrap_at_run_time() -> None:
    text = "input p: bool\nk = 2 ** 62 + where(p, 1, 0)\nfor i in range(1) { k = k + k }\noutput k\n"
    assert graphc.loads(text).compile()(p=True)["k"] == (2**63 + 2) - 2**64
