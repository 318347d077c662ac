"""Hand-written derivatives: `fn f(x) { … } vjp (g) { … }`.

The rule becomes a region of a `with_vjp` node behind the result.  It sees the cotangent, the parameters, the locals of
the body and `result`, and returns one cotangent per tensor parameter.  A function that returns a tuple has a rule with
a cotangent per result, `vjp (ga, gb) { … }`; it is `None` for what has none, an integer say.
"""

from __future__ import annotations

from dataclasses import replace

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
    """The body's result, or each of a tuple, with the rule attached."""
    rule = function.definition.vjp
    assert rule is not None
    head = function.definition.head
    several = isinstance(result, Items) and result.is_tuple
    results = list(result.items) if isinstance(result, Items) and several else [result]
    outputs = differentiable(e, scope.frame, results, head)
    names = cotangent_names(e, rule, len(results))
    frame = Frame(Builder(e.catalogue, e.default_float, enclosing=scope.frame.builder), scope.frame, function)
    keys.from_a_place(e, frame, scope.frame, "vjp")
    inner = Scope(scope, frame)
    given = {i: bindings.parameter_node(e, names[i].text, v.type, names[i].span) for i, v in outputs.items()}
    known = [outputs.get(i, item) for i, item in enumerate(results)]
    inner.bind("result", replace(result, items=tuple(known)) if isinstance(result, Items) else known[0], head)
    for i, name in enumerate(names):
        inner.bind(name.text, given.get(i, Nothing()), name.span, "parameter")
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
    values = list(outputs.values())
    region, operands = close(e, frame, list(given.values()), [*values, *parameters], cotangents)
    b = scope.frame.builder
    b.origin = Origin((head,))
    attrs = (len(parameters), len(values))
    made = b.emit(e.catalogue["with_vjp"], operands, attrs, (region,), tuple([v.name for v in values]))
    for i, value in zip(outputs, made.results, strict=True):
        known[i] = value
    return replace(result, items=tuple(known)) if isinstance(result, Items) and several else known[0]


def differentiable(e: Elaborator, frame: Frame, results: list[Meaning], head: Span) -> dict[int, Value]:
    """The results that have cotangents, by position: the floats among them."""
    found: dict[int, Value] = {}
    kind = "None"
    for i, item in enumerate(results):
        if isinstance(item, Items) and item.is_tuple:
            raise e.fail("E0405", "a function with a hand-written vjp returns tensors, not a tuple in a tuple", head)
        if not isinstance(item, Value | Static | Items):
            continue
        value = e.tensor(frame, item, head)
        kind = str(value.type)
        if isinstance(value.type, TensorType) and value.type.dtype in FLOATS:
            found[i] = value
    if not found:
        what = f"the result is {kind}" if len(results) == 1 else f"none of the {len(results)} results is a float"
        raise e.fail("E0405", f"{what}: only floats have cotangents", head)
    return found


def cotangent_names(e: Elaborator, rule: syntax.VjpRule, count: int) -> list[syntax.Name]:
    """One per result."""
    names = [p.name for p in rule.parameters]
    if len(names) == count:
        return names
    if count == 1:
        message, hint = "a vjp rule has one parameter, the cotangent of the result", "vjp (g) { … }"
    else:
        message = f"a vjp rule has a parameter for the cotangent of each of the {count} results, not {len(names)}"
        hint = f"vjp ({', '.join([f'g{i}' for i in range(count)])}) {{ … }}"
    span = rule.parameters[count].span if len(names) > count else rule.parameters[-1].span if names else rule.span
    raise e.fail("E0405", message, span, hint=hint)


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
    e: Elaborator, frame: Frame, given: list[Value], operands: list[Value], cotangents: list[Value]
) -> tuple[Graph, list[Value]]:
    """The rule as a closed region (given..., operands...) -> cotangents, and the operands with those locals.

    A result that is a parameter itself stands among the operands twice.
    """
    live = reachable(cotangents, set(frame.builder.nodes))
    nodes = [n for n in frame.builder.nodes if n in live]
    inside = {r for n in nodes for r in n.results} | set(given)
    reads = [v for n in nodes for v in n.inputs] + cotangents
    operands = [*operands, *dict.fromkeys(v for v in reads if v not in inside and v not in operands)]
    mapping: dict[Value, Value] = {}
    heads: list[Node] = []
    for value in (*given, *operands):
        name = value.name or ("result" if len(heads) == len(given) else f"local{len(heads)}")
        origin = value.node.origin
        head = Node(e.catalogue["parameter"], (), (name, value.type), (), (value.type,), origin, (name,))
        mapping[value] = head.results[0]
        heads.append(head)
    params = tuple(h.results[0] for h in heads)
    copies = tuple(inline(nodes, mapping))
    outputs = tuple(Output(str(i), mapping.get(v, v), v.node.origin) for i, v in enumerate(cotangents))
    region = Graph((*heads, *copies), outputs, params, default_float=e.default_float)
    return region, operands
