"""What is printed reads back as an equal graph, in both forms, before and after passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given

from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.equal import difference
from graphc.ir.graph import Graph, reachable
from graphc.ir.op import Placeholder
from graphc.ir.text import print_graph
from graphc.ops import CATALOGUE
from graphc.passes.pass_ import Context
from graphc.passes.pipelines import DEFAULT, run_pipeline
from graphc.source import Source
from tests.graphs import graphs
from tests.running import compiled, outputs

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.g"))


def read(text: str, name: str = "test.g") -> Graph:
    return elaborate(parse(Source(name, text)), CATALOGUE).graph


def check(graph: Graph) -> None:
    for core in (False, True):
        text = print_graph(graph, core=core)
        assert difference(graph, read(text)) is None, text
        assert print_graph(graph, core=core) == text


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_samples(sample):
    check(read(sample.read_text(encoding="utf-8"), sample.name))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_samples_after_passes(sample):
    graph = read(sample.read_text(encoding="utf-8"), sample.name)
    check(run_pipeline(graph, DEFAULT, Context(CATALOGUE)).graph)


@given(graphs(25))
def test_random_graphs(graph):
    check(as_from_source(graph))


def as_from_source(graph: Graph) -> Graph:
    """Without what no program says: casts to the same dtype, updates that change nothing, dead values."""
    mapping = {}
    nodes = []
    for node in graph.nodes:
        inputs = tuple(mapping.get(v, v) for v in node.inputs)
        if node.op.name == "cast" and inputs[0].type == node.results[0].type:
            mapping[node.results[0]] = inputs[0]
            continue
        copy = node if inputs == node.inputs else node.copy(inputs)
        mapping.update(zip(node.results, copy.results, strict=True))
        nodes.append(copy)
    graph = graph.with_nodes(nodes, mapping)
    names = {name: v for name, v in graph.names.items() if not isinstance(v.node.op, Placeholder)}
    declared = {n.attrs[0] for n in graph.nodes if isinstance(n.op, Placeholder) and n.attrs}
    names |= {o.name: o.value for o in graph.outputs if o.name not in declared}
    updates = tuple(u for u in graph.updates if u.value is not u.variable)
    graph = replace(graph, names=names, updates=updates)
    live = reachable([*graph.results, *names.values()])
    return graph.with_nodes([n for n in graph.nodes if n in live or isinstance(n.op, Placeholder)])


PROGRAMS = {
    "numbers_without_dtype": r"""
        input x: f32[3]
        k = 0.1
        j = 2
        y = k * x + j
        z = k * j
        u = j ** 2
        v = x ** j
        w = f64(0.1) * f64(x)
        q = f64(k)
        output y
        output z
        output v
        output u
        output w
        output q
    """,
    "powers": r"""
        input x: f32[3]
        input i: i64[3]
        a = x ** 2.0
        b = x ** i
        c = i ** 3
        d = pow(i, 2)
        e2 = pow(x, 3)
        f = 2 ** x
        g = (-2.0) ** x
        h = -x ** 2
        l = (-x) ** 2
        m = x ** -1
        n = i ** -1
        o = x ** x ** x
        p = (x ** x) ** x
    """,
    "precedence": r"""
        input a: f32
        input b: f32
        input c: f32
        u = a - (b - c)
        v = a - b - c
        w = a / (b * c)
        x = (a + b) * c
        y = -(a + b)
        z = a * -b
        t = a < b and not (b < c or a == c)
        s = (a < b) == (b < c)
        r = not (a < b and b < c)
        q = a // b % c
        p = -(-a)
    """,
    "literals": r"""
        input a: f32
        input i: i64[4]
        u = where(a > 0, 0, a)
        v = maximum(a, -0.0)
        w = a + 1e-7
        x = a * inf
        y = a + 16777217
        z = f64(3)
        t = i + 7
        s = i * 0.5
        r = i / 2
        q = sin(1)
        p = exp(f64(2.5))
        o = nan * a
        m = 1e30 * a
        l = where(true, a, 2)
        k = take(a * ones([5]), [0, 2, 1])
        j = f32(true) + a
    """,
    "arrays": r"""
        input x: f32[3]
        a = x + [1, 2, 3]
        b = [[1, 2, 3], [4, 5, 6]] @ x
        c = [0.5, 1.5, -0.0] * x
        d: f32[2, 2] = [[1, 2], [3, nan]]
        e1 = [1, 2]
        f = sum([1.0, 2.0, 3.0])
        g = x[[0, 2]]
        h = concat([x, [1, 2]])
        i = stack([x, [1, 2, 3]], axis=1)
        j = [x, x]
        k = concat([x[1:], j[0]])
    """,
    "index": r"""
        input x: f32[4, n, 3]
        a = x[0]
        b = x[-1, 1:, ::2]
        c = x[:, None]
        d = x[..., None]
        e1 = x[1:3, :, ::-1]
        f = x[:, -1]
        g = x[2, 3:n-1]
        h = x[[0, 1]]
        i = x.T
        j = (x + 1)[0, 0, 0]
        k = x[:, :, 0][None]
    """,
    "state": r"""
        var w: f32[3] = [1, 2, 3]
        var m: f32[3] = zeros([3]), trainable=false
        var step: i64 = 0, trainable=false
        input g: f32[3]
        m = 0.9 * m + g
        w -= 0.1 * m
        step += 1
        print("step", step, "w", w)
        assert all(isfinite(w)), "bad \"w\"\n"
        assert step > 0
    """,
    "swap": r"""
        var a: f32 = 1
        var b: f32 = 2
        a, b = b, a
        output c = a + b
    """,
    "swapped_with_a_name": r"""
        var a: f32 = 1
        var b: f32 = 2
        t = a
        a = b
        b = t + 1
    """,
    "old_values": r"""
        var a: f32 = 1
        var b: f32 = 2
        old = a
        a = a + 1
        b = old * a
        old2 = b - old
    """,
    "output_before_assignment": r"""
        var a: f32 = 1
        output a
        a = a + 1
        output c = a * 2
    """,
    "output_after_assignment": r"""
        var a: f32 = 1
        a = a + 1
        output a
        output c = a * 2
    """,
    "old_and_new": r"""
        var v: f32 = 0
        var w: f32 = 0
        input g: f32
        vp = v
        v = 0.9 * v - g
        w = w - 0.9 * vp + 1.9 * v
        loss = w * v
        print(vp)
    """,
    "old_and_new_named": r"""
        var v: f32 = 0
        var w: f32 = 0
        input g: f32
        fn f(p, q) = p + q
        u = f(v, g)
        v2 = 0.9 * v - g
        w = w - 0.9 * v + 1.9 * v2
        v = v2
        output u
    """,
    "hidden_by_names": r"""
        input x: f32[n, k]
        sum = sum(x)
        y = mean(x)
        n = 3 * y
        d = grad(y, x)
        e = grad(sum, x)
    """,
    "hidden_by_inputs": r"""
        input sum: f32[n]
        input nan: f32
        y = mean(sum)
        d = grad(exp(y) * nan, sum)
        z = y + inf
    """,
    "rebind": r"""
        input x: f32
        y = x + 1
        y = y * 2
        y = y ** 2
        output y
        y = y - 1
        z = y
    """,
    "alias": r"""
        input x: f32
        y = x + 1
        z = y
        w = x
        k = 2
        j = k
        output z
    """,
    "regions": r"""
        input X: f32[n, 3]
        input a: f32
        input b: f32[3]
        fn row(x) { t = sin(x) * a
         return t + t * b }
        fn two(x, y) = x + y, x * y * a
        Y = map(row, X)
        P, Q = map(two, X, Y)
        fn c(x) = 1.0
        Z = map(c, X)
        fn outer(x) {
         fn inner(y) = y * sum(x) + a
         return map(inner, x) }
        W = map(outer, X)
        R = map(row, X * 2)
    """,
    "hand_written_rule": r"""
        input x: f32[3]
        fn relu2(x) {
         y = maximum(x, 0)
         return y } vjp (g) { return where(x < 0, 0, g) * y }
        fn f2(a, b) { return a * b } vjp (g) { return g * b, None }
        z = relu2(x) + f2(x, 2 * x)
        d = grad(z, x)
    """,
    "rebound_output": r"""
        input x: f32
        y = x + 1
        output y
        y = x * y
        z = y + 1
    """,
    "unicode": r"""
        input α: f32
        input x_é: f32
        β = α * x_é
        output β
    """,
    "declarations": r"""
        ## the input
        ## second line
        input x: f32 = 0.5
        ## weights
        var w: f32[2] = 0.5 * ones([2])

        ## not kept
        y = x * w
        var big: f32[100] = f32(arange(100)) / 7
        var r: f32[2] = broadcast_to(1.5, [2])
        input mask: bool = true
        input u: u8[3] = [1, 2, 255]
        var e: f32[n] = zeros([n])
        input E: f32[n]
    """,
    "initial_values": r"""
        fn f() { a = sin(arange(4) * 0.5)
         return a * a }
        var w: f32[4] = f()
        var v: f32[4] = f32(f64(f()))
        var i: f32 = i64(3)
        input d: f64 = f32(0.1)
    """,
    "sizes": r"""
        input x: f32[n, k]
        a = n
        b = n * k
        c = sum(x) / n
        d = zeros([n + 1, 2 * k])
        e = x.shape[0] * 2.0
        f = n // 2 + k
        g = reshape(x, [n * k])
        h = mean(x)
        l = grad(h, x)
        m = full([max(n - 1, 0)], 2.0)
        o = n ** 2
        p2 = min(n, k)
        q = f32(n) * x
    """,
    "bools": r"""
        input x: f32[3]
        m = x > 0
        a = m * x
        b = m and true
        c = where(m, 1, 0)
        d = f32(m)
        e = not m
        t = true
        f = t and false
        g = t * x
        h = sum(m)
        fl = m == t
    """,
    "ints": r"""
        input i: i32[3]
        input j: u8[3]
        input k: i8[3]
        a = i + j
        b = j + k
        c = i * 2.5
        d = i + 1
        e = i64(i) + j
        f = i // 2
        g = i / j
        h = f32(i) * f64(j)
        l = bit_and(i, 3)
        m = i8(300 // 3)
        big = 1234567890123456789
    """,
    "tuple": r"""
        input x: f32[3, 3]
        q, r = qr(x)
        s = q @ r
        u, v = split(x[:2], 2)
        w = split(x, [1])[0]
        t, _ = slogdet(x)
    """,
    "strings": r"""
        print("a\tb", "\u{1b}[31m", 3, 2.5, true, f32(1), [1, 2])
        input x: f32
        print(x, f32)
        output y = x
    """,
    "reserved": r"""
        input x: f32
        from_ = x + 1
        as_ = x
        vjp = x * 2
        test = vjp - x
        from2 = test
    """,
    "attributes": r"""
        input x: f32[2, 3]
        a = sum(x, axis=1, keepdims=true)
        b = max(x, axis=-1)
        c = transpose(x)
        d = argmax(x, axis=0)
        e = cumsum(x, axis=1)
        f = one_hot([1, 2], 4)
        g = eye(3)
        h = arange(5)
        i = linspace(0, 1, 5)
        j = tile(x, [2, 1])
        k = repeat(x, 2, axis=0)
        l = pad(x, [[0, 1], [1, 0]], value=0.5)
        m = norm(x)
        n2 = variance(x)
        o = einsum("ij,kj->ik", x, x)
        p = tensordot(x, x, axes=[[1], [1]])
        q = sort(x, axis=0)
        r = clip(x, 0, 1)
        s = roll(x, 1, axis=0)
        t = flip(x)
        u = logsumexp(x)
        v = squeeze(x[:, :1])
    """,
    "conv": r"""
        input x: f32[b, 3, 8, 8]
        input w: f32[4, 3, 3, 3]
        y = conv(x, w, stride=2, padding="same")
        z = max_pool(y, 2)
        a = avg_pool(y, [2, 2], stride=1)
        d = grad(z, w)
        e = grad(sum(a), x)
    """,
    "effects": r"""
        input x: f32
        fn f(a) { print("in", a)
         return a * 2 }
        y = f(f(x))
        print(y, y + 1)
    """,
    "no_outputs": r"""
        input x: f32
        fn f(a) { b = a * a
         return b + b }
        print(f(x))
    """,
    "hessian": r"""
        input x: f64[n]
        f = sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
        output h = hessian(f, x)
        output g3 = hvp(f, x, x)
    """,
}
PROGRAMS |= {
    "squarings": "input a: f32\nx0 = a ** 2\n"
    + "".join(f"x{i} = x{i - 1} ** 2\n" for i in range(1, 24))
    + "output x23",
    "deep": f"input a: f32\noutput y = {'sin(' * 40}a{')' * 40}\noutput s = {' + '.join(['a * 1.25'] * 60)}",
    "wide": f"input x: f32[3]\ny = concat([{', '.join(f'x * {i}.5' for i in range(40))}])",
    "a tangent that is a number, read twice in a branch": """
        input a: f64; input b: f64; input h: f64[3]
        p = h; y = 0.5 * b
        for k in [a, y + 0.1] {
          if k > -0.75 { t = 1 } else if sum(p) < 1.5 { p = cos(a) * tanh(y) * h } else { k = sin(a) }
        }
        output along = jvp(sum(p), [a, b], [0.5, -1.0])
    """,
    "derivatives of branches with effects": """
        input x: f32; input v: f32[3]; input k: i64
        fn f(t) {
          while k < t and t < 4 { print("step", sin(v), t); t = t + x }
          if t > 2 { print("far", v[k]) } else { assert t > k }
          return t * x
        }
        y = x
        if x > 0 { y = f(x) } else { if k > 0 { y = x * x } else { print("none", cos(v)); y = x } }
        output dy = grad(y, x)
        output ty = jvp(y, x, 1.0)
    """,
    "large": "input x: f32[300]\ny = x + f32(arange(300))\nz: f32[2, 40] = " + str([[i / 7 for i in range(40)]] * 2),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name):
    check(read(dedent(PROGRAMS[name])))


def test_names_of_what_loops_are_written_with():
    """They make way for `stack()` and `range`, and are bound at the end."""
    text = """
        input x: f64[4]
        stack = 3.0
        range = x * stack
        t = 0.0
        for r in range { t += r * stack }
        output t
        output d = grad(t, x)
    """
    again = print_graph(compiled(text))
    assert "stack = stack_1" in again
    x = [1.0, 2.0, 3.0, 4.0]
    found = outputs(compiled(again), x=x)
    assert found["t"] == 90
    assert list(found["d"]) == [9.0] * 4
