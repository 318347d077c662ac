"""The Python interface: programs, gradients, compiled programs, their state, and flat functions for optimisers."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize

import graphc

POLY = "input x: f32 = 0.0\na = 1.0; b = -2.0; c = 1.0\ny = a * x ** 2 + b * x + c\noutput y\n"
LINEAR = """
## measurements
input X: f64[n, 3]
input Y: f64[n]
input rate: f64 = 0.1
var w: f64[3] = zeros([3], dtype=f64)
var b: f64 = 0.0
var step: i64 = 0, trainable=false
fn mse(p, q) = mean((p - q) ** 2)
loss = mse(X @ w + b, Y)
dw, db = grad(loss, [w, b])
output loss
w -= rate * dw
b -= rate * db
step += 1
"""
DATA = np.random.default_rng(1).normal(size=(20, 3))
TARGET = DATA @ [1.0, -2.0, 0.5] + 3.0


def test_load(tmp_path: Path) -> None:
    (tmp_path / "poly.g").write_text(POLY)
    program = graphc.load(tmp_path / "poly.g")
    assert str(program) == POLY
    assert program.compile()(x=3.0) == {"y": np.float32(4)}


def test_interface() -> None:
    program = graphc.loads(LINEAR, "linear.g")
    assert repr(program) == "<graphc program linear.g: X, Y, rate -> loss>"
    x = program.inputs["X"]
    assert (str(x), x.dtype, x.shape, x.optional, x.doc) == ("f64[n, 3]", "f64", ("n", 3), False, "measurements")
    assert program.inputs["rate"].optional
    assert [(v.name, v.trainable) for v in program.variables.values()] == [("w", True), ("b", True), ("step", False)]
    assert {name: str(s) for name, s in program.outputs.items()} == {"loss": "f64"}
    (mse,) = program.traces
    assert str(mse) == mse.signature == "mse(p: f64[n], q: f64[n])"
    assert (mse.function, mse.differs, mse.calls, len(mse.sites)) == ("mse", "", 1, 1)
    assert program.warnings == ()


def test_float() -> None:
    assert graphc.loads("output y = 0.1", float="f64").compile()()["y"] == 0.1
    assert graphc.loads("output y = 0.1").compile()()["y"].dtype == np.float32
    with pytest.raises(ValueError, match="f16"):
        graphc.loads("output y = 0.1", float="f16")


def test_grad() -> None:
    first = graphc.loads(POLY, "poly.g").grad(wrt="x")
    assert str(first).splitlines()[-2:] == ["output y", "output dy_dx"]
    assert first.wrt == ("x",)
    assert {k: float(v) for k, v in first.compile()(x=3.0).items()} == {"y": 4.0, "dy_dx": 4.0}
    second = first.grad("dy_dx", wrt="x")
    assert float(second.compile()(x=3.0)["d2y_dx2"]) == 2.0
    again = graphc.loads(str(second))
    assert float(again.compile()(x=3.0)["d2y_dx2"]) == 2.0


def test_grad_by_the_trainable_variables() -> None:
    gradient = graphc.loads(LINEAR).grad()
    assert list(gradient.outputs) == ["loss", "dloss_dw", "dloss_db"]
    found = gradient.compile()(X=DATA, Y=TARGET)
    np.testing.assert_allclose(found["dloss_dw"], -2 * DATA.T @ TARGET / 20, rtol=1e-12)


def test_grad_by_nothing() -> None:
    with pytest.raises(graphc.Diagnostics, match="no trainable variables") as raised:
        graphc.loads(POLY).grad()
    assert raised.value.items[0].hint == 'program.grad(wrt="x")'


def test_formats() -> None:
    program = graphc.loads(POLY)
    assert program.dot().startswith("digraph")
    assert '"graphc-graph"' in program.json()
    assert "multiply(" in program.core()
    assert "x ** 2 - 2 * x + 1" in str(program.optimised())


def test_check() -> None:
    found = graphc.loads(LINEAR).check(X=DATA, Y=TARGET)
    assert list(found) == ["dloss_dw", "dloss_db", "dloss_dX", "dloss_dY", "dloss_drate"]
    assert found["dloss_drate"] is None
    agreement = found["dloss_dX"]
    assert agreement is not None
    assert agreement.disagreement < 1e-8
    assert agreement.checked == 50
    assert list(graphc.loads(POLY).grad(wrt="x").check("dy_dx", wrt="x")) == ["d2y_dx2"]
    assert graphc.loads("input of: f64; output y = of ** 2").check(feeds={"of": 3.0})["dy_dof"].analytic == 6.0


# ---------------------------------------------------------------- compiled programs


class Tensor:
    """What another library's tensors look like."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return self.array


class Capsule:
    """A tensor that only speaks DLPack."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __dlpack__(self, **options: object) -> object:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


@pytest.mark.parametrize("wrap", [np.asarray, np.ndarray.tolist, Tensor, Capsule, np.asfortranarray])
def test_feeds_of_all_kinds(wrap: object) -> None:
    step = graphc.loads(LINEAR).compile()
    found = step(X=wrap(DATA), Y=wrap(TARGET))  # type: ignore[operator]
    np.testing.assert_allclose(found["loss"], np.mean(TARGET**2), rtol=1e-12)


def test_state() -> None:
    step = graphc.loads(LINEAR).compile("numpy")
    assert list(step.state) == ["w", "b", "step"]
    assert step.state["w"].tolist() == [0, 0, 0]
    for _ in range(3):
        step(X=DATA, Y=TARGET)
    assert step.state["step"] == 3
    kept = step.state["w"]
    kept[:] = 7
    assert (step.state["w"] != 7).all()
    step.state["w"] = [1, 2, 3]
    assert step.state["w"].tolist() == [1, 2, 3]
    assert step.state["w"].dtype == np.float64
    given = np.ones(3)
    step.state["w"] = given
    given[:] = 5
    assert step.state["w"].tolist() == [1, 1, 1]
    step.state.reset()
    assert step.state["w"].tolist() == [0, 0, 0]
    assert step.state["step"] == 0


def test_state_is_checked() -> None:
    step = graphc.loads(LINEAR, "linear.g").compile()
    with pytest.raises(graphc.Diagnostics, match=r"variable w is declared f64\[3\], but the value has shape \[2\]"):
        step.state["w"] = [1, 2]
    with pytest.raises(graphc.Diagnostics, match="E0316"):
        step.state["step"] = 1.5
    with pytest.raises(graphc.Diagnostics, match="no variable steps"):
        step.state["steps"]
    with pytest.raises(graphc.Diagnostics, match=r"did you mean step\?"):
        step.state["steps"] = 1
    with pytest.raises(TypeError):
        del step.state["w"]
    assert step.state["w"].tolist() == [0, 0, 0]
    assert "steps" not in step.state


def test_state_on_disk(tmp_path: Path) -> None:
    step = graphc.loads(LINEAR).compile()
    step(X=DATA, Y=TARGET)
    step.state.save(tmp_path / "state")
    other = graphc.loads(LINEAR).compile()
    other.state.load(tmp_path / "state")
    assert {k: v.tolist() for k, v in other.state.items()} == {k: v.tolist() for k, v in step.state.items()}


def test_hints_are_those_of_python() -> None:
    program = graphc.loads("input obs: f32[n]\ninput t: f32 = 1.0\nvar w: f32 = 1.0\noutput y = sum(obs) * t * w")
    for call, hint in (
        (program.compile(), "step(obs=…)"),
        (program.run_eagerly, "run_eagerly(obs=…)"),
        (program.grad(wrt="w").compile(), "step(obs=…)"),
        (program.grad(wrt="w").compile().flat, "flat(obs=…)"),
    ):
        with pytest.raises(graphc.Diagnostics, match="input obs has no value") as error:
            call(t=2)
        assert error.value.items[0].hint == hint


def test_state_that_is_not_there(tmp_path: Path) -> None:
    step = graphc.loads(LINEAR).compile()
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    for name, message in (
        ("nowhere", "there is no saved state: .*/nowhere doesn't exist"),
        ("empty", "there is no saved state: .*/empty holds none"),
        ("file", ".*/file"),
    ):
        with pytest.raises(graphc.Diagnostics, match=message) as error:
            step.state.load(tmp_path / name)
        assert error.value.items[0].code == "E0701"


def test_saving_a_state_keeps_what_others_have_there(tmp_path: Path) -> None:
    first, second = graphc.loads("var a: f32 = 1.0").compile(), graphc.loads("var b: f32 = 2.0").compile()
    first.state.save(tmp_path)
    second.state.save(tmp_path)
    first.state["a"] = 5
    first.state.load(tmp_path)
    second.state.load(tmp_path)
    assert (first.state["a"], second.state["b"]) == (1, 2)


def test_state_of_a_size_that_is_not_known_yet() -> None:
    step = graphc.loads("input x: f32[n]\nvar m: f32[n] = zeros([n])\nm += x\noutput m\n").compile()
    with pytest.raises(graphc.Diagnostics, match="first run"):
        step.state["m"]
    step(x=[1, 2])
    assert step.state["m"].tolist() == [1, 2]
    with pytest.raises(graphc.Diagnostics, match="n is 3 in the feed of x, but 2 in the saved state of m"):
        step(x=[1, 2, 3])
    step.state.reset()
    assert step(x=[1, 2, 3])["m"].tolist() == [1, 2, 3]


def test_specialised_for_each_size() -> None:
    step = graphc.loads("input x: f64[n]\noutput s = sum(x) / n\n").compile()
    for n in (1, 4, 2, 4):
        assert step(x=np.ones(n))["s"] == 1.0


def test_a_failed_call_keeps_the_state() -> None:
    step = graphc.loads("input x: f64\nvar w: f64 = 1.0\nw += x\nassert w < 3\noutput w\n").compile()
    step(x=1)
    with pytest.raises(graphc.Diagnostics, match="E0601"):
        step(x=5)
    assert step.state["w"] == 2


def test_unknown_backend() -> None:
    with pytest.raises(ValueError, match="native"):
        graphc.loads(POLY).compile("native")


# ---------------------------------------------------------------- flat


def test_flat_fits_a_line() -> None:
    fun = graphc.loads(LINEAR).grad("loss", wrt=["w", "b"]).compile().flat(X=DATA, Y=TARGET)
    assert fun.x0.tolist() == [0, 0, 0, 0]
    value, gradient = fun(fun.x0)
    assert value == pytest.approx(np.mean(TARGET**2))
    np.testing.assert_allclose(gradient, [*(-2 * DATA.T @ TARGET / 20), -2 * np.mean(TARGET)], rtol=1e-12)
    result = scipy.optimize.minimize(fun, fun.x0, jac=True)
    assert result.success
    np.testing.assert_allclose(result.x, [1.0, -2.0, 0.5, 3.0], atol=1e-4)
    parts = fun.unpack(result.x)
    assert parts["w"].shape == (3,)
    assert parts["b"].shape == ()


def test_flat_minimises_rosenbrock_by_an_input() -> None:
    text = "input x: f64[n]\nf = sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)\noutput f\n"
    fun = graphc.loads(text).grad(wrt="x").compile().flat(x=[-1.2, 1.0, 0.5])
    assert fun.x0.tolist() == [-1.2, 1.0, 0.5]
    assert scipy.optimize.check_grad(lambda x: fun(x)[0], lambda x: fun(x)[1], fun.x0) < 1e-4
    np.testing.assert_allclose(scipy.optimize.minimize(fun, fun.x0, jac=True, tol=1e-10).x, 1.0, atol=1e-6)


def test_flat_by_a_value_of_the_program() -> None:
    fun = graphc.loads(POLY).grad(wrt=["a", "x"]).compile().flat(x=2.0)
    assert fun.x0.tolist() == [1.0, 2.0]
    value, gradient = fun([3.0, 1.0])
    assert (value, gradient.tolist()) == (2.0, [1.0, 4.0])


def test_flat_starts_from_the_state() -> None:
    step = graphc.loads(LINEAR).grad(wrt=["b", "w"]).compile()
    step.state["w"] = [1, 2, 3]
    assert step.flat(X=DATA, Y=TARGET).x0.tolist() == [0, 1, 2, 3]


def test_flat_refuses() -> None:
    with pytest.raises(graphc.Diagnostics, match="only a gradient can be flattened"):
        graphc.loads(POLY).compile().flat()
    fun = graphc.loads(POLY).grad(wrt="x").compile().flat()
    with pytest.raises(ValueError, match="1 elements"):
        fun([1.0, 2.0])
    with pytest.raises(graphc.Diagnostics, match="E0603"):
        graphc.loads(LINEAR).grad(wrt="w").compile().flat(X=DATA)


# ---------------------------------------------------------------- errors


def test_errors_read_as_on_the_command_line() -> None:
    with pytest.raises(graphc.Diagnostics) as raised:
        graphc.loads("length = 1.0\ny = lenght + 1\n", "p.g")
    assert str(raised.value) == (
        "error[E0201]: lenght is not defined\n"
        "  --> p.g:2:5\n"
        "   |\n"
        " 2 | y = lenght + 1\n"
        "   |     ^^^^^^\n"
        "   = hint: did you mean length?"
    )
    assert [d.code for d in raised.value.items] == ["E0201"]
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(graphc.Diagnostics, match="E0701"):
        graphc.load("no/such/file.g")


def test_the_public_names() -> None:
    assert set(graphc.__all__) <= set(dir(graphc))
    for name in graphc.__all__:
        assert getattr(graphc, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        graphc.nonsense  # noqa: B018


def test_import_is_light() -> None:
    code = "import sys, graphc; print('numpy' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(graphc.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout == "False\n"


def test_run_eagerly() -> None:
    program = graphc.loads(LINEAR)
    feeds = {"X": DATA, "Y": TARGET}
    assert program.run_eagerly(**feeds) == program.compile()(**feeds)
    gradient = program.grad("loss", wrt="w")
    for name, array in gradient.run_eagerly(**feeds).items():
        np.testing.assert_allclose(array, gradient.compile()(**feeds)[name], rtol=1e-15)
    with pytest.raises(graphc.Diagnostics, match="input Y has no value"):
        program.run_eagerly(X=DATA)
    drawn = graphc.loads("input seed: f64; output y = seed + uniform()")
    found = [float(drawn.run_eagerly(seed=k, feeds={"seed": 1.0})["y"]) for k in (0, 7, 7)]
    assert found[0] != found[1] == found[2] == float(drawn.compile(seed=7)(seed=1.0)["y"])


def test_session(capsys: pytest.CaptureFixture[str]) -> None:
    session = graphc.Session(X=[[1.0, 2.0]])
    session.run("input X: f32[n, 2]; s = sum(X); print(s)")
    assert capsys.readouterr().out == "3.0\n"
    assert session.show("grad(s ** 2, X)") == "[[6.0, 6.0]] : f32[1, 2]"
    with pytest.raises(graphc.Diagnostics, match="t is not defined"):
        session.run("u = t")
    with pytest.raises(graphc.Diagnostics, match="no value u"):
        session["u"]
    session.run("m = 2.5")
    assert (session["m"].dtype, list(session), "s" in session) == (np.dtype("f4"), ["X", "s", "m"], True)
    assert str(session) == "input X: f32[n, 2]\ns = sum(X)\nprint(s)\nm = 2.5\n"
    assert repr(session) == "<graphc session: X, s, m>"
    assert [o.name for o in session.graph.outputs] == ["s", "m"]
    assert session.dot().startswith("digraph")


def test_prints_go_to_what_is_the_standard_output_then() -> None:
    session, step = graphc.Session(), graphc.loads('print("step")').compile()
    eager = graphc.loads('print("eager")')
    with contextlib.redirect_stdout(io.StringIO()) as captured:
        session.run('print("session")')
        step()
        eager.run_eagerly()
    assert captured.getvalue() == "session\nstep\neager\n"


def test_a_session_is_fed() -> None:
    session = graphc.Session(self=1.0, feeds={"seed": 2.0, "float": 3.0})
    session.run("input self: f32; input seed: f32; input float: f32; y = self + 10 * seed + 100 * float")
    assert session["y"] == 321
    with pytest.raises(graphc.Diagnostics, match="input x has no value") as error:
        session.run("input x: f32")
    assert error.value.items[0].hint == "session.feed(x=…)"
    session.feed(x=2.0, self=5.0)
    session.run("input x: f32; z = x * self")
    assert session["z"] == 2  # self has the value that it had when it was declared


def test_arguments_of_a_wrong_type() -> None:
    program = graphc.loads(POLY)
    for call in (lambda: program.compile(seed="a"), lambda: graphc.Session(seed="a")):
        with pytest.raises(TypeError, match=r"a seed is a whole number from 0 to 2\*\*64 - 1, not 'a'"):
            call()
    with pytest.raises(ValueError, match="a seed is a whole number"):
        graphc.Session(seed=-1)
    assert program.compile(seed=np.int64(3))(x=3.0)["y"] == 4
    with pytest.raises(TypeError, match="loads takes the text of a program, a str, not bytes"):
        graphc.loads(POLY.encode())
