"""A graph for given sizes: symbols replaced, types and guards decided.

In: a graph with symbolic dimensions and the sizes that the feeds have.  Out: an equal graph whose types are all static,
or Diagnostics that say which expression these sizes don't fit.  Executors and the driver call it once per signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.blame import of_node
from graphc.ir.dims import Poly, substitute
from graphc.ir.graph import Graph, Node, Value, symbols_of
from graphc.ir.op import Control, TypeRuleError
from graphc.ir.refused import refused
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


@dataclass(frozen=True, slots=True)
class _Specialised:
    """A graph for sizes, and what in it these don't fit."""

    graph: Graph
    problems: list[Diagnostic]


def specialise(graph: Graph, sizes: Sizes) -> Graph:
    """The graph with `sizes` for its symbols; itself if it has none.  Raises Diagnostics E0602 and E0314.

    What these sizes don't fit in a branch, or in a loop of which nobody knows whether it takes a step, is an error
    only if the run comes there.
    """
    return specialise_more(graph, sizes, {})


def specialise_more(graph: Graph, sizes: Sizes, mapping: dict[Value, Value]) -> Graph:
    """The same for the next nodes of a graph that grows: `mapping` has the values that changed so far, and gets theirs.

    Raises Diagnostics.
    """
    done: dict[Graph, _Specialised] = {}
    for inner in graphs_inside(graph):
        is_region = inner is not graph
        done[inner] = _specialise(inner, dict(sizes), {} if is_region else mapping, done, is_region)
    first: dict[str, Diagnostic] = {}
    for problem in done[graph].problems:
        first.setdefault(problem.message, problem)
    if first:
        raise Diagnostics(first.values())
    return done[graph].graph


def _specialise(
    graph: Graph,
    sizes: dict[str, int],
    mapping: dict[Value, Value],
    done: Mapping[Graph, _Specialised],
    is_region: bool,
) -> _Specialised:
    nodes = []
    problems: list[Diagnostic] = []
    for node in graph.nodes:
        copy, found = _bound_node(node, graph.params, sizes, mapping, done)
        if node.regions and _runs(copy):
            problems += [p for region in node.regions if region in done for p in done[region].problems]
        if found:
            problems.append(found)
            if is_region:
                copy = refused(node, copy.inputs, Diagnostics([found]), tuple([r.type for r in copy.results]))
        if copy is not node:
            mapping.update(zip(node.results, copy.results, strict=True))
        nodes.append(copy)
    return _Specialised(graph.with_nodes(nodes, mapping) if mapping else graph, problems)


def _runs(node: Node) -> bool:
    """Does a run come to the regions of this node, if it comes to the node?"""
    if not isinstance(node.op, Control) or node.op.loop is None:
        return False
    loop = node.op.loop(*node.attrs)
    length = loop.length
    if length is None and loop.mapped:
        over = node.inputs[loop.head].type
        length = over.shape[0] if isinstance(over, TensorType) else None
    return isinstance(length, int) and length > 0


def _bound_node(
    node: Node,
    params: Sequence[Value],
    sizes: dict[str, int],
    mapping: Mapping[Value, Value],
    done: Mapping[Graph, _Specialised],
) -> tuple[Node, Diagnostic | None]:
    """The node on bound operands (itself, if nothing changes), and what these don't fit."""
    inputs = tuple([mapping.get(v, v) for v in node.inputs])
    regions = tuple([done[r].graph if r in done else r for r in node.regions]) if node.regions else ()
    fixed = not any(map(_is_symbolic, node.attrs))
    if fixed and regions == node.regions and not any(_is_symbolic(v.type) for v in node.inputs):
        return node if inputs == node.inputs else node.copy(inputs), None
    try:
        attrs = node.attrs if fixed else tuple([_bound_attr(a, sizes) for a in node.attrs])
        try:
            inferred = node.op.infer(tuple([v.type for v in inputs]), attrs, regions)
            copy = node.copy(inputs, attrs=inferred.attrs, regions=regions, types=inferred.types)
            return copy, _ill_sized(node, copy, sizes)
        except TypeRuleError as error:
            types: tuple[Type, ...] = tuple([_bound_type(r.type, sizes) for r in node.results])
            return node.copy(inputs, attrs=attrs, regions=regions, types=types), _refused(node, error, sizes, params)
    except ZeroDivisionError:
        return node.copy(inputs), _size_problem("E0602", "a size is divided by 0", node, sizes)


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


def _refused(node: Node, error: TypeRuleError, sizes: Sizes, params: Sequence[Value]) -> Diagnostic:
    """E0602: each operand that is to blame is shown where it was made; a parameter of a region, where it is used."""
    notes = [(node.inputs[note.operand], note.text) for note in error.notes if note.operand < len(node.inputs)]
    labels = tuple([Label(value.node.origin.span, text) for value, text in notes if value not in params])
    used = ", ".join([text for value, text in notes if value in params])
    hint = error.hint or f"graphc explain {error.code}"
    for i, value in enumerate(node.inputs):
        hint = hint.replace(f"{{{i}}}", value.name or value.node.origin.span.text)
    place = Label(node.origin.span, used)
    with_sizes = tuple(sizes_note(symbols_of(node), sizes))
    return of_node(
        Diagnostic("E0602", error.message, place, labels, with_sizes, hint, call=node.origin.call), node.origin
    )


def _ill_sized(node: Node, bound: Node, sizes: Sizes) -> Diagnostic | None:
    """A size of the node that is still unknown or negative."""
    shapes = [v.type.shape for v in bound.results if isinstance(v.type, TensorType)]
    fine = all(isinstance(d, int) and d >= 0 for shape in shapes for d in shape)
    if fine and not any(map(_is_symbolic, bound.attrs)):
        return None
    for unknown in symbols_of(bound):
        if unknown in sizes:
            return None  # of an operand that is wrong itself
        return unknown_size(unknown, node)
    before = [d for v in node.results if isinstance(v.type, TensorType) for d in v.type.shape]
    after = [d for shape in shapes for d in shape]
    dim, size = next((d, s) for d, s in zip(before, after, strict=True) if isinstance(s, int) and s < 0)
    return _size_problem("E0602", f"the size {dim} is {size}, and sizes can't be negative", node, sizes)


def unknown_size(name: str, node: Node) -> Diagnostic:
    """E0314 where a size is needed that nothing tells."""
    message = f"the size {name} can't be known from the inputs that are fed"
    return _size_problem("E0314", message, node, {}, f"feed an input whose shape has {name} by itself")


def _size_problem(code: str, message: str, node: Node, sizes: Sizes, hint: str | None = None) -> Diagnostic:
    notes = tuple(sizes_note(symbols_of(node), sizes))
    problem = Diagnostic(code, message, Label(node.origin.span), notes=notes, hint=hint, call=node.origin.call)
    return of_node(problem, node.origin)
