"""A graph for given sizes: symbols replaced, types and guards decided.

In: a graph with symbolic dimensions and the sizes that the feeds have.  Out: an equal graph whose types are all static,
or Diagnostics that say which expression these sizes don't fit.  Executors and the driver call it once per signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.ir.dims import Poly, substitute, symbols_in_order
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Control, TypeRuleError
from graphc.ir.types import TensorType, Type

Sizes = Mapping[str, int]


def graphs_inside(graph: Graph) -> list[Graph]:
    """The graph and all regions that a run may enter, those inside before those around them."""
    done: dict[Graph, None] = {}
    stack = [(graph, False)]
    while stack:
        inner, visited = stack.pop()
        if visited:
            done.setdefault(inner)
        elif inner not in done:
            stack.append((inner, True))
            controls = (n for n in inner.nodes if n.regions and isinstance(n.op, Control))
            stack.extend((region, False) for node in controls for region in node.regions)
    return list(done)


def specialise(graph: Graph, sizes: Sizes) -> Graph:
    """The graph with `sizes` for its symbols; itself if it has none.  Raises Diagnostics E0602 and E0314."""
    problems: list[Diagnostic] = []
    done: dict[Graph, Graph] = {}
    for inner in graphs_inside(graph):
        done[inner] = _specialise(inner, dict(sizes), done, problems)
    if problems:
        raise Diagnostics(problems)
    return done[graph]


def _specialise(graph: Graph, sizes: dict[str, int], done: Mapping[Graph, Graph], problems: list[Diagnostic]) -> Graph:
    mapping: dict[Value, Value] = {}
    nodes = []
    for node in graph.nodes:
        copy = _bound_node(node, sizes, mapping, done, problems)
        if copy is not node:
            mapping.update(zip(node.results, copy.results, strict=True))
        nodes.append(copy)
    return graph.with_nodes(nodes, mapping) if mapping else graph


def _bound_node(
    node: Node,
    sizes: dict[str, int],
    mapping: Mapping[Value, Value],
    done: Mapping[Graph, Graph],
    problems: list[Diagnostic],
) -> Node:
    """The node on bound operands: itself, if nothing changes."""
    inputs = tuple([mapping.get(v, v) for v in node.inputs])
    regions = tuple([done.get(r, r) for r in node.regions])
    attrs = tuple([_bound_attr(a, sizes) for a in node.attrs])
    symbolic = attrs != node.attrs or not _all_static(v.type for v in (*node.inputs, *node.results))
    if not symbolic and regions == node.regions:
        return node if inputs == node.inputs else node.copy(inputs)
    types: tuple[Type, ...] = tuple([_bound_type(r.type, sizes) for r in node.results])
    try:
        inferred = node.op.infer(tuple([v.type for v in inputs]), attrs, regions)
        types, attrs = inferred.types, inferred.attrs
    except TypeRuleError as error:
        problems.append(_refused(node, error, sizes))
    except ZeroDivisionError:
        problems.append(_zero_division(node, sizes))
    else:
        problems.extend(_ill_sized(node, types, sizes))
    return node.copy(inputs, attrs=attrs, regions=regions, types=types)


def _all_static(types: Iterable[Any]) -> bool:
    return all(not isinstance(t, TensorType) or t.is_static for t in types)


def _bound_type(type: Any, sizes: dict[str, int]) -> Any:
    return type.bind(sizes) if isinstance(type, TensorType) else type


def _bound_attr(attr: Any, sizes: dict[str, int]) -> Any:
    """An attribute with its sizes replaced: they may stand inside tuples, slices and types."""
    match attr:
        case Poly():
            return substitute(attr, sizes)
        case tuple() if attr:
            return tuple([_bound_attr(item, sizes) for item in attr])
        case slice():
            return slice(*(_bound_attr(part, sizes) for part in (attr.start, attr.stop, attr.step)))
        case TensorType():
            return attr.bind(sizes)
        case _:
            return attr


# ---------------------------------------------------------------- what goes wrong


def symbols_of(node: Node) -> tuple[str, ...]:
    """The symbols in the types and attributes of a node, alphabetically."""
    found: set[str] = set()
    todo: list[Any] = [*node.attrs, *(v.type for v in (*node.inputs, *node.results))]
    while todo:
        match todo.pop():
            case Poly() as dim:
                found.update(dim.symbols)
            case TensorType(shape=shape):
                todo.extend(shape)
            case tuple() as items:
                todo.extend(items)
            case slice() as s:
                todo.extend((s.start, s.stop, s.step))
    return tuple(sorted(found))


def sizes_note(names: Iterable[str], sizes: Sizes) -> Iterator[str]:
    """`with n = 5, m = 3`, or nothing."""
    known = [f"{name} = {sizes[name]}" for name in names if name in sizes]
    if known:
        yield f"with {', '.join(known)}"


def _refused(node: Node, error: TypeRuleError, sizes: Sizes) -> Diagnostic:
    labels = tuple(
        Label(node.inputs[note.operand].node.origin.span, note.text)
        for note in error.notes
        if note.operand < len(node.inputs)
    )
    return Diagnostic(
        "E0602",
        error.message,
        Label(node.origin.span),
        labels,
        (*sizes_note(symbols_of(node), sizes), f"this is {error.code}, found when the sizes were known"),
        error.hint,
        call=node.origin.call,
    )


def _zero_division(node: Node, sizes: Sizes) -> Diagnostic:
    return Diagnostic(
        "E0602",
        "a size is divided by 0",
        Label(node.origin.span),
        notes=tuple(sizes_note(symbols_of(node), sizes)),
        call=node.origin.call,
    )


def _ill_sized(node: Node, types: Iterable[Type], sizes: Sizes) -> Iterator[Diagnostic]:
    """Results whose sizes are negative or still unknown."""
    for before, type in zip(node.results, types, strict=True):
        if not isinstance(type, TensorType):
            continue
        unknown = [name for d in type.shape for name in symbols_in_order(d)]
        negative = [axis for axis, d in enumerate(type.shape) if isinstance(d, int) and d < 0]
        if unknown:
            yield Diagnostic(
                "E0314",
                f"the size {unknown[0]} can't be known from the inputs that are fed",
                Label(node.origin.span, f"needs {unknown[0]}"),
                hint=f"feed an input whose shape has {unknown[0]} by itself",
                call=node.origin.call,
            )
        elif negative:
            size = before.type.shape[negative[0]]
            yield Diagnostic(
                "E0602",
                f"the size {size} is {type.shape[negative[0]]}, but sizes can't be negative",
                Label(node.origin.span),
                notes=tuple(sizes_note(symbols_of(node), sizes)),
                call=node.origin.call,
            )
