"""`minimize(loss, with=optim.adam(1e-3), wrt=[w, b])`: the gradient of a loss, and a step of an optimiser by it.

An optimiser is a function f(w, dw, state, …) that gives the new w and the new state.  Each state is a parameter with a
default, its value before the first step.  For each variable `w` there is one variable `opt.w.m` for each state `m`; the
states of a second `minimize` in the program begin with `opt2`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphc.autodiff as autodiff
from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import places, state, written_types
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Function, Items, Meaning, Scope
from graphc.frontend.elaborate.core.values import Failure, Nothing, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.derivatives import expansion
from graphc.frontend.elaborate.derivatives.expansion import Wrt
from graphc.frontend.elaborate.functions import traces
from graphc.frontend.elaborate.statements import bindings
from graphc.ir.builder import Builder
from graphc.ir.dims import Poly
from graphc.ir.graph import Value
from graphc.ir.types import FLOATS, TensorType
from graphc.source import Origin, Span

FORM = "w, m = f(w, dw, m)"


@dataclass(frozen=True, slots=True)
class Optimiser:
    """A function that makes a step, and the parameters that are its states."""

    function: Function
    states: tuple[syntax.Parameter, ...]
    span: Span


def minimize(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """One step for each trainable variable that the loss depends on, or for those of `wrt`."""
    bound = yield expansion.arguments(e, scope, node, ("loss",), ("with", "wrt", "clip_norm", "clip_value"))
    if "with" not in bound:
        text = bound["loss"][0].span.text
        hint = f"minimize({text}, with=optim.adam(1e-3))"
        raise e.fail("E0204", "minimize needs an optimiser", node.span, hint=hint)
    loss = scalar(e, scope.frame, bound["loss"][0])
    optimiser = optimiser_of(e, bound["with"][0])
    wrt = chosen(e, scope, bound["wrt"][1]) if "wrt" in bound else trainable(e, scope, node.span)
    found = gradients(e, scope, loss, wrt, bound["loss"][0].span, node.span, explicit="wrt" in bound)
    slopes = yield clipped(e, scope, [g for _, g in found], bound, node.span)
    prefix = e.sites.setdefault(node.span, f"opt{len(e.sites) + 1}" if e.sites else "opt")
    for (w, _), slope in zip(found, slopes, strict=True):
        yield step(e, scope, optimiser, prefix, w, slope, node.span)
    return Nothing()


# ---------------------------------------------------------------- what is given


def scalar(e: Elaborator, frame: Frame, given: Given) -> Value:
    value = expansion.primal(e, frame, given)
    if value.type.shape:
        text = given.span.text
        hint = f"mean({text}) or sum({text})"
        raise e.fail("E0311", f"minimize takes a scalar, not {value.type}", given.span, hint=hint)
    return value


def optimiser_of(e: Elaborator, given: Given) -> Optimiser:
    """The optimiser of `with=`.  Raises Failure E0414."""
    function, text = given.meaning, given.span.text
    if not isinstance(function, Function):
        what = describe(function)
        raise e.fail("E0414", f"{text} is {what}, not an optimiser", given.span, hint="with=optim.sgd(0.01)")
    parameters = function.definition.parameters
    if len(parameters) < 2 or any(p.default is not None for p in parameters[:2]):
        hint = f"with={text}(…)" if parameters and parameters[0].default is not None else f"its form is {FORM}"
        raise not_an_optimiser(e, given, function, "it doesn't take a variable and its gradient first", hint)
    for parameter in parameters[2:]:
        if parameter.default is None:
            name = parameter.name.text
            raise not_an_optimiser(
                e, given, function, f"its state {name} has no first value", f"give it a default: {name}=0.0"
            )
    return Optimiser(function, tuple(parameters[2:]), given.span)


def not_an_optimiser(e: Elaborator, given: Given, function: Function, why: str, hint: str) -> Failure:
    place = Label(function.definition.head, "declared here")
    message = f"{given.span.text} is not an optimiser: {why}"
    return e.fail("E0414", message, given.span, secondary=[place], hint=hint)


def chosen(e: Elaborator, scope: Scope, node: syntax.Expr) -> list[Wrt]:
    """The variables of `wrt=`.  Raises Failure E0503 for anything else."""
    listed = node.items if isinstance(node, syntax.List | syntax.Tuple) else (node,)
    found = []
    for place in listed:
        path = places.variable(e, scope, place)
        if path is None:
            variables = ", ".join(e.variables)
            hint = f"the variables are {variables}" if variables else "var w: f32 = 0.0 declares one"
            raise e.fail("E0503", f"{place.span.text} is not a variable", place.span, hint=hint)
        value = expansion.primal(e, scope.frame, Given(state.read(e, scope, path), place.span))
        found.append(Wrt(value, place.span, path, place))
    return found


def trainable(e: Elaborator, scope: Scope, span: Span) -> list[Wrt]:
    """The trainable variables declared so far that are floats.  Raises Failure E0413 if there are none."""
    found = []
    for path, declared in e.variables.items():
        if declared.node.attr("trainable") and declared.type.dtype in FLOATS:
            name = syntax.Name(path, span)
            found.append(Wrt(state.read(e, scope, path), span, path, name))
    if not found:
        raise e.fail("E0413", "there is no trainable variable before this", span, hint="var w: f32 = 0.0 declares one")
    return found


# ---------------------------------------------------------------- gradients


def gradients(
    e: Elaborator, scope: Scope, loss: Value, wrt: list[Wrt], of: Span, asked: Span, *, explicit: bool
) -> list[tuple[Wrt, Value]]:
    """The variables and their gradients; without `wrt`, those that the loss depends on.

    Raises Failure E0402, E0403 or E0413.
    """
    b = e.at(scope.frame, asked)
    try:
        slopes = autodiff.gradient(b, [loss], [w.value for w in wrt], [None], asked=asked)
    except autodiff.DerivativeError as error:
        raise expansion.derivative_failure(e, error, asked) from None
    expansion.note(scope, [loss], wrt, asked, of)
    if loss.node.op.name == "parameter" and not any(slopes):
        message = f"{of.text} is a parameter here: how it was computed is not seen from inside"
        raise e.fail("E0413", message, of, hint="compute it in this function, or call minimize where it is computed")
    found, failures = [], []
    for w, slope in zip(wrt, slopes, strict=True):
        if slope is not None:
            found.append((w, slope))
            continue
        failures.append(expansion.no_path(e, scope, [loss], w, of, asked, "minimize"))
        if explicit or failures[-1].diagnostic.code == "E0403":
            raise failures[-1]
    if len(wrt) == len(failures) == 1:
        raise failures[0]
    if not found:
        names = ", ".join(str(w.name) for w in wrt)
        message = f"{of.text} depends on no trainable variable"
        raise e.fail("E0413", message, of, hint=f"the trainable variables are {names}")
    return found


def clipped(
    e: Elaborator, scope: Scope, slopes: list[Value], bound: dict[str, tuple[Given, syntax.Expr]], span: Span
) -> Step:
    """The gradients after `clip_norm=` and `clip_value=`, by the functions of the library's `optim`."""
    for option in ("clip_norm", "clip_value"):
        if option not in bound:
            continue
        clip, limit = library(e, option), bound[option][0]
        extra = [limit]
        if option == "clip_norm":
            listed = Given(Items(tuple(slopes), span), span)
            extra.append(Given((yield call(e, scope, library(e, "global_norm"), [listed], span)), span))
        changed = []
        for slope in slopes:
            made = yield call(e, scope, clip, [Given(slope, span), *extra], span)
            changed.append(e.tensor(scope.frame, made, span, slope.type.dtype))
        slopes = changed
    return slopes


def library(e: Elaborator, name: str) -> Function:
    module: Any = e.imports("optim")
    function: Function = module.member(name)
    return function


def call(e: Elaborator, scope: Scope, function: Function, given: list[Given], span: Span) -> Step:
    return (yield traces.call(e, scope.frame, function, [Argument(None, g, g.span) for g in given], span))


# ---------------------------------------------------------------- the step


def step(e: Elaborator, scope: Scope, optimiser: Optimiser, prefix: str, w: Wrt, slope: Value, span: Span) -> Step:
    """The optimiser's step for one variable; the new values are assigned to it and to its states."""
    assert w.name is not None
    paths = [w.name]
    given = [Given(w.value, span), Given(slope, span)]
    for parameter in optimiser.states:
        path = f"{prefix}.{w.name}.{parameter.name.text}"
        kind, region = yield first_value(e, optimiser.function, parameter, w.value.type)
        state.declare_variable(e, path, kind, region, False, Origin((span,)))
        given.append(Given(state.read(e, scope, path), span))
        paths.append(path)
    result = yield call(e, scope, optimiser.function, given, span)
    made = results(e, optimiser, result, len(paths))
    for path, meaning in zip(paths, made, strict=True):
        check_dtype(e, optimiser, path, meaning)
        bindings.assign_variable(e, scope.frame, path, e.variables[path], Given(meaning, optimiser.span), span)


def results(e: Elaborator, optimiser: Optimiser, result: Meaning, count: int) -> tuple[Meaning, ...]:
    """What the optimiser gives: the variable's new value and those of its states.  Raises Failure E0414."""
    made = result.items if isinstance(result, Items) else (result,)
    given = Given(result, optimiser.span)
    if any(isinstance(m, Function) for m in made):
        text = optimiser.span.text
        raise not_an_optimiser(e, given, optimiser.function, "it gives a function", f"call it first: with={text}(…)")
    if len(made) != count:
        names = ", ".join(["w", *(p.name.text for p in optimiser.states)])
        why = f"it gives {len(made)} value{'s' if len(made) != 1 else ''}, not {count}"
        raise not_an_optimiser(e, given, optimiser.function, why, f"return {names}")
    return made


def check_dtype(e: Elaborator, optimiser: Optimiser, path: str, meaning: Meaning) -> None:
    """Raise Failure E0503 if the optimiser gives a variable another dtype, as with a rate of f64."""
    found, wanted = e.dtype_of(meaning, optimiser.span), e.variables[path].type.dtype
    if found is not wanted and not bindings.implicit(found, wanted):
        raise e.fail(
            "E0503",
            f"{path} is {wanted}, but {optimiser.span.text} makes {found} of it",
            optimiser.span,
            secondary=[Label(e.variables[path].node.origin.span, f"{path} is declared {wanted}")],
            hint=f"cast what the optimiser is made with: {wanted}(rate)",
        )


def first_value(e: Elaborator, function: Function, parameter: syntax.Parameter, like: TensorType) -> Step:
    """The type of a state, and its initial value as a region: a number fills a tensor like the variable."""
    default = parameter.default
    assert default is not None
    frame = Frame(Builder(e.catalogue, e.default_float), function.scope.frame, None)
    meaning = yield e.expression(Scope(function.scope, frame), default)
    wanted = None
    if parameter.type is not None:
        wanted, _ = written_types.declared(e, function.scope, parameter.type)
    elif not isinstance(meaning, Items):
        number = e.dtype_of(meaning, default.span).weak
        wanted = like if number else None
    if isinstance(meaning, Static) and not isinstance(e.look(meaning), Poly):
        meaning = Static(meaning.value, default.span)  # its node, if it has one, is outside
    if isinstance(meaning, Static) and wanted is not None and wanted.shape:
        value = filled(e, frame, meaning, wanted)
    else:
        value = e.tensor(frame, meaning, default.span, None if wanted is None else wanted.dtype)
    if wanted is not None and value.type.shape != wanted.shape:
        b = e.at(frame, default.span)
        value = b.emit(e.catalogue["broadcast_to"], (value,), (wanted.shape,)).results[0]
    return value.type, state.closed(e, frame, value, default.span)


def filled(e: Elaborator, frame: Frame, number: Static, kind: TensorType) -> Value:
    """A tensor of a number, as one writes it."""
    op, attrs = ("zeros", ()) if number.value == 0 else ("full", (number.value,))
    return e.apply(frame, e.catalogue[op], (), (kind.shape, *attrs, kind.dtype), number.span)[0]
