"""Entry points: `export fn predict(x: f32[n, 4]) = …`, run by itself.

In: a top level that has been read, and an exported function.  Out: a call of it, whose parameters are the inputs and
whose results are the outputs.  Of the rest of the program the graph has what the function reads: inputs, variables as
they are when the run begins, and bindings.  What the top level prints, asserts or assigns is left out.  `session` calls
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import written_types
from graphc.frontend.elaborate.core.elaborator import Elaborator, Step, run
from graphc.frontend.elaborate.core.leaving import leave
from graphc.frontend.elaborate.core.scopes import Binding, Function, Items, Meaning
from graphc.frontend.elaborate.core.values import Failure, Nothing, Poisoned
from graphc.frontend.elaborate.functions import inlining, traces
from graphc.frontend.elaborate.program import Top
from graphc.frontend.elaborate.statements import defaults
from graphc.ir.default_sizes import fixed_by
from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, Output, Value, nested, reachable, symbols_of
from graphc.source import Origin


def exported(statements: Sequence[syntax.Stmt]) -> tuple[syntax.Fn, ...]:
    """The entry points of a program, in order."""
    return tuple(s for s in statements if isinstance(s, syntax.Fn) and s.exported)


def check_signature(e: Elaborator, function: syntax.Fn) -> None:
    """Report E0508 for parameters that don't say what may be fed."""
    for parameter in function.parameters:
        name, kind = parameter.name, parameter.type
        if kind is None:
            hint = f"{name.text}: f32, or {name.text}: f32[n, 4]"
            what = "has no type"
        elif any(isinstance(d, syntax.Ellipsis) for d in kind.shape or ()):
            rest = ", ".join(d.span.text for d in (kind.shape or ())[1:])
            hint = f"{name.text}: {kind.dtype.text}[n, {rest}]" if rest else f"{name.text}: {kind.dtype.text}[n]"
            what = "may have any number of axes"
        else:
            continue
        e.call = None
        head = Label(function.head, "exported here")
        message = f"{name.text} {what}, but {function.name.text} is an entry point"
        e.report(e.fail("E0508", message, parameter.span, secondary=[head], hint=hint).diagnostic)


def forget_effects(e: Elaborator, top: Top) -> None:
    """What follows sees no print, and the variables as they are when a run begins."""
    top.scope.frame.token = top.scope.frame.first_token = None
    top.scope.frame.place = ""
    for name, declared in e.variables.items():
        binding = top.scope.bindings[name]
        if isinstance(binding.meaning, Value) and binding.meaning is not declared:
            top.scope.bindings[name] = Binding(declared, declared.node.origin.span, "variable")


def enter(e: Elaborator, top: Top, functions_: Sequence[syntax.Fn], name: str) -> tuple[Value, ...] | None:
    """Call the entry point `name`: its results become the outputs.  Gives the inputs, None if something is wrong.

    Raises Diagnostics E0210 for a name that is none.
    """
    function = next((f for f in functions_ if f.name.text == name), None)
    if function is None:
        raise Diagnostics([unknown(top, functions_, name)])
    try:
        parameters, result = run(call(e, top, function))
        top.outputs[:] = results(e, top, function, name, result)
    except Failure as failure:
        e.report(failure.diagnostic)
    except Poisoned:
        pass  # what is wrong was reported where it stands
    else:
        return tuple(parameters)
    return None


def unknown(top: Top, functions_: Sequence[syntax.Fn], name: str) -> Diagnostic:
    """The error for a name that is no entry point."""
    listed = [f.name.text for f in functions_]
    found = top.scope.bindings.get(name)
    if found is not None and isinstance(found.meaning, Function):
        head = found.meaning.definition.head
        return Diagnostic("E0210", f"{name} is not exported", Label(head), hint=f"export {head.text}")
    near = suggest(name, listed)
    hint = f"did you mean {near}?" if near else None
    note = f"it has {', '.join(listed)}" if listed else "export makes a function one: export fn f(x: f32[n]) = …"
    return Diagnostic("E0210", f"the program has no entry point {name}", notes=() if near else (note,), hint=hint)


def call(e: Elaborator, top: Top, function: syntax.Fn) -> Step:
    """Inputs for the parameters, and what the function makes of them."""
    e.reading = True
    e.call = None
    binding = top.scope.bindings[function.name.text]
    if not isinstance(binding.meaning, Function):
        raise Poisoned
    values: list[Value] = []
    for parameter in function.parameters:
        values.append((yield parameter_input(e, top, parameter)))
    frame, span = top.scope.frame, function.head
    trace, _ = yield traces.trace(e, frame, binding.meaning, list(values), span)
    return values, inlining.inline(e, frame, trace, values, span, entered=True)


def parameter_input(e: Elaborator, top: Top, parameter: syntax.Parameter) -> Step:
    """The input that a parameter is.  Its symbols are those of the program: a name is one size everywhere."""
    assert parameter.type is not None
    scope, name = top.scope, parameter.name
    kind, places = written_types.declared(e, scope, parameter.type)
    regions: tuple[Graph, ...] = ()
    if parameter.default is not None:
        regions = ((yield defaults.region(e, scope, kind, parameter.default, name.text, fills=True)),)
    b = e.at(scope.frame, parameter.type.span)
    origin = Origin((name.span.to(parameter.type.span),))
    made = Node(e.catalogue["input"], (), (name.text, kind, None), regions, (kind,), origin, (name.text,))
    b.nodes.append(made)
    e.declared[made.results[0]] = places
    return made.results[0]


def results(e: Elaborator, top: Top, function: syntax.Fn, name: str, meaning: Meaning) -> Iterator[Output]:
    """`predict`, or of a tuple `predict_0`, `predict_1`, …"""
    match meaning:
        case Nothing():
            return
        case Items(items):
            for i, item in enumerate(items):
                yield from results(e, top, function, f"{name}_{i}", item)
        case _:
            value = leave(e, top.scope.frame, meaning, function.name.span)
            yield Output(name, value, Origin((function.name.span,)))


def narrow(e: Elaborator, graph: Graph, parameters: Sequence[Value]) -> Graph:
    """The graph of what an entry point needs; its parameters are the first inputs.  Reports E0202 and E0314."""
    live = reachable([*graph.results, *(u.variable for u in graph.updates)])
    used = {name for n in live for name in symbols_of(n)}
    live |= {n for n in graph.inputs() if not used.isdisjoint(fixed_by(n))}
    first = tuple(v.node for v in parameters)
    nodes = (*first, *(n for n in graph.nodes if n in live and n not in first))
    names = {name: v for name, v in graph.names.items() if v.node in live}
    made = Graph(nodes, graph.outputs, (), graph.updates, graph.token, names, graph.default_float)
    e.call = None
    check_names(e, made, parameters)
    check_sizes(e, made)
    return made


def check_names(e: Elaborator, graph: Graph, parameters: Sequence[Value]) -> None:
    """A feed must be of one thing: report E0202 for a parameter called like what the function reads outside."""
    own = {v.node.attrs[0]: v.node for v in parameters}
    for node in (*graph.inputs()[len(own) :], *graph.variables()):
        name = node.attrs[0]
        if name in own:
            what = Label(node.origin.span, f"the entry point reads this {node.op.name}, too")
            hint = "give the parameter another name"
            message = f"{name} is a parameter of an entry point and {article(node.op.name)} that it reads"
            e.report(e.fail("E0202", message, own[name].origin.span, secondary=[what], hint=hint).diagnostic)


def check_sizes(e: Elaborator, graph: Graph) -> None:
    """Report E0314 for a symbol that no input or variable of the graph has by itself."""
    declared = [n.results[0].type for n in (*graph.inputs(), *graph.variables())]
    bare = {str(d) for kind in declared for d in kind.shape if isinstance(d, Poly)}
    used = {name for g in nested(graph) for n in g.nodes for name in symbols_of(n)}
    for name in sorted(used - bare):
        if name in e.sizes:
            message = f"no parameter has the size {name} by itself, so a run can't know it"
            hint = f"declare one: z: f32[{name}]"
            e.report(e.fail("E0314", message, e.sizes[name], hint=hint).diagnostic)


def article(kind: str) -> str:
    return f"an {kind}" if kind == "input" else f"a {kind}"
