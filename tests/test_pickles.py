"""Programs, compiled ones and flat functions go through `pickle`, and say in a line what they are."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc
from graphc.ir.types import DTYPES

TEXT = """\
input x: f64[n]
input spare: f64[n]
input z: f64 = 2.0
var c: i64 = 0, trainable=false
var w: f64 = 3.0
y = x * w + normal([n], dtype=f64)
loss = sum(y ** 2) * z
output loss
output c
c += 1
"""
FEEDS: dict[str, Any] = {"x": [1.0, 2.0], "spare": [0.0, 0.0], "z": 1.5}


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


@pytest.fixture
def program() -> graphc.Program:
    return graphc.loads(TEXT, "model.g")


def same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return list(a) == list(b) and all(a[k].tobytes() == b[k].tobytes() for k in a)


def test_a_program(program: graphc.Program) -> None:
    twin = again(program)
    assert (str(twin), repr(twin), twin.core()) == (str(program), repr(program), program.core())
    assert same(twin.compile(seed=3)(**FEEDS), program.compile(seed=3)(**FEEDS))


def test_a_gradient(program: graphc.Program) -> None:
    gradient = program.grad("loss", wrt=["w", "x"])
    twin = again(gradient)
    assert (str(twin), repr(twin), twin.wrt, twin.of) == (str(gradient), repr(gradient), gradient.wrt, gradient.of)
    assert same(twin.compile()(**FEEDS), gradient.compile()(**FEEDS))
    second, twin_second = gradient.grad("dloss_dw", wrt="w"), twin.grad("dloss_dw", wrt="w")
    assert same(again(twin_second).compile()(**FEEDS), second.compile()(**FEEDS))


def test_an_optimised_program_and_an_entry(program: graphc.Program) -> None:
    assert str(again(program.optimised())) == str(program.optimised())
    exported = graphc.loads("var k: f64 = 2.0\nexport fn f(x: f64) = k * x\nexport fn g(x: f64) = x - k\n")
    twin = again(exported)
    assert list(twin.entries) == ["f", "g"]
    assert again(twin.entry("g")).compile()(x=5.0)["g"] == 3.0


def test_f64_as_the_default() -> None:
    program = graphc.loads("output y = sqrt(zeros([2]) + 2)\n", float="f64")
    assert again(program).compile()()["y"].dtype == np.float64
    assert again(program.compile())()["y"].dtype == np.float64


def test_a_compiled_program_keeps_its_variables_and_its_place_in_the_random_numbers(program: graphc.Program) -> None:
    step = program.compile(seed=7)
    step(**FEEDS)
    step.state["w"] = 0.5
    twin = again(step)
    assert twin.state["c"] == 1
    assert same(twin(**FEEDS), step(**FEEDS))
    twin.state["w"] = 9.0
    assert step.state["w"] == 0.5


def test_a_flat_function(program: graphc.Program) -> None:
    fun = program.grad("loss", wrt=["w", "x"]).compile().flat(**FEEDS)
    twin = again(fun)
    (value, slope), (value2, slope2) = fun(fun.x0 + 0.25), twin(twin.x0 + 0.25)
    assert value == value2
    np.testing.assert_array_equal(slope, slope2)


def test_a_program_with_imports(tmp_path: Path) -> None:
    (tmp_path / "layers.g").write_text("fn twice(x) = 2 * x\n")
    (tmp_path / "main.g").write_text('import "layers.g" as layers\ninput x: f64\noutput y = layers.twice(x)\n')
    data = pickle.dumps(graphc.load(tmp_path / "main.g"))
    (tmp_path / "layers.g").unlink()  # the pickle has it
    assert pickle.loads(data).compile()(x=4.0)["y"] == 8.0


def test_errors() -> None:
    with pytest.raises(graphc.Diagnostics) as caught:
        graphc.loads("y = [1, 2] + [1, 2, 3]\n")
    assert str(again(caught.value)) == str(caught.value)


def test_in_another_process(program: graphc.Program, tmp_path: Path) -> None:
    path = tmp_path / "step.pickle"
    step = program.compile(seed=2)
    path.write_bytes(pickle.dumps(step))
    code = f"import pickle; print(pickle.load(open({str(path)!r}, 'rb'))(**{FEEDS!r})['loss'].item())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(found.stdout) == step(**FEEDS)["loss"]


def test_copies(program: graphc.Program) -> None:
    """A program never changes; the copy of a compiled one has variables of its own."""
    assert copy.copy(program) is copy.deepcopy(program) is program
    step = program.compile()
    twin = copy.deepcopy(step)
    twin(**FEEDS)
    assert (twin.state["c"], step.state["c"]) == (1, 0)


def test_there_is_one_of_each_dtype() -> None:
    assert all(again(t) is t and copy.deepcopy(t) is t for t in DTYPES.values())


def test_representations_are_short(program: graphc.Program) -> None:
    gradient = program.grad("loss", wrt="w").compile()
    assert repr(program) == "<graphc program model.g: x, spare, z -> loss, c>"
    assert repr(gradient) == "<compiled program: x, z -> loss, dloss_dw>"
    assert repr(gradient.flat(**FEEDS)) == "<loss as a function of w: a vector of 1>"
    assert repr(list(program.inputs.values())) == "[<x: f64[n]>, <spare: f64[n]>, <z: f64, optional>]"


class TestInputsThatPassesDropped:
    """They may be fed: the same data serve the program, its gradient and what the passes leave of it."""

    def test_when_called(self, program: graphc.Program) -> None:
        gradient = program.grad("loss", wrt="w")
        assert "spare" not in gradient.inputs
        assert gradient.compile()(**FEEDS)["loss"] == program.compile()(**FEEDS)["loss"]
        assert program.optimised().compile()(**FEEDS)["loss"] == program.compile()(**FEEDS)["loss"]

    def test_when_flattened(self, program: graphc.Program) -> None:
        fun = program.grad("loss", wrt="w").compile().flat(**FEEDS)
        assert fun(fun.x0)[0] == program.compile()(**FEEDS)["loss"]

    def test_of_a_gradient_of_a_gradient(self, program: graphc.Program) -> None:
        again_ = program.grad("loss", wrt="w").grad("dloss_dw", wrt="w")
        assert set(again_.compile()(**FEEDS)) == {"dloss_dw", "d2loss_dw2"}

    def test_they_are_checked_and_tell_sizes(self, program: graphc.Program) -> None:
        step = program.grad("loss", wrt="w").compile()
        with pytest.raises(graphc.Diagnostics, match="n is 2 in the feed of x, but 3 in the feed of spare"):
            step(x=[1.0, 2.0], spare=[1.0, 2.0, 3.0])
        assert step(x=[1.0, 2.0])["loss"] > 0
        with pytest.raises(graphc.Diagnostics, match="there is no input spar"):
            step(x=[1.0, 2.0], spar=[1.0, 2.0])
