"""Evaluation of node lists with regions and symbolic sizes; programs written as functions on terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.ir.builder import Builder, Term
from graphc.ir.constant import Constant
from graphc.ir.dims import Poly
from graphc.ir.dims import evaluate as size_of
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Control, Placeholder
from graphc.ir.types import BOOL, F64, I64, DType, StackType, TensorType
from graphc.ops import CATALOGUE

Sizes = Mapping[str, int]


def bound(attr: Any, sizes: Sizes) -> Any:
    match attr:
        case Poly():
            return size_of(attr, sizes)
        case TensorType() | StackType():
            return attr.bind(dict(sizes))
        case tuple():
            return tuple(bound(a, sizes) for a in attr)
    return attr


class Region:
    """A region as a function of arrays."""

    def __init__(self, graph: Graph, sizes: Sizes) -> None:
        self.graph, self.sizes = graph, sizes
        self.types = tuple(o.value.type.bind(dict(sizes)) for o in graph.outputs)

    def __call__(self, *arrays: Any) -> tuple[Any, ...]:
        assert len(arrays) == len(self.graph.params)
        values = evaluate(self.graph.nodes, dict(zip(self.graph.params, arrays, strict=True)), self.sizes)
        return tuple(values[o.value] for o in self.graph.outputs)


def evaluate(nodes: Sequence[Node], env: Mapping[Value, Any], sizes: Sizes | None = None) -> dict[Value, Any]:
    """All values of `nodes`; every result must have exactly the type that was inferred for it."""
    sizes = sizes or {}
    values = dict(env)
    for node in nodes:
        if isinstance(node.op, Placeholder):
            assert node.results[0] in values, node
            continue
        arrays = [values[v] for v in node.inputs]
        attrs = [bound(a, sizes) for a in node.attrs]
        with np.errstate(all="ignore"):
            if isinstance(node.op, Control):
                results = node.op.evaluate([Region(r, sizes) for r in node.regions], arrays, *attrs)
            else:
                given = [tuple(arrays)] if node.op.variadic else arrays
                results = node.op.evaluate(*given, *attrs)
                results = results if len(node.results) > 1 else (results,)
        for value, array in zip(node.results, results, strict=True):
            values[value] = checked(array, value.type.bind(dict(sizes)))
    return values


def checked(array: Any, type: TensorType | StackType) -> Any:
    if isinstance(type, StackType):
        return [checked(element, type.element) for element in array]
    assert array.dtype == type.dtype.numpy, (array.dtype, type)
    assert array.shape == type.shape, (array.shape, type)
    return array


def parameter(b: Builder, name: str, type: TensorType) -> Term:
    """A named placeholder."""
    return b.term(b.emit(CATALOGUE["parameter"], (), (name, type), (), (name,)).results[0])


def literal(b: Builder, data: Any, dtype: DType = F64) -> Term:
    """A constant array."""
    return b.term(b.constant(Constant(np.array(data, dtype.numpy), dtype)))


@dataclass
class Traced:
    """A function of arrays as a graph: its builder, its parameters by name, and its result `y`."""

    b: Builder
    x: dict[str, Term]
    y: Term
    arrays: dict[str, Any]

    def run(self, *terms: Term | Value | None, **arrays: Any) -> Any:
        """Values of terms, with other arrays for some parameters.  A missing derivative is zero."""
        given = self.arrays | {k: np.asarray(v, self.arrays[k].dtype) for k, v in arrays.items()}
        env = {self.x[name].value: a for name, a in given.items()}
        values = evaluate(self.b.nodes, env)
        found = [None if t is None else values[t.value if isinstance(t, Term) else t] for t in terms]
        return found[0] if len(found) == 1 else found

    def names(self) -> list[str]:
        return [n.op.name for n in self.b.nodes]


def trace(f: Callable[..., Term], *, dtype: DType = F64, **arrays: Any) -> Traced:
    """`f(b, **terms)` on placeholders for `arrays`, floats as `dtype`."""
    b = Builder(CATALOGUE, default_float=dtype)
    given = {}
    terms = {}
    for name, data in arrays.items():
        array = np.asarray(data)
        given[name] = array.astype(dtype.numpy) if array.dtype.kind == "f" else array
        kind = {"f": dtype, "b": BOOL, "i": I64}[array.dtype.kind]
        terms[name] = parameter(b, name, TensorType(kind, array.shape))
    y = f(b, **terms)
    return Traced(b, terms, y, given)


def differences(t: Traced, name: str, step: float = 1e-5) -> Any:
    """Central differences of the sum of `y` by a parameter."""
    x = t.arrays[name]
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = np.zeros(x.shape)
        moved[index] = step
        high, low = (np.sum(t.run(t.y, **{name: x + s * moved})) for s in (1, -1))
        result[index] = (high - low) / (2 * step)
    return result
