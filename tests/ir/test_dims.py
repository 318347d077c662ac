"""The algebra of dimensions against Python's integers."""

from __future__ import annotations

import ast
import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphc.ir.dims import (
    Dim,
    Guard,
    Poly,
    bounds,
    ceildiv,
    decide_eq,
    decide_le,
    decide_lt,
    dim_max,
    dim_min,
    evaluate,
    floordiv,
    mod,
    power,
    product,
    substitute,
    symbol,
    symbols,
    symbols_in_order,
)

NAMES = ("k", "m", "n")
k, m, n = map(symbol, NAMES)

constants = st.integers(-7, 7)
environments = st.fixed_dictionaries({name: st.integers(0, 12) for name in NAMES})


def _divided(parts: tuple[Dim, Dim]) -> Dim:
    a, b = parts
    return a if b == 0 else floordiv(a, b)


def _combined(inner: st.SearchStrategy[Dim]) -> st.SearchStrategy[Dim]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] - p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        st.tuples(inner, st.integers(2, 6)).map(_divided),
        pairs.map(_divided),
        pairs.map(lambda p: dim_min(*p)),
        pairs.map(lambda p: dim_max(*p)),
    )


dims = st.recursive(st.one_of(constants, st.sampled_from([k, m, n])), _combined, max_leaves=6)


def value(dim: Dim, env: Mapping[str, int]) -> int | None:
    """None where a division is by zero."""
    try:
        return evaluate(dim, env)
    except ZeroDivisionError:
        return None


def read(text: str) -> Dim:
    """The dimension that a text denotes, by the functions under test."""

    def build(node: ast.expr) -> Dim:
        match node:
            case ast.Constant(int(number)):
                return number
            case ast.Name(name):
                return symbol(name)
            case ast.UnaryOp(ast.USub(), operand):
                return -build(operand)
            case ast.BinOp(left, ast.Pow(), ast.Constant(int(exponent))):
                return power(build(left), exponent)
            case ast.BinOp(left, operator, right):
                return OPERATORS[type(operator)](build(left), build(right))
            case ast.Call(ast.Name(name), args):
                return {"min": dim_min, "max": dim_max}[name](*map(build, args))
        raise ValueError(ast.dump(node))

    return build(ast.parse(text, mode="eval").body)


OPERATORS: dict[type[ast.operator], Callable[[Dim, Dim], Dim]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: floordiv,
}
BINARY: dict[str, tuple[Callable[[Dim, Dim], Dim], Callable[[int, int], int]]] = {
    "+": (lambda a, b: a + b, lambda a, b: a + b),
    "-": (lambda a, b: a - b, lambda a, b: a - b),
    "*": (lambda a, b: a * b, lambda a, b: a * b),
    "//": (floordiv, lambda a, b: a // b),
    "%": (mod, lambda a, b: a % b),
    "ceil": (ceildiv, lambda a, b: -(-a // b)),
    "min": (dim_min, min),
    "max": (dim_max, max),
}


@pytest.mark.parametrize("operator", BINARY)
@given(a=dims, b=dims, env=environments)
def test_evaluation_commutes_with_operators(operator: str, a: Dim, b: Dim, env: dict[str, int]) -> None:
    symbolic, plain = BINARY[operator]
    x, y = value(a, env), value(b, env)
    if x is None or y is None or (operator in ("//", "%") and y == 0) or (operator == "ceil" and y <= 0):
        return  # no value to agree with
    result = symbolic(a, b)
    assert evaluate(result, env) == plain(x, y)
    assert isinstance(result, int) or symbols(result) <= symbols(a) | symbols(b)


@given(a=dims, b=constants, exponent=st.integers(0, 3), env=environments)
def test_unary_power_product_and_plain_operands(a: Dim, b: int, exponent: int, env: dict[str, int]) -> None:
    x = value(a, env)
    if x is not None:
        assert evaluate(-a, env) == -x
        assert evaluate(power(a, exponent), env) == x**exponent
        assert evaluate(product([a, b, a]), env) == x * b * x
        assert (evaluate(b - a, env), evaluate(b * a, env), evaluate(b + a, env)) == (b - x, b * x, b + x)


@given(a=dims, b=dims, env=environments)
def test_decisions_never_contradict_values(a: Dim, b: Dim, env: dict[str, int]) -> None:
    x, y = value(a, env), value(b, env)
    if x is None or y is None:
        return
    assert decide_le(a, b) in (None, x <= y)
    assert decide_lt(a, b) in (None, x < y)
    assert decide_eq(a, b) in (None, x == y)
    low, high = bounds(a)
    assert (low is None or low <= x) and (high is None or x <= high)


@given(a=dims, env=environments)
def test_text_is_python_and_reads_back(a: Dim, env: dict[str, int]) -> None:
    assert read(str(a)) == a
    x = value(a, env)
    if x is not None:
        assert eval(str(a), {"min": min, "max": max}, dict(env)) == x


@given(a=dims, env=environments, replacement=dims)
def test_substitution_is_evaluation_in_steps(a: Dim, env: dict[str, int], replacement: Dim) -> None:
    inner = value(replacement, env)
    if inner is None:
        return
    outer = value(a, env | {"n": inner})
    if outer is not None and inner >= 0:
        assert evaluate(substitute(a, {"n": replacement}), env) == outer
    x = value(a, env)
    if x is not None:
        assert substitute(a, env) == x
        assert isinstance(substitute(a, env), int)


@given(a=dims, b=dims)
def test_normal_form_does_not_depend_on_the_way(a: Dim, b: Dim) -> None:
    assert a + b == b + a
    assert hash(a * b) == hash(b * a)
    assert a + b - b == a
    assert dim_min(a, b) == dim_min(b, a)
    assert dim_max(a, a) == a
    assert (a - a, 0 * a) == (0, 0)


@given(a=dims)
def test_substitution_without_effect_returns_the_same_object(a: Dim) -> None:
    assert substitute(a, {"z": 3}) is a
    assert substitute(a, {name: symbol(name) for name in NAMES}) == a


def test_constant_dimensions_are_plain_ints() -> None:
    assert [type(d) for d in (n - n, n + 1 - n, 0 * n, floordiv(n + 3, 4) - floordiv(n + 3, 4))] == [int] * 4
    assert (floordiv(7, 2), mod(-7, 2), ceildiv(7, 2), dim_min(3, 1), dim_max(3, 1), power(2, 5)) == (3, 1, 4, 1, 3, 32)
    assert (product([]), product([2, 3]), substitute(4, {"n": 1}), symbols(4), bounds(4)) == (
        1,
        6,
        4,
        frozenset(),
        (4, 4),
    )


TEXTS = [
    (n + 1, "n+1"),
    (2 * k, "2*k"),
    (1 + n**2 + k - 3 * n * k, "n**2-3*k*n+k+1"),
    (n - k + 1, "n-k+1"),
    (1 - n, "1-n"),
    (-n - 1, "-n-1"),
    (-floordiv(n, 2), "-(n//2)"),
    (1 - floordiv(n, 2), "1-n//2"),
    (3 * floordiv(n, 2) ** 2 * k, "3*k*(n//2)**2"),
    (floordiv(n + k, 2), "(k+n)//2"),
    (floordiv(n, k), "n//k"),
    (floordiv(n, k + 1), "n//(k+1)"),
    (floordiv(-1, k), "(-1)//k"),
    (floordiv(floordiv(n, k), m), "(n//k)//m"),
    (floordiv(n * k, k), "(k*n)//k"),
    (dim_min(3, n), "min(n, 3)"),
    (dim_max(n, 2, k) * k, "k*max(k, n, 2)"),
    (mod(n, 2), "n-2*(n//2)"),
]


@pytest.mark.parametrize(("dim", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_text(dim: Dim, text: str) -> None:
    assert str(dim) == text
    assert read(text) == dim


EQUAL = [
    ("exact", floordiv(2 * n, 2), n),
    ("constant part", floordiv(2 * n + 1, 2), n),
    ("terms split off", floordiv(4 * n + k + 9, 4), n + 2 + floordiv(k + 1, 4)),
    ("common factor", floordiv(2 * n + 3, 4), floordiv(n + 1, 2)),
    ("negative divisor", floordiv(n, -2), floordiv(-n, 2)),
    ("nested", floordiv(floordiv(n, 2), 3), floordiv(n, 6)),
    ("two strided convolutions", floordiv(floordiv(n - 1, 2), 2), floordiv(n - 1, 4)),
    ("divisor never zero", floordiv(k * (n + 1), n + 1), k),
    ("divisor never zero, quotient of polynomials", floordiv(n**2 - 1 + k * (n + 1), n + 1), n - 1 + k),
    ("divisor greater", floordiv(n, n + 1), 0),
    ("negative symbolic divisor", floordiv(n, -k - 1), floordiv(-n, k + 1)),
    ("bounded dividend", floordiv(dim_min(n, 3), 4), 0),
    ("min with 0", dim_min(n, 0), 0),
    ("max with 0", dim_max(n, 0), n),
    ("min of neighbours", dim_min(n, n + 1), n),
    ("flattened", dim_min(n, dim_min(k, 3)), dim_min(3, k, n)),
    ("clamped twice", dim_max(dim_max(n - 1, 0) - 1, 0), dim_max(n - 2, 0)),
    ("clamp without effect", dim_max(n - dim_min(n, 3), 0), n - dim_min(n, 3)),
    ("clamp with an effect", dim_max(n - dim_min(k, 3), 0), dim_max(n - k, n - 3, 0)),
    ("clamp without effect above another", dim_max(dim_max(k, 1) + 1, 0), dim_max(k, 1) + 1),
    ("absorbed", dim_min(n, dim_max(n, 3)), n),
    ("remainder of a multiple", mod(6 * n * k, 3), 0),
]


@pytest.mark.parametrize(("left", "right"), [case[1:] for case in EQUAL], ids=[case[0] for case in EQUAL])
def test_simplified(left: Dim, right: Dim) -> None:
    assert left == right


def test_a_symbol_may_be_zero() -> None:
    quotient = floordiv(n * k, k)
    assert quotient != n
    with pytest.raises(ZeroDivisionError):
        evaluate(quotient, {"n": 3, "k": 0})
    with pytest.raises(ZeroDivisionError):
        floordiv(n, 0)


DECIDED = [
    (decide_le(0, n), True),
    (decide_le(1, n), None),
    (decide_lt(n, 0), False),
    (decide_le(floordiv(n, 2), n), True),
    (decide_le(floordiv(n, k), n), True),
    (decide_le(0, n - dim_min(n, 3)), True),
    (decide_le(dim_min(n, 1), dim_min(n, 4)), True),
    (decide_le(dim_max(n, 4), n + k), None),
    (decide_lt(dim_max(n, k), n + k + 1), True),
    (decide_lt(mod(n, 3), 3), True),
    (decide_lt(mod(n, k), k), True),
    (decide_le(0, mod(n, k)), True),
    (decide_le(k * floordiv(n, k), n), True),
    (decide_le(n + 1, n), False),
    (decide_eq(n, n), True),
    (decide_eq(n, n + 1), False),
    (decide_eq(2 * n, 2 * k + 1), False),
    (decide_eq(n, k), None),
    (decide_eq(n, 3), None),
]


@pytest.mark.parametrize(("decision", "expected"), DECIDED)
def test_decided(decision: bool | None, expected: bool | None) -> None:
    assert decision is expected


def test_bounds() -> None:
    assert bounds(n + 3) == (3, None)
    assert bounds(2 - n) == (None, 2)
    assert bounds(n - k) == (None, None)
    assert bounds(mod(n, 5)) == (0, 4)
    assert bounds(dim_min(n, 3) * dim_min(k, 4)) == (0, 12)


def test_symbols() -> None:
    dim = dim_min(n, floordiv(k, m + 1)) + 1
    assert symbols(dim) == {"k", "m", "n"}
    assert symbols_in_order(dim) == ("k", "m", "n")
    with pytest.raises(KeyError, match="'m'"):
        evaluate(dim, {"n": 1, "k": 2})
    with pytest.raises(ValueError, match="-1"):
        power(n, -1)


def test_substitution_is_simultaneous() -> None:
    assert substitute(n - k, {"n": k, "k": n}) == k - n


def test_guards() -> None:
    even = Guard(2, "divides", n)
    assert str(even) == "n % 2 == 0"
    assert (even.holds({"n": 4}), even.holds({"n": 5})) == (True, False)
    assert str(Guard(k + 1, "divides", n * k)) == "(k*n) % (k+1) == 0"
    assert str(Guard(k, "<=", n + 1)) == "k <= n+1"
    assert [Guard(k, r, n).holds({"k": 2, "n": 2}) for r in ("==", "<=", "<", "divides")] == [True, True, False, True]
    assert [Guard(k, "divides", n).holds({"k": 0, "n": v}) for v in (0, 4)] == [True, False]
    assert {Guard(k, "<", n): 1}[Guard(symbol("k"), "<", symbol("n"))] == 1


def test_immutable_and_copyable() -> None:
    dim = floordiv(n + 1, k + 1) * dim_max(n, 3)
    assert isinstance(dim, Poly)
    with pytest.raises(AttributeError):
        dim.terms = ()  # type: ignore[misc]
    assert copy.deepcopy(dim) == dim
    assert pickle.loads(pickle.dumps(dim)) == dim
    assert symbol("n") is n


PROGRAM = """
import pickle, sys
from graphc.ir.dims import *
a, b, c = map(symbol, "abc")
d = dim_min(c, a, floordiv(b + c, a)) * (a + c - b) + dim_max(b, c, 2) * a * c
sys.stdout.buffer.write(pickle.dumps((d, str(d), symbols_in_order(d))))
"""


def test_text_and_pickles_do_not_depend_on_the_hash_seed() -> None:
    outputs = []
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed}
        run = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, check=True)
        outputs.append(pickle.loads(run.stdout))
    assert outputs[0] == outputs[1]
    assert {outputs[0][0]: 1}[outputs[1][0]] == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from(["pool", "clamp", "conv"]), max_size=12), environments)
def test_long_chains_stay_small(steps: list[str], env: dict[str, int]) -> None:
    """Sizes through a deep network collapse instead of nesting."""
    dim: Dim = n
    size = env["n"]
    for step in steps:
        if step == "pool":
            dim, size = floordiv(dim, 2), size // 2
        elif step == "clamp":
            dim, size = dim_max(dim - 1, 0), max(size - 1, 0)
        else:
            dim, size = floordiv(dim + 2 - 3, 2) + 1, (size + 2 - 3) // 2 + 1
    assert evaluate(dim, env) == size
    assert len(str(dim)) < 400


def test_bounds_of_deep_nesting_take_no_exponential_time() -> None:
    dim: Dim = n
    for _ in range(60):
        dim = dim_max(floordiv(dim + 1, k), 1) + m
    assert bounds(dim) == (1, None)
    assert evaluate(dim, {"n": 5, "k": 1, "m": 0}) == 65
