"""Traces: one per signature, shared by all calls, told as they are made, with their calls counted."""

import math

import pytest

import graphc
from graphc.driver import Options, compile_source, traces
from graphc.driver.traces import announcer
from graphc.source import Source

NESTED = """\
input x: f32[3]
input y: f32[2]
fn sq(p) = p * p
fn both(p) = sq(p) + sq(2 * p)
output a = both(x)
output b = both(y)
output c = both(x + 1)
output d = sq(y)
if sum(y) > 0 { z = sq(x) } else { z = x }
output z
fn row(r) = sq(r) + r
output e = map(row, x)
"""


def test_calls_and_sites() -> None:
    """Each call of `both` makes two copies of `sq`."""
    traces = graphc.loads(NESTED, "n.g").traces
    found = {t.signature: (t.calls, t.sites) for t in traces}
    sq, line4 = "sq(p: f32", ("n.g:4:14", "n.g:4:22")
    assert found == {
        f"{sq}[3])": (5, ("n.g:9:21", *line4)),
        f"{sq}[2])": (3, ("n.g:8:12", *line4)),
        f"{sq})": (1, ("n.g:11:13",)),
        "both(p: f32[3])": (2, ("n.g:5:12", "n.g:7:12")),
        "both(p: f32[2])": (1, ("n.g:6:12",)),
        "row(r: f32)": (1, ("n.g:12:12",)),
    }
    assert [t.differs for t in traces if t.function == "sq"] == ["", "the shape of p was [3]", "the shape of p was [2]"]
    assert all(t.function == t.signature.split("(")[0] for t in traces)


def test_a_trace_is_told_when_it_is_made() -> None:
    """Before the statements after it are looked at: also if one of these is wrong."""
    heard: list[str] = []
    words = announcer()
    options = Options(traced=lambda trace: heard.append(words(trace)[0]))
    with pytest.raises(graphc.Diagnostics):
        compile_source(Source("a.g", NESTED + "output w = nothing\n"), options)
    assert heard == [t.signature for t in graphc.loads(NESTED).traces]


def test_a_trace_knows_floats_by_their_bits() -> None:
    """0.0 equals -0.0, and NaN no number: each has a trace, and one only."""
    program = graphc.loads(
        "fn f(k) = 1.0 / full([1], k)\n"
        "output a = f(0.0)\noutput b = f(-0.0)\noutput c = f(nan)\noutput d = f(nan)\noutput e = f(-0.0)\n"
    )
    assert len(program.traces) == 3
    found = program.compile()()
    assert [found[name].item() for name in "abe"] == [math.inf, -math.inf, -math.inf]


def test_a_trace_is_compared_with_a_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with none before somebody asks: many traces of a function cost time in proportion."""
    compared = []
    changes = traces._changes
    monkeypatch.setattr(traces, "_changes", lambda *pair: compared.append(pair) or changes(*pair))
    text = "fn f(k) = full([2], k)\n" + "".join(f"output a{i} = f({i})\n" for i in range(100))
    program = graphc.loads(text)
    assert not compared
    assert program.traces[99].differs == "k was 98"
    assert len(compared) < 100 * 20
    assert program.traces is program.traces
