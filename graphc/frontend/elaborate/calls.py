"""Calls: arguments are bound to the parameters of an op, a dtype, a builtin or a function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import keys, names
from graphc.frontend.elaborate.core.calling import maker
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import (
    Frame,
    Function,
    Instance,
    Items,
    Meaning,
    ModuleType,
    Namespace,
    Scope,
    Text,
)
from graphc.frontend.elaborate.core.values import DTypeName, Failure, Growing, Nothing, OpFunction, Special, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.functions import inlining, modules, traces
from graphc.frontend.elaborate.terms import draws, fills, members, slips
from graphc.frontend.foreign import KEYWORDS
from graphc.ir.constant import Constant
from graphc.ir.dims import Poly, dim_max, dim_min
from graphc.ir.graph import Value
from graphc.ir.literal import shortened
from graphc.ir.op import REQUIRED, Attribute, AttributeKind, Op, Operand, Placeholder
from graphc.ir.random import Implied, Random
from graphc.ir.types import BOOL, STR, STRINGS, WEAK_FLOAT, WEAK_INT, DType
from graphc.source import Span


def call(e: Elaborator, scope: Scope, node: syntax.CallExpr) -> Step:
    """The results of a call."""
    if is_derivative_of_function(e, scope, node.function):
        raise derivative_of_function(e, scope, node)
    callee, receiver = yield target(e, scope, node)
    if isinstance(callee, Special):
        if callee.looks:
            inlining.open_around(scope)
        return (yield callee.call(e, scope, node, receiver))
    if isinstance(callee, ModuleType):
        return (yield modules.instantiate(e, scope, callee, node))
    if isinstance(callee, Instance):
        callee = members.call_method(e, callee, node)
    arguments = list(receiver)
    for argument in node.arguments:
        meaning = yield e.expression(scope, argument.value)
        keyword = argument.keyword.text if argument.keyword else None
        arguments.append(Argument(keyword, Given(meaning, argument.value.span), argument.span))
    match callee:
        case OpFunction() if isinstance(callee.op, Placeholder):
            if arguments:
                raise too_many(e, callee.op.name, (), arguments[0].span)
            return keys.of_run(e, scope.frame, node.span)
        case OpFunction() if callee.op.name == "permutation" and permutes_rows(arguments):
            return permuted(e, scope.frame, callee.op, arguments, node)
        case OpFunction() if callee.op.name == "stack" and not arguments:
            return Growing(node.span)
        case OpFunction():
            size = extreme_size(callee.op, arguments, node.span)
            if size is not None:
                return size
            slips.check(e, callee.op, arguments)
            return apply_op(e, scope.frame, callee.op, arguments, node)
        case DTypeName():
            return cast(e, scope.frame, callee, arguments, node)
        case Function():
            return (yield traces.call(e, scope.frame, callee, arguments, node.span))
    raise uncallable(e, node, callee)


def target(e: Elaborator, scope: Scope, node: syntax.CallExpr) -> Step:
    """What is called, and the receiver of a method call as a first argument (a list of none or one)."""
    function = node.function
    if isinstance(function, syntax.Name):
        return names.lookup(e, scope, function, node.arguments), []
    if not isinstance(function, syntax.Attribute):
        return (yield e.expression(scope, function)), []
    names.check_prefix(e, scope, function, node.arguments)
    value = yield e.expression(scope, function.value)
    if isinstance(value, Namespace | Instance):
        return members.attribute(e, scope, function, value), []
    if not isinstance(value, Value | Static | Items | Text):
        raise e.fail("E0206", f"{describe(value)} has no attribute {function.name.text}", function.name.span)
    if function.name.text == "dtype":
        return DTypeName(e.dtype_of(value, function.value.span)), []
    method = e.builtins(function.name.text)
    if isinstance(method, OpFunction):
        return method, [Argument(None, Given(value, function.value.span), function.value.span)]
    if function.name.text in (*members.ATTRIBUTES, *(() if node.arguments else ("grad",))):
        raise e.fail("E0203", f".{function.name.text} is not a function", node.span, hint=function.span.text)
    raise members.no_attribute(e, function, value, node.arguments)


def is_derivative_of_function(e: Elaborator, scope: Scope, function: syntax.Expr) -> bool:
    """Is it `grad(f)` of the builtin, about to be called?"""
    match function:
        case syntax.CallExpr(syntax.Name(name), arguments) if arguments:
            builtin = name in ("grad", "jvp", "hvp", "hessian", "jacobian")
            return builtin and names.find(e, scope, name) is None
        case _:
            return False


def derivative_of_function(e: Elaborator, scope: Scope, node: syntax.CallExpr) -> Failure:
    inner = node.function
    assert isinstance(inner, syntax.CallExpr)
    name, of = inner.function.span.text, inner.arguments[0].value.span.text
    values = [a.value for a in node.arguments]
    fresh = next((x for x in ("x", "t", "u") if scope.find(x) is None), "z")
    by = values[0].span.text if values and isinstance(values[0], syntax.Name) else fresh  # a derivative is by a name
    before = f"{by} = {values[0].span.text}; " if values and not isinstance(values[0], syntax.Name) else ""
    given = ", ".join([by, *(v.span.text for v in values[1:])])
    others = ", v" if name in ("jvp", "hvp") else ""
    return e.fail(
        "E0407",
        f"{name} takes a value, not a function",
        node.span,
        hint=f"{before}{name}({of}({given}), {by}{others})",
    )


def uncallable(e: Elaborator, node: syntax.CallExpr, callee: Meaning) -> Failure:
    text = node.function.span.text
    what = describe(callee)
    inside = ", ".join(a.value.span.text for a in node.arguments)
    hint = None
    if isinstance(callee, Value | Static | Items):
        hint = f"index it: {text}[{inside}]" if what != "a number" else f"multiply: {text} * ({inside})"
    return e.fail("E0203", f"{text} is {what}; it can't be called", node.function.span, hint=hint)


# ---------------------------------------------------------------- ops


def apply_op(e: Elaborator, frame: Frame, op: Op, arguments: Sequence[Argument], node: syntax.CallExpr) -> Meaning:
    """Apply an op to arguments: several results become a tuple."""
    if isinstance(op, Random):
        draws.check_shape(e, op, arguments)
    given = bind_op(e, op, arguments, node)
    fill = given.get("value")
    if op.name == "pad" and isinstance(fill, Given) and fills.is_computed(e, frame, fill):
        attrs_but_value = [attribute(e, frame, op, p, given.get(p.name)) for p in op.attributes if p.name != "value"]
        return fills.padded(e, frame, given["x"], fill, attrs_but_value, node.span)
    operands: list[Given] = []
    attrs: list[Any] = []
    for param in op.params:
        argument = given.get(param.name)
        if isinstance(param, Attribute):
            attrs.append(attribute(e, frame, op, param, argument, arguments))
        elif param.variadic:
            operands.extend(argument if isinstance(argument, list) else [])
        elif isinstance(op, Random) and argument is None:
            operands.append(draws.implied(e, frame, op, param, node.span))
        elif argument is None and isinstance(param.default, int | float):
            operands.append(Given(Static(param.default, node.span), node.span))
        else:
            assert isinstance(argument, Given)
            operands.append(argument)
    if isinstance(op, Random):
        draws.settle(e, frame, op, operands, attrs, node.span, explicit="dtype" in given)
    return unpack(e.apply(frame, op, operands, attrs, node.span), node.span)


def extreme_size(op: Op, arguments: Sequence[Argument], span: Span) -> Static | None:
    """`min(n, 3)`, `max(n - 1, 0)`: of sizes and whole numbers that are known now."""
    given = [a.given.meaning for a in arguments if a.keyword is None]
    sizes = [m for m in given if isinstance(m, Static) and isinstance(m.value, int | Poly) and m.dtype is not BOOL]
    if op.name not in ("min", "max") or len(sizes) < 2 or len(sizes) < len(arguments):
        return None
    extreme = dim_min if op.name == "min" else dim_max
    needs = tuple(dict.fromkeys(n for m in sizes for n in m.needs))
    return Static(extreme(*[m.value for m in sizes if isinstance(m.value, int | Poly)]), span, needs=needs)


def permutes_rows(arguments: Sequence[Argument]) -> bool:
    """Is it `permutation(x)` of a tensor, and not of a size?"""
    first = arguments[0].given.meaning if arguments and arguments[0].keyword is None else None
    return isinstance(first, Items) or (isinstance(first, Value) and bool(first.type.shape))


def permuted(e: Elaborator, frame: Frame, op: Op, arguments: Sequence[Argument], node: syntax.CallExpr) -> Meaning:
    """`permutation(x, axis=0)`: the slices of a tensor in random order."""
    x = e.tensor(frame, arguments[0].given.meaning, arguments[0].span)
    chosen = next((a for a in arguments if a.keyword == "axis"), None)
    axis = 0 if chosen is None else attribute(e, frame, op, Attribute("axis", "axis", 0), chosen.given)
    if not -x.type.rank <= axis < x.type.rank:
        raise e.fail(
            "E0306", f"axis {shortened(axis)} is out of range", node.span, hint=f"{arguments[0].span.text} is {x.type}"
        )
    size = Given(Static(x.type.shape[axis], arguments[0].span), arguments[0].span)
    others = [a for a in arguments[1:] if a is not chosen]
    order = apply_op(e, frame, op, [Argument(None, size, arguments[0].span), *others], node)
    given = (Given(x, arguments[0].span), Given(order, node.span))
    return e.apply(frame, e.catalogue["take"], given, (axis,), node.span)[0]


def unpack(results: tuple[Value, ...], span: Span) -> Meaning:
    return results[0] if len(results) == 1 else Items(results, span, is_tuple=True)


def bind_op(
    e: Elaborator, op: Op, arguments: Sequence[Argument], node: syntax.CallExpr
) -> dict[str, Given | list[Given]]:
    """Arguments by parameter name; a variadic operand takes a list, or all remaining positional arguments."""
    params = {p.name: p for p in op.params}
    positional = [a for a in arguments if a.keyword is None]
    bound: dict[str, Given | list[Given]] = {}
    queue = list(positional)
    for param in op.params:
        if not queue:
            break
        if isinstance(param, Operand) and param.variadic:
            after = len(op.params) - list(params).index(param.name) - 1
            bound[param.name] = variadic(e, op, queue, after)
        else:
            bound[param.name] = queue.pop(0).given
    if queue:
        raise slips.failure(e, op, tuple(params), arguments, node)
    for argument in arguments:
        if argument.keyword is None:
            continue
        accept_keyword(e, op.name, tuple(params), bound, argument)
        if getattr(params[argument.keyword], "variadic", False):
            bound[argument.keyword] = variadic(e, op, [argument], 0)
        else:
            bound[argument.keyword] = argument.given
    for param in op.params:
        if param.name not in bound and param.default is REQUIRED:
            raise e.fail("E0204", f"{op.name} needs an argument {param.name}", node.span, hint=signature(op))
    return bound


def variadic(e: Elaborator, op: Op, queue: list[Argument], after: int) -> list[Given]:
    """The operands of a variadic parameter, taken off the queue."""
    first = queue[0].given
    spread = op.operands[0].accepts == STRINGS  # no list of strings is an attribute
    if isinstance(first.meaning, Items) and not (spread and len(queue) > 1):
        queue.pop(0)
        return [Given(m, m.span if isinstance(m, Static | Items) else first.span) for m in first.meaning.items]
    if after and not spread and len(queue) == 1 and isinstance(first.meaning, Value):
        text = first.span.text
        message = f"{op.name} takes a list of tensors, and {text} is one tensor"
        raise e.fail("E0309", message, first.span, hint=f"{text} as it is, or {op.name}([{text}])")
    if after == 0 or spread or all(isinstance(a.given.meaning, Value | Text) for a in queue):
        taken = [a.given for a in queue]
        queue.clear()
        return taken
    raise e.fail("E0309", f"{op.name} takes a list of tensors", first.span, hint=f"{op.name}([a, b])")


def accept_keyword(
    e: Elaborator, name: str, params: tuple[str, ...], bound: dict[str, Any], argument: Argument
) -> None:
    """Raise E0204 unless the keyword is a parameter that is still free."""
    keyword = argument.keyword
    if keyword not in params:
        near = KEYWORDS.get(str(keyword))
        meant = near if near in params else suggest(str(keyword), params)
        hint = f"did you mean {meant}=?" if meant else f"it takes {', '.join(params)}"
        raise e.fail("E0204", f"{name} has no argument {keyword}", argument.span, hint=hint)
    if keyword in bound:
        raise e.fail("E0204", f"argument {keyword} of {name} is given twice", argument.span)


def too_many(e: Elaborator, name: str, params: tuple[str, ...], span: Span) -> Failure:
    count = f"{len(params)} argument{'s' if len(params) != 1 else ''}"
    return e.fail("E0204", f"{name} takes {count} at most", span, hint=f"{name}({', '.join(params)})")


def signature(op: Op) -> str:
    """`sum(x, axis=None, keepdims=false)`."""
    shown = []
    for p in op.params:
        if p.default is REQUIRED:
            shown.append(p.name)
        elif isinstance(p.default, Implied):
            shown.append(f"{p.name}=…")
        else:
            default = str(p.default).lower() if isinstance(p.default, bool) else p.default
            is_float = isinstance(p, Attribute) and p.kind == "dtype" and default is None
            shown.append(f"{p.name}={'float' if is_float else default}")
    return f"{op.name}({', '.join(shown)})"


# ---------------------------------------------------------------- attributes

_WANTED: dict[AttributeKind, str] = {
    "axis": "an axis: an integer",
    "axes": "axes: an integer, a list of integers, or None",
    "ints": "integers",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "dim": "a size",
    "number": "a number",
    "widths": "a list of pairs of sizes, like [[0, 1], [2, 2]]",
    "index": "a list of places",
    "shape": "a shape: a list of sizes",
    "dtype": "a dtype, like f32",
    "own dtype": "a dtype, like f32",
    "string": "a string",
}


def attribute(
    e: Elaborator,
    frame: Frame,
    op: Op,
    param: Attribute,
    given: Given | list[Given] | None,
    arguments: Sequence[Argument] = (),
) -> Any:
    """The compile-time value of an attribute, or its default.  `arguments`: all those of the call, for a hint."""
    if given is None:
        return e.default_float if param.kind == "dtype" and param.default is None else param.default
    assert isinstance(given, Given)
    value = data(e, frame, given, f"{param.name} of {op.name}")
    if not _fits(param.kind, value) and not (value is None and param.default is None):
        wanted = _WANTED.get(param.kind, param.kind)
        raise e.fail(
            "E0309", f"{param.name} of {op.name} must be {wanted}", given.span, hint=slips.one_list(op, arguments)
        )
    if value is STR and param.kind in ("dtype", "own dtype"):
        raise e.fail("E0304", f"{op.name} makes numbers or booleans, not str", given.span)
    if param.kind == "shape" and not isinstance(value, tuple):
        return (value,)
    return e.default_float if param.kind == "dtype" and value is None else value


def _fits(kind: AttributeKind, value: Any) -> bool:
    def integer(x: Any) -> bool:
        return isinstance(x, int) and not isinstance(x, bool)

    match kind:
        case "axis" | "int":
            return integer(value)
        case "axes":
            listed = isinstance(value, tuple) and all(integer(x) for x in value)
            return value is None or integer(value) or listed
        case "bool":
            return isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "dim":
            return integer(value) or isinstance(value, Poly)
        case "number":
            return isinstance(value, int | float | Poly)
        case "shape" | "ints":
            items = value if isinstance(value, tuple) else (value,)
            return all(integer(x) or isinstance(x, Poly) for x in items)
        case "widths":
            return isinstance(value, tuple) and all(
                isinstance(p, tuple) and len(p) == 2 and all(integer(x) or isinstance(x, Poly) for x in p)
                for p in value
            )
        case "index":
            return isinstance(value, tuple) and all(x is None or integer(x) or isinstance(x, Poly) for x in value)
        case "dtype" | "own dtype":
            return isinstance(value, DType)
        case "string":
            return isinstance(value, str)
        case _:
            return True


def data(e: Elaborator, frame: Frame, given: Given, what: str) -> Any:
    """A compile-time meaning as plain data: numbers, sizes, strings, dtypes, None, nested tuples of them."""
    match given.meaning:
        case Static():
            return e.look(given.meaning)
        case Items(items, span):
            return tuple([data(e, frame, Given(m, span), what) for m in items])
        case Text() as text:
            return e.text(text)
        case Nothing():
            return None
        case DTypeName(dtype):
            return dtype
        case Value() if (constant := constant_of(given.meaning)) is not None:
            return constant
        case _:
            raise e.fail(
                "E0308",
                f"{what} must be known at compile time",
                given.span,
                "is computed at run time",
                hint="write a number, or a size like n",
            )


def constant_of(value: Value) -> Any:
    """The Python data of a constant node without floats, as nested tuples; None for anything else."""
    node = maker(value)
    if node.inputs or not node.attrs or not isinstance(node.attrs[0], Constant) or node.op.name != "constant":
        return None
    held = node.attrs[0]
    if held.dtype.is_float:
        return None

    def nested(x: Any) -> Any:
        return tuple(nested(y) for y in x) if isinstance(x, list) else x

    return nested(held.array.tolist())


# ---------------------------------------------------------------- casts


def cast(
    e: Elaborator, frame: Frame, callee: DTypeName, arguments: Sequence[Argument], node: syntax.CallExpr
) -> Meaning:
    """`f32(x)`: a literal becomes that constant, anything else is cast."""
    dtype = callee.dtype
    if len(arguments) != 1 or arguments[0].keyword is not None:
        raise e.fail("E0204", f"{dtype} takes one argument", node.span, hint=f"{dtype}(x)")
    given = arguments[0].given
    meaning = given.meaning
    found = e.dtype_of(meaning, given.span)
    if dtype is STR and found is not STR:
        raise e.fail("E0304", "a cast makes no string of a number", node.span, hint=f"format({given.span.text})")
    if found is STR and dtype is not STR:
        hint = f"length({given.span.text}) counts its characters; to compute with it, feed it as {dtype}"
        raise e.fail("E0304", "a cast makes no number of a string", node.span, hint=hint)
    if isinstance(meaning, Static) and meaning.literal and not isinstance(meaning.value, bool):
        value = meaning.value
        if isinstance(value, float) and dtype.is_integer:
            if value != value or value in (float("inf"), float("-inf")):
                raise e.fail("E0305", f"{value} does not fit {dtype}", given.span)
            value = int(value)
        if dtype in (WEAK_INT, WEAK_FLOAT):
            assert not isinstance(value, Poly)
            e.fits(value, dtype, given.span)
            return Static(float(value) if dtype is WEAK_FLOAT else value, node.span)
        if dtype.kind != "b":
            return e.number(frame, Static(value, given.span), dtype)
    tensor = e.tensor(frame, meaning, given.span)
    if tensor.type.dtype is dtype:
        return tensor
    return e.apply(frame, e.catalogue["cast"], (Given(tensor, given.span),), (dtype,), node.span)[0]
