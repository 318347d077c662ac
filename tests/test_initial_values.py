"""The library's initial values and dropout: variances, ranges, orthogonality."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

import graphc


def initial(expression: str, type: str) -> Any:
    """The value of a variable that starts so."""
    step = graphc.loads(f"import init\nvar w: {type} = init.{expression}\noutput w").compile(seed=3)
    return step()["w"]


@pytest.mark.parametrize("by", ["glorot", "xavier", "he", "kaiming", "lecun"])
@pytest.mark.parametrize("kind", ["uniform", "normal"])
@pytest.mark.parametrize(("shape", "fan"), [("[300, 200]", None), ("[2, 300, 200]", None), ("[20, 30, 7, 7]", 1470)])
def test_variances(by: str, kind: str, shape: str, fan: int | None) -> None:
    glorot = by in ("glorot", "xavier")
    argument = "" if fan is None else f", {'fans' if glorot else 'fan'}={fan}"
    w = initial(f"{by}_{kind}({shape}{argument})", f"f32{shape}").astype(np.float64)
    inputs, gain = (500, 2) if glorot else (300, 1 if by == "lecun" else 2)
    variance = gain / (fan or inputs)
    assert np.var(w) == pytest.approx(variance, rel=0.02)
    assert abs(np.mean(w)) < 5 * np.sqrt(variance / w.size)
    bound = np.sqrt(3 * variance)
    known = ("uniform", (-bound, 2 * bound)) if kind == "uniform" else ("norm", (0, np.sqrt(variance)))
    assert scipy.stats.kstest(w.reshape(-1), *known).pvalue > 1e-4


def test_dtypes_and_sizes() -> None:
    assert initial("he_normal([30, 4], dtype=f64)", "f64[30, 4]").dtype == np.float64
    step = graphc.loads(
        "import init\ninput x: f32[n]\nvar w: f32[n, 2] = init.glorot_uniform([n, 2])\noutput w"
    ).compile()
    w = step(x=np.zeros(1000))["w"]
    assert w.shape == (1000, 2)
    assert np.abs(w).max() == pytest.approx(np.sqrt(6 / 1002), rel=0.01)


def test_truncated_normal() -> None:
    w = initial("truncated_normal([100, 500], mean=1.0, std=0.5, high=1.0)", "f32[100, 500]")
    assert 0 <= w.min() < 0.001
    assert 1.499 < w.max() <= 1.5
    assert scipy.stats.kstest(w.reshape(-1), scipy.stats.truncnorm(-2, 1, 1, 0.5).cdf).pvalue > 1e-4


@pytest.mark.parametrize(("rows", "columns"), [(30, 20), (20, 30), (20, 20)])
def test_orthogonal(rows: int, columns: int) -> None:
    w = initial(f"orthogonal([{rows}, {columns}], gain=2.0, dtype=f64)", f"f64[{rows}, {columns}]")
    small = w.T @ w if rows >= columns else w @ w.T
    assert np.allclose(small, 4 * np.eye(min(rows, columns)), atol=1e-13)


def test_all_orthogonal_matrices_are_equally_likely() -> None:
    """Each element of the first column is then as likely positive as negative."""
    text = "import init\nfn f(i) = init.orthogonal([3, 3])\nw = map(f, arange(2000))\noutput w"
    w = graphc.loads(text).compile()()["w"]
    for i in range(3):
        for j in range(3):
            assert scipy.stats.binomtest(int((w[:, i, j] > 0).sum()), 2000).pvalue > 1e-4


def test_dropout() -> None:
    text = """
        from nn import dropout
        input x: f32[n]
        input training: bool = true
        h = dropout(x, 0.25, training)
        off = dropout(x, 0.25, training=false)
        all_gone = dropout(x, 1.0)
        none_gone = dropout(x, 0.0)
        dx = grad(sum(h ** 2), x)
        output h
        output off
        output all_gone
        output none_gone
        output dx
    """
    x = np.linspace(1, 2, 40_000).astype(np.float32)
    step = graphc.loads(text).compile()
    found = step(x=x)
    kept = found["h"] != 0
    assert scipy.stats.binomtest(int(kept.sum()), x.size, 0.75).pvalue > 1e-4
    assert (found["h"] == np.where(kept, x / np.float32(0.75), 0)).all()
    assert np.allclose(found["dx"], np.where(kept, 2 * x / 0.75**2, 0), rtol=1e-6)
    assert (found["off"] == x).all()
    assert (found["none_gone"] == x).all()
    assert not found["all_gone"].any()
    assert (step(x=x, training=False)["h"] == x).all()
