"""Values and three derivatives of whole programs, and of functions in their tails, as other programs found them."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from figures import CASES, TAILS, Case, Shape
from running import compiled, outputs

import graphc

RTOL = 2e-11


def sequence(shape: Shape, step: float, seed: int) -> Any:
    """Numbers between 0 and 1 that are spread evenly, and the same in every program."""
    count = int(np.prod(shape, dtype=int))
    return ((np.arange(1, count + 1) * step + 0.37 * seed) % 1.0).reshape(shape)


def feeds(case: Case) -> dict[str, Any]:
    """The inputs, and a direction for each."""
    fed: dict[str, Any] = {}
    for seed, (name, (shape, low, high)) in enumerate(case.inputs.items()):
        fed[name] = low + (high - low) * sequence(shape, 0.6180339887498949, seed)
        fed[f"d{name}"] = 2 * sequence(shape, 0.7548776662466927, seed) - 1
    return fed


def declared(fed: dict[str, Any]) -> str:
    return "".join(f"input {name}: f64{list(np.shape(a)) if np.ndim(a) else ''}\n" for name, a in fed.items())


def along(names: list[str], of: str, result: str) -> str:
    """The derivative of `of` along the direction, by reverse mode."""
    targets = ", ".join(f"{result}_{x}" for x in names)
    wrt = f"[{', '.join(names)}]" if len(names) > 1 else names[0]
    total = " + ".join(f"sum({result}_{x} * d{x})" for x in names)
    return f'{targets} = grad({of}, {wrt}, unused="zero")\noutput {result} = {total}\n'


@pytest.mark.parametrize("name", CASES)
def test_three_derivatives(name: str) -> None:
    """Reverse over reverse over reverse, and forward over reverse, with and without passes."""
    case = CASES[name]
    fed, names = feeds(case), list(case.inputs)
    program = declared(fed) + dedent(case.program).strip() + "\n"
    shape = graphc.loads(program + "output y\n", float="f64").outputs["y"].shape
    fed["w"] = sequence(tuple(int(str(d)) for d in shape), 0.5698402909980532, 0)
    text = declared({"w": fed["w"]}) + program + "output f = sum(w * y)\n"
    text += along(names, "f", "first") + along(names, "first", "second") + along(names, "second", "third")
    text += "output forward = " + " + ".join(f"jvp(first, {x}, d{x})" for x in names) + "\n"
    graph = compiled(text)
    for passes in (True, False):
        found = outputs(graph, passes=passes, **fed)
        got = [float(found[k]) for k in ("f", "first", "second", "third", "forward")]
        expected = [*case.figures, case.figures[2]]
        np.testing.assert_allclose(got, expected, rtol=RTOL, atol=RTOL * max(map(abs, expected)))


@pytest.mark.parametrize(("y", "x", "value", "first", "second"), TAILS)
def test_tails(y: str, x: float, value: float, first: float, second: float) -> None:
    """Far out, near a pole or near 0, where a careless formula overflows, underflows or cancels."""
    text = (
        f"from losses import log_cosh\ninput x: f64\ny = {y}\noutput y\noutput g = grad(y, x)\noutput h = grad(g, x)\n"
    )
    found = outputs(compiled(text), x=x)
    np.testing.assert_allclose([found["y"], found["g"], found["h"]], [value, first, second], rtol=1e-12)


@pytest.mark.parametrize(
    ("y", "first", "second"),
    [("elu(x)", 1, 1), ("selu(x)", 1.7580993408473766, 1.7580993408473766), ("elu(x, 0.5)", 0.5, 0.5)],
)
def test_elu_at_0_is_that_of_its_lower_branch(y: str, first: float, second: float) -> None:
    """As PyTorch has it; with alpha = 1 elu has no kink."""
    text = f"input x: f64[3]\ny = {y}\noutput g = grad(y, x)\noutput h = grad(g, x)\noutput t = jvp(y, x, [1, 1, 1])\n"
    found = outputs(compiled(text), x=[0.0, -0.0, 1000.0])
    far = 1.0507009873554805 if y == "selu(x)" else 1
    np.testing.assert_allclose(found["g"], [first, first, far], rtol=1e-15)
    np.testing.assert_allclose(found["t"], [first, first, far], rtol=1e-15)
    np.testing.assert_allclose(found["h"], [second, second, 0], rtol=1e-15)


def test_relu_shows_nan() -> None:
    found = outputs(
        compiled("input x: f64[3]\noutput y = relu(x)\noutput g = grad(relu(x), x)\n"), x=[np.nan, 0.0, 2.0]
    )
    np.testing.assert_array_equal(found["y"], [np.nan, 0, 2])
    np.testing.assert_array_equal(found["g"], [1, 0, 1])
