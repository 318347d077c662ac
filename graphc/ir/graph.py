"""The graph: SSA, typed, topologically ordered, immutable once built.

    graph   ::= params nodes outputs updates token names       closed: a region's captures are among its params
    node    ::= results = op(inputs; attrs; regions)  origin
    value   ::= the i-th result of a node, with its type and perhaps a name from the source
    output  ::= name = value                                   of a region: its results, in order
    update  ::= variable <- value                              the variable's state after the run
    token   ::= the last token of the chain print -> assert -> …, or none

Inputs, variables, region parameters, symbolic sizes and the first token are nodes without inputs.  Values and nodes are
compared by identity; passes share the nodes that they don't change between graphs.  So a node and its values never
change: they are sealed when they are built, and assigning to them is an error.  A name alone comes later, by `named`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NoReturn

from graphc.ir.dims import Poly
from graphc.ir.op import Op
from graphc.ir.types import F32, DType, StackType, TensorType, Type
from graphc.source import Origin


class Value:
    """The `index`-th result of `node`.  `name` is what the source calls it, if anything; not unique."""

    __slots__ = ("index", "name", "node", "type")

    def __init__(self, node: Node, index: int, type: Type, name: str | None) -> None:
        self.node: Node = node
        self.index: int = index
        self.type: Any = type
        self.name: str | None = name
        self.__class__ = _SealedValue

    def __repr__(self) -> str:
        return f"<{self.name or '_'}: {self.type} of {self.node.op.name}>"


_write_name = vars(Value)["name"].__set__


def named(value: Value, name: str | None) -> None:
    """Call a value by a name.  For builders, of what they build themselves: other graphs may share the rest."""
    _write_name(value, name)


MAX_NODES = 1 << 20  # of a program, regions included


class Node:
    """One operation.  `attrs` are normalised and stand in the order of the op's attributes."""

    __slots__ = ("attrs", "inputs", "op", "origin", "regions", "results")

    def __init__(
        self,
        op: Op,
        inputs: tuple[Value, ...],
        attrs: tuple[Any, ...],
        regions: tuple[Graph, ...],
        types: Sequence[Type],
        origin: Origin,
        names: Sequence[str | None] = (),
    ) -> None:
        self.op: Op = op
        self.inputs: tuple[Value, ...] = inputs
        self.attrs: tuple[Any, ...] = attrs
        self.regions: tuple[Graph, ...] = regions
        self.origin: Origin = origin
        if len(types) == 1:
            self.results: tuple[Value, ...] = (Value(self, 0, types[0], names[0] if names else None),)
        else:
            shown = names or (None,) * len(types)
            self.results = tuple(Value(self, i, t, n) for i, (t, n) in enumerate(zip(types, shown, strict=True)))
        self.__class__ = _SealedNode

    @property
    def result(self) -> Value:
        """The only result."""
        (value,) = self.results
        return value

    def attr(self, name: str) -> Any:
        """An attribute by its name in the record."""
        return self.attrs[[a.name for a in self.op.attributes].index(name)]

    def copy(
        self,
        inputs: tuple[Value, ...],
        *,
        attrs: tuple[Any, ...] | None = None,
        regions: tuple[Graph, ...] | None = None,
        types: Sequence[Type] | None = None,
        origin: Origin | None = None,
        names: Sequence[str | None] | None = None,
    ) -> Node:
        """The same operation on other inputs, its names kept unless others are given."""
        return Node(
            self.op,
            inputs,
            self.attrs if attrs is None else attrs,
            self.regions if regions is None else regions,
            [r.type for r in self.results] if types is None else types,
            origin or self.origin,
            [r.name for r in self.results] if names is None else names,
        )

    def __repr__(self) -> str:
        return f"<{', '.join(r.name or '_' for r in self.results)} = {self.op.name}>"


class _Sealed:
    """What an object becomes when it is built.  (Guarding each assignment in `__init__` would take twice as long.)"""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} of {self!r} can't be assigned: graphs share it")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name} of {self!r} can't be deleted: graphs share it")


class _SealedValue(_Sealed, Value):
    __slots__ = ()


class _SealedNode(_Sealed, Node):
    __slots__ = ()


def put_in_place(nodes: Iterable[Node], values: Mapping[Value, Value]) -> None:
    """Nodes that were just made, and that nothing holds yet, make and read values that a builder gave out before."""
    for node in nodes:
        if not values.keys().isdisjoint(node.inputs):
            _write_inputs(node, tuple([values.get(v, v) for v in node.inputs]))
        if not values.keys().isdisjoint(node.results):
            for made in node.results:
                if made in values:
                    _write_node(values[made], node)
                    _write_index(values[made], made.index)
            _write_results(node, tuple([values.get(v, v) for v in node.results]))


_write_node, _write_index = vars(Value)["node"].__set__, vars(Value)["index"].__set__
_write_inputs, _write_results = vars(Node)["inputs"].__set__, vars(Node)["results"].__set__


@dataclass(frozen=True, slots=True)
class Output:
    """A named result.  At top level `name` is what a run prints; in a region it is the position."""

    name: str
    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True)
class Update:
    """After a run, `variable` (the result of a variable node) has `value`."""

    variable: Value
    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Graph:
    """A closed graph: a program, or a region of a node.

    `params`: the parameters of a region, in order (their nodes are in `nodes`, too); empty for a program, whose inputs
    and variables are found by `inputs()` and `variables()`.
    `names`: what the source's top-level names stand for at its end; `--fetch` looks them up.  They keep nothing alive.
    `default_float`: what weak results become.
    """

    nodes: tuple[Node, ...]
    outputs: tuple[Output, ...]
    params: tuple[Value, ...] = ()
    updates: tuple[Update, ...] = ()
    token: Value | None = None
    names: Mapping[str, Value] = field(default_factory=dict)
    default_float: DType = F32

    def __repr__(self) -> str:
        return f"<graph of {len(self.nodes)} nodes: {', '.join(o.name for o in self.outputs)}>"

    @property
    def results(self) -> tuple[Value, ...]:
        """Everything that must be computed: outputs, then new states, then the token."""
        last = () if self.token is None else (self.token,)
        return (*(o.value for o in self.outputs), *(u.value for u in self.updates), *last)

    def _of_kind(self, name: str) -> Iterator[Node]:
        return (n for n in self.nodes if not n.inputs and n.op.name == name)

    def inputs(self) -> tuple[Node, ...]:
        """The input nodes, in program order."""
        return tuple(self._of_kind("input"))

    def variables(self) -> tuple[Node, ...]:
        """The variable nodes, in program order."""
        return tuple(self._of_kind("variable"))

    def run_keys(self) -> tuple[Node, ...]:
        """The nodes that stand for the key of the run: none, if it draws no random numbers."""
        return tuple(self._of_kind("random_key"))

    def with_nodes(self, nodes: Iterable[Node], mapping: Mapping[Value, Value] | None = None) -> Graph:
        """The graph with other nodes, its ends (outputs, updates, token, names) translated by `mapping`."""
        listed = tuple(nodes)
        if not mapping:
            return Graph(listed, self.outputs, self.params, self.updates, self.token, self.names, self.default_float)
        to = mapping.get
        return Graph(
            listed,
            tuple(Output(o.name, to(o.value, o.value), o.origin) for o in self.outputs),
            tuple(to(p, p) for p in self.params),
            tuple(Update(to(u.variable, u.variable), to(u.value, u.value), u.origin) for u in self.updates),
            None if self.token is None else to(self.token, self.token),
            {name: to(v, v) for name, v in self.names.items()},
            self.default_float,
        )


def nested(graph: Graph) -> list[Graph]:
    """The graph and all regions inside it, each before its own regions."""
    found = [graph]
    for g in found:
        found.extend(region for node in g.nodes if node.regions for region in node.regions)
    return found


def extent(nodes: Iterable[Node]) -> int:
    """How many nodes these are, with those of their regions."""
    return sum(1 + sum(len(g.nodes) for region in node.regions for g in nested(region)) for node in nodes)


def reachable(results: Iterable[Value], among: Container[Node] | None = None) -> Set[Node]:
    """The nodes that `results` need, regions aside (regions are closed), in the order in which they were found.

    `among`: where the walk stays, for those who ask for part of a program: all code before may lie behind it.
    """
    seen: dict[Node, None] = {}
    stack = [v.node for v in results]
    while stack:
        node = stack.pop()
        if node not in seen and (among is None or node in among):
            seen[node] = None
            stack.extend(v.node for v in node.inputs if v.node not in seen)
    return seen.keys()


def in_order(results: Iterable[Value]) -> list[Node]:
    """The nodes that `results` need, each behind those that it needs itself."""
    found: dict[Node, None] = {}
    stack = [(v.node, False) for v in results][::-1]
    while stack:
        node, done = stack.pop()
        if done:
            found[node] = None
        elif node not in found:
            stack.append((node, True))
            stack.extend((v.node, False) for v in reversed(node.inputs) if v.node not in found)
    return list(found)


def count_uses(graph: Graph) -> dict[Value, int]:
    """How often each value is read, by nodes and by the graph's ends."""
    uses: dict[Value, int] = {}
    for node in graph.nodes:
        for v in node.inputs:
            uses[v] = uses.get(v, 0) + 1
    for v in graph.results:
        uses[v] = uses.get(v, 0) + 1
    return uses


def inline(
    nodes: Iterable[Node], mapping: dict[Value, Value], names: Mapping[Value, str | None] | None = None
) -> Iterator[Node]:
    """Copies of `nodes` in which `mapping` (extended as it goes) replaces values; parameters in it are left out.

    `names`: of the copies of values that have none.
    """
    called = names or {}
    for node in nodes:
        if node.results[0] in mapping:
            continue
        copy = node.copy(
            tuple([mapping.get(v, v) for v in node.inputs]), names=[r.name or called.get(r) for r in node.results]
        )
        mapping.update(zip(node.results, copy.results, strict=True))
        yield copy


def symbols_of(node: Node) -> tuple[str, ...]:
    """The symbols in the types and attributes of a node, alphabetically."""
    found: set[str] = set()
    todo: list[Any] = [*node.attrs, *(v.type for v in (*node.inputs, *node.results))]
    while todo:
        match todo.pop():
            case Poly() as dim:
                found.update(dim.symbols)
            case TensorType(shape=shape) | StackType(element=TensorType(shape=shape)):
                todo.extend(shape)
            case tuple() as items:
                todo.extend(items)
            case slice() as s:
                todo.extend((s.start, s.stop, s.step))
    return tuple(sorted(found))
