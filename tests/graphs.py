"""Random graphs for tests, feeds for them, and a plain loop that evaluates graphs.

`graphs()` is a Hypothesis strategy; `random_graph(random.Random(seed))` builds the same kind of graph from a seed.
They have inputs of several dtypes, a symbolic size `n`, a variable with an update, values computed twice, and constants
of the kind that rules look for.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graphc.ir import dims
from graphc.ir.builder import Builder, Term
from graphc.ir.dims import Poly, symbol
from graphc.ir.graph import Graph, Output, Update, Value
from graphc.ir.op import Placeholder, TypeRuleError
from graphc.ir.types import BOOL, F32, F64, I8, I64, U8, Array, DType, TensorType, leaving
from graphc.ops import CATALOGUE
from graphc.source import Origin, Source, Span

N = symbol("n")
SIZES = {"n": 4}
SHAPES: tuple[tuple[Any, ...], ...] = ((), (3,), (1, 3), (2, 3), (N,), (N, 3), (2, 1, 3), (1,))
DTYPES = (F32, F64, F64, I64, U8, I8)
NUMBERS = (0, 1, -1, 2, -2, 3, 0.5, -0.5, 4, -0.0)
SPECIAL = {
    "f": (0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, 1e-45, 1e30, -1e30, 0.1, 3.5),
    "i": (0, 1, -1, 2, -128, 127, 7),
    "u": (0, 1, 2, 255, 128, 7),
    "b": (True, False),
}

PATHS = ("w", "w", "net.l1.W", "net.layers.0.W", "v7.b", "x0.grad")  # of the variable

UNARY = ("negative", "exp", "sin", "abs", "sqrt", "tanh", "floor", "sign", "isnan", "logical_not")
BINARY = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "add", "subtract", "multiply")
TESTS = ("less", "less_equal", "equal", "not_equal", "greater", "logical_and", "logical_or")
REDUCTIONS = ("sum", "mean", "max", "prod", "any", "all")
VIEWS = ("reshape", "transpose", "expand_dims", "squeeze", "broadcast_to", "flip")


# ---------------------------------------------------------------- building


class RandomGraph:
    """Grows a graph step by step from a source of randomness."""

    def __init__(self, rng: random.Random, inputs: int = 3) -> None:
        self.rng = rng
        self.source = Source("random.g", "".join(f"v{i} = f(x, {i})\n" for i in range(400)))
        self.b = Builder(CATALOGUE)
        self.line = 0
        self.pool: list[Term] = []
        self.made: list[tuple[str, tuple[Any, ...]]] = []
        for i in range(inputs):
            self._place("input", f"x{i}", TensorType(rng.choice(DTYPES), rng.choice(SHAPES)))
        self._place("input", "sized", TensorType(F64, (N,)))
        self._place("input", "p", TensorType(BOOL, rng.choice(SHAPES)))
        self.variable = self._place("variable", rng.choice(PATHS), TensorType(F64))

    def _place(self, op: str, name: str, type: TensorType) -> Term:
        self._advance()
        inside = Builder(CATALOGUE, origin=self.b.origin)
        start = inside.number(0, type.dtype)
        attrs = (name, type, None) if op == "input" else (name, type, True, None)
        region = () if op == "input" else (Graph(tuple(inside.nodes), (Output("0", start, self.b.origin),)),)
        value = self.b.emit(CATALOGUE[op], (), attrs, region, (name,)).results[0]
        self.pool.append(self.b.term(value))
        return self.pool[-1]

    def _advance(self) -> None:
        span = Span(self.source, self.source.line_starts[self.line % 400], self.source.line_starts[self.line % 400] + 5)
        self.b.origin = Origin((span,))
        self.line += 1

    def step(self) -> None:
        """Append an operation, if the drawn one fits its operands."""
        self._advance()
        kinds: tuple[Callable[[], tuple[str, tuple[Any, ...]]], ...] = (
            self._unary, self._binary, self._binary, self._test, self._where, self._reduction, self._view, self._view,
            self._cast, self._power, self._fill, self._again,
        )  # fmt: skip
        name, args = self.rng.choice(kinds)()
        count = len(self.b.nodes)
        op = CATALOGUE.get(name)
        if op is None:
            return
        for operand, argument in zip(op.operands, args, strict=False):
            if isinstance(argument, Term) and argument.dtype not in operand.accepts:
                return
        try:
            term = self.b.apply(name, *args)
        except TypeRuleError:
            del self.b.nodes[count:]
            return
        if isinstance(term.type.size, int) and term.type.size > 500:
            del self.b.nodes[count:]
            return
        if self.rng.random() < 0.3:
            self.b.name(term.value, f"v{self.line}")
        self.made.append((name, args))
        self.pool.append(term)

    def _any(self) -> Term:
        """Recent values more often than old ones."""
        i = max(self.rng.randrange(len(self.pool)), self.rng.randrange(len(self.pool)))
        return self.pool[i]

    def _like(self, term: Term) -> Any:
        """A value of the same dtype, or a number that fits it."""
        same = [t for t in self.pool if t.dtype is term.dtype]
        if term.dtype is not BOOL and self.rng.random() < 0.4:
            fitting = [k for k in NUMBERS if fits(k, term.dtype)]
            return self.rng.choice(fitting)
        return self.rng.choice(same)

    def _unary(self) -> tuple[str, tuple[Any, ...]]:
        return self.rng.choice(UNARY), (self._any(),)

    def _binary(self) -> tuple[str, tuple[Any, ...]]:
        x = self._any()
        pair = (x, self._like(x))
        return self.rng.choice(BINARY), pair if self.rng.random() < 0.6 else pair[::-1]

    def _test(self) -> tuple[str, tuple[Any, ...]]:
        x = self._any()
        return self.rng.choice(TESTS), (x, self._like(x))

    def _where(self) -> tuple[str, tuple[Any, ...]]:
        x = self._any()
        return "where", (self.rng.choice([t for t in self.pool if t.dtype is BOOL]), x, self._like(x))

    def _power(self) -> tuple[str, tuple[Any, ...]]:
        return "integer_pow", (self._any(), self.rng.choice((0, 1, 2, 3)))

    def _reduction(self) -> tuple[str, tuple[Any, ...]]:
        x = self._any()
        axes = tuple(a for a in range(x.rank) if self.rng.random() < 0.5)
        return self.rng.choice(REDUCTIONS), (x, axes, self.rng.random() < 0.5)

    def _cast(self) -> tuple[str, tuple[Any, ...]]:
        x = self._any()
        targets = (F32, F64) if x.dtype.is_float else (F32, F64, I64, I8)
        return "cast", (x, self.rng.choice(targets))

    def _fill(self) -> tuple[str, tuple[Any, ...]]:
        return self.rng.choice(("zeros", "ones")), (self.rng.choice(SHAPES), self.rng.choice((F32, F64, I64)))

    def _again(self) -> tuple[str, tuple[Any, ...]]:
        return self.rng.choice(self.made) if self.made else self._unary()

    def _view(self) -> tuple[str, tuple[Any, ...]]:
        x = self._any()
        match self.rng.choice(VIEWS):
            case "reshape":
                order = list(x.shape)
                self.rng.shuffle(order)
                return "reshape", (x, self.rng.choice((tuple(order), (x.type.size,), (1, *x.shape), x.shape)))
            case "transpose":
                order = list(range(x.rank))
                self.rng.shuffle(order)
                return "transpose", (x, tuple(order))
            case "expand_dims":
                return "expand_dims", (x, self.rng.randrange(x.rank + 1))
            case "squeeze":
                return "squeeze", (x, tuple(i for i, d in enumerate(x.shape) if d == 1))
            case "broadcast_to":
                return "broadcast_to", (x, self.rng.choice((x.shape, (2, *x.shape), self.rng.choice(SHAPES))))
            case view:
                return view, (x, tuple(range(x.rank)))

    def finish(self) -> Graph:
        """The graph with a few of the values as outputs, and an update of the variable."""
        origin = self.b.origin
        chosen = [self._any() for _ in range(self.rng.randint(1, 3))] + self.pool[-1:]
        values = [self.b.cast(t.value, leaving(t.value.type.dtype, F32)) for t in chosen]
        outputs = tuple(Output(f"out{i}", value, origin) for i, value in enumerate(values))
        scalars = [t for t in self.pool if t.type == self.variable.type]
        update = Update(self.variable.value, scalars[-1].value, origin)
        names = {t.value.name: t.value for t in self.pool if t.value.name}
        return Graph(tuple(self.b.nodes), outputs, updates=(update,), names=names)


def fits(number: float, dtype: DType) -> bool:
    """Can a number be written in a dtype?"""
    if dtype.kind == "u" and number < 0:
        return False
    return dtype.is_float or (isinstance(number, int) and dtype is not BOOL)


def random_graph(rng: random.Random, steps: int = 30) -> Graph:
    growing = RandomGraph(rng)
    for _ in range(steps):
        growing.step()
    return growing.finish()


def drawn(seed: int, steps: int) -> Graph:
    """For Hypothesis, which shrinks the number of steps."""
    return random_graph(random.Random(seed), steps)


def graphs(max_steps: int = 40) -> st.SearchStrategy[Graph]:
    return st.builds(drawn, st.integers(0, 10**6), st.integers(1, max_steps))


# ---------------------------------------------------------------- evaluating


def random_array(rng: np.random.Generator, dtype: DType, shape: Sequence[int], special: float = 0.3) -> Array:
    """Small numbers, some of them special: NaN, infinities, zeros of both signs, extremes."""
    if dtype.kind == "f":
        data: Any = np.round(rng.normal(0, 3, shape), 2)
    elif dtype.kind == "b":
        data = rng.integers(0, 2, shape)
    else:
        data = rng.integers(0 if dtype.kind == "u" else -5, 6, shape)
    with np.errstate(all="ignore"):
        data = np.asarray(data).astype(dtype.numpy)
        chosen = np.array(SPECIAL[dtype.kind]).astype(dtype.numpy)
    return np.where(rng.random(shape) < special, rng.choice(chosen, shape), data).astype(dtype.numpy)


def feeds_for(graph: Graph, seed: int, sizes: Mapping[str, int] = SIZES, special: float = 0.3) -> dict[str, Array]:
    """Data for the inputs and variables of a graph, by name: the same for the same names and types."""
    found = {}
    for node in (*graph.inputs(), *graph.variables()):
        name, type = node.attrs[0], node.results[0].type.bind(dict(sizes))
        rng = np.random.default_rng([seed, *name.encode()])
        found[name] = random_array(rng, type.dtype, type.shape, special)
    return found


def evaluate_graph(
    graph: Graph, feeds: Mapping[str, Array], sizes: Mapping[str, int] = SIZES, params: Sequence[Array] = ()
) -> tuple[Array, ...]:
    """Outputs and new states, by a loop over the ops' `evaluate`."""
    values: dict[Value, Any] = dict(zip(graph.params, params, strict=True))
    with np.errstate(all="ignore"):
        for node in graph.nodes:
            if isinstance(node.op, Placeholder):
                if node.results[0] not in values:
                    values[node.results[0]] = feeds[node.attrs[0]]
                continue
            arrays = tuple(values[v] for v in node.inputs)
            attrs = [bound(a, sizes) for a in node.attrs]
            if node.regions:
                made = node.op.evaluate([_callable(r, sizes) for r in node.regions], arrays, *attrs)
            else:
                made = node.op.evaluate(*((arrays,) if node.op.variadic else arrays), *attrs)
            results = made if isinstance(made, tuple) else (made,)
            for value, data in zip(node.results, results, strict=True):
                type = value.type.bind(dict(sizes))
                array = np.asarray(data, type.dtype.numpy)
                assert array.shape == type.shape, (node, array.shape, type)
                values[value] = array
    ends = (*(o.value for o in graph.outputs), *(u.value for u in graph.updates))
    return tuple(np.asarray(values[v]) for v in ends)


def _callable(region: Graph, sizes: Mapping[str, int]) -> Callable[..., tuple[Array, ...]]:
    """A region as `evaluate` of a control op expects it."""

    def run(*arrays: Array) -> tuple[Array, ...]:
        return evaluate_graph(region, {}, sizes, arrays)

    run.types = tuple(o.value.type.bind(dict(sizes)) for o in region.outputs)  # type: ignore[attr-defined]
    return run


def bound(attr: Any, sizes: Mapping[str, int]) -> Any:
    if isinstance(attr, Poly):
        return dims.evaluate(attr, sizes)
    return tuple(bound(a, sizes) for a in attr) if type(attr) is tuple else attr


def same_bits(a: Array, b: Array) -> bool:
    """Equal dtype, shape and bits; any NaN equals any NaN."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind != "f":
        return bool(np.array_equal(a, b))
    both_nan = np.isnan(a) & np.isnan(b)
    return bool((both_nan | ((a == b) & (np.signbit(a) == np.signbit(b)))).all())
