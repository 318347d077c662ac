"""`backward` and its kin: gradients that are added to the `.grad` of variables, and those who watch them pass.

    backward(y)   is   v.grad += grad(y, v, unused="zero")   for each trainable float variable v declared so far

where v is a leaf: its present value, whatever that was computed from.  The graph from the variables to y is used up by
it, unless it keeps that (`retain_graph=true`); a second backward through any part of it is an error.  Values on the way
may have hooks (`on_grad`), which are called with their complete cotangent, and may keep it (`retain_grad`).

All of it expands into ordinary nodes: the reverse sweep, then the calls of the hooks from the last value to the first,
then the new `.grad`s.
"""

from __future__ import annotations

from typing import Any

import graphc.autodiff as autodiff
from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import state
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Meaning, Scope
from graphc.frontend.elaborate.core.tape import Hook, Kept, Use, exclusive, local_nodes
from graphc.frontend.elaborate.core.values import Failure, Nothing, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.derivatives import expansion, grads, unseen
from graphc.frontend.elaborate.derivatives.lineage import Behind, all_values, behind, between, fix, present, trainable
from graphc.frontend.elaborate.functions import traces
from graphc.frontend.elaborate.statements import bindings
from graphc.ir.graph import Node, Value
from graphc.source import Span

OPTIONS = ("seed", "retain_graph")


def backward(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`backward(y, seed=, retain_graph=false)`."""
    bound = yield expansion.arguments(e, scope, node, ("y",), OPTIONS)
    frame, span = scope.frame, node.span
    given = bound["y"][0]
    ys = [expansion.primal(e, frame, g) for g in expansion.targets(e, *bound["y"])]
    seeds = expansion.seeds_for(e, frame, ys, bound.get("seed"))
    keep = option(e, bound.get("retain_graph"))
    leaves = {present(e, frame, path): None for path in trainable(e)}
    found = behind(ys, leaves, local_nodes(frame))
    if not found.leaves:
        raise no_variable(e, scope, ys, given.span, found)
    check_earlier(e, scope, found, given.span)
    if found.ends:
        fix(e, frame, found.ends, span)
    unseen.note(frame, ys, [(present(e, frame, path), path) for path in trainable(e)], span, given.span.text)
    path = between(frame.builder.visible_nodes(), found)
    use = Use(span, given.span.text, frame)
    check_unused(e, path, use)
    watched = [v for v in watched_values(e, path, found) if v not in found.leaves or v in e.tape.hooks]
    wanted = list(dict.fromkeys([*found.leaves, *watched]))
    b = e.at(frame, span)
    try:
        cotangents = autodiff.gradient(b, ys, wanted, seeds, asked=span, nodes=path)
    except autodiff.DerivativeError as error:
        raise expansion.derivative_failure(e, error, span) from None
    gradients = {v: g for v, g in zip(wanted, cotangents, strict=True) if g is not None}
    yield from tell(e, scope, watched, gradients, span)
    accumulate(e, scope, gradients, span)
    if not keep:
        e.tape.used.update(dict.fromkeys(path, use))
    e.tape.last = given.span.text
    return Nothing()


def option(e: Elaborator, bound: tuple[Given, syntax.Expr] | None) -> bool:
    if bound is None:
        return False
    meaning = bound[0].meaning
    found = e.look(meaning) if isinstance(meaning, Static) else None
    if not isinstance(found, bool):
        raise e.fail("E0309", "retain_graph is true or false", bound[0].span, hint="retain_graph=true")
    return found


# ---------------------------------------------------------------- what it goes through


def no_variable(e: Elaborator, scope: Scope, ys: list[Value], span: Span, found: Behind) -> Failure:
    """Nothing to add to: y was computed with earlier values of variables, or with none."""
    earlier = earlier_value(e, scope, behind(ys, all_values(e, scope.frame), local_nodes(scope.frame)))
    if earlier is not None:
        return too_late(e, *earlier, span)
    variables = list(trainable(e))
    text = span.text
    if found.ends:
        name = next(iter(found.ends)).name or "a value"
        lead = f"{text} comes" if name == text else f"{text} depends on {name}, which comes"
        return e.fail(
            "E0411",
            f"{lead} from outside the function; what it was computed from isn't seen here",
            span,
            hint=f"write backward({text}) where the function is called, or compute {text} in the function",
        )
    if not variables:
        return e.fail(
            "E0402",
            "the program has no trainable variable that a gradient could be added to",
            span,
            hint=f"var w: f32 = 1.0; or take the gradient by an input: grad({text}, x)",
        )
    declared = [Label(e.variables[p].node.origin.span, f"{p} is declared here") for p in variables[:2]]
    path = autodiff.broken_path(ys, present(e, scope.frame, variables[0]))
    if path.node is not None:
        declared = [Label(path.node.origin.span, path.reason)]
    listed = ", ".join(variables[:4])
    return e.fail("E0402", f"{text} depends on no trainable variable ({listed})", span, secondary=declared)


def check_earlier(e: Elaborator, scope: Scope, found: Behind, span: Span) -> None:
    """Raise E0403 if y was computed with an earlier value of a variable."""
    earlier = earlier_value(e, scope, found)
    if earlier is not None:
        raise too_late(e, *earlier, span)


def earlier_value(e: Elaborator, scope: Scope, found: Behind) -> tuple[str, Span] | None:
    """A variable whose earlier value was met on the way back, and where it was assigned since."""
    home = state.root(e)
    for path in trainable(e):
        binding = home.bindings[path]
        now = present(e, scope.frame, path)
        old = [m for m, _ in binding.earlier if isinstance(m, Value) and m is not now]
        if any(m in found.leaves or (m.node in found.nodes and m not in found.leaves) for m in old):
            return path, binding.span
    return None


def too_late(e: Elaborator, path: str, assigned: Span, span: Span) -> Failure:
    return e.fail(
        "E0403",
        f"{span.text} was computed with an earlier {path}",
        span,
        f"depends on {path} as it was before line {assigned.line}",
        secondary=[Label(assigned, "assigned here")],
        hint=f"write the backward before line {assigned.line}, or compute {span.text} again after it",
    )


def check_unused(e: Elaborator, path: list[Node], use: Use) -> None:
    """Raise E0409 if a backward has used one of the nodes up before."""
    for node in reversed(path):
        former = e.tape.used.get(node)
        if former is not None and not exclusive(former.frame, use.frame):
            raise used_up(e, node, former, use)


def used_up(e: Elaborator, node: Node, former: Use, use: Use) -> Failure:
    labels = [Label(former.span, "used up here")]
    message = f"the graph of {use.of} has been used up by a backward before"
    if former.of != use.of:
        name = node.results[0].name
        shared = name if name is not None else node.origin.span.text
        message = f"a part of the graph of {use.of} has been used up by the backward of {former.of}"
        labels.append(Label(node.origin.span, f"{shared} is in both"))
    first = former.span.text
    hint = f"keep it, on line {former.span.line}: {first[:-1]}, retain_graph=true)" if "\n" not in first else None
    return e.fail("E0409", message, use.span, secondary=labels, hint=hint)


# ---------------------------------------------------------------- hooks


def watched_values(e: Elaborator, path: list[Node], found: Behind) -> list[Value]:
    """The values on the way that have a hook or keep their gradient, the last one first."""
    tape = e.tape
    if not tape.hooks and not tape.retained:
        return []
    values = [*found.leaves, *(r for n in path for r in n.results)]
    return [v for v in reversed(values) if v in tape.hooks or v in tape.retained]


def tell(e: Elaborator, scope: Scope, watched: list[Value], gradients: dict[Value, Value], span: Span) -> Step:
    """Call the hooks, the last value's first, and keep what is to be kept."""
    frame = scope.frame
    for value in watched:
        gradient = gradients.get(value)
        if gradient is None:
            continue
        for hook in e.tape.hooks.get(value, ()):
            argument = Argument(None, Given(gradient, hook.span), hook.span)
            returned = yield traces.call(e, frame, hook.function, [argument], hook.span)
            if not isinstance(returned, Nothing):
                raise returns_something(e, hook, returned)
        if value in e.tape.retained:
            old = e.tape.kept.get(value)
            total = gradient
            if old is not None:
                total = add(e, frame, old.gradient, gradient, span)
            e.tape.kept[value] = Kept(total, frame)


def returns_something(e: Elaborator, hook: Hook, returned: Meaning) -> Failure:
    name = hook.function.name
    return e.fail(
        "E0412",
        f"{name} returns {describe(returned)}; a hook watches a gradient and can't replace it",
        hook.span,
        secondary=[Label(hook.function.definition.head, "the hook")],
        hint="return nothing; a hand-written derivative changes gradients: fn f(x) = x vjp (g) { return … }",
    )


def add(e: Elaborator, frame: Frame, old: Value, new: Value, span: Span) -> Value:
    given = (Given(old, span), Given(new, span))
    return e.apply(frame, e.catalogue["add"], given, (), span)[0]


def accumulate(e: Elaborator, scope: Scope, gradients: dict[Value, Value], span: Span) -> None:
    """`v.grad += …` for the variables that y depends on; the others are left as they are, and are there."""
    for path in trainable(e):
        name = grads.declare(e, path)
        gradient = gradients.get(present(e, scope.frame, path))
        if gradient is not None:
            total = add(e, scope.frame, state.read(e, scope, name), gradient, span)
            bindings.set_state(scope.frame, name, total, span)


def zero_grad(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`zero_grad()` clears the gradients of the variables declared so far, `zero_grad(w, …)` of those."""
    paths: list[str] = []
    for argument in node.arguments:
        if argument.keyword is not None:
            raise e.fail("E0204", f"zero_grad has no argument {argument.keyword.text}", argument.span)
        listed = argument.value.items if isinstance(argument.value, syntax.List | syntax.Tuple) else (argument.value,)
        for item in listed:
            yield e.expression(scope, item)
            path = grads.variable_of(e, scope, item)
            if path is None or path not in trainable(e):
                raise e.fail(
                    "E0410",
                    f"{item.span.text} is no trainable variable: it has no gradient to clear",
                    item.span,
                    hint="zero_grad() clears all",
                )
            paths.append(path)
    b = e.at(scope.frame, node.span)
    for path in paths if node.arguments else list(trainable(e)):
        name = grads.declare(e, path)
        value = grads.zeros(e, b, e.variables[path].type)
        bindings.set_state(scope.frame, name, value, node.span)
    return Nothing()


def retain_grad(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`retain_grad(y, …)`: after the backward, `y.grad` is the gradient of this run."""
    if not node.arguments or any(a.keyword is not None for a in node.arguments):
        raise e.fail("E0204", "retain_grad takes values", node.span, hint="retain_grad(y)")
    for argument in node.arguments:
        meaning = yield e.expression(scope, argument.value)
        for given in expansion.targets(e, Given(meaning, argument.span), argument.value):
            value = watchable(e, scope, given, node)
            e.tape.retained.setdefault(value, node.span)
    return Nothing()


def on_grad(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`on_grad(y, f)`: a backward through y calls f with the complete gradient of y."""
    bound = yield expansion.arguments(e, scope, node, ("y", "f"))
    value = watchable(e, scope, bound["y"][0], node)
    given = bound["f"][0]
    if not isinstance(given.meaning, Function):
        raise e.fail(
            "E0412",
            "on_grad takes a fn of the program, which gets the gradient",
            given.span,
            f"is {describe(given.meaning)}",
            hint='fn show(g) = print("grad:", g)',
        )
    given.meaning.called = True
    e.tape.hooks[value] = (*e.tape.hooks.get(value, ()), Hook(given.meaning, node.span))
    return Nothing()


def watchable(e: Elaborator, scope: Scope, given: Given, node: syntax.CallExpr) -> Value:
    """A value that a backward to come may go through.  Raises Failure."""
    if isinstance(given.meaning, Items):
        raise e.fail("E0204", f"{node.function.span.text} takes one value", given.span)
    value = expansion.primal(e, scope.frame, given)
    found = behind([value], all_values(e, scope.frame), local_nodes(scope.frame))
    if not found.leaves and not found.ends:
        raise e.fail(
            "E0402",
            f"{given.span.text} depends on no trainable variable, so no backward goes through it",
            given.span,
            hint=f"grad(loss, {given.span.text}) has its gradient",
        )
    former = e.tape.used.get(value.node)
    if former is not None and not exclusive(former.frame, scope.frame):
        raise e.fail(
            "E0412",
            f"{node.function.span.text} stands after the backward that used {given.span.text}",
            node.span,
            secondary=[Label(former.span, "the backward")],
            hint=f"write {node.span.text} before line {former.span.line}",
        )
    return value
