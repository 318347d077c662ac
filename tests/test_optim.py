"""Optimisers of the library against PyTorch's: by hand and by minimize, in f64 and f32; schedules and clipping."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

import numpy as np
import pytest

from graphc.driver import Options, compile_source, executable
from graphc.driver.session import Session
from graphc.ir.types import F32, F64, Array, DType
from graphc.source import Source
from tests.optim_figures import NOTED, RATES, TRAJECTORIES

LOSS = "loss = (w[0] - 1) ** 2 + 3 * (w[1] - w[0] ** 2) ** 2 + (sin(3 * w[2]) + 0.5 * w[0]) ** 2"


def session(text: str, default_float: DType = F64) -> Session:
    options = Options(default_float)
    graph = compile_source(Source("p.g", dedent(text)), options).graph
    return Session(graph, executable(graph, options))


def walk(text: str, default_float: DType) -> Iterator[tuple[int, Array]]:
    """The variable w after each of 100 steps."""
    ready = session(text, default_float)
    binding = ready.bind({})
    for step in range(1, 101):
        ready.step(binding)
        yield step, ready.state["w"]


def states(call: str) -> list[str]:
    """The states of an optimiser, in order."""
    name = call.partition("(")[0]
    heavy = ["m"] if "momentum=" in call else []
    match name:
        case "sgd":
            return [*heavy, *(["step"] if "dampening=" in call else [])]
        case "adam" | "adamw":
            return ["m", "v", "step", *(["peak"] if "amsgrad" in call else [])]
        case "rmsprop":
            return ["v", *(["a"] if "centered" in call else []), *heavy]
        case _:
            return ["s", *(["step"] if "lr_decay" in call else [])]


def by_hand(call: str) -> str:
    start = "0.5" if "initial" in call else "0"
    kept = states(call)
    lines = ["from optim import " + call.partition("(")[0], "var w: float[3] = [-0.5, 0.7, 0.3]"]
    for name in kept:
        lines.append("var step: i64 = 0" if name == "step" else f"var {name}: float[3] = {[float(start)] * 3}")
    names = ", ".join(["w", *kept])
    arguments = ", ".join(["w", "dw", *kept])
    return "\n".join([*lines, f"f = {call}", LOSS, "dw = grad(loss, w)", f"{names} = f({arguments})", "output loss"])


def minimized(call: str) -> str:
    lines = ["import optim", "var w: float[3] = [-0.5, 0.7, 0.3]", LOSS, f"minimize(loss, with=optim.{call})"]
    return "\n".join([*lines, "output loss"])


@pytest.mark.parametrize("call", TRAJECTORIES)
@pytest.mark.parametrize("write", [by_hand, minimized])
def test_equals_torch(call: str, write: object) -> None:
    assert callable(write)
    text = write(call)
    figures = TRAJECTORIES[call]
    expected = dict(zip(NOTED, figures[:4], strict=True))
    for step, w in walk(text, F64):
        if step in expected:
            np.testing.assert_allclose(w, expected[step], rtol=0, atol=1e-12, err_msg=f"step {step}")
    *_, (_, last) = walk(text, F32)
    np.testing.assert_allclose(last, figures[4], rtol=0, atol=1e-6)


@pytest.mark.parametrize("call", RATES)
def test_schedules_equal_torch(call: str) -> None:
    ready = session(f"import optim\nvar step: i64 = 0\noutput rate = optim.{call}\nstep += 1")
    binding = ready.bind({})
    found = [float(ready.step(binding)["rate"]) for _ in RATES[call]]
    np.testing.assert_allclose(found, RATES[call], rtol=1e-11, atol=1e-15)


def test_clipping_by_minimize():
    """By the formulas of torch.nn.utils.clip_grad_norm_ and clip_grad_value_; the norm is that of all together."""
    text = """
        import optim
        var a: f64[2] = [3.0, -1.0]
        var b: f64 = 2.0
        var c: f64[2, 1] = [[0.5], [4.0]]
        loss = sum(a ** 2) + b ** 2 + sum(c ** 3)
        minimize(loss, with=optim.sgd(0.1), {clip})
        output loss
    """
    grads = {"a": np.array([6.0, -2.0]), "b": np.array(4.0), "c": np.array([[0.75], [48.0]])}
    start = {"a": np.array([3.0, -1.0]), "b": np.array(2.0), "c": np.array([[0.5], [4.0]])}
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    by_norm = {k: g * min(1, 1.5 / (norm + 1e-6)) for k, g in grads.items()}
    cases = {
        "clip_norm=1.5": by_norm,
        "clip_norm=1000": grads,
        "clip_value=2.5": {k: np.clip(g, -2.5, 2.5) for k, g in grads.items()},
        "clip_norm=1.5, clip_value=0.5": {k: np.clip(g, -0.5, 0.5) for k, g in by_norm.items()},
    }
    for clip, slopes in cases.items():
        ready = session(text.format(clip=clip))
        ready.step(ready.bind({}))
        for name, slope in slopes.items():
            assert ready.state[name] == pytest.approx(start[name] - 0.1 * slope, rel=1e-12), clip
