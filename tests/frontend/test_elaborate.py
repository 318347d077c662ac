"""The elaborator: types, weak numbers, sizes, traces, captures, state, outputs, warnings, and very deep programs."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from graphc.diagnostics import Diagnostics
from graphc.driver import CATALOGUE, Options, compile_source, executable
from graphc.driver.session import Session
from graphc.frontend.elaborate.session import Elaborated
from graphc.ir.types import F32, F64, DType
from graphc.ir.verify import verify
from graphc.source import Source


def elaborated(text: str, default_float: DType = F32) -> Elaborated:
    found = compile_source(Source("p.g", dedent(text)), Options(default_float))
    verify(found.graph, CATALOGUE)
    return found


def errors(text: str) -> list[tuple[str, int]]:
    """Codes and lines of what is wrong with a program."""
    with pytest.raises(Diagnostics) as raised:
        compile_source(Source("p.g", dedent(text)), Options())
    return [(d.code, d.primary.span.line if d.primary else 0) for d in raised.value.items]


def run(text: str, steps: int = 1, default_float: DType = F32, **feeds: Any) -> Mapping[str, Any]:
    """The outputs of the last of `steps` runs."""
    graph = elaborated(text, default_float).graph
    session = Session(graph, executable(graph, Options(default_float)), write=lambda text: None)
    binding = session.bind(feeds)
    for _ in range(steps):
        outputs = session.step(binding)
    return outputs


def types(text: str, default_float: DType = F32) -> dict[str, str]:
    """The types of the outputs, as they print."""
    return {o.name: str(o.value.type) for o in elaborated(text, default_float).graph.outputs}


# ---------------------------------------------------------------- types of results


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("a + a", "f32[n, 3]"),
        ("a + b", "f64[n, 3]"),
        ("a * 2", "f32[n, 3]"),
        ("a * 2.5", "f32[n, 3]"),
        ("k * 2", "i64"),
        ("k / 2", "f32"),
        ("k * 0.5", "f32"),
        ("k * a", "f32[n, 3]"),
        ("a > 0", "bool[n, 3]"),
        ("a @ a.T", "f32[n, n]"),
        ("sum(a)", "f32"),
        ("sum(a, axis=0)", "f32[3]"),
        ("sum(a, axis=-1, keepdims=true)", "f32[n, 1]"),
        ("a[0]", "f32[3]"),
        ("a[:, 1:]", "f32[n, 2]"),
        ("a[..., None]", "f32[n, 3, 1]"),
        ("a[[0, 1, 0]]", "f32[3, 3]"),
        ("a.shape", "i64[2]"),
        ("n", "i64"),
        ("n * 2.0", "f32"),
        ("sqrt(n)", "f32"),
        ("sqrt(2)", "f32"),
        ("1", "i64"),
        ("1 / 2", "f32"),
        ("1 + 2.5", "f32"),
        ("1 < 2", "bool"),
        ("[1, 2]", "i64[2]"),
        ("[1, 2.5]", "f32[2]"),
        ("[a, a]", "f32[2, n, 3]"),
        ("f64(1)", "f64"),
        ("-k", "i64"),
        ("k ** 2", "i64"),
        ("k ** -1", "f32"),
        ("a ** 2", "f32[n, 3]"),
        ("2 ** a", "f32[n, 3]"),
        ("i8(1) + k", "i64"),
        ("i8(1) + u8(1)", "i16"),
        ("not (a > 0)", "bool[n, 3]"),
        ("1 if true else 2.5", "i64"),
        ("grad(sum(a), a)", "f32[n, 3]"),
        ("hessian(sum(a[0] ** 2), a)", "f32[n, 3, n, 3]"),
    ],
)
def test_types(expression: str, kind: str) -> None:
    assert types(f"input a: f32[n, 3]\ninput b: f64[n, 3]\ninput k: i64\noutput y = {expression}")["y"] == kind


# ---------------------------------------------------------------- weak numbers


def test_weak_number_has_the_bits_of_numpy() -> None:
    x = np.array([0.1, 3.0, 1e300])
    assert run("input x: f64[n]\nk = 0.1\noutput y = k * x", x=x)["y"].tobytes() == (0.1 * x).tobytes()
    assert (
        run("input x: f64[n]\nfn third() = 1 / 3\noutput y = third() * x", x=x)["y"].tobytes()
        == (x * (1 / 3)).tobytes()
    )


def test_weak_number_takes_each_dtype_it_meets() -> None:
    out = run("k = 0.1\ninput x: f64 = 1.0\ninput y: f32 = 1.0\noutput a = k * x\noutput b = k * y\noutput c = f64(k)")
    assert (out["a"], out["b"], out["c"]) == (0.1, np.float32(0.1), 0.1)


def test_weak_number_stays_weak_through_generic_calls() -> None:
    out = run("fn half(t) = t / 2\nk = half(half(0.4))\ninput x: f64 = 1.0\noutput y = x * k")
    assert out["y"] == 0.1
    assert types("fn half(t) = t / 2\nk = half(0.4)\noutput k") == {"k": "f32"}


def test_weak_integers_are_unbounded() -> None:
    assert run("big = 2 ** 200\noutput y = f64(big / 2 ** 199)")["y"] == 2.0
    assert errors("big = 2 ** 200\ninput k: i64\noutput y = big + k") == [("E0305", 3)]


@pytest.mark.parametrize(("default", "expected"), [(F32, np.float32), (F64, np.float64)])
def test_float_is_the_default_of_the_run(default: DType, expected: type) -> None:
    out = run("a = 1 / 3\noutput a\noutput b = zeros([2])\noutput c = float(1)\noutput d = i64(3) / 2", 1, default)
    assert {v.dtype.type for v in out.values()} == {expected}
    assert out["a"] == expected(1 / 3)
    assert types("input x: float\noutput y = x", default)["y"] == default.name


def test_dtype_of_a_weak_number_never_shows() -> None:
    for text in ("output y = inv(2)", "output y = 1.5 @ 2", "x: i64 = 1.5", "output y = [1, 2] + [1.5, 2, 3]",
                 "var s: bool = 1", "input i: i64[3]\noutput y = i[1.5]", "output y = bit_and(1.5, 2)"):  # fmt: skip
        with pytest.raises(Diagnostics) as raised:
            compile_source(Source("p.g", text), Options())
        assert "weak" not in str(raised.value)


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("f32[n + 1]", "f32[n+1]"),
        ("f32[2*n]", "f32[2*n]"),
        ("f32[n*m - 1]", "f32[m*n-1]"),
        ("f32[n*n]", "f32[n**2]"),
        ("f32[n ** 2]", "f32[n**2]"),
        ("f32[n // 2]", "f32[n//2]"),
        ("f32[(n + m) * 2 - 2*m]", "f32[2*n]"),
        ("f32[max(n, 3)]", "f32[max(n, 3)]"),
        ("f32[n - n + 3]", "f32[3]"),
    ],
)
def test_sizes_of_declarations(declared: str, shown: str) -> None:
    text = f"input a: f32[n]\ninput b: f32[m]\ninput x: {declared}\noutput y = x"
    assert types(text)["y"] == shown


def test_sizes_that_are_equal_fit() -> None:
    assert (
        types("input a: f32[2*n + 2]\ninput b: f32[n + n + 2]\ninput c: f32[n]\noutput y = a + b")["y"] == "f32[2*n+2]"
    )
    assert types("k = 3\ninput a: f32[k, k - 1]\noutput y = a")["y"] == "f32[3, 2]"


def test_fresh_sizes_differ() -> None:
    assert errors("input a: f32[?]\ninput b: f32[?]\noutput y = a + b") == [("E0302", 3)]
    shapes = types("input a: f32[?]\ninput d1: f32[2]\ninput b: f32[?]\noutput p = a\noutput q = b")
    assert len(set(shapes.values())) == 2


def test_size_is_a_number() -> None:
    out = run("input x: f32[n]\noutput m = sum(x) / n\noutput k = n + 1\noutput z = zeros([n - 1])", x=[1.0, 2.0, 6.0])
    assert (out["m"], out["k"], out["z"].shape) == (3.0, 4, (2,))


def test_what_is_computed_from_sizes_is_i64_even_if_it_is_known() -> None:
    text = """
    input x: f32[n]
    fn twice(a) = 2 * a
    z = n * 0
    output a = n * 0 + 1
    output b = z + 1
    output c = twice(n - n + 1)
    output d = [n, z, n - n]
    """
    assert types(text) == {"a": "i64", "b": "i64", "c": "i64", "d": "i64[3]"}
    out = run(text, x=[1.0])
    assert [v.tolist() for v in out.values()] == [1, 1, 2, [1, 0, 0]]


def test_size_is_unknown_without_a_bare_symbol() -> None:
    assert errors("input x: f32[n + m]\ninput y: f32[n]\noutput s = sum(x)") == [("E0314", 1)]
    assert types("input x: f32[n + m]\nvar y: f32[n, m] = zeros([n, m])\noutput s = sum(x)")["s"] == "f32"


def test_guards() -> None:
    text = "input x: f32[n]\noutput y = reshape(x, [n // 2, 2])"
    assert run(text, x=[1.0, 2.0])["y"].tolist() == [[1.0, 2.0]]
    with pytest.raises(Diagnostics, match="E0602"):
        run(text, x=[1.0, 2.0, 3.0])


# ---------------------------------------------------------------- traces


@pytest.mark.parametrize(
    ("loop", "printed"),
    [
        ("for i in range(2) { s += x[4] }", []),
        ("for v in x { s += x[4] }", []),
        ("for v in x { for w in x { s += x[4] } }", []),
        ("for i in range(2) { if s > 5 { s += x[4] } }", ["begins\n"]),
        ("while s > 5 { s -= x[4] }", ["begins\n"]),
        ("for i in range(i64(s)) { s -= x[4] }", ["begins\n"]),
    ],
)
def test_guards_of_loops_that_surely_take_a_step_are_checked_first(loop: str, printed: list[str]) -> None:
    graph = elaborated(f'input x: f32[n]\nprint("begins")\ns: f32 = 9.0\n{loop}\noutput s').graph
    shown: list[str] = []
    session = Session(graph, executable(graph, Options()), write=shown.append)
    with pytest.raises(Diagnostics, match="E0602"):
        session.step(session.bind({"x": [1.0]}))
    assert shown == printed


def traces(text: str) -> list[str]:
    return [t.function.name for t in elaborated(text).traces]


def test_a_trace_serves_calls_of_one_signature() -> None:
    base = "fn f(a, b) = a * b + 1\ninput x: f32[3]\ninput y: f32[3]\ninput z: f64[3]\n"
    assert traces(f"{base}output p = f(x, y)\noutput q = f(y, x)\noutput r = f(x + y, p)") == ["f"]
    assert traces(f"{base}output p = f(x, y)\noutput q = f(x, z)") == ["f", "f"]
    assert traces(f"{base}output p = f(x, 2)\noutput q = f(x, 3)") == ["f"]
    assert traces(f"{base}output p = f(x, 2)\noutput q = f(x, 2.0)") == ["f", "f"]
    assert traces(f"{base}output p = f(x, x[:2][0])\noutput q = f(x, y[0])") == ["f"]


def test_numbers_that_the_body_looks_at_make_their_own_traces() -> None:
    base = "input X: f32[2, 3]\nfn along(X, k) = sum(X, axis=k)\n"
    assert traces(f"{base}output a = along(X, 0)\noutput b = along(X, 1)\noutput c = along(X, 0)") == ["along"] * 2
    nested = f"{base}fn outer(X, k) = along(X, k - 1)\noutput a = outer(X, 1)\noutput b = outer(X, 2)\n"
    assert sorted(traces(nested)) == ["along"] * 2 + ["outer"] * 2
    assert types(nested) == {"a": "f32[3]", "b": "f32[2]"}
    shared = f"{base}fn scaled(X, k, by) = by * along(X, k)\noutput a = scaled(X, 0, 2)\noutput b = scaled(X, 0, 3)"
    assert sorted(traces(shared)) == ["along", "scaled"]


def test_numbers_keep_their_values_in_a_shared_trace() -> None:
    out = run("fn f(x, k) = k * x + k\ninput x: f32 = 1.0\noutput a = f(x, 2)\noutput b = f(x, 3)\noutput c = f(2, 5)")
    assert (out["a"], out["b"], out["c"]) == (4, 6, 15)


def test_exponents_and_comparisons_look_at_numbers() -> None:
    text = """
    fn f(x, k) = x ** k if k > 1 else x
    input x: f32 = 3.0
    output a = f(x, 1)
    output b = f(x, 2)
    output c = f(x, 3)
    """
    assert [float(v) for v in run(text).values()] == [3, 9, 27]
    assert traces(text) == ["f"] * 3


def test_dtypes_strings_and_functions_are_part_of_the_signature() -> None:
    text = """
    fn apply(g, x) = g(x)
    fn double(t) = 2 * t
    fn square(t) = t ** 2
    input x: f32 = 3.0
    output a = apply(double, x)
    output b = apply(square, x)
    output c = apply(exp, x * 0)
    """
    out = run(text)
    assert (out["a"], out["b"], out["c"]) == (6, 9, 1)


# ---------------------------------------------------------------- captures


def test_state_seen_by_a_function_is_the_present_one() -> None:
    text = """
    var w: f32 = 1.0
    input x: f32 = 2.0
    fn model(t) = w * t
    fn outer(t) = model(t) + w
    output a = model(x)
    output b = outer(x)
    w = w + 10
    output c = model(x)
    output d = outer(x)
    """
    assert [float(v) for v in run(text).values()] == [2, 3, 22, 33]
    assert sorted(traces(text)) == ["model", "outer"]
    assert [float(v) for v in run(text, steps=2).values()] == [22, 33, 42, 63]


def test_captures_change_between_calls() -> None:
    text = """
    input x: f32 = 1.0
    k = 10 * x
    fn f(t) = t * k
    output a = f(x)
    k = 100 * x
    output b = f(x)
    k = [1.0, 2.0]
    output c = f(x)
    """
    out = run(text)
    assert (out["a"], out["b"], out["c"].tolist()) == (10, 100, [1, 2])


def test_function_writes_and_reads_state_in_order() -> None:
    text = """
    var w: f32 = 1.0
    fn bump(x) {
      before = w
      assign(w, w + x)
      return before * 100 + w
    }
    fn twice(x) = bump(x) + 10000 * bump(x)
    output a = bump(1)
    output b = twice(1)
    output c = w
    """
    out = run(text)
    assert (out["a"], out["b"], out["c"]) == (102, 203 + 10000 * 304, 4)


def test_augmented_assignment_reads_before_its_value() -> None:
    """What the right side assigns comes after the target is read; an item goes into what its tensor is by then."""
    program = """
        var w: f64 = 1.0
        var x: f64[3] = [1, 2, 3]
        fn f() { assign(w, 10.0); return 5.0 }
        fn g() { assign(x, [10, 20, 30]); return 5.0 }
        w += f()
        x[0] *= g()
        output a = w
        output b = x
        x[x > 25] -= g()
        output c = x
        x[[1, 1]] += g()
        output d = x
        x[[1, 1]] += g()
        output e = x
    """
    found = {name: value.tolist() for name, value in run(program).items()}
    assert found == {"a": 6.0, "b": [5, 20, 30], "c": [10, 20, 25], "d": [10, 30, 30], "e": [10, 40, 30]}


def test_nested_functions_capture_locals() -> None:
    text = """
    fn outer(x) {
      k = 2 * x
      fn inner(t) {
        fn innermost(s) = s * k + x
        return innermost(t) + k
      }
      k = 3 * x
      return inner(x)
    }
    input x: f32 = 2.0
    output y = outer(x)
    output z = outer(x + 1)
    output dy = grad(y, x)
    """
    out = run(text)
    # k = 3x: x*k + x + k = 3x**2 + 4x
    assert (out["y"], out["z"], out["dy"]) == (20, 39, 16)


def test_functions_are_called_before_they_are_written() -> None:
    assert run("input x: f32 = 3.0\noutput y = f(x)\nfn f(t) = g(t) + 1\nfn g(t) = 2 * t")["y"] == 7


def test_shadowing() -> None:
    text = """
    input x: f32 = 3.0
    sum = 5
    fn f(exp) = exp + sum
    output y = f(x)
    t = x
    t = t + t
    t = t * t
    output t
    """
    assert [float(v) for v in run(text).values()] == [8, 36]


def test_gradient_inside_a_function() -> None:
    text = """
    var w: f32 = 3.0
    fn slope(t) {
      y = t ** 2 * w
      return grad(y, t) + grad(y, w)
    }
    fn descend(rate) {
      loss = w ** 2
      assign(w, w - rate * grad(loss, w))
      return loss
    }
    output a = slope(2.0)
    output loss = descend(0.25)
    output w
    """
    out = run(text)
    assert (out["a"], out["loss"], out["w"]) == (16, 9, 1.5)


# ---------------------------------------------------------------- errors do not cascade


def test_a_failed_name_is_silent_afterwards() -> None:
    assert errors("input x: f32\na = x + nope\nb = a * a\noutput c = b @ b\nprint(c)\nassert a > 0") == [("E0201", 2)]
    assert errors("fn f(t) = t @ t\ninput x: f32\na = f(x)\noutput b = a + 1") == [("E0311", 1)]
    assert errors("a, b = [1, 2, 3]\noutput a\noutput b") == [("E0309", 1)]
    assert errors("import loses\ninput x: f32\noutput y = loses.mse(x, x)") == [("E0207", 1)]


def test_independent_errors_are_all_found() -> None:
    text = "input x: f32\na = x + p\nb = x @ x\nc = sum(x, axis=3)\nd = a + b + c\ne = grad(d, q)\noutput d"
    assert [code for code, _ in errors(text)] == ["E0201", "E0311", "E0306"]


def test_errors_of_a_shared_body_are_reported_at_each_type() -> None:
    assert errors("fn f(t) = t + nope\ninput x: f32\noutput a = f(x)\noutput b = f(f64(x))") == [("E0201", 1)]


# ---------------------------------------------------------------- outputs


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("a = x + 1\nb = a * 2", ["b"]),
        ("a = x + 1\nb = x * 2", ["a", "b"]),
        ("a = x + 1\nprint(a)", ["a"]),
        ("a = x + 1\nassert a > 0", ["a"]),
        ("a = x + 1\nw = a", []),
        ("a = x + 1\nw += 1\nb = w", ["a", "b"]),
        ("a = x + 1\na = a * 2", ["a"]),
        ("a, b = x, x + 1", ["a", "b"]),
        ("fn f(t) = t\na = 1\nb = f(a)", ["b"]),
        ("k = 3\na = x", ["k", "a"]),
        ("a = x + 1\noutput b = 2 * x", ["b"]),
    ],
)
def test_default_outputs(program: str, names: list[str]) -> None:
    graph = elaborated(f"input x: f32\nvar w: f32 = 0.0\n{program}").graph
    assert [o.name for o in graph.outputs] == names


def test_reading_through_a_function_counts_at_every_call() -> None:
    """The second call reuses the trace of the first, which was no binding."""
    graph = elaborated("k = 3\nfn f(x) = k * x\ninput x: f32\nprint(f(x))\ny = f(x)").graph
    assert [o.name for o in graph.outputs] == ["y"]


def test_state_updates() -> None:
    graph = elaborated("var a: f32 = 0.0\nvar b: i64 = 0\nvar c: f32 = 1.0\na += 1\nb = b + 1\noutput c").graph
    assert [u.variable.node.attrs[0] for u in graph.updates] == ["a", "b"]


# ---------------------------------------------------------------- warnings


def test_loss_that_broadcasts() -> None:
    [warning] = elaborated("input p: f32[n, 1]\ninput y: f32[n]\noutput l = mean((p - y) ** 2)").warnings
    assert warning.code == "W0301"
    assert warning.severity == "warning"


def test_loss_that_broadcasts_inside_the_library_is_shown_at_the_call() -> None:
    text = "import losses\ninput p: f32[n, 1]\ninput y: f32[n]\noutput l = losses.mse(p, y)"
    [warning] = elaborated(text).warnings
    assert warning.primary is not None
    assert warning.primary.span.where == "p.g:4:12"


@pytest.mark.parametrize("expression", ["a + b", "a - 1", "a * c", "a - a[:, :1]", "a @ b.T", "b - mean(b)"])
def test_ordinary_broadcasting_is_silent(expression: str) -> None:
    text = f"input a: f32[n, 3]\ninput b: f32[n, 3]\ninput c: f32[3]\noutput y = {expression}"
    assert elaborated(text).warnings == ()


# ---------------------------------------------------------------- deep programs


def test_nested_expression() -> None:
    assert run("input x: f64 = 1.0\noutput y = " + "(x + " * 400 + "x" + ")" * 400)["y"] == 401
    assert run("input x: f64 = 1.0\noutput y = " + "-" * 400 + "x")["y"] == 1
    assert errors("input x: f64\noutput y = " + "[" * 400 + "x" + "]" * 400) == [("E0901", 2)]
    assert run("input x: f64 = 2.0\noutput y = " + "[" * 32 + "x" + "]" * 32)["y"].shape == (1,) * 32


def test_nested_calls() -> None:
    value = 1.0
    for _ in range(300):
        value = np.sin(value)
    assert run("input x: f64 = 1.0\noutput y = " + "sin(" * 300 + "x" + ")" * 300)["y"] == value


def test_long_sum() -> None:
    assert run("input x: f64 = 1.0\noutput y = " + " + ".join(["x"] * 5000))["y"] == 5000


def test_long_program() -> None:
    lines = ["input x: f64 = 1.0", "v0 = x", *(f"v{i + 1} = v{i} + 1" for i in range(3000)), "output y = v3000"]
    lines.append("output dy = grad(y, x)")
    out = run("\n".join(lines))
    assert (out["y"], out["dy"]) == (3001, 1)


def test_chain_of_functions() -> None:
    lines = ["fn f0(x) = x + 1", *(f"fn f{i}(x) = f{i - 1}(x) + 1" for i in range(1, 450))]
    lines += ["input x: f64 = 0.0", "output y = f449(x)", "output dy = grad(y, x)"]
    out = run("\n".join(lines))
    assert (out["y"], out["dy"]) == (450, 1)


def test_chain_of_nested_functions_errors_at_the_innermost() -> None:
    lines = ["fn f0(x) = x + nope", *(f"fn f{i}(x) = f{i - 1}(x) + 1" for i in range(1, 450))]
    assert errors("\n".join([*lines, "input x: f64", "output y = f449(x)"])) == [("E0201", 1)]


def test_wide_list() -> None:
    text = "input x: f64 = 1.0\noutput y = sum([" + ", ".join(f"{i} * x" for i in range(2000)) + "])"
    assert run(text)["y"] == sum(range(2000))


def test_a_whole_number_of_a_typed_parameter_is_known():
    text = """
        input x: f32[2, 3]
        fn total(x, axis: i64) = sum(x, axis=axis)
        fn columns(n: i64) = zeros([2, n])
        k = 1
        output a = total(x, 0)
        output b = total(x, k)
        output c = columns(3)
        output d = columns(x.shape[0])
    """
    found = run(text, x=[[1, 2, 3], [4, 5, 6]])
    assert found["a"].tolist() == [5, 7, 9]
    assert found["b"].tolist() == [6, 15]
    assert found["c"].shape == (2, 3)
    assert found["d"].shape == (2, 2)
    assert errors("fn f(n: i64) = n + 1\noutput y = f(99999999999999999999)") == [("E0305", 2)]
    assert errors("fn f(n: i64) = n + 1\noutput y = f(1.5)") == [("E0315", 2)]


def test_a_tensor_is_no_list_of_tensors():
    assert errors("input x: f32[3]\noutput y = stack(x)") == [("E0309", 2)]
    assert errors("input x: f32[3]\ns = stack()\nfor v in x { push(s, v) }\noutput y = stack(s)") == [("E0309", 4)]


def test_of_many_unknown_names_the_first_get_a_hint() -> None:
    """All of them are reported; what was meant is looked for among all names, which takes its time."""
    text = "".join(f"alpha{i} = 1.0\noutput b{i} = alpa{i}\n" for i in range(120))
    with pytest.raises(Diagnostics) as failed:
        compile_source(Source("names.g", text), Options())
    assert [d.code for d in failed.value.items] == ["E0201"] * 120
    hints = [d.hint is not None for d in failed.value.items]
    assert all(hints[:50]) and not any(hints[50:])
