"""Random numbers of programs: they depend on the seed, the run and the place, and on nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphc
from graphc.diagnostics import Diagnostics
from graphc.driver import CATALOGUE, Options, compile_source, derive, optimise, parse
from graphc.driver.eager import Eager
from graphc.executors.random_state import RandomState
from graphc.ir.equal import difference
from graphc.ir.graph import nested
from graphc.ir.text import print_graph
from graphc.source import Source


def run(text: str, seed: int = 0, runs: int = 1, **feeds: Any) -> dict[str, Any]:
    """The outputs of the last of some runs; those of the printed program must be the same."""
    text = dedent(text)
    steps: list[Any] = [graphc.loads(text).compile(seed=seed), eagerly(text, seed, feeds)]
    graph = compile_source(Source("test.g", text), Options()).graph
    for core in (False, True):
        printed = print_graph(graph, core=core)
        assert difference(graph, compile_source(Source("printed.g", printed), Options()).graph) is None, printed
        steps.append(graphc.loads(printed).compile(seed=seed))
    results = [step(**feeds) for _ in range(runs) for step in steps][-4:]
    for other in results[1:]:
        assert other.keys() == results[0].keys()
        assert all((other[k] == results[0][k]).all() for k in other)
    return results[0]


def eagerly(text: str, seed: int, feeds: Any) -> Any:
    """Runs of the program statement by statement, as a function."""
    eager = Eager(Options(), feeds, random=RandomState(seed))
    return lambda **_: eager.again() if eager.steps else eager.run(parse(Source("test.g", text)))


def sites(text: str) -> list[str]:
    graph = compile_source(Source("test.g", dedent(text)), Options()).graph
    listed = [n.attrs[0] for g in nested(graph) for n in g.nodes if n.op.name == "site"]
    return sorted(listed)


# ---------------------------------------------------------------- seeds and runs


DRAWS = """
    x = normal([4])
    y = uniform([4], 2, 3)
    var w: f32[4] = normal([4]) * 0.1
    before = w
    w += x
    output x
    output y
    output before
"""


def test_runs() -> None:
    """The same seed gives the same again, each run draws anew, and initial values stay."""
    step, again, other = (graphc.loads(DRAWS).compile(seed=s) for s in (1, 1, 2))
    first, second = step(), step()
    assert all((first[k] == v).all() for k, v in again().items())
    assert all((second[k] == v).all() for k, v in again().items())
    assert not any((first[k] == v).any() for k, v in other().items())
    assert not any((first[k] == second[k]).any() for k in "xy")
    assert (step.state["w"] == first["before"] + first["x"] + second["x"]).all()
    step.state.reset()
    assert all((first[k] == v).all() for k, v in step().items())


def test_the_default_seed_is_zero() -> None:
    one, two = graphc.loads(DRAWS).compile(), graphc.loads(DRAWS).compile(seed=0)
    assert (one()["x"] == two()["x"]).all()
    with pytest.raises(ValueError, match="seed"):
        graphc.loads(DRAWS).compile(seed=-1)


def test_a_failed_run_draws_nothing() -> None:
    text = "input ok: bool = true\nx = normal([3])\nassert ok\noutput x"
    step, other = graphc.loads(text).compile(), graphc.loads(text).compile()
    with pytest.raises(Diagnostics):
        step(ok=False)
    assert (step()["x"] == other()["x"]).all()


def test_saved_states_go_on(tmp_path: Any) -> None:
    step = graphc.loads(DRAWS).compile(seed=5)
    step()
    step.state.save(tmp_path / "state")
    expected = step()
    other = graphc.loads(DRAWS).compile()
    other.state.load(tmp_path / "state")
    assert all((expected[k] == v).all() for k, v in other().items())


def test_another_process_draws_the_same() -> None:
    """Whatever Python's hashes are."""
    code = f"import graphc; print({{k: v.tolist() for k, v in graphc.loads({dedent(DRAWS)!r}).compile()().items()}})"
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": h}, capture_output=True, check=True
        ).stdout
        for h in ("0", "1", "12345")
    }
    assert len(said) == 1
    found = eval(said.pop())
    assert found == {k: v.tolist() for k, v in graphc.loads(DRAWS).compile()().items()}


PINNED = {
    "x": [1.9002265930175781, -0.33076369762420654, -0.7737305164337158],
    "y": [0.10885079634186334, 0.2551398936477861],
    "k": [31, 38, 69, 46],
}


def test_pinned() -> None:
    """What programs drew with this seed they will draw in all versions."""
    found = run("x = normal([3]); y = uniform([2], dtype=f64); k = randint(0, 100, [4])", seed=42)
    assert [float(v) for v in found["x"]] == PINNED["x"]
    assert found["y"].tolist() == PINNED["y"]
    assert found["k"].tolist() == PINNED["k"]


# ---------------------------------------------------------------- places


def test_two_places_differ() -> None:
    found = run("x = normal([100]); y = normal([100]); z = normal([100]) - normal([100]); u = x * 1")
    assert not (found["y"] == found["u"]).any()
    assert not (found["z"] == 0).any()


def test_two_calls_of_one_trace_differ() -> None:
    found = run(
        """
        fn noise(n, scale=1.0) = scale * normal([n])
        fn twice(n) { a = noise(n); return [a, noise(n)] }
        a = noise(100); b = noise(100); c, d = twice(100)
        output a
        output b
        output c
        output d
        """
    )
    values = list(found.values())
    assert all(not (x == y).any() for i, x in enumerate(values) for y in values[:i])


def test_places_have_the_names_of_the_source() -> None:
    assert sites("x = normal() + normal()\nx = uniform() + x\nprint(bernoulli())") == [
        "bernoulli", "x.normal", "x.normal#2", "x.uniform"
    ]  # fmt: skip
    text = """
        fn f(x) { mask = bernoulli(0.5, x.shape); return where(mask, x, 0) }
        fn g(x) = f(f(x))
        input x: f32[3]
        a, b = [g(x), uniform()]
        output c = f(x)
        var w: f32[3] = f(normal([3]))
    """
    assert sites(text) == [
        "a,b.g/f#2/mask.bernoulli", "a,b.g/f/mask.bernoulli", "a,b.uniform", "c.f/mask.bernoulli",
        "w.f/mask.bernoulli", "w.normal",
    ]  # fmt: skip


BASE = """
    fn f(x) { mask = bernoulli(0.5, x.shape); return where(mask, x, 0) }
    x = normal([5])
    y = f(x) + f(x)
    if x[0] > 0 { z = normal([5]) } else { z = uniform([5]) }
    w = map(f, reshape(x, [5, 1]))
    output x
    output y
    output z
    output w
"""
EDITS = {
    "a line before": BASE.replace("    x = normal", "    t = normal([5])\n    x = normal"),
    "a line between": BASE.replace("    y = f", "    t = normal([5]) + f(x)\n    assert t[0] != uniform()\n    y = f"),
    "a function": BASE.replace("    x = normal", "    fn g(x) = f(x) + normal()\n    t = g(1.0)\n    x = normal"),
    "a comment": BASE.replace("    y = f", "\n    # why not\n\n    y = f"),
    "inside the function": BASE.replace("{ mask", "{ unused = uniform(); mask"),
    "another branch": BASE.replace("{ z = normal", "{ t = normal([5]); z = normal"),
    "an argument": BASE.replace("normal([5])\n    y", "normal([5], 0, 1)\n    y"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_unrelated_edit_changes_nothing(edit: str) -> None:
    assert EDITS[edit] != BASE
    before, after = run(BASE), run(EDITS[edit])
    assert all((before[k] == after[k]).all() for k in before)


def test_passes_change_nothing() -> None:
    plain, best = (graphc.loads(BASE).compile(), graphc.loads(BASE).optimised().compile())
    unoptimised = replace(graphc.loads(BASE), options=Options(pipeline=())).compile()
    for _ in range(2):
        a, b, c = plain(), best(), unoptimised()
        assert all((a[k] == b[k]).all() and (a[k] == c[k]).all() for k in a)


def test_branches() -> None:
    text = """
        input c: bool
        if c { x = normal([100]) } else { x = -normal([100]) }
        y = normal([100]) if c else uniform([100])
        output x
        output y
    """
    yes, no = run(text, c=True), run(text, c=False)
    assert not (yes["x"] == -no["x"]).any()
    assert not (yes["y"] == no["y"]).any()


def test_rows_of_a_map_differ() -> None:
    text = """
        input xs: f32[n]
        fn f(x) = x + normal([50])
        fn g(x) = map(f, xs)[0] + normal([50]) * x
        y = map(f, xs)
        z = map(f, xs)
        w = map(g, xs)
        output y
        output z
        output w
    """
    found = run(text, xs=np.zeros(4))
    rows = [*found["y"], *found["z"], *found["w"]]
    assert all(not (x == y).any() for i, x in enumerate(rows) for y in rows[:i])


def test_hand_written_rules() -> None:
    """A rule may draw, too, from places of its own."""
    text = """
        input x: f32[3]
        fn f(x) { m = bernoulli(0.5, [3]); return where(m, x, 0) } vjp (g) { return g * uniform([3]) }
        y = f(x)
        dx = grad(y, x)
        output y
        output dx
    """
    found = run(text, x=np.ones(3))
    assert ((found["dx"] > 0) & (found["dx"] < 1)).all()


def test_explicit_keys() -> None:
    found = run(
        """
        a = normal([3], key=7); b = normal([3], key=u64(7)); k = u64(7); c = normal([3], key=k)
        d = normal([3], key=fold_in(k, 1)); e = normal([3], key=site("d", key=7)); f = normal([3], key=random_key())
        fn h(k) = normal([3], key=k)
        g = h(random_key())
        """
    )
    assert (found["a"] == found["b"]).all()
    assert (found["a"] == found["c"]).all()
    assert (found["f"] == found["g"]).all()
    assert len({v[0] for v in found.values()}) == 4


# ---------------------------------------------------------------- arguments


def test_dtypes() -> None:
    text = """
        input m: f64[2]
        input n: i32[2]
        a = normal([2]); b = normal(mean=m); c = normal(mean=m, dtype=f32); d = normal(mean=n)
        e = normal([2], 0, 1, f64)
        f = bernoulli(m); g = categorical(m); h = randint(0, n); i = randint(0, 5, [2], u8); j = uniform(high=m)
        k = uniform(low=0.5, high=2); l = normal([3], std=[1, 2, 3]); o = bernoulli()
    """
    found = run(text, m=[0.5, 0.5], n=[3, 4])
    dtypes = {k: (v.dtype.name, v.shape) for k, v in found.items()}
    assert dtypes == {
        "a": ("float32", (2,)), "b": ("float64", (2,)), "c": ("float32", (2,)), "d": ("float32", (2,)),
        "e": ("float64", (2,)), "f": ("bool", (2,)), "g": ("int64", ()), "h": ("int64", (2,)), "i": ("uint8", (2,)),
        "j": ("float64", (2,)), "l": ("float32", (3,)), "o": ("bool", ()),
    } | {"k": dtypes["k"]}  # fmt: skip


def test_permutation_of_rows() -> None:
    text = "input x: f32[n, 3]\ny = permutation(x)\nz = permutation(x, axis=1)\np = permutation(n)\nq = permutation(4)"
    x = np.arange(21.0).reshape(7, 3)
    found = run(text, x=x)
    assert sorted(found["y"].tolist()) == x.tolist()
    assert found["y"].tolist() != x.tolist()
    assert sorted(found["z"].T.tolist()) == x.T.tolist()
    assert sorted(found["p"].tolist()) == list(range(7))
    assert sorted(found["q"].tolist()) == list(range(4))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = normal(3.5)", "E0309"),
        ("x = normal([2], key=1.5)", "E0304"),
        ("input k: i64\nx = normal([2], key=k)", "E0304"),
        ("x = normal([2], key=-1)", "E0305"),
        ("x = normal([2], dtype=i32)", "E0304"),
        ("x = randint(0, 2.5)", "E0316"),
        ("x = randint(3)", "E0204"),
        ("x = uniform(0, 1)", "E0309"),
        ("x = bernoulli(\"a\")", "E0304"),
        ("x = normal([2], sigma=2)", "E0204"),
        ("input i: i64\nx = permutation(i)", "E0308"),
        ("x = rand([2])", "E0201"),
        ("x = random_key(3)", "E0204"),
        ("input p: f32\nx = bernoulli(p)\ny = grad(where(x, 1.0, 2.0), p)", "E0402"),
        ("input p: f32[3]\nx = categorical(p)\ny = grad(f32(x), p)", "E0402"),
    ],
)  # fmt: skip
def test_refused(text: str, code: str) -> None:
    with pytest.raises(Diagnostics) as raised:
        graphc.loads(text)
    assert raised.value.items[0].code == code, raised.value.items[0]


# ---------------------------------------------------------------- derivatives


def test_reparametrised() -> None:
    """The derivatives by mean, std, low and high are those of the numbers that are drawn."""
    text = """
        input m: f64[3]
        input s: f64
        input lo: f64
        input hi: f64[3]
        y = normal([4, 3], m, s); dm, ds = grad(sum(y ** 2), [m, s])
        u = uniform([4, 3], lo, hi); dlo, dhi = grad(sum(u ** 2), [lo, hi])
        t = jvp(y, s, 1.0)
        output y
        output u
        output dm
        output ds
        output dlo
        output dhi
        output t
    """
    point = {
        "m": np.array([1.0, 2.0, 3.0]),
        "s": np.float64(0.5),
        "lo": np.float64(-1),
        "hi": np.array([1.0, 2.0, 3.0]),
    }
    found = run(text, **point)
    z = (found["y"] - point["m"]) / point["s"]
    u = (found["u"] - point["lo"]) / (point["hi"] - point["lo"])
    expected = {
        "dm": (2 * found["y"]).sum(0), "ds": (2 * found["y"] * z).sum(), "t": z,
        "dlo": (2 * found["u"] * (1 - u)).sum(), "dhi": (2 * found["u"] * u).sum(0),
    }  # fmt: skip
    for name, value in expected.items():
        assert np.allclose(found[name], value, rtol=1e-12), name


DROPOUT = """
    from nn import dropout
    input x: f64[n]
    input w: f64[n]
    h = dropout(x * w, 0.5)
    if x[0] > 0 { h = dropout(h * w, 0.25) } else { h = h * normal([n]) }
    fn f(a) = dropout(a * a, 0.5)
    loss = sum(h) + sum(map(f, w))
    output loss
"""


@pytest.mark.parametrize("first", [1.0, -1.0])
def test_gradients_use_the_numbers_of_the_value(first: float) -> None:
    """Also where a derivative computes something again; by central differences at the same seed."""
    graph = compile_source(Source("test.g", dedent(DROPOUT)), Options()).graph
    made = derive(graph, CATALOGUE, ["w"], "loss")
    text = print_graph(optimise(made.graph, Options(), keep=made.wrt).graph)
    x, w = np.array([first, 2.0, 3.0, 4.0]), np.array([0.5, -1.0, 2.0, 1.5])

    def at(point: Any) -> dict[str, Any]:
        return graphc.loads(text).compile(seed=11)(x=x, w=point)

    gradient = at(w)["dloss_dw"]
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5
        difference_ = (at(w + step)["loss"] - at(w - step)["loss"]) / 2e-5
        assert gradient[i] == pytest.approx(difference_, rel=1e-6, abs=1e-8)
    assert at(w)["loss"] == graphc.loads(DROPOUT).compile(seed=11)(x=x, w=w)["loss"]


# ---------------------------------------------------------------- any program


NUMBERS = ["0", "1", "2", "0.5", "m", "s", "f32(0.1)", "-m", "f64(n)", "n"]
STARTS = ["0", "-1", "-0.5", "s", "-s", "0.0", "-0.0", "f32(0)"]


@st.composite
def float_draws(draw: Any) -> str:
    """A call of `normal` or `uniform` with any of its arguments."""
    name = draw(st.sampled_from(["normal", "uniform"]))
    low, high = ("mean", "std") if name == "normal" else ("low", "high")
    arguments = [
        draw(st.sampled_from(["", "[]", "[2]", "[n, 2]", "[0]", "shape=[2]"])),
        draw(st.sampled_from(["", *(f"{low}={x}" for x in STARTS)])),
        draw(st.sampled_from(["", *(f"{high}=abs({x}) + 1" for x in NUMBERS)])),
        draw(st.sampled_from(["", "dtype=f64", "dtype=f32", "dtype=float"])),
        draw(st.sampled_from(["", "", "key=3", 'key=site("a b")', "key=fold_in(random_key(), n)"])),
    ]
    return f"{name}({', '.join(filter(None, arguments))})"


OTHERS = st.sampled_from(
    [
        "bernoulli()", "bernoulli(0.3, [2])", "bernoulli(f64(0.3))", "bernoulli(abs(s) / (1 + abs(s)), [n])",
        "categorical([0, 1, 2])", "categorical(f64([0.5, 1]), [n])", "categorical(ones([n, 3]), axis=0)",
        "randint(0, n, [2])", "randint(i8(0), 5)", "randint(u64(0), 9, dtype=u8)", "randint(0, [2, 3])",
        "permutation(n)", "permutation([1.0, 2.0, 3.0])", "random_bits([2])", "random_bits([n], u64)", "f(s)",
        "map(f, ones([n]))", "normal() if s > 0 else uniform()",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(float_draws(), OTHERS), min_size=1, max_size=4), st.integers(0, 2**64 - 1))
def test_any_program_reads_back(draws: list[str], seed: int) -> None:
    lines = [
        "input s: f32 = 0.5",
        "input m: f64 = 2.0",
        "input v: f32[n]",
        "fn f(x) = x * uniform() + normal()",
    ]
    lines += [f"y{i} = {d}" for i, d in enumerate(draws)]
    run("\n".join(lines), seed=seed, runs=2, v=[1.0, 2.0])
