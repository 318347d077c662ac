"""What a `for` goes over: ranges, the rows of tensors, stacks, lists, and zip, enumerate and reversed of these.

`iteration` makes a tree of what an expression means.  `course` says what the op for it is given, and what the loop's
names mean in each iteration.  Of lists that are known now, `unrolling` has the items.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Scope
from graphc.frontend.elaborate.core.values import Iteration, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.ir.dims import Dim, ceildiv, dim_max
from graphc.ir.graph import Value
from graphc.ir.types import I64, StackType
from graphc.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Range(Iteration):
    """`range(start, stop, step)`.  `length` if it is known, else `count`."""

    start: Meaning
    step: Meaning
    length: Dim | None
    count: Value | None
    checkpoint: int


@dataclass(frozen=True, slots=True, eq=False)
class Rows(Iteration):
    """Along the first axis of a tensor, or the elements of a stack."""

    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Listed(Iteration):
    """The items of a compile-time list."""

    items: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Zip(Iteration):
    parts: tuple[Iteration, ...]
    checkpoint: int


@dataclass(frozen=True, slots=True, eq=False)
class Enumerate(Iteration):
    part: Iteration
    start: Meaning


@dataclass(frozen=True, slots=True, eq=False)
class Reversed(Iteration):
    part: Iteration


# ---------------------------------------------------------------- from meanings


def iteration(e: Elaborator, frame: Frame, given: Given) -> Iteration:
    """What a `for` over this goes over.  Raises Failure."""
    meaning = given.meaning
    match meaning:
        case Iteration():
            return meaning
        case Items(items):
            return Listed(given.span, items)
        case Value() if isinstance(meaning.type, StackType) or meaning.type.shape:
            return Rows(given.span, meaning)
        case Value() | Static():
            value = e.tensor(frame, meaning, given.span)
            text = given.span.text
            whole = value.type.dtype.is_integer
            raise e.fail(
                "E0311",
                f"a loop goes over the first axis of a tensor, and a scalar {value.type} has none",
                given.span,
                hint=f"range({text}) counts up to it" if whole and "\n" not in text else None,
            )
        case _:
            raise e.fail(
                "E0208",
                f"a loop goes over a tensor, a list or a range, not {describe(meaning)}",
                given.span,
                hint="for i in range(n) { … }, for row in X { … }",
            )


# ---------------------------------------------------------------- the builtins


def arguments(e: Elaborator, scope: Scope, node: syntax.CallExpr, name: str, keywords: Sequence[str]) -> Step:
    """The positional arguments of a call, and those with these keywords."""
    given: list[Given] = []
    named: dict[str, Given] = {}
    for argument in node.arguments:
        key = argument.keyword.text if argument.keyword else None
        if key is not None and key not in keywords:
            hint = f"it takes {', '.join(keywords)}" if keywords else None
            raise e.fail("E0204", f"{name} has no argument {key}", argument.span, hint=hint)
        if key is not None and key in named:
            raise e.fail("E0204", f"argument {key} of {name} is given twice", argument.span)
        found = Given((yield e.expression(scope, argument.value)), argument.value.span)
        if key is None:
            given.append(found)
        else:
            named[key] = found
    return given, named


def checkpoint_of(e: Elaborator, given: Given | None) -> int:
    """`checkpoint=k`: a whole number of steps, known now; 0 if there is none."""
    if given is None:
        return 0
    found = e.look(given.meaning) if isinstance(given.meaning, Static) else None
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise e.fail("E0309", "checkpoint is a whole number of steps, known now", given.span, hint="checkpoint=100")
    return found


def range_(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`range(stop)`, `range(start, stop, step)`."""
    given, named = yield arguments(e, scope, node, "range", ("checkpoint",))
    if not 1 <= len(given) <= 3:
        raise e.fail("E0204", "range takes one, two or three numbers", node.span, hint="range(start, stop, step)")
    frame = scope.frame
    for g in given:
        check_whole(e, g)
    zero, one = Given(Static(0, node.span), node.span), Given(Static(1, node.span), node.span)
    start, stop, step = (zero, *given, one) if len(given) == 1 else (*given, one) if len(given) == 2 else given
    checkpoint = checkpoint_of(e, named.get("checkpoint"))
    bounds = [g.meaning.value if isinstance(g.meaning, Static) else None for g in (start, stop, step)]
    if bounds[2] == 0:
        raise e.fail("E0309", "the step of a range can't be 0", step.span)
    length = None
    if None not in bounds and isinstance(bounds[2], int):
        length = steps(*[e.look(g.meaning) for g in (start, stop, step)])  # type: ignore[arg-type]
    count = None if length is not None else run_steps(e, frame, start, stop, step, node.span)
    return Range(node.span, start.meaning, step.meaning, length, count, checkpoint)


def check_whole(e: Elaborator, given: Given) -> None:
    dtype = e.dtype_of(given.meaning, given.span)
    if isinstance(given.meaning, Value) and isinstance(given.meaning.type, StackType):
        raise e.not_a_tensor(given.meaning, given.span)
    shape = given.meaning.type.shape if isinstance(given.meaning, Value) else ()
    if dtype.is_integer and not shape and not isinstance(given.meaning, Items):
        return
    text = given.span.text
    hint = f"range(i64({text}))" if dtype.is_float else None
    if shape or isinstance(given.meaning, Items):
        hint = f"for x in {text} {{ … }} goes over it"
    found = given.meaning.type if isinstance(given.meaning, Value) else dtype
    raise e.fail("E0304", f"range counts in whole numbers, not in {found}", given.span, hint=hint)


def steps(start: Dim, stop: Dim, step: int) -> Dim:
    """How many numbers a range has."""
    if step > 0:
        return ceildiv(dim_max(0, stop - start), step)
    return ceildiv(dim_max(0, start - stop), -step)


def run_steps(e: Elaborator, frame: Frame, start: Given, stop: Given, step: Given, span: Span) -> Value:
    """The same when the program runs: -((start - stop) // step); what is negative counts as 0."""
    given = stop
    if not (is_number(start, 0) and is_number(step, 1)):
        difference = e.apply(frame, e.catalogue["subtract"], (start, stop), (), span)[0]
        quotient = Given(difference, span)
        if not is_number(step, 1):
            divided = e.apply(frame, e.catalogue["floor_divide"], (quotient, step), (), step.span)[0]
            quotient = Given(divided, span)
        given = Given(e.apply(frame, e.catalogue["negative"], (quotient,), (), span)[0], span)
    return e.tensor(frame, given.meaning, given.span, I64)


def is_number(given: Given, number: int) -> bool:
    meaning = given.meaning
    return isinstance(meaning, Static) and meaning.literal and meaning.value == number


def zip_(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`zip(X, Y, …)`; `zip(X, checkpoint=k)` is X with an option."""
    given, named = yield arguments(e, scope, node, "zip", ("checkpoint",))
    if not given:
        raise e.fail("E0204", "zip takes one or more things to go over", node.span, hint="zip(X, Y)")
    parts = tuple([iteration(e, scope.frame, g) for g in given])
    return Zip(node.span, parts, checkpoint_of(e, named.get("checkpoint")))


def enumerate_(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`enumerate(X, start=0)`."""
    given, named = yield arguments(e, scope, node, "enumerate", ("start",))
    if not 1 <= len(given) + len(named) <= 2 or not given:
        raise e.fail("E0204", "enumerate takes one thing to go over", node.span, hint="enumerate(zip(X, Y))")
    start = named.get("start") or (given[1] if len(given) > 1 else Given(Static(0, node.span), node.span))
    check_whole(e, start)
    return Enumerate(node.span, iteration(e, scope.frame, given[0]), start.meaning)


def reversed_(e: Elaborator, scope: Scope, node: syntax.CallExpr, receiver: Any) -> Step:
    """`reversed(X)`."""
    given, _ = yield arguments(e, scope, node, "reversed", ())
    if len(given) != 1:
        raise e.fail("E0204", "reversed takes one thing to go over", node.span, hint="reversed(range(n))")
    return Reversed(node.span, iteration(e, scope.frame, given[0]))


# ---------------------------------------------------------------- lengths


def leaves(tree: Iteration) -> list[Iteration]:
    match tree:
        case Zip(_, parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Enumerate(_, part) | Reversed(_, part):
            return leaves(part)
        case _:
            return [tree]


def different(e: Elaborator, a: Iteration, m: Dim | None, b: Iteration, n: Dim | None) -> Exception:
    def text(length: Dim | None) -> str:
        return "known when the program runs" if length is None else str(length)

    return e.fail(
        "E0310",
        f"a loop goes over several things at once, but their lengths are {text(m)} and {text(n)}",
        b.span,
        f"its length is {text(n)}",
        secondary=[Label(a.span, f"its length is {text(m)}")],
    )


# ---------------------------------------------------------------- loops of the run


@dataclass(frozen=True, slots=True)
class Course:
    """What a loop of the run goes over.

    Its length if that is known, its `count` if only the run knows it and nothing is mapped, the tensors or stacks that
    it maps, and what its names mean, for the index of an iteration and the slices.
    """

    length: Dim | None
    count: Value | None
    mapped: tuple[Value, ...]
    reverse: bool
    checkpoint: int
    element: Callable[[Frame, Value, Sequence[Value]], Meaning]


def course(e: Elaborator, frame: Frame, tree: Iteration) -> Course:
    """How a loop of the run goes over this.  Raises Failure."""
    reverse = False
    while isinstance(tree, Reversed):
        tree, reverse = tree.part, not reverse
    tree = forwards(e, frame, tree)
    ends = leaves(tree)
    for end in ends[1:]:
        check_lengths(e, ends[0], end)
    mapped = tuple([end.value for end in ends if isinstance(end, Rows)])
    ranges = [end for end in ends if isinstance(end, Range)]
    length = length_of(ends[0])
    count = None if mapped or length is not None else ranges[0].count
    return Course(
        length,
        count,
        mapped,
        reverse,
        max(checkpoints(tree)),
        lambda inner, i, slices: element(e, inner, tree, i, iter(slices)),
    )


def check_lengths(e: Elaborator, a: Iteration, b: Iteration) -> None:
    m, n = length_of(a), length_of(b)
    counts = [end.count for end in (a, b) if isinstance(end, Range)]
    same = m == n if m is not None or n is not None else len(counts) != 1 and len(set(counts)) < 2
    if not same:
        raise different(e, a, m, b, n)


def length_of(end: Iteration) -> Dim | None:
    match end:
        case Range():
            return end.length
        case Rows(_, value) if not isinstance(value.type, StackType):
            length: Dim = value.type.shape[0]
            return length
        case _:
            return None


def checkpoints(tree: Iteration) -> list[int]:
    match tree:
        case Zip(_, parts, checkpoint):
            return [checkpoint, *(c for part in parts for c in checkpoints(part))]
        case Enumerate(_, part):
            return checkpoints(part)
        case Range():
            return [tree.checkpoint]
        case _:
            return [0]


def forwards(e: Elaborator, frame: Frame, tree: Iteration) -> Iteration:
    """The same without `reversed` inside: tensors are flipped, ranges go the other way."""
    match tree:
        case Zip(span, parts, checkpoint):
            return Zip(span, tuple([forwards(e, frame, part) for part in parts]), checkpoint)
        case Enumerate(span, part, start):
            return Enumerate(span, forwards(e, frame, part), start)
        case Reversed(_, part):
            return backwards(e, frame, forwards(e, frame, part))
        case _:
            return tree


def backwards(e: Elaborator, frame: Frame, tree: Iteration) -> Iteration:
    span = tree.span
    match tree:
        case Range(_, start, step, length, count, checkpoint):
            total: Meaning = Static(length, span) if length is not None else count  # type: ignore[assignment]
            whole = product(e, frame, step, total, span)
            end = binary(e, frame, "add", start, whole, span)
            last = binary(e, frame, "subtract", end, step, span)
            down = binary(e, frame, "multiply", Static(-1, span), step, span)
            return Range(span, last, down, length, count, checkpoint)
        case Rows(_, value) if not isinstance(value.type, StackType):
            return Rows(span, e.apply(frame, e.catalogue["flip"], (Given(value, span),), ((0,),), span)[0])
        case Zip(_, parts, checkpoint):
            return Zip(span, tuple([backwards(e, frame, part) for part in parts]), checkpoint)
        case Enumerate(_, part, start):
            length = length_of(leaves(part)[0])
            if length is None:
                raise e.fail("E0309", "this can't be reversed here", span, hint="reverse the whole: reversed(zip(…))")
            numbers = Range(span, start, Static(1, span), length, None, 0)
            return Zip(span, (backwards(e, frame, numbers), backwards(e, frame, part)), 0)
        case _:
            raise e.fail("E0309", "a stack can't be reversed here", span, hint="reverse the whole: reversed(zip(…))")


def product(e: Elaborator, frame: Frame, a: Meaning, b: Meaning, span: Span) -> Meaning:
    if isinstance(a, Static) and a.literal and a.value == 1:
        return b
    return binary(e, frame, "multiply", a, b, span)


def binary(e: Elaborator, frame: Frame, name: str, a: Meaning, b: Meaning, span: Span) -> Meaning:
    """Of numbers known now, a number; else an operation."""
    if isinstance(a, Static) and isinstance(b, Static):
        x, y = e.look(a), e.look(b)
        if not isinstance(x, bool | float) and not isinstance(y, bool | float):
            return Static(x + y if name == "add" else x - y if name == "subtract" else x * y, span)
    return e.apply(frame, e.catalogue[name], (Given(a, span), Given(b, span)), (), span)[0]


def element(e: Elaborator, frame: Frame, tree: Iteration, i: Value, slices: Any) -> Meaning:
    """What the loop's names are bound to, in an iteration."""
    span = tree.span
    match tree:
        case Range(_, start, step):
            scaled = i if is_number(Given(step, span), 1) else binary(e, frame, "multiply", step, i, span)
            return scaled if is_number(Given(start, span), 0) else binary(e, frame, "add", start, scaled, span)
        case Zip(_, parts):
            found = [element(e, frame, part, i, slices) for part in parts]
            return Items(tuple(found), span, is_tuple=True) if len(parts) > 1 else found[0]
        case Enumerate(_, part, start):
            number = i if is_number(Given(start, span), 0) else binary(e, frame, "add", start, i, span)
            return Items((number, element(e, frame, part, i, slices)), span, is_tuple=True)
        case _:
            value: Meaning = next(slices)
            return value


def slice_names(tree: Iteration, target: syntax.Expr) -> list[str]:
    """Names for the slices, from the target of the loop."""
    inside = target.items if isinstance(target, syntax.Tuple | syntax.List) else ()
    match tree:
        case Reversed(_, part):
            return slice_names(part, target)
        case Zip(_, parts):
            targets = inside if len(inside) == len(parts) > 1 else (target,) * len(parts)
            return [name for part, t in zip(parts, targets, strict=True) for name in slice_names(part, t)]
        case Enumerate(_, part):
            return slice_names(part, inside[1] if len(inside) == 2 else target)
        case Rows():
            return [target.text if isinstance(target, syntax.Name) else "x"]
        case _:
            return []
