"""`for` and `while`: types, results, and what every stage makes of a graph that holds them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from looping import for_, program, while_

from graphc.driver import Options, executable, optimise
from graphc.driver.session import Session
from graphc.exporters.dot import to_dot
from graphc.exporters.json import to_json
from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.op import TypeRuleError
from graphc.ir.types import BOOL, F64, I64, StackType, TensorType
from graphc.ir.verify import verify
from graphc.ops import CATALOGUE

N = symbol("n")
OPTIONS = Options()


def placeholder(b, name, *shape, dtype=F64):
    return b.term(b.emit(CATALOGUE["input"], (), (name, TensorType(dtype, shape), None), (), (name,)).results[0])


def run(graph, **feeds):
    verify(graph, CATALOGUE)
    session = Session(graph, executable(graph, OPTIONS))
    return session.step(session.bind(feeds))


def scan(b, xs, start, weight, **options):
    """s = s * weight + x * i, each s collected."""

    def body(k, i, x, s):
        new = s * k.term(weight.value) + x * k.cast(i, F64)
        return [new], [new]

    return for_(b, body, mapped=[xs], carried=[start], **options)


def expected(xs, s, w, order):
    found = {}
    for i in order:
        s = s * w + xs[i] * i
        found[i] = s
    return s, [found[i] for i in sorted(found)]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("n", [0, 1, 5])
def test_for_over_rows(n, reverse):
    b = Builder(CATALOGUE, F64)
    xs, start, weight = placeholder(b, "xs", N, 2), placeholder(b, "s", 2), placeholder(b, "w")
    last, every = scan(b, xs, start, weight, reverse=reverse)
    assert str(every.type) == "f64[n, 2]"
    data = np.arange(2.0 * n).reshape(n, 2) + 0.5
    found = run(program(b, last=last, every=every), xs=data, s=[0.1, 0.2], w=0.7)
    last, every = expected(data, np.array([0.1, 0.2]), 0.7, range(n - 1, -1, -1) if reverse else range(n))
    assert found["last"].tolist() == last.tolist()
    assert found["every"].tolist() == [e.tolist() for e in every]
    assert found["every"].shape == (n, 2)


@pytest.mark.parametrize("count", [-2, 0, 3])
def test_for_with_a_count_collects_a_stack(count):
    b = Builder(CATALOGUE, F64)
    n = placeholder(b, "n", dtype=I64)
    x = placeholder(b, "x")
    total, squares = for_(b, lambda k, i, s: ([s + i], [k.cast(i, F64) * k.term(x.value)]), count=n,
                          carried=[b.term(b.number(0, I64))])  # fmt: skip
    assert str(squares.value.type) == "stack[f64]"
    (added,) = for_(b, lambda k, i, e, s: ([s * 10 + e], []), mapped=[squares], carried=[b.term(b.number(0, F64))])
    (back,) = for_(b, lambda k, i, e, s: ([s * 10 + e], []), mapped=[squares], reverse=True,
                   carried=[b.term(b.number(0, F64))])  # fmt: skip
    found = run(program(b, total=total, added=added, back=back), n=count, x=2.0)
    assert [float(v) for v in found.values()] == [3 if count == 3 else 0, *((24, 420) if count == 3 else (0, 0))]


def test_static_length():
    b = Builder(CATALOGUE, F64)
    _, every = for_(b, lambda k, i, s: ([s + i], [s * 2]), length=4, carried=[b.term(b.number(1, I64))])
    assert run(program(b, every=every))["every"].tolist() == [2, 2, 4, 8]


@pytest.mark.parametrize(("limit", "result", "steps"), [(100.0, 128.0, 7), (0.5, 1.0, 0)])
def test_while(limit, result, steps):
    b = Builder(CATALOGUE, F64)
    bound = placeholder(b, "limit")
    start = b.term(b.number(1, F64))
    x, k = while_(
        b,
        lambda k, x, n: x < k.term(bound.value),
        lambda k, x, n: ([x * 2, n + 1], []),
        [start, b.term(b.number(0, I64))],
    )
    found = run(program(b, x=x, k=k), limit=limit)
    assert (found["x"], found["k"]) == (result, steps)


def test_every_stage_takes_loops_and_stacks():
    b = Builder(CATALOGUE, F64)
    xs, start, weight = placeholder(b, "xs", N, 2), placeholder(b, "s", 2), placeholder(b, "w")
    n = placeholder(b, "k", dtype=I64)
    last, every = scan(b, xs, start, weight)
    _, tape = for_(b, lambda k, i, s: ([s * 2], [s + k.term(last.value)]), count=n, carried=[last])
    (added,) = for_(b, lambda k, i, e, s: ([s + e], []), mapped=[tape], carried=[start])
    (x,) = while_(
        b,
        lambda k, x: k.any(x < k.term(weight.value), None, False),
        lambda k, x: ([x + k.sum(k.term(every.value), 0, False) + 1], []),
        [added],
    )
    graph = program(b, x=x)
    feeds = {"xs": np.ones((3, 2)), "s": [0.5, 0.25], "w": 40.0, "k": 3}
    plain = run(graph, **feeds)["x"]
    better = optimise(graph, OPTIONS).graph
    assert run(better, **feeds)["x"].tolist() == plain.tolist()
    assert to_dot(graph).count("subgraph") == 5
    assert "stack" in json.dumps(json.loads(to_json(graph)))


def test_equal_loops_are_shared():
    b = Builder(CATALOGUE, F64)
    xs, start, weight = placeholder(b, "xs", N, 2), placeholder(b, "s", 2), placeholder(b, "w")
    a, _ = scan(b, xs, start, weight)
    c, _ = scan(b, xs, start, weight)
    d, _ = scan(b, xs, start, weight, reverse=True)
    better = optimise(program(b, y=a + c, z=d), OPTIONS).graph
    assert sum(bool(n.regions) for n in better.nodes) == 2


@pytest.mark.parametrize(
    ("build", "code", "text"),
    [
        (lambda b, x: for_(b, lambda k, i, e: ([], [e]), mapped=[b.sum(x, None, False)]), "E0311", "first axis"),
        (
            lambda b, x: for_(b, lambda k, i, e, f: ([], [e]), mapped=[x, placeholder(b, "z", 4)]),
            "E0310",
            "lengths are n and 4",
        ),
        (lambda b, x: for_(b, lambda k, i, s: ([s < 0], []), length=3, carried=[x]), "E0318", "after it"),
        (lambda b, x: for_(b, lambda k, i: ([], [i]), count=x), "E0304", "counts to"),
        (lambda b, x: for_(b, lambda k, i: ([], [i]), length=-3), "E0309", "length"),
        (lambda b, x: while_(b, lambda k, s: s < 0, lambda k, s: ([s], []), [x]), "E0304", "boolean scalar"),
        (
            lambda b, x: for_(
                b,
                lambda k, i, e, f: ([], [e]),
                mapped=[for_(b, lambda k, i: ([], [i]), count=b.term(b.number(2, I64)))[0], x],
            ),
            "E0310",
            "stack",
        ),
    ],
)
def test_what_loops_refuse(build, code, text):
    b = Builder(CATALOGUE, F64)
    with pytest.raises(TypeRuleError) as refused:
        build(b, placeholder(b, "x", N))
    assert refused.value.code == code
    assert text in refused.value.message


def test_types():
    assert StackType(TensorType(BOOL, (N,))).bind({"n": 3}) == StackType(TensorType(BOOL, (3,)))
    assert str(StackType(TensorType(F64, (N, 3)))) == "stack[f64[n, 3]]"
