"""Random numbers in loops: each iteration draws its own, and the backward loop draws them again."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import numpy as np
import pytest

import graphc
from graphc.driver import Options, compile_source
from graphc.ir.graph import nested
from graphc.source import Source
from tests.frontend.test_random_programs import run

FOR = "y = zeros([50]); for i in range(3) { y = y * 10 + normal([50]) }"
KEEP = "r = where(arange(4)[:, None] == i, normal([50]), r)"
LOOPS = {
    "for": f"for i in range(4) {{ {KEEP} }}",
    "rows": f"for i, x in enumerate(zeros([4])) {{ {KEEP} }}",
    "while": f"i = 0; while i < 4 {{ {KEEP}; i = i + 1 }}",
    "early": f"for i in range(9) {{ if i == 4 {{ break }}\n {KEEP} }}",
    "list": f"for i in [0, 1, 2, 3] {{ {KEEP} }}",
    "call": f"fn f() = normal([50])\nfor i in range(4) {{ {KEEP.replace('normal([50])', 'f()')} }}",
    "nested": f"for a in range(2) {{ for b in range(2) {{ i = 2 * a + b; {KEEP} }} }}",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_iterations_differ(loop: str) -> None:
    rows = run(f"r = zeros([4, 50])\n{LOOPS[loop]}\noutput r", seed=2)["r"]
    assert all(not (x == y).any() for i, x in enumerate(rows) for y in rows[:i])
    assert np.abs(rows).max() < 6


def test_the_same_loop_again() -> None:
    """Elaborating a body several times takes no places: `k` needs two rounds to get its dtype."""
    text = "k = 0; m = 1\nfor i in range(3) { k = k + m * normal(); m = k }\nx = normal()\noutput k\noutput x"
    graph = compile_source(Source("test.g", text), Options()).graph
    sites = [n.attrs[0] for g in nested(graph) for n in g.nodes if n.op.name == "site"]
    assert sorted(sites) == ["k.normal", "x.normal"]
    run(text)


def test_loops_elsewhere_change_nothing() -> None:
    before = run(f"{FOR}\noutput y")
    after = run(f"t = 0.0; for i in range(2) {{ t = t + normal(); u = t * uniform() }}\n{FOR}\noutput y\noutput t")
    assert (before["y"] == after["y"]).all()


def test_a_condition_draws_anew() -> None:
    """Otherwise the loop would run never or for ever."""
    counts = []
    for seed in range(200):
        step = graphc.loads("k = 0; while uniform() < 0.75 { k = k + 1 }\noutput k").compile(seed=seed)
        counts.append(int(step()["k"]))
    assert 2 < np.mean(counts) < 4
    assert len(set(counts)) > 5


DROPOUTS = {
    "for": "for i in range(5) { h = dropout(sin(h * w), 0.3) + 0.1 * normal([n]) }",
    "checkpoint": "for i in range(5, checkpoint=2) { h = dropout(sin(h * w), 0.3) + 0.1 * normal([n]) }",
    "checkpoint of one": "for i in range(5, checkpoint=1) { h = dropout(sin(h * w), 0.3) + 0.1 * normal([n]) }",
    "count": "for i in range(k) { h = dropout(sin(h * w), 0.3) + 0.1 * normal([n]) }",
    "while": "i = 0; while i < k { h = dropout(sin(h * w), 0.3) + 0.1 * normal([n]); i = i + 1 }",
    "random while": "i = 0; while i < k and uniform() < 0.9 { h = dropout(sin(h * w), 0.3); i = i + 1 }",
    "break": "for i in range(k) { h = dropout(sin(h * w), 0.3); if sum(h) > 100 { break } }",
    "rows": "for r in reversed(rows) { h = dropout(sin(h * w) + r, 0.3) }",
    "nested": "for i in range(2) { for r in rows { h = dropout(sin(h * w) + r, 0.3) * uniform() } }",
    "branch": "for i in range(4) { if h[0] > 0.2 { h = dropout(h * w, 0.3) } else { h = h * w + uniform([n]) } }",
    "function": "fn f(a) { for i in range(3) { a = dropout(sin(a * w), 0.3) }\n return a }\nh = f(h) + f(h)",
}


@pytest.mark.parametrize("loop", DROPOUTS)
def test_the_backward_loop_draws_the_same(loop: str) -> None:
    """The gradient by central differences at one seed: other masks would give other slopes."""
    text = dedent("""
        from nn import dropout
        input w: f64[n]
        input k: i64 = 4
        rows = w[:, None] * 0.5 + 0.25
        h = w * 0.5
        {loop}
        loss = sum(h ** 2)
        dw = grad(loss, w)
        t = jvp(loss, w, ones([n], dtype=f64))
        output loss
        output dw
        output t
    """).replace("{loop}", DROPOUTS[loop].replace("\n", "\n        "))
    step = graphc.loads(text)
    w = np.array([0.5, -1.0, 2.0, 1.5, 0.8])

    def at(point: Any) -> dict[str, Any]:
        return step.compile(seed=4)(w=point)

    found = at(w)
    for i in range(w.size):
        moved = np.zeros_like(w)
        moved[i] = 1e-6
        slope = (at(w + moved)["loss"] - at(w - moved)["loss"]) / 2e-6
        assert found["dw"][i] == pytest.approx(slope, rel=1e-6, abs=1e-7)
    assert found["t"] == pytest.approx(found["dw"].sum(), rel=1e-12)


def test_checkpoints_change_no_bit() -> None:
    text = """
        from nn import dropout
        input w: f64[n]
        h = w
        for i in range(7{}) {{ h = dropout(sin(h * w), 0.3) }}
        dw = grad(sum(h), w)
        output dw
    """
    w = np.linspace(-1, 2, 40)
    options = ("", ", checkpoint=1", ", checkpoint=3")
    plain, *others = (graphc.loads(dedent(text.format(c))).compile(seed=1)(w=w)["dw"] for c in options)
    assert all((plain == other).all() for other in others)
