"""Hand-written derivatives: `fn f(x) { … } vjp (g) { … }`.

The rule becomes a region of a `with_vjp` node behind the result.  It sees the cotangent, the parameters, the locals of
the body and `result`, and returns one cotangent per tensor parameter.
"""

from __future__ import annotations

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Meaning, Scope
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.frontend.elaborate.statements import bindings, bodies
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Node, Output, Value, inline, reachable
from graphc.ir.types import FLOATS, TensorType
from graphc.source import Origin, Span


def attach(e: Elaborator, scope: Scope, function: Function, result: Meaning) -> Step:
    """The body's result with the rule attached."""
    rule = function.definition.vjp
    assert rule is not None
    head = function.definition.head
    if isinstance(result, Items | Nothing):
        raise e.fail("E0405", "a function with a hand-written vjp returns one tensor", head)
    output = e.tensor(scope.frame, result, head)
    if output.type.dtype not in FLOATS:
        raise e.fail("E0405", f"the result is {output.type}: only floats have cotangents", head)
    frame = Frame(Builder(e.catalogue, e.default_float, enclosing=scope.frame.builder), scope.frame, function)
    keys.from_a_place(e, frame, scope.frame, "vjp")
    inner = Scope(scope, frame)
    cotangent = parameter(e, rule, output)
    inner.bind("result", output, head)
    inner.bind(cotangent_name(e, rule).text, cotangent, rule.parameters[0].name.span, "parameter")
    returned = yield bodies.body(e, inner, rule.body)
    if frame.state or frame.token is not None:
        raise e.fail(
            "E0505",
            f"the vjp of {function.name} has effects; nothing says when, or how often, it is computed",
            rule.span if frame.token is None else frame.token.node.origin.span,
            hint=f"take them to where {function.name} is called, or to on_grad(y, f)",
        )
    scope.frame.calls += frame.calls
    for capture in frame.captures.values():  # what the rule reads from outside is read by its function
        scope.frame.take(capture)
    parameters = list(scope.frame.parameters)
    cotangents = collect(e, function, frame, rule, returned, parameters)
    region, operands = close(e, frame, cotangent, [output, *parameters], cotangents)
    b = scope.frame.builder
    b.origin = Origin((head,))
    return b.emit(e.catalogue["with_vjp"], operands, (len(parameters),), (region,), (output.name,)).results[0]


def cotangent_name(e: Elaborator, rule: syntax.VjpRule) -> syntax.Name:
    if len(rule.parameters) != 1:
        raise e.fail(
            "E0405",
            "a vjp rule has one parameter, the cotangent of the result",
            rule.parameters[1].span if rule.parameters else rule.span,
            hint="vjp (g) { … }",
        )
    return rule.parameters[0].name


def parameter(e: Elaborator, rule: syntax.VjpRule, like: Value) -> Value:
    name = cotangent_name(e, rule)
    return bindings.parameter_node(e, name.text, like.type, name.span)


def returned_span(rule: syntax.VjpRule) -> Span:
    """What the rule returns, if it returns at its end; the whole rule else."""
    last = rule.body.statements[-1] if rule.body.statements else None
    return last.value.span if isinstance(last, syntax.Return) and last.value is not None else rule.span


def collect(
    e: Elaborator, function: Function, frame: Frame, rule: syntax.VjpRule, returned: Meaning, parameters: list[Value]
) -> list[Value]:
    """The rule's results as one cotangent per parameter, checked."""
    items = returned.items if isinstance(returned, Items) else (returned,)
    if len(items) != len(parameters):
        raise e.fail(
            "E0405",
            f"the vjp of {function.name} returns {len(items)} cotangent{'s' if len(items) != 1 else ''}"
            f" for {len(parameters)} parameter{'s' if len(parameters) != 1 else ''}",
            returned_span(rule),
            secondary=[Label(function.definition.head, "the parameters")],
            hint="return one cotangent per parameter, in their order; None where there is none",
        )
    result = []
    for item, primal in zip(items, parameters, strict=True):
        span = returned_span(rule)
        if item is None or isinstance(item, Nothing):
            item = Static(0, span)
        dtype = primal.type.dtype if primal.type.dtype in FLOATS and not primal.type.dtype.weak else None
        found = e.dtype_of(item, span)
        if dtype is None:
            dtype = found
        value = e.tensor(frame, item, span, dtype if found.weak else None)
        if value.type.shape == () and primal.type.shape and isinstance(item, Static):
            value = e.apply(frame, e.catalogue["broadcast_to"], (Given(value, span),), (primal.type.shape,), span)[0]
        if value.type.shape != primal.type.shape or (value.type.dtype is not dtype):
            wanted = TensorType(dtype, primal.type.shape)
            raise e.fail(
                "E0405",
                f"the cotangent of {primal.name} must be {wanted}, not {value.type}",
                span,
                secondary=[Label(primal.node.origin.span, "this parameter")],
                hint=f"broadcast_to({span.text}, {primal.name}.shape)" if not value.type.shape else None,
            )
        result.append(value)
    return result


def close(
    e: Elaborator, frame: Frame, cotangent: Value, operands: list[Value], cotangents: list[Value]
) -> tuple[Graph, list[Value]]:
    """The rule as a closed region (cotangent, operands...) -> cotangents, and the operands with those locals.

    A result that is a parameter itself stands among the operands twice.
    """
    live = reachable(cotangents, set(frame.builder.nodes))
    nodes = [n for n in frame.builder.nodes if n in live]
    inside = {r for n in nodes for r in n.results} | {cotangent}
    reads = [v for n in nodes for v in n.inputs] + cotangents
    operands = [*operands, *dict.fromkeys(v for v in reads if v not in inside and v not in operands)]
    mapping: dict[Value, Value] = {}
    heads: list[Node] = []
    for value in (cotangent, *operands):
        name = value.name or ("result" if len(heads) == 1 else f"local{len(heads)}")
        origin = value.node.origin
        head = Node(e.catalogue["parameter"], (), (name, value.type), (), (value.type,), origin, (name,))
        mapping[value] = head.results[0]
        heads.append(head)
    params = tuple(h.results[0] for h in heads)
    copies = tuple(inline(nodes, mapping))
    outputs = tuple(Output(str(i), mapping.get(v, v), v.node.origin) for i, v in enumerate(cotangents))
    region = Graph((*heads, *copies), outputs, params, default_float=e.default_float)
    return region, operands
