"""The gradient program: the derivatives of one result as a program of its own.

In: a program's graph, the result to differentiate, and names.  Out: a graph that keeps the result as an output and adds
an output for each derivative.  Prints, asserts and state updates are dropped unless asked for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import graphc.autodiff as autodiff
from graphc.autodiff.naming import derivative_name
from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.ir.builder import Builder, Catalogue
from graphc.ir.dims import Dim
from graphc.ir.graph import MAX_NODES, Graph, Node, Output, Value, extent, reachable
from graphc.ir.nesting import nesting_reported
from graphc.ir.op import Control
from graphc.ir.types import FLOATS, WEAK_INT, leaving
from graphc.source import BUILTIN, Origin


@dataclass(frozen=True, slots=True)
class Derived:
    """A gradient program, the values it was differentiated by (which passes must keep), and the derivatives' names."""

    graph: Graph
    wrt: tuple[Value, ...]
    names: tuple[str, ...]


def named(graph: Graph) -> dict[str, Value]:
    """Every value that a command line can name: inputs, variables, top-level names, outputs."""
    values = {n.attrs[0]: n.results[0] for n in (*graph.inputs(), *graph.variables())}
    values.update(graph.names)
    values.update({o.name: o.value for o in graph.outputs})
    return values


def unknown(name: str, graph: Graph, code: str = "E0408") -> Diagnostics:
    """The error for a name that the program doesn't have."""
    candidates = list(named(graph))
    meant = suggest(name, candidates)
    hint = f"did you mean {meant}?" if meant else f"its names are {', '.join(candidates[:12])}"
    return Diagnostics([Diagnostic(code, f"the program has no value {name}", hint=hint)])


def subject(graph: Graph, of: str | None) -> Output:
    """What is differentiated: `of`, else the only output, else `loss`.  Raises Diagnostics E0408."""
    if of is not None:
        for o in graph.outputs:
            if o.name == of:
                return o
        value = named(graph).get(of)
        if value is None:
            raise unknown(of, graph)
        return Output(of, value, value.node.origin)
    if len(graph.outputs) == 1:
        return graph.outputs[0]
    for o in graph.outputs:
        if o.name == "loss":
            return o
    if not graph.outputs:
        names = list(named(graph))
        hint = f"--of {names[-1]}" if names else "output y = x ** 2"
        raise Diagnostics([Diagnostic("E0408", "the program has no output", hint=hint)])
    message = f"the program has several outputs: {', '.join(o.name for o in graph.outputs)}"
    raise Diagnostics([Diagnostic("E0408", message, hint=f"--of {graph.outputs[0].name}")])


def derive(
    graph: Graph,
    catalogue: Catalogue,
    wrt: Sequence[str],
    of: str | None = None,
    *,
    order: int = 1,
    effects: bool = False,
) -> Derived:
    """The gradient program.  The name of a variable means its value at the start of the run.

    Raises Diagnostics E0401, E0402, E0403, E0408 or E0901.
    """
    with nesting_reported(graph):
        return _gradient_program(graph, catalogue, wrt, of, order, effects)


def _gradient_program(
    graph: Graph, catalogue: Catalogue, wrt: Sequence[str], of: str | None, order: int, effects: bool
) -> Derived:
    output = subject(graph, of)
    values = named(graph)
    targets = sources(graph, output, wrt)
    b = Builder(catalogue, graph.default_float)
    b.nodes = list(graph.nodes)
    results, current = [output], [output]
    sizes = [extent(b.nodes)]
    for _ in range(order):
        current = [o for whole in current for o in blocks(b, wrt, targets, whole, first=whole is output)]
        results += current
        sizes.append(extent(b.nodes))
        check_growth(sizes, order, b.nodes, targets)
    fresh = {o.name: o.value for o in results[1:]}
    clash = [name for name in fresh if name in values]
    if clash:
        message = f"the derivative would be called {clash[0]}, and the program has a value of that name"
        place = Label(values[clash[0]].node.origin.span, "this one")
        raise Diagnostics([Diagnostic("E0202", message, place, hint=f"rename {clash[0]} in the program")])
    for name, value in fresh.items():
        b.name(value, name)
    names = {**graph.names, **fresh}
    if effects:
        outputs = (*(o for o in graph.outputs if o.name != output.name), *results)
        made = Graph(tuple(b.nodes), outputs, (), graph.updates, graph.token, names, graph.default_float)
    else:
        made = Graph(tuple(b.nodes), tuple(results), (), (), None, names, graph.default_float)
    return Derived(made, tuple(targets), tuple(fresh))


def check_growth(sizes: Sequence[int], order: int, nodes: Sequence[Node], targets: Sequence[Value]) -> None:
    """Raise Diagnostics E0904 where a derivative of that order would be too large, going by the orders before.

    By tensors, and through loops and branches, each order multiplies the graph.  By scalars few functions do, such as
    `x ** x`: it shows when the growth doesn't abate.
    """
    done = len(sizes) - 1
    growth = sizes[-1] / sizes[-2]
    multiplies = any(isinstance(n.op, Control) for n in nodes) or any(x.type.shape for x in targets)
    multiplies = multiplies or (done > 5 and growth > 1.8)
    left = order - done if done > 2 and multiplies and growth > 1 else 0
    if sizes[-1] * growth**left <= MAX_NODES:
        return
    within = int(math.log(MAX_NODES / sizes[-1], growth)) if sizes[-1] < MAX_NODES and growth > 1 else -1
    message = f"the derivative of order {order} would have more than {MAX_NODES:,} operations"
    note = f"order {done} has {sizes[-1]:,}, {growth:.1f} times as many as order {done - 1}"
    raise Diagnostics([Diagnostic("E0904", message, notes=(note,), hint=f"--order {done + within}")])


def sources(graph: Graph, output: Output, wrt: Sequence[str]) -> list[Value]:
    """What `output` is differentiated by; the name of a variable means its value at the start of the run.

    Raises Diagnostics E0401 or E0408.
    """
    values = named(graph)
    variables = {n.attrs[0]: n.results[0] for n in graph.variables()}
    for name in wrt:
        if name not in values:
            raise unknown(name, graph)
    found = [variables.get(name) or _computed(graph, values[name]) for name in wrt]
    check(output, list(zip(wrt, found, strict=True)))
    return found


def _computed(graph: Graph, value: Value) -> Value:
    """A value as the program goes on with it: a number without a dtype leaves in one, which nothing else reads."""
    node = value.node
    if node.op.name != "cast" or not node.inputs[0].type.dtype.weak or any(value in n.inputs for n in graph.nodes):
        return value
    return node.inputs[0]


def gradient(b: Builder, y: Value, xs: Sequence[Value], record: autodiff.Record | None = None) -> list[Value | None]:
    """The derivatives of `y` by `xs`, None where there is no path.  Raises Diagnostics E0406."""
    try:
        return autodiff.gradient(b, [y], xs, [None], asked=None, record=record)
    except autodiff.DerivativeError as error:
        raise of_error(error) from None


def blocks(b: Builder, wrt: Sequence[str], targets: Sequence[Value], whole: Output, *, first: bool) -> list[Output]:
    """The derivatives of a result by each target.

    The `first` ones are of its sum if it is no scalar; those of a derivative have its shape and then the target's, as
    the blocks of a Hessian do.  Raises Diagnostics E0402 and E0406.
    """
    scalar = first or not whole.value.type.shape
    found = gradient(b, whole.value, targets) if scalar else matrices(b, whole.value, targets)
    results = []
    for name, target, value in zip(wrt, targets, found, strict=True):
        if value is None and first:
            raise no_path(whole, name, target)
        if value is None:
            value = zeros(b, target, () if scalar else whole.value.type.shape)
        value = b.cast(value, leaving(value.type.dtype, b.default_float))
        results.append(Output(derivative_name(whole.name, name), value, Origin(whole.origin.spans).derive("adjoint")))
    return results


def matrices(b: Builder, y: Value, xs: Sequence[Value]) -> list[Value | None]:
    """The Jacobians of a derivative, forward over reverse where every rule has a forward mode."""
    for mode in ("forward", "reverse"):
        try:
            return autodiff.jacobian(b, [y], xs, mode=mode)[0]
        except autodiff.DerivativeError as error:
            refused = error
    raise of_error(refused)


def of_error(error: autodiff.DerivativeError) -> Diagnostics:
    place = None if error.origin is None else Label(error.origin.span)
    return Diagnostics([Diagnostic(error.code, error.message, place, hint=error.hint)])


def zeros(b: Builder, target: Value, before: tuple[Dim, ...] = ()) -> Value:
    """Zeros of the target's shape, behind other dimensions."""
    shape = before + target.type.shape
    dtype = b.default_float if target.type.dtype.weak else target.type.dtype
    b.origin = target.node.origin.derive("adjoint")
    if not shape:
        return b.number(0.0, dtype)
    return b.emit(b.catalogue["zeros"], (), (shape, dtype)).results[0]


# ---------------------------------------------------------------- errors


def check(output: Output, targets: Sequence[tuple[str, Value]]) -> None:
    """Raise E0401 unless the result and what it is differentiated by are numbers that vary continuously."""
    for name, value in ((output.name, output.value), *targets):
        if value.type.dtype not in FLOATS and value.type.dtype is not WEAK_INT:
            where = Label(value.node.origin.span, f"{name} is {value.type}")
            hint = "declare it f32" if not value.node.inputs else None
            raise Diagnostics(
                [Diagnostic("E0401", f"{name} is {value.type}, which has no derivative", where, hint=hint)]
            )


def no_path(output: Output, name: str, target: Value) -> Diagnostics:
    """Why a result doesn't depend on a value."""
    needed = reachable([output.value])
    for node in needed:
        for value in node.results:
            if value.name == name and value is not target:
                return Diagnostics([_earlier(output, name, value, target)])
    path = autodiff.broken_path([output.value], target)
    labels = [] if path.node is None else [Label(path.node.origin.span, path.reason)]
    if target.node.origin is not BUILTIN:
        labels.append(Label(target.node.origin.span, f"{name} is this"))
    message = f"{output.name} does not depend on {name}"
    if path.node is not None:
        message = f"no derivative reaches {name} from {output.name}"
    return Diagnostics([Diagnostic("E0402", message, Label(output.origin.span), tuple(labels))])


def _earlier(output: Output, name: str, old: Value, new: Value) -> Diagnostic:
    line = new.node.origin.span.line
    return Diagnostic(
        "E0403",
        f"{output.name} was computed with an earlier {name}",
        Label(output.value.node.origin.span, f"depends on {name} as it was before line {line}"),
        (Label(new.node.origin.span, "assigned here"), Label(old.node.origin.span, f"the {name} it depends on")),
        hint=f"give the later value another name, or compute {output.name} again after line {line}",
    )
