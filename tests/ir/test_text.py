"""Printed programs, word for word: graphs built without a parser, so that what is read back plays no part."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent

import numpy as np
import pytest

from graphc.ir.builder import Builder, Term
from graphc.ir.constant import Constant
from graphc.ir.dims import symbol
from graphc.ir.graph import Graph, Node, Output, Update, Value
from graphc.ir.region import close_region
from graphc.ir.text import print_graph
from graphc.ir.text.names import Names, identifier
from graphc.ir.types import BOOL, F32, F64, I64, TOKEN, WEAK_FLOAT, WEAK_INT, DType, TensorType
from graphc.ops import CATALOGUE
from graphc.source import BUILTIN, Call, Origin, Source, Span

N = symbol("n")


class Program:
    """A graph under construction, with its names and ends."""

    def __init__(self) -> None:
        self.b = Builder(CATALOGUE)
        self.names: dict[str, Value] = {}
        self.updates: list[Update] = []
        self.token: Value | None = None

    def _declared(self, op: str, name: str, dtype: DType, shape: tuple, extra: tuple, default: Constant | None) -> Term:
        regions = ()
        if default is not None:
            inner = Builder(CATALOGUE)
            regions = (Graph((inner.constant(default).node,), ()),)
            value = regions[0].nodes[0].results[0]
            regions = (Graph((value.node,), (Output("0", value, BUILTIN),)),)
        kind = TensorType(dtype, shape)
        node = Node(CATALOGUE[op], (), (name, kind, *extra), regions, (kind,), BUILTIN, (name,))
        self.b.nodes.append(node)
        return self.b.term(node.results[0])

    def input(self, name, dtype=F32, shape=(), default=None, doc=None) -> Term:
        return self._declared("input", name, dtype, shape, (doc,), default)

    def variable(self, name, dtype=F32, shape=(), trainable=True) -> Term:
        start = Constant(np.zeros(shape, dtype.numpy), dtype)
        return self._declared("variable", name, dtype, shape, (trainable, None), start)

    def constant(self, value, dtype) -> Term:
        return self.b.term(self.b.constant(Constant(np.asarray(value, dtype.numpy), dtype)))

    def name(self, **terms: Term) -> None:
        for name, term in terms.items():
            self.names[name] = term.value
            self.b.name(term.value, term.value.name or name)

    def update(self, variable: Term, new: Term) -> None:
        self.updates.append(Update(variable.value, new.value, BUILTIN))

    def effect(self, op: str, values: list[Term], attribute: object) -> None:
        if self.token is None:
            self.token = self.b.emit(CATALOGUE["token"], ()).results[0]
        inputs = (self.token, *(v.value for v in values))
        node = Node(CATALOGUE[op], inputs, (attribute,), (), (TOKEN,), BUILTIN)
        self.b.nodes.append(node)
        self.token = node.results[0]

    def graph(self, *outputs: str) -> Graph:
        ends = tuple(Output(name, self.names[name], BUILTIN) for name in outputs)
        return Graph(tuple(self.b.nodes), ends, (), tuple(self.updates), self.token, self.names)


@pytest.fixture
def p() -> Program:
    return Program()


def printed(graph: Graph, **options: object) -> list[str]:
    return print_graph(graph, **options).splitlines()


def lines(text: str) -> list[str]:
    return dedent(text).strip("\n").splitlines()


# ---------------------------------------------------------------- numbers and casts


def test_numbers_take_the_dtype_of_what_they_meet(p):
    x = p.input("x")
    p.name(y=2 * x, z=x * 0.1 - 1, w=p.b.where(x > 0, 0, x))
    assert printed(p.graph("y")) == lines("""
        input x: f32
        y = 2 * x
        z = x * 0.1 - 1
        w = where(x > 0, 0, x)
        output y
    """)


def test_numbers_alone_say_their_dtype(p):
    one = p.constant(1.5, F32)
    p.name(y=p.b.exp(one), z=p.b.exp(p.constant(1.5, WEAK_FLOAT)), c=p.constant(0.1, F64), k=p.constant(3, WEAK_INT))
    assert printed(p.graph("y")) == lines("""
        y = exp(f32(1.5))
        z = exp(1.5)
        c: f64 = 0.1
        k = 3
        output y
    """)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "-0.0"), (3.0, "3"), (0.1, "0.1"), (1e-7, "1e-07"), (1e30, "1e+30"), (16777216.0, "16777216.0"),
     (np.inf, "inf"), (-np.inf, "-inf"), (np.nan, "nan"), (-1.0, "-1")],
)  # fmt: skip
def test_shortest_number(p, value, text):
    p.name(y=p.input("x") + p.constant(value, F32))
    assert printed(p.graph())[1] == f"y = x + {text}"


def test_casts_that_promotion_inserts_are_left_out(p):
    x, i = p.input("x"), p.input("i", I64)
    cast = p.b.cast
    p.name(a=x * cast(i, F32), b=p.b.sin(cast(i, F32)), c=cast(i, F32) * cast(i, F32), d=x * cast(x > 0, F32))
    p.name(e=cast(x, F64) + p.constant(1, F64), k=p.constant(0.1, WEAK_FLOAT))
    k = p.b.term(p.names["k"])
    p.name(f=x * cast(k, F32), g=cast(k, F64))
    assert printed(p.graph())[2:] == lines("""
        a = x * i
        b = sin(f32(i))
        c = f32(i) * i
        d = x * (x > 0)
        e = f64(x) + 1
        k = 0.1
        f = x * k
        g = f64(k)
    """)


def test_a_cast_number_without_dtype_keeps_its_line(p):
    x = p.input("x")
    p.name(y=x * p.b.cast(p.constant(0.1, WEAK_FLOAT), F32))
    assert printed(p.graph("y"))[1:3] == ["v1 = 0.1", "y = x * v1"]


def test_sizes(p):
    x = p.input("x", shape=(N, symbol("k")))
    size = p.b.size((N, symbol("k")), F32)
    p.name(y=p.b.sum(x) / size, z=p.b.broadcast_to(p.constant(0, F32), (2 * N, 3)), m=p.b.size(N, F32) * x)
    assert printed(p.graph())[1:] == ["y = sum(x) / (k*n)", "z = broadcast_to(f32(0), [2*n, 3])", "m = n * x"]


# ---------------------------------------------------------------- operators


def test_parentheses(p):
    a, b, c = p.input("a"), p.input("b"), p.input("c")
    p.name(s=a - (b - c), t=a - b - c, u=a / (b * c), v=-(a + b) * c, w=(-a) ** 2, x=-(a**2), y=a * -b)
    p.name(z=p.b.equal(a < b, b < c), q=p.b.pow(p.b.pow(a, b), c), r=p.b.pow(a, p.b.pow(b, c)))
    p.name(o=p.b.logical_not(p.b.logical_and(a < b, p.b.logical_or(b < c, a < c))))
    assert printed(p.graph())[3:] == lines("""
        s = a - (b - c)
        t = a - b - c
        u = a / (b * c)
        v = -(a + b) * c
        w = (-a) ** 2
        x = -a ** 2
        y = a * -b
        z = (a < b) == (b < c)
        q = (a ** b) ** c
        r = a ** b ** c
        o = not (a < b and (b < c or a < c))
    """)


def test_powers(p):
    x, i = p.input("x"), p.input("i", I64)
    p.name(a=x**2, b=x**-1, c=p.b.pow(x, 2.0), d=p.b.pow(i, 2), e=p.b.pow(x, p.b.cast(p.constant(2, WEAK_INT), F32)))
    assert printed(p.graph())[2:] == lines("""
        a = x ** 2
        b = x ** -1
        c = x ** 2.0
        d = pow(i, 2)
        v1 = 2
        e = pow(x, v1)
    """)


def test_a_sign_before_a_number_is_not_an_op(p):
    p.name(y=-p.constant(2, WEAK_INT), z=-p.constant(2.0, F32))
    assert printed(p.graph()) == ["v1 = 2", "y = -v1", "z = -f32(2)"]


def test_arithmetic_on_sizes_is_no_size(p):
    p.input("x", shape=(N,))
    n = p.b.term(p.b.emit(CATALOGUE["dim"], (), (N,)).results[0])
    p.name(y=n * 2)
    assert printed(p.graph())[1:] == ["y = multiply(n, 2)"]


def test_views_and_attributes(p):
    x = p.input("x", shape=(4, N, 3))
    b = p.b
    p.name(
        a=b.transpose(x, (0, 2, 1)), b=b.transpose(x), c=b.expand_dims(x, 1), d=b.strided(x, (0, 1), (None, -1), (0, 1))
    )
    p.name(e=b.sum(x), f=b.sum(x, 1), g=b.sum(x, (0, 2), True), h=b.reshape(x, (-1,)), i=b.concat([x, x], 2))
    p.name(j=b.zeros((N, 3), F32), k=b.zeros((N, 3), F64), l=b.strided(x + 1, (None,), (None,), (-2,)), m=b.max(x, -1))
    assert printed(p.graph())[1:] == lines("""
        a = x.T
        b = transpose(x)
        c = x[:, None]
        d = x[0, 1:-1]
        e = sum(x)
        f = sum(x, axis=1)
        g = sum(x, axis=[0, 2], keepdims=true)
        h = reshape(x, [12*n])
        i = concat([x, x], axis=2)
        j = zeros([n, 3], dtype=f32)
        k = zeros([n, 3], dtype=f64)
        l = (x + 1)[::-2]
        m = max(x, axis=2)
    """)


def test_arrays(p):
    x = p.input("x", shape=(3,))
    p.name(
        y=x * p.constant([1, 2.5, -0.0], F32),
        z=p.b.sum(p.constant([1, 2], F32)),
        w=p.constant([[1, 2], [3, 4]], WEAK_INT),
    )
    p.name(i=p.b.take(x, p.constant([0, 2], I64), 0), o=p.constant(np.zeros((0, 3)), F32))
    assert printed(p.graph())[1:] == lines("""
        y = x * [1.0, 2.5, -0.0]
        v1: f32[2] = [1.0, 2.0]
        z = sum(v1)
        w = [[1, 2], [3, 4]]
        i = take(x, [0, 2])
        o = const(f32, [0, 3], "")
    """)


def test_large_constants_are_base64(p):
    p.name(c=p.constant(np.arange(200) / 7, F64))
    (line,) = printed(p.graph())
    assert line.startswith('c = const(f64, [200], "AAAAAAAAAACSJEmSJEnCP')


# ---------------------------------------------------------------- lines


def test_shared_values_are_named_once(p):
    x = p.input("x")
    y = x
    for _ in range(24):
        y = y * y
    p.name(y=y)
    text = printed(p.graph("y"))
    assert text[1:4] == ["v1 = x * x", "v2 = v1 * v1", "v3 = v2 * v2"]
    assert len(text) == 1 + 24 + 1


def test_names_are_legal_and_unique(p):
    x = p.input("x")
    y = x + 1
    y.b.name(y.value, "sum")
    z = y * y
    z.b.name(z.value, "net.W")
    w = p.b.sum(z - y, ())
    w.b.name(w.value, "x")
    n = p.input("rows", shape=(N,))
    m = n * n * w * w
    m.b.name(m.value, "n")
    q = m + m
    q.b.name(q.value, "for")
    p.name(out=q - q)
    assert printed(p.graph("out"))[2:] == lines("""
        sum_1 = x + 1
        net_W = sum_1 * sum_1
        x_1 = sum(net_W - sum_1)
        n_1 = rows * rows * x_1 * x_1
        for_ = n_1 + n_1
        out = for_ - for_
        output out
    """)


def test_an_op_hidden_by_a_name_is_called_as_a_method(p):
    x = p.input("sum", shape=(N,))
    p.name(mean=p.b.mean(x), y=p.b.sum(x * 2))
    assert printed(p.graph())[1:] == ["mean = sum.mean()", "y = (sum * 2).sum()"]


def test_a_size_hidden_by_a_name(p):
    x = p.input("x", shape=(N,))
    p.name(n=p.b.sum(x) / p.b.size(N, F32))
    assert printed(p.graph())[1:] == ["n = sum(x) / x.shape[0]"]


def test_aliases(p):
    x = p.input("x")
    y = x + 1
    p.name(y=y, z=y, w=x)
    assert printed(p.graph("z")) == ["input x: f32", "w = x", "y = x + 1", "z = y", "output z"]


def test_hints_from_inside_functions_may_go(p):
    source = Source("f.g", "fn f(x) { t = x + 1; return t * 2 }\ny = f(x)\n")
    x = p.input("x")
    call = Call("f", Span(source, 40, 44), None)
    p.b.origin = Origin((Span(source, 14, 19),), call)
    t = x + 1
    t.b.name(t.value, "t")
    p.name(y=t * 2)
    assert printed(p.graph("y"))[1:] == ["y = (x + 1) * 2", "output y"]


def test_long_and_deep_expressions_are_split(p):
    x = p.input("x")
    y = z = x
    for i in range(60):
        y = p.b.sin(y)
        z = z + x * (i + 0.25)
    p.name(y=y, z=z)
    text = printed(p.graph("y", "z"))
    assert max(map(len, text)) <= 100
    assert max(line.count("(") for line in text) <= 12
    assert len(text) < 30


# ---------------------------------------------------------------- declarations, state, effects


def test_declarations(p):
    p.input("X", F32, (N, 3), doc="Images,\none per row.")
    p.input("rate", F64, (), Constant.scalar(0.01, F64))
    p.input("on", BOOL, (), Constant.scalar(True, BOOL))
    p.variable("w", F32, (2, 2))
    p.variable("step", I64, (), trainable=False)
    assert printed(p.graph(), header="d y / d x of poly.g") == lines("""
        # d y / d x of poly.g
        ## Images,
        ## one per row.
        input X: f32[n, 3]
        input rate: f64 = 0.01
        input on: bool = true
        var w: f32[2, 2] = [[0.0, 0.0], [0.0, 0.0]]
        var step: i64 = 0, trainable=false
    """)


def test_defaults_with_shared_values_are_functions(p):
    inner = Builder(CATALOGUE)
    a = inner.sin(inner.term(inner.number(2.0, F32)))
    region = Graph((*inner.nodes, (a * a).value.node), (Output("0", inner.nodes[-1].results[0], BUILTIN),))
    kind = TensorType(F32)
    p.b.nodes.append(Node(CATALOGUE["input"], (), ("x", kind, None), (region,), (kind,), BUILTIN, ("x",)))
    assert printed(p.graph()) == lines("""
        fn x_init() {
          v1 = sin(f32(2))
          return v1 * v1
        }
        input x: f32 = x_init()
    """)


def test_state_is_assigned_where_it_is_computed(p):
    w, step, g = p.variable("w"), p.variable("step", I64), p.input("g")
    new = w - 0.1 * g
    p.name(loss=w * g)
    p.update(w, new)
    p.update(step, step + 1)
    p.effect("print", [new], ("w", None))
    p.effect("assert", [new > 0], 'no "w"\n')
    assert printed(p.graph("loss"))[3:] == lines(r"""
        loss = w * g
        output loss
        w -= 0.1 * g
        step += 1
        print("w", w)
        assert w > 0, "no \"w\"\n"
    """)


def test_an_old_value_that_is_still_needed(p):
    w, v = p.variable("w"), p.variable("v")
    new = 0.9 * v
    p.update(v, new)
    p.update(w, w + v * new)
    assert printed(p.graph())[2:] == ["v1 = 0.9 * v", "w += v * v1", "v = v1"]


def test_swapped_state(p):
    a, b = p.variable("a"), p.variable("b")
    p.update(a, b)
    p.update(b, a)
    assert printed(p.graph())[2:] == ["a, b = b, a"]


def test_an_output_of_a_variable_before_and_after(p):
    a, b = p.variable("a"), p.variable("b")
    p.names.update(a=a.value)
    new = b + 1
    p.update(b, new)
    p.update(a, a * 2)
    graph = p.graph("a")
    graph = Graph(graph.nodes, (*graph.outputs, Output("b", new.value, BUILTIN)), (), graph.updates)
    assert printed(graph)[2:] == ["output a", "b += 1", "a *= 2", "output b"]


# ---------------------------------------------------------------- functions


def rows(p: Program, x: Term, *outside: Term) -> list[Term]:
    """`map` of a function that reads the last values from outside first."""
    kind = TensorType(x.dtype, x.shape[1:])
    head = Node(CATALOGUE["parameter"], (), ("x", kind), (), (kind,), BUILTIN, ("x",))
    inner = Builder(CATALOGUE)
    row = inner.term(head.results[0])
    last = inner.term(outside[-1].value) * row
    first = inner.term(outside[0].value) - row
    total = first * last
    region, captured = close_region(CATALOGUE["parameter"], inner.nodes, [head.results[0]], [total.value], BUILTIN)
    made = p.b.emit(CATALOGUE["map"], (x.value, *captured), (1,), (region,))
    return [p.b.term(r) for r in made.results]


def test_regions_are_functions(p):
    x, a = p.input("X", F32, (N, 3)), p.input("a")
    (y,) = rows(p, x * 2, a)
    p.name(y=y)
    assert printed(p.graph("y"))[2:] == lines("""
        fn row(x) = (a - x) * (a * x)
        y = map(row, X * 2)
        output y
    """)


def test_captures_are_met_in_their_order(p):
    x, a, b = p.input("X", F32, (N, 3)), p.input("a"), p.input("x")
    (y,) = rows(p, x, a, b)
    p.name(y=y)
    assert printed(p.graph("y"))[3:] == lines("""
        fn row(x_1) {
          v1 = x * x_1
          v2 = a - x_1
          return v2 * v1
        }
        y = map(row, X)
        output y
    """)


# ---------------------------------------------------------------- the core form


def test_core_form():
    p = Program()
    source = Source("tour.g", "input X: f32[n, 3]\nyhat = X @ w + b  # a line\n")
    x, w, b = p.input("X", F32, (N, 3)), p.input("w", F32, (3,)), p.input("b")
    p.b.origin = Origin((Span(source, 26, 35),))
    yhat = x @ w + b
    p.name(yhat=yhat, k=p.constant(2, WEAK_INT))
    p.b.origin = p.b.origin.derive("adjoint")
    p.name(z=yhat * 2)
    assert printed(p.graph("z"), core=True)[3:] == lines("""
        v1: f32[n] = matmul(X, w)            # tour.g:2:8   yhat = X @ w + b
        yhat: f32[n] = add(v1, b)            # tour.g:2:8
        k = 2                                # tour.g:2:8
        v2: f32 = 2.0                        # adjoint of tour.g:2:8
        z: f32[n] = multiply(yhat, v2)       # adjoint of tour.g:2:8
        output z
    """)


def test_no_control_characters():
    p = Program()
    source = Source("a\x1b[31m.g", "y = x \x07+ 1\n")
    x = p.input("x\x1b", doc="\x1b[2J")
    p.b.origin = Origin((Span(source, 0, 3),))
    p.name(y=x + 1)
    p.effect("print", [], ("\x1b[0m\n",))
    for core in (False, True):
        text = print_graph(p.graph("y"), core=core, header="\x1b")
        assert all(c == "\n" or c.isprintable() for c in text)


# ---------------------------------------------------------------- names, cost, determinism


def test_identifiers():
    assert [identifier(t) for t in ("x", "α", "net.W", "2x", "for", "None", "", "a b")] == [
        "x", "α", "net_W", "_2x", "for_", "None_", "_", "a_b"
    ]  # fmt: skip
    names = Names({"y"})
    assert [names.fresh(h) for h in ("y", "y", None, None, "v2", "z")] == ["y_1", "y_2", "v1", "v2", "v2_1", "z"]


@pytest.mark.parametrize("core", [False, True])
def test_a_hundred_thousand_nodes_in_a_chain(p, core):
    y = x = p.input("x")
    while len(p.b.nodes) < 100_000:
        y = p.b.sin(y) + x
    p.name(y=y)
    text = print_graph(p.graph("y"), core=core)
    assert text.count("\n") > (5_000, 100_000)[core]


PROGRAM = """
from pathlib import Path
from graphc.exporters.dot import to_dot
from graphc.exporters.json import to_json
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.text import print_graph
from graphc.ops import CATALOGUE
from graphc.source import Source
graph = elaborate(parse(Source("tour.g", Path("samples/tour.g").read_text())), CATALOGUE).graph
print(print_graph(graph), print_graph(graph, core=True), to_dot(graph), to_json(graph))
"""


def test_the_same_text_in_every_process():
    def run(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", PROGRAM]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    first = run("1")
    assert "output loss" in first
    assert first == run("2")
