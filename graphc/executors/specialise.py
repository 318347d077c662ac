"""A graph for given sizes: symbols replaced, types and guards decided.

In: a graph with symbolic dimensions and the sizes that the feeds have.  Out: an equal graph whose types are all static,
or Diagnostics that say which expression these sizes don't fit.  Executors and the driver call it once per signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.blame import of_node
from graphc.ir.dims import Poly, substitute
from graphc.ir.graph import Graph, Node, Value, symbols_of
from graphc.ir.op import Control, TypeRuleError
from graphc.ir.types import StackType, TensorType, Type

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
    return specialise_more(graph, sizes, {})


def specialise_more(graph: Graph, sizes: Sizes, mapping: dict[Value, Value]) -> Graph:
    """The same for the next nodes of a graph that grows: `mapping` has the values that changed so far, and gets theirs.

    Raises Diagnostics.
    """
    problems: list[Diagnostic] = []
    done: dict[Graph, Graph] = {}
    for inner in graphs_inside(graph):
        done[inner] = _specialise(inner, dict(sizes), mapping if inner is graph else {}, done, problems)
    if problems:
        raise Diagnostics(problems)
    return done[graph]


def _specialise(
    graph: Graph,
    sizes: dict[str, int],
    mapping: dict[Value, Value],
    done: Mapping[Graph, Graph],
    problems: list[Diagnostic],
) -> Graph:
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
    regions = tuple([done.get(r, r) for r in node.regions]) if node.regions else ()
    fixed = not any(map(_is_symbolic, node.attrs))
    if fixed and regions == node.regions and not any(_is_symbolic(v.type) for v in node.inputs):
        return node if inputs == node.inputs else node.copy(inputs)
    copy, found = node, None
    try:
        attrs = node.attrs if fixed else tuple([_bound_attr(a, sizes) for a in node.attrs])
        try:
            inferred = node.op.infer(tuple([v.type for v in inputs]), attrs, regions)
            copy = node.copy(inputs, attrs=inferred.attrs, regions=regions, types=inferred.types)
            found = _ill_sized(node, copy, sizes)
        except TypeRuleError as error:
            found = _refused(node, error, sizes)
            types: tuple[Type, ...] = tuple([_bound_type(r.type, sizes) for r in node.results])
            copy = node.copy(inputs, attrs=attrs, regions=regions, types=types)
    except ZeroDivisionError:
        found = _size_problem("E0602", "a size is divided by 0", node, sizes)
    if found and all(found.message != other.message for other in problems):
        problems.append(found)
    return copy


def _is_symbolic(part: Any) -> bool:
    """Has a type or attribute symbols?"""
    if isinstance(part, TensorType):
        return part.shape != () and not part.is_static
    if isinstance(part, StackType):
        return not part.is_static
    if isinstance(part, tuple):
        return any(map(_is_symbolic, part))
    if isinstance(part, slice):
        return any(map(_is_symbolic, (part.start, part.stop, part.step)))
    return isinstance(part, Poly)


def _bound_type(type: Any, sizes: dict[str, int]) -> Any:
    return type.bind(sizes) if isinstance(type, TensorType | StackType) else type


def _bound_attr(attr: Any, sizes: dict[str, int]) -> Any:
    """An attribute with its sizes replaced: they may stand inside tuples, slices and types."""
    match attr:
        case Poly():
            return substitute(attr, sizes)
        case tuple() if attr:
            return tuple([_bound_attr(item, sizes) for item in attr])
        case slice():
            return slice(*(_bound_attr(part, sizes) for part in (attr.start, attr.stop, attr.step)))
        case TensorType() | StackType():
            return attr.bind(sizes)
        case _:
            return attr


# ---------------------------------------------------------------- what goes wrong


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
    hint = error.hint or f"graphc explain {error.code}"
    for i, value in enumerate(node.inputs):
        hint = hint.replace(f"{{{i}}}", value.name or value.node.origin.span.text)
    notes = tuple(sizes_note(symbols_of(node), sizes))
    refused = Diagnostic("E0602", error.message, Label(node.origin.span), labels, notes, hint, call=node.origin.call)
    return of_node(refused, node.origin)


def _ill_sized(node: Node, bound: Node, sizes: Sizes) -> Diagnostic | None:
    """A size of the node that is still unknown or negative."""
    shapes = [v.type.shape for v in bound.results if isinstance(v.type, TensorType)]
    fine = all(isinstance(d, int) and d >= 0 for shape in shapes for d in shape)
    if fine and not any(map(_is_symbolic, bound.attrs)):
        return None
    for unknown in symbols_of(bound):
        if unknown in sizes:
            return None  # of an operand that is wrong itself
        message = f"the size {unknown} can't be known from the inputs that are fed"
        return _size_problem("E0314", message, node, {}, f"feed an input whose shape has {unknown} by itself")
    before = [d for v in node.results if isinstance(v.type, TensorType) for d in v.type.shape]
    after = [d for shape in shapes for d in shape]
    dim, size = next((d, s) for d, s in zip(before, after, strict=True) if isinstance(s, int) and s < 0)
    return _size_problem("E0602", f"the size {dim} is {size}, and sizes can't be negative", node, sizes)


def _size_problem(code: str, message: str, node: Node, sizes: Sizes, hint: str | None = None) -> Diagnostic:
    notes = tuple(sizes_note(symbols_of(node), sizes))
    problem = Diagnostic(code, message, Label(node.origin.span), notes=notes, hint=hint, call=node.origin.call)
    return of_node(problem, node.origin)
