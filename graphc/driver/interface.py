"""A program seen from outside: its inputs, variables, outputs and effects, with their types.

In: a graph before any pass.  Out: an `Interface`.  `check` prints it, the Python API hands it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from graphc.ir.dims import Dim, symbol
from graphc.ir.graph import Graph, Node, nested
from graphc.ir.op import Effect
from graphc.ir.types import DType, StackType, TensorType, leaving


@dataclass(frozen=True, slots=True, repr=False)
class Signature:
    """What is known of a placeholder or an output before a run; `str` gives its type as a program has it.

    `optional`: an input that has a default.  `trainable`: of a variable.  `doc`: the `##` comment above it.
    """

    name: str
    type: TensorType
    optional: bool = False
    trainable: bool = False
    doc: str | None = None

    @property
    def dtype(self) -> str:
        return self.type.dtype.name

    @property
    def shape(self) -> tuple[int | str, ...]:
        """Sizes; those that the feeds decide as text."""
        return tuple(_shown(d) for d in self.type.shape)

    def __str__(self) -> str:
        return str(self.type)

    def __repr__(self) -> str:
        return f"<{self.name}: {self.type}{', optional' if self.optional else ''}>"


def _shown(dim: Dim) -> int | str:
    return dim if isinstance(dim, int) else str(dim)


@dataclass(frozen=True, slots=True)
class Interface:
    """Everything by name, in program order.  `effects` counts prints and asserts."""

    inputs: Mapping[str, Signature]
    variables: Mapping[str, Signature]
    outputs: Mapping[str, Signature]
    effects: Mapping[str, int]


def interface(graph: Graph) -> Interface:
    """The interface of a program."""
    effects = Counter(n.op.name for g in nested(graph) for n in g.nodes if isinstance(n.op, Effect))
    return Interface(
        {n.attrs[0]: _input(n) for n in graph.inputs()},
        {n.attrs[0]: _variable(n) for n in graph.variables()},
        {o.name: Signature(o.name, given_out(o.value.type, graph.default_float)) for o in graph.outputs},
        dict(sorted(effects.items())),
    )


def _input(node: Node) -> Signature:
    return Signature(node.attr("name"), node.attr("type"), optional=bool(node.regions), doc=node.attr("doc"))


def _variable(node: Node) -> Signature:
    return Signature(node.attr("name"), node.attr("type"), trainable=is_trainable(node), doc=node.attr("doc"))


def is_trainable(node: Node) -> bool:
    """Is a variable there to be learnt?  Only floats can be."""
    return bool(node.attr("trainable") and node.results[0].type.dtype.is_float)


def given_out(type: TensorType | StackType, default_float: DType) -> TensorType:
    """The type of what a run gives for a value: for a stack its elements, as many as the run has pushed."""
    if isinstance(type, StackType):
        type = TensorType(type.dtype, (symbol("?"), *type.element.shape))
    return concrete(type, default_float)


def concrete(type: TensorType, default_float: DType) -> TensorType:
    """The type in which a result leaves a run: numbers without a dtype take the default."""
    return type.with_dtype(leaving(type.dtype, default_float))
