"""Graphs of one op, and their derivatives, run on the NumPy executor: what tests/test_ops.py compares.

In: a record and arrays.  Out: a `Trial`, whose builder holds inputs `x0`, `x1`, … and the op's node.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from op_generation import KINDS_WITHOUT_SAMPLES, NATURAL, samples
from op_samples import Sample

from graphc.autodiff import gradient, jvp
from graphc.executors.plan import make_plan
from graphc.executors.specialise import specialise
from graphc.ir.builder import Builder
from graphc.ir.dims import Dim, symbol
from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.op import Op, Operand
from graphc.ir.types import BOOL, F32, F64, FLOATS, I64, STR, DType, TensorType
from graphc.ops import CATALOGUE, RECORDS
from graphc.source import BUILTIN

SAMPLED = [op for op in RECORDS if not isinstance(op, tuple(KINDS_WITHOUT_SAMPLES))]
SMOOTH = [op for op in SAMPLED if op.differentiable and op.operands]

every_op = pytest.mark.parametrize("op", SAMPLED, ids=lambda op: op.name)
every_smooth_op = pytest.mark.parametrize("op", SMOOTH, ids=lambda op: op.name)

Record = Callable[[str, object], None]


def count(record: Record, what: str, number: int) -> None:
    """For the line at the end of the run."""
    record("counted", (what, number))


# ---------------------------------------------------------------- operands in all dtypes


def operands_of(op: Op, sample: Sample) -> tuple[Operand, ...]:
    """The parameter that each array is for."""
    return op.operands * len(sample.arrays) if op.variadic else op.operands


def as_dtype(array: Any, dtype: DType, *, natural: bool = False) -> Any:
    """An f64 sample in another dtype; integers are rounded away from zero, so that there is none to divide by."""
    array = np.asarray(array)
    if dtype is STR:
        words = np.empty(array.shape, object)
        words.reshape(-1)[:] = [f"{x:.1f} é" for x in array.reshape(-1).tolist()]
        return _like(array, words)
    if natural or dtype.kind == "u":
        array = np.abs(array) if array.dtype.kind != "b" else array
    if array.dtype.kind != "f" or dtype.is_float:
        return _like(array, array.astype(dtype.numpy))
    if dtype is BOOL:
        return _like(array, np.sin(100 * array) > 0)
    whole = np.copysign(np.ceil(np.abs(array)), array).astype(np.int64)
    return _like(array, whole.astype(dtype.numpy))


def _like(array: Any, made: Any) -> Any:
    """`made` in memory that is as little contiguous as that of `array`."""
    if array.flags.c_contiguous:
        return made
    wide: Any = np.zeros((*(2 * n for n in array.shape),), made.dtype)
    view = wide[(slice(None, None, 2),) * array.ndim]
    view[...] = made
    return view


def dtype_choices(op: Op, sample: Sample) -> Iterator[tuple[DType, ...]]:
    """Dtypes for the operands: all of the group's, the others at their usual one; then all of each other."""
    operands = operands_of(op, sample)
    if not operands:
        yield ()
        return
    groups: list[str | None] = [*sorted({p.group for p in operands if p.group})] or [None]
    accepted = {g: frozenset.intersection(*(p.accepts for p in operands if p.group == g)) for g in groups}
    usual = [_usual(a, p) for a, p in zip(sample.arrays, operands, strict=True)]
    seen = set()
    for group in groups:
        for dtype in sorted(accepted[group]):
            choice = tuple(dtype if p.group == group else u for p, u in zip(operands, usual, strict=True))
            seen.add(choice)
    for i, p in enumerate(operands):
        if p.group is None:
            seen.update((*usual[:i], dtype, *usual[i + 1 :]) for dtype in p.accepts)
    yield from sorted(seen, key=lambda choice: [t.name for t in choice])


def _usual(array: Any, operand: Operand) -> DType:
    kind = np.asarray(array).dtype.kind
    wanted = {"f": F64, "b": BOOL, "i": I64}[kind]
    return wanted if wanted in operand.accepts else min(operand.accepts)


def in_dtypes(op: Op, sample: Sample, dtypes: Sequence[DType]) -> list[Any]:
    """The arrays of a sample, cast.  Nothing negative becomes unsigned: what NumPy makes of it is up to the machine."""
    unsigned = op.name == "cast" and sample.attrs[0].kind == "u"
    return [
        as_dtype(a, t, natural=unsigned or (i > 0 and op.name in NATURAL and not t.is_float))
        for i, (a, t) in enumerate(zip(sample.arrays, dtypes, strict=True))
    ]


# ---------------------------------------------------------------- sizes as symbols


def symbolic_shapes(sample: Sample) -> tuple[list[tuple[Dim, ...]], dict[str, int]]:
    """Shapes in which every size but 0 and 1 is a symbol, equal sizes the same, and what the symbols stand for."""
    assert sample.numbers is not None
    sizes = sorted({n for a in sample.arrays for n in np.shape(a) if n > 1} - sample.numbers)
    names = {n: symbol(f"n{n}") for n in sizes}
    shapes = [tuple(names.get(n, n) for n in np.shape(a)) for a in sample.arrays]
    return shapes, {f"n{n}": n for n in sizes}


def symbolic_attrs(op: Op, sample: Sample, sizes: Mapping[str, int]) -> tuple[Any, ...]:
    """Attributes in which sizes of the operands are those symbols."""
    names = {n: symbol(name) for name, n in sizes.items()}

    def replaced(given: Any) -> Any:
        if isinstance(given, tuple):
            return tuple(replaced(g) for g in given)
        return names.get(given, given) if type(given) is int else given

    return tuple(
        replaced(given) if parameter.kind in ("shape", "dim") else given
        for parameter, given in zip(op.attributes, sample.attrs, strict=True)
    )


# ---------------------------------------------------------------- trials


class Trial:
    """One node in a builder of its own.

    `infinite`: its operands are quotients of the inputs by 1.  Differentiation counts on inputs to be finite in sums
    of products, but not on quotients.
    """

    def __init__(self, op: Op, types: Sequence[TensorType], attrs: Sequence[Any], *, infinite: bool = False) -> None:
        self.b = b = Builder(CATALOGUE, F64)
        self.inputs: list[Value] = []
        self.xs: tuple[Value, ...] = tuple(self.input(f"x{i}", t) for i, t in enumerate(types))
        operands = [b.divide(b.term(x), 1).value if infinite and x.type.dtype in FLOATS else x for x in self.xs]
        self.node: Node = b.emit(op, operands, attrs)
        self.ys: tuple[Value, ...] = self.node.results

    def input(self, name: str, type: TensorType) -> Value:
        """Another placeholder."""
        value = self.b.emit(CATALOGUE["input"], (), (name, type, None), (), (name,)).results[0]
        self.inputs.append(value)
        return value

    def graph(self, results: Sequence[Value]) -> Graph:
        outputs = tuple(Output(f"y{i}", v, BUILTIN) for i, v in enumerate(results))
        return Graph(tuple(self.b.nodes), outputs, default_float=self.b.default_float)

    def plan(self, results: Sequence[Value], sizes: Mapping[str, int] | None = None) -> Any:
        """A function from arrays, one per input in order, to the arrays of `results`."""
        graph = self.graph(results)
        if sizes:
            graph = specialise(graph, sizes)
        return planned(graph, [n.results[0] for n in graph.inputs()])

    def run(self, results: Sequence[Value], arrays: Sequence[Any], sizes: Mapping[str, int] | None = None) -> list[Any]:
        return self.plan(results, sizes)(arrays)  # type: ignore[no-any-return]


def planned(graph: Graph, params: Sequence[Value]) -> Any:
    """A graph as a function of arrays; every result must have exactly its inferred type."""
    plan = make_plan(graph, params, [o.value for o in graph.outputs])

    def call(arrays: Sequence[Any]) -> list[Any]:
        with np.errstate(all="ignore"):
            results = [np.asarray(r) for r in plan.call(sys.stdout.write, arrays)]
        for array, output in zip(results, graph.outputs, strict=True):
            type = output.value.type
            assert array.dtype == type.dtype.numpy, f"{array.dtype} where {type} was inferred"
            assert array.shape == type.shape, f"{array.shape} where {type} was inferred"
        return results

    return call


def types_of(arrays: Sequence[Any], dtypes: Sequence[DType]) -> list[TensorType]:
    return [TensorType(t, np.shape(a)) for a, t in zip(arrays, dtypes, strict=True)]


def floats(values: Sequence[Value]) -> list[Value]:
    """Those that have derivatives."""
    return [v for v in values if v.type.dtype in (F32, F64)]


def same_bits(a: Any, b: Any) -> bool:
    """Equal dtype, shape and bits; NaNs are equal, zeros of different sign aren't."""
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    return bool(a.tolist() == b.tolist() if a.dtype == object else a.tobytes() == b.tobytes())


# ---------------------------------------------------------------- derivatives


@dataclass(frozen=True, slots=True)
class Derivatives:
    """The first and second derivative of <u, op(x)>, and the tangent of op(x), as values of one builder."""

    trial: Trial
    moved: tuple[Value, ...]  # operands
    results: tuple[Value, ...]
    first: tuple[Value | None, ...]  # by each of `moved`
    second: tuple[Value | None, ...]  # of <v, first>
    tangents: tuple[Value | None, ...]  # of each of `results` for v

    @property
    def all(self) -> tuple[Value | None, ...]:
        return (*self.first, *self.second, *self.tangents)


def derivatives(op: Op, types: Sequence[TensorType], attrs: Sequence[Any]) -> Derivatives:
    """Further inputs are u for each result and v for each moved operand, in order."""
    trial = Trial(op, types, attrs)
    b, moved, results = trial.b, floats(trial.xs), floats(trial.ys)
    us = [trial.input(f"u{i}", y.type) for i, y in enumerate(results)]
    vs = [trial.input(f"v{i}", x.type) for i, x in enumerate(moved)]
    nodes = tuple(b.nodes)
    first = gradient(b, results, moved, us)
    made = [(f, v) for f, v in zip(first, vs, strict=True) if f is not None]
    second = gradient(b, [f for f, _ in made], moved, [v for _, v in made])
    tangents = jvp(b, results, moved, vs, nodes=nodes)
    return Derivatives(trial, tuple(moved), tuple(results), tuple(first), tuple(second), tuple(tangents))


def directions(values: Sequence[Value], seed: int, symmetric: bool = False) -> list[Any]:
    rng = np.random.default_rng(seed)
    found = [rng.uniform(-1, 1, v.type.shape).astype(v.type.dtype.numpy) for v in values]
    return [(a + a.swapaxes(-1, -2)) / 2 for a in found] if symmetric else found


def inner(values: Sequence[Any], others: Sequence[Any]) -> float:
    return float(sum(np.sum(np.asarray(a) * np.asarray(b)) for a, b in zip(values, others, strict=True)))


def differentiable_samples(op: Op) -> list[tuple[Sample, list[Any], list[TensorType]]]:
    """With their arrays in f64."""
    found = []
    for sample in samples(op):
        choices = [c for c in dtype_choices(op, sample) if all(t in (F64, BOOL) or t.is_integer for t in c)]
        choices = [c for c in choices if F64 in c] or []
        for dtypes in choices[:1]:
            if not (op.name == "cast" and sample.attrs[0] not in (F32, F64)):
                arrays = in_dtypes(op, sample, dtypes)
                found.append((sample, arrays, types_of(arrays, dtypes)))
    return found


def symbolic_derivatives(op: Op, sample: Sample, types: Sequence[TensorType]) -> Derivatives:
    shapes, sizes = symbolic_shapes(sample)
    symbolic = [t.with_shape(s) for t, s in zip(types, shapes, strict=True)]
    return derivatives(op, symbolic, symbolic_attrs(op, sample, sizes))
