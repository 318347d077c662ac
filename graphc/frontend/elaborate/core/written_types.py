"""Written types: `f32[n, 3]` of inputs, variables and annotations, and what typed parameters accept."""

from __future__ import annotations

from collections.abc import Callable

from graphc.diagnostics import Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import foreign, syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given
from graphc.frontend.elaborate.core.scopes import Frame, Function, Meaning, Scope, Text
from graphc.frontend.elaborate.core.values import Failure, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.ir.dims import Dim, Poly, dim_max, dim_min, floordiv, mod, power, symbol
from graphc.ir.graph import Value
from graphc.ir.types import DTYPES, I64, STR, DType, TensorType
from graphc.source import Span

Resolve = Callable[[syntax.Name], Dim]


def dtype_of(e: Elaborator, name: syntax.Name) -> DType:
    """The dtype of that name; `float` is the run's default."""
    if name.text == "float":
        return e.default_float
    found = DTYPES.get(name.text)
    if found is None or found.weak:
        names = [t.name for t in DTYPES.values() if not t.weak]
        meant = foreign.DTYPES.get(name.text) or suggest(name.text, [*names, "float"])
        hint = f"did you mean {meant}?" if meant else f"the dtypes are float, {', '.join(names)}"
        raise e.fail("E0304", f"{name.text} is not a dtype", name.span, hint=hint)
    return found


def cast_hint(found: DType, wanted: DType, text: str, lead: str = "") -> str | None:
    """What to write to make `wanted` of a value; nothing makes a number of a string."""
    if wanted is STR:
        return f"{lead.removeprefix('cast it: ')}format({text})"
    return None if found is STR else f"{lead}{wanted}({text})"


def size(e: Elaborator, node: syntax.Expr, resolve: Resolve) -> Dim:
    """A dimension expression: an integer polynomial over symbols, `//`, `%`, min and max."""
    match node:
        case syntax.Number() if isinstance(node.value, int):
            return node.value
        case syntax.Name():
            return resolve(node)
        case syntax.Chain():
            value = size(e, node.first, resolve)
            for op, operand, _ in node.pairs:
                value = _combine(e, op, value, size(e, operand, resolve), node.span)
            return value
        case syntax.Power():
            base, exponent = size(e, node.base, resolve), size(e, node.exponent, resolve)
            if isinstance(exponent, int) and 0 <= exponent <= 64:
                return power(base, exponent)
        case syntax.CallExpr(syntax.Name(name), arguments) if name in ("min", "max") and arguments:
            values = [size(e, a.value, resolve) for a in arguments]
            return dim_min(*values) if name == "min" else dim_max(*values)
    raise e.fail(
        "E0314",
        "a size is an integer, a symbol, or + - * // % min max of them",
        node.span,
        hint="input X: f32[n, 2*k + 1]",
    )


def _combine(e: Elaborator, op: str, a: Dim, b: Dim, span: Span) -> Dim:
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "//" | "%" if b != 0:
            return floordiv(a, b) if op == "//" else mod(a, b)
    raise e.fail("E0314", f"{op} is not allowed in a size", span, hint="use + - * // % min max")


def declared(e: Elaborator, scope: Scope, node: syntax.TypeExpr) -> tuple[TensorType, tuple[Span, ...]]:
    """The type of a declaration, and the places of its dimensions.  New symbols become sizes of the program."""
    dtype = dtype_of(e, node.dtype)
    if node.shape is None:
        return TensorType(dtype), ()
    shape: list[Dim] = []
    for item in node.shape:
        if isinstance(item, syntax.Ellipsis):
            raise e.fail(
                "E0314",
                "only a function's parameter can have any leading sizes",
                item.span,
                hint="name the sizes: n, m",
            )
        shape.append(fresh(e, scope) if _is_fresh(item) else size(e, item, lambda n: program_size(e, scope, n)))
    for d, item in zip(shape, node.shape, strict=True):
        if isinstance(d, int) and d < 0:
            raise e.fail("E0309", f"a size can't be negative: {d}", item.span)
    return TensorType(dtype, tuple(shape)), tuple(item.span for item in node.shape)


def _is_fresh(item: syntax.Expr) -> bool:
    return isinstance(item, syntax.Name) and item.text == "?"


def fresh(e: Elaborator, scope: Scope) -> Poly:
    """A new symbol, for `?`."""
    while True:
        e.fresh_sizes += 1
        name = f"d{e.fresh_sizes}"
        if scope.find_dim(name) is None and scope.find(name) is None:
            scope.dims[name] = symbol(name)
            return symbol(name)


def program_size(e: Elaborator, scope: Scope, name: syntax.Name) -> Dim:
    """A name inside a declared type: an integer known now, or a symbol of the program."""
    found = scope.find(name.text)
    if found is not None:
        meaning = found[1].meaning
        if isinstance(meaning, Static) and isinstance(meaning.value, int | Poly):
            e.look(meaning)
            return meaning.value
        if meaning is not None:
            raise e.fail(
                "E0314",
                f"{name.text} is not a size",
                name.span,
                secondary=[Label(found[1].span, f"{name.text} is {describe(meaning)}")],
                hint="use an integer or a new symbol",
            )
    known = scope.find_dim(name.text)
    if known is None:
        known = scope.dims[name.text] = symbol(name.text)
        e.sizes[name.text] = name.span
    return known


# ---------------------------------------------------------------- typed parameters


def fit(
    e: Elaborator,
    function: Function,
    parameter: syntax.Parameter,
    given: Given,
    frame: Frame,
    sizes: dict[str, Dim],
) -> Given:
    """The argument for a typed parameter, cast if it is weak.  Raises Failure E0315, pointing at both."""
    assert parameter.type is not None
    wanted = dtype_of(e, parameter.type.dtype)
    if not isinstance(given.meaning, Value | Static | Text) and not hasattr(given.meaning, "items"):
        raise e.fail("E0208", f"argument {parameter.name.text} must be a tensor", given.span)
    found = e.dtype_of(given.meaning, given.span)
    if found is not wanted and not (found.weak and (wanted.is_float or (wanted.is_integer and found.is_integer))):
        raise _misfit(e, function, parameter, given, f"{found}", found, wanted)
    if isinstance(given.meaning, Static) and wanted is I64 and not parameter.type.shape:
        return whole(e, frame, given)
    value = e.tensor(frame, given.meaning, given.span, wanted)
    problem = match_sizes(e, function.scope, parameter.type, value.type, sizes)
    if problem is not None:
        raise _misfit(e, function, parameter, given, str(value.type), found, wanted)
    return Given(value, given.span)


def whole(e: Elaborator, frame: Frame, given: Given) -> Given:
    """A whole number for a parameter that is an i64: it stays one that is known, for an axis or a size."""
    number = given.meaning
    assert isinstance(number, Static)
    if number.dtype is I64 or isinstance(number.value, Poly):
        return given
    e.fits(number.value, I64, given.span)
    known = Static(number.value, number.span, needs=number.needs, dtype=I64)
    if not number.literal:
        known.node = e.number(frame, number, I64, given.span)
    return Given(known, given.span)


def _misfit(
    e: Elaborator,
    function: Function,
    parameter: syntax.Parameter,
    given: Given,
    shown: str,
    found: DType,
    wanted: DType,
) -> Failure:
    assert parameter.type is not None
    hint = None
    if found is not wanted and not found.weak:
        hint = cast_hint(found, wanted, given.span.text, "cast it: ")
    return e.fail(
        "E0315",
        f"{function.name} takes {parameter.name.text}: {parameter.type.span.text}, not {shown}",
        given.span,
        f"is {shown}",
        secondary=[Label(parameter.span, "declared here")],
        hint=hint,
    )


def match_sizes(
    e: Elaborator, scope: Scope, node: syntax.TypeExpr, found: TensorType, sizes: dict[str, Dim]
) -> str | None:
    """Match a shape against a parameter's type, binding its symbols in `sizes`; what is wrong, or None."""
    pattern = node.shape or ()
    items = list(pattern)
    shape = list(found.shape)
    if items and isinstance(items[0], syntax.Ellipsis):
        items = items[1:]
        if len(shape) < len(items):
            return "rank"
        shape = shape[len(shape) - len(items) :]
    if len(items) != len(shape):
        return "rank"

    def resolve(name: syntax.Name) -> Dim:
        if name.text in sizes:
            return sizes[name.text]
        return program_size(e, scope, name)

    for item, d in zip(items, shape, strict=True):
        if _is_fresh(item):
            continue
        if isinstance(item, syntax.Name) and item.text not in sizes and scope.find(item.text) is None:
            sizes[item.text] = d
        elif size(e, item, resolve) != d:
            return "size"
    return None


def bind_sizes(e: Elaborator, scope: Scope, node: syntax.TypeExpr, value: Meaning) -> None:
    """Make the symbols of a parameter's type known in the body."""
    if isinstance(value, Value):
        match_sizes(e, scope, node, value.type, scope.dims)
