"""Modules of the standard library: `from nn import Dense`."""

from __future__ import annotations

import numpy as np
import pytest

import graphc

DENSE = """
from nn import Dense
input X: float[k, 40]
net = Dense(40, 60)
layers = [Dense(60, 2), Dense(2, 1)]
h = tanh(net(X))
output y = layers[1](layers[0](h))
output h
output dW = grad(y, net.W)
"""


@pytest.mark.parametrize("dtype", ["f32", "f64"])
def test_dense(dtype: str) -> None:
    step = graphc.loads(DENSE, float=dtype).compile(seed=3)
    w, b = step.state["net.W"], step.state["net.b"]
    assert w.shape == (40, 60)
    assert w.dtype == b.dtype == {"f32": np.float32, "f64": np.float64}[dtype]
    assert not b.any()
    assert np.abs(w).max() <= np.sqrt(6 / 100)
    np.testing.assert_allclose(w.var(), 2 / 100, rtol=0.05)  # of 2,400 elements
    x = np.random.default_rng(0).normal(size=(7, 40)).astype(w.dtype)
    np.testing.assert_allclose(step(X=x)["h"], np.tanh(x @ w), rtol=1e-4)


def test_its_variables_have_paths_and_differ() -> None:
    program = graphc.loads(DENSE)
    names = ["net.W", "net.b", "layers.0.W", "layers.0.b", "layers.1.W", "layers.1.b"]
    assert list(program.trainable_variables) == names
    two = graphc.loads("from nn import Dense\na = Dense(2, 2)\nb = Dense(2, 2)\noutput y = a.W - b.W\n").compile()()
    assert np.all(two["y"] != 0)
