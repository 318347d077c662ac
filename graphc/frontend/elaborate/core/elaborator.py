"""The elaborator's core: numbers become nodes, operands are promoted, ops are applied, errors find their places."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphc.diagnostics import Diagnostic, Label
from graphc.diagnostics.blame import at_the_call
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.files import ImportedFiles
from graphc.frontend.elaborate.core.refusals import no_tensor, refused_dtypes, unfit
from graphc.frontend.elaborate.core.scopes import Frame, Function, Instance, Items, Meaning, Namespace, Scope, Text
from graphc.frontend.elaborate.core.tape import Tape
from graphc.frontend.elaborate.core.values import Failure, Static, is_beyond
from graphc.frontend.liveness import Uses
from graphc.ir.builder import Builder, Catalogue
from graphc.ir.constant import Constant
from graphc.ir.decimals import array_of, held, singles_of, with_singles
from graphc.ir.dims import Poly
from graphc.ir.graph import MAX_NODES, Value
from graphc.ir.op import Infix, Note, Op, Operand, TypeRuleError
from graphc.ir.types import F32, I64, STR, WEAK_INT, DType, StackType, accepted, promote
from graphc.source import Call, Origin, Span

# A step of the elaborator: a generator that yields the steps it needs.  `run` drives it without recursion.
Step = Generator[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """An argument: what it means and where it stands."""

    meaning: Meaning
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """An evaluated argument of a call; `keyword` is None for a positional one."""

    keyword: str | None
    given: Given
    span: Span


def run(step: Step) -> Any:
    """Drive a step and the steps it yields, on a stack of its own."""
    stack = [step]
    value: Any = None
    pending: list[Exception] = []
    while stack:
        try:
            child = stack[-1].throw(pending.pop()) if pending else stack[-1].send(value)
        except StopIteration as stop:
            stack.pop()
            value = stop.value
        except Exception as raised:
            stack.pop()
            if not stack:
                raise
            pending.append(raised)
        else:
            stack.append(child)
            value = None
    return value


def _is_literal(meaning: Meaning) -> bool:
    """Is it written where it is used?"""
    return (isinstance(meaning, Static) and meaning.literal) or (isinstance(meaning, Text) and meaning.node is None)


@dataclass(slots=True)
class Elaborator:
    """What is shared by one elaboration.

    `sizes`: where each symbol of the shapes stands first.  `declared`: the spans of the dimensions that inputs,
    variables and annotations declare, by value.  `arguments`: what a parameter of the trace under way stands for.
    `variables`: the values at the start of a run, by path; `top`: the scope of the top level, where they are bound.
    `instances`: those of modules, by path.  `places`: the paths of instances to be made, by the identity of their call.
    `reading`: is a binding or state update being elaborated?  `call`: the call stack, for messages; `under_way`: the
    calls in it, by the identity of the function's definition.  `traced` hears of
    each trace when it is made.  `tape` is what `backward` remembers.  `sites`: with what the states of each `minimize`
    begin.  `uses`: what is read behind the loops.  `files`: those that were imported.  `reported`: what was collected,
    by code, message and place.
    """

    catalogue: Catalogue
    default_float: DType
    expression_step: Callable[[Elaborator, Scope, syntax.Expr], Step]
    call_step: Callable[[Elaborator, Frame, Function, Sequence[Argument], Span], Step]
    builtins: Callable[[str], Meaning | None]
    builtin_names: Callable[[], Sequence[str]]
    imports: Callable[[str], Meaning | None]
    import_names: tuple[str, ...]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    reported: set[tuple[str, str, Label | None]] = field(default_factory=set)
    declared: dict[Value, tuple[Span, ...]] = field(default_factory=dict)
    arguments: dict[Value, Value] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)
    top: Scope | None = None
    reading: bool = True
    call: Call | None = None
    under_way: dict[int, list[Any]] = field(default_factory=dict)
    traces: list[Any] = field(default_factory=list)
    traced: Callable[[Any], None] | None = None
    tape: Tape = field(default_factory=Tape)
    sizes: dict[str, Span] = field(default_factory=dict)
    uses: dict[Span, Uses] = field(default_factory=dict)
    sites: dict[Span, str] = field(default_factory=dict)
    files: ImportedFiles = field(default_factory=ImportedFiles)
    fresh_sizes: int = 0

    def expression(self, scope: Scope, node: syntax.Expr) -> Step:
        """The step that gives what an expression means."""
        return self.expression_step(self, scope, node)

    def of_library(self, file: str, name: str) -> Function:
        """A function of a library file that the elaborator itself uses."""
        module = self.imports(file)
        assert isinstance(module, Namespace)
        found = module.member(name)
        assert isinstance(found, Function)
        return found

    def call_function(self, frame: Frame, function: Function, meanings: Sequence[Meaning], span: Span) -> Step:
        """The step that gives the result of a function of the library, called at `span`."""
        return self.call_step(self, frame, function, [Argument(None, Given(m, span), span) for m in meanings], span)

    # ------------------------------------------------------------ errors

    def fail(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        *,
        secondary: Sequence[Label] = (),
        notes: Sequence[str] = (),
        hint: str | None = None,
    ) -> Failure:
        """An error at `span`, with the call stack it happened in; to be raised."""
        place = Label(span, label)
        return Failure(
            at_the_call(Diagnostic(code, message, place, tuple(secondary), tuple(notes), hint, call=self.call))
        )

    def report(self, diagnostic: Diagnostic) -> None:
        """Collect an error or warning, once."""
        known = (diagnostic.code, diagnostic.message, diagnostic.primary)
        if known not in self.reported:
            self.reported.add(known)
            self.diagnostics.append(self.files.reached(diagnostic))

    def refuse(self, error: TypeRuleError, span: Span, operands: Sequence[Given], values: Sequence[Value]) -> Failure:
        """The failure of a type rule: its notes become labels at the operands or where their sizes were declared."""
        labels = []
        for note in error.notes:
            place = self._place(note, values)
            if place is None and note.operand < len(operands):
                place = operands[note.operand].span
            if place is not None:
                labels.append(Label(place, note.text))
        hint = error.hint
        for i, given in enumerate(operands):
            hint = hint and hint.replace(f"{{{i}}}", given.span.text)
        return self.fail(error.code, error.message, span, error.label, secondary=labels, hint=hint)

    def _place(self, note: Note, values: Sequence[Value]) -> Span | None:
        """Where a dimension was declared: at the operand, or at the nearest value with that size behind it."""
        if note.axis is None or note.operand >= len(values):
            return None
        value = values[note.operand]
        rank = len(value.type.shape)
        size = value.type.shape[note.axis]
        queue, seen = [value], {value}
        for v in queue:
            spans = self.declared.get(v)
            if spans:
                axes = (
                    [note.axis % rank]
                    if v.type.shape == value.type.shape
                    else [i for i, d in enumerate(v.type.shape) if d == size]
                )
                if axes and axes[-1] < len(spans):
                    return spans[axes[-1]]
            if len(queue) < 400:
                behind = self.arguments.get(v)
                fresh = [w for w in ((behind,) if behind else v.node.inputs) if w not in seen]
                queue.extend(fresh)
                seen.update(fresh)
        return None

    # ------------------------------------------------------------ static numbers

    def look(self, static: Static) -> bool | int | float | Poly:
        """The value of a static number; the traces that it is a parameter of are good for this value only."""
        self._looked(static.needs)
        return static.value

    def text(self, text: Text) -> str:
        """The characters of a string known now; like `look`."""
        self._looked(text.needs)
        return text.value

    def _looked(self, needs: Sequence[tuple[Frame, int]]) -> None:
        for owner, position in needs:
            owner.needs[position] = owner.numbers[position]

    # ------------------------------------------------------------ numbers to nodes

    def at(self, frame: Frame, span: Span, room: int = 1) -> Builder:
        """The frame's builder, set to emit nodes of `span`; there must be room for that many."""
        b = frame.builder
        b.origin = Origin((span,), frame.call)
        if len(b.nodes) + room > MAX_NODES:
            raise self.fail(
                "E0904",
                f"the program has more than {MAX_NODES:,} operations",
                span,
                hint="call the function less often, or map it over a tensor: map(f, xs)",
            )
        return b

    def node(self, frame: Frame, static: Static) -> Value:
        """The node of a static number, in its own (weak) dtype."""
        if static.node is not None and (static.named or static.frame is None or frame.within(static.frame)):
            return static.node
        if isinstance(static.value, Poly) and not static.needs:
            value = self.at(frame, static.span).emit(self.catalogue["dim"], (), (static.value,)).results[0]
        elif static.op is not None and not any(is_beyond(s) for s in (static, *static.operands)):
            tensors = static.operands[: len(static.op.operands)]
            attrs = [s.value for s in static.operands[len(tensors) :]]
            value = self.apply(frame, static.op, [Given(s, s.span) for s in tensors], attrs, static.span)[0]
        else:
            assert not isinstance(static.value, Poly)
            self.fits(static.value, static.dtype, static.span)
            value = self.at(frame, static.span).number(static.value, static.dtype)
        if static.op is not None or static.named:
            static.node, static.frame = value, frame
        return value

    def fits(self, value: bool | int | float, dtype: DType, span: Span) -> None:
        """Raise E0304, E0305 or E0316 unless the number can be held by `dtype`."""
        refused = unfit(value, dtype, span.text)
        if refused is not None:
            code, message, hint = refused
            raise self.fail(code, message, span, hint=hint)

    def number(self, frame: Frame, static: Static, dtype: DType | None, span: Span | None = None) -> Value:
        """A static number in a dtype (None: its own), used at `span`."""
        if dtype is None or dtype is static.dtype:
            return self.node(frame, static)
        if (static.literal or is_beyond(static)) and not isinstance(static.value, Poly):
            self.fits(static.value, dtype, static.span if static.literal else span or static.span)
            with np.errstate(all="ignore"):
                return self.at(frame, static.span).number(static.value, dtype)
        if not isinstance(static.value, Poly | bool) and not dtype.weak:
            self.fits(static.value, dtype, span or static.span)
        value = self.node(frame, static)
        return self.at(frame, static.span).cast(value, dtype)

    def dtype_of(self, meaning: Meaning, span: Span) -> DType:
        """The dtype that a tensor or list brings to a promotion."""
        match meaning:
            case Value():
                return meaning.type.dtype  # type: ignore[no-any-return]
            case Static():
                return meaning.dtype
            case Text():
                return STR
            case Items() if not meaning.is_tuple:
                if not meaning.items:
                    return self.default_float
                dtypes = [self.dtype_of(item, span) for item in meaning.items]
                return self.common(dtypes, span)
            case _:
                raise self.not_a_tensor(meaning, span)

    def not_a_tensor(self, meaning: Meaning, span: Span) -> Failure:
        message, hint = no_tensor(meaning, span.text)
        return self.fail("E0208", message, span, hint=hint)

    def common(self, dtypes: Sequence[DType], span: Span) -> DType:
        joined = promote(dtypes)
        if joined is None:
            hint = "cast one of them: i64(…), or u64(…)" if STR not in dtypes else None
            raise self.fail("E0304", f"{' and '.join(map(str, dtypes))} have no common dtype", span, hint=hint)
        return joined

    def tensor(self, frame: Frame, meaning: Meaning, span: Span, dtype: DType | None = None) -> Value:
        """A graph value: numbers become constants, lists are stacked.  `dtype`: what it is cast to, if given."""
        match meaning:
            case Value():
                if isinstance(meaning.type, StackType):
                    raise self.not_a_tensor(meaning, span)
                if dtype is None or meaning.type.dtype is dtype:
                    return meaning
                return self.at(frame, span).cast(meaning, dtype)
            case Static():
                return self.number(frame, meaning, dtype, span)
            case Text(value, _, node, home, needs):
                if node is not None and (home is frame or needs):
                    return node
                return self.at(frame, meaning.span).constant(Constant.scalar(value, STR))
            case Items() if not meaning.is_tuple:
                return self.stack(frame, meaning, dtype)
            case _:
                raise self.not_a_tensor(meaning, span)

    def collected(self, frame: Frame, meaning: Meaning, span: Span, dtype: DType | None = None) -> Value:
        """The same, or what a loop of unknown length collected, which few things take."""
        stacked = isinstance(meaning, Value) and isinstance(meaning.type, StackType)
        return meaning if stacked else self.tensor(frame, meaning, span, dtype)  # type: ignore[return-value]

    def stack(self, frame: Frame, items: Items, dtype: DType | None) -> Value:
        """A list as a tensor: constant data if it is all literals, else a stack of its items."""
        dtype = dtype or self.dtype_of(items, items.span)
        data = self._literal(items)
        if data is not None:
            return self._constant(frame, items, data, dtype)
        values = [self.tensor(frame, m, items.span, dtype) for m in items.items]
        for v in values[1:]:
            if v.type.shape != values[0].type.shape:
                raise self.fail(
                    "E0317",
                    f"items of types {values[0].type} and {v.type} don't stack",
                    items.span,
                    hint="give them names: a, b = …; or join them: concat([a, b])",
                )
        try:
            return self.at(frame, items.span).emit(self.catalogue["stack"], values, (0,)).results[0]
        except TypeRuleError as error:
            raise self.refuse(error, items.span, [], values) from None

    def is_regular(self, items: Items) -> bool:
        """Is the list constant data: literals in rows of equal lengths?"""
        level: list[Any] = [items]
        while level and all(isinstance(x, Items) and not x.is_tuple for x in level):
            if len({len(x.items) for x in level}) > 1:
                return False
            level = [y for x in level for y in x.items]
        return bool(level) and all(_is_literal(x) for x in level)

    def _literal(self, items: Items) -> list[Any] | None:
        """Nested Python lists, if everything inside is a literal number or string."""
        result: list[Any] = []
        todo: list[tuple[Items, list[Any]]] = [(items, result)]
        while todo:
            source, target = todo.pop()
            for item in source.items:
                match item:
                    case Items() if not item.is_tuple:
                        inner: list[Any] = []
                        target.append(inner)
                        todo.append((item, inner))
                    case Static() | Text() if _is_literal(item):
                        target.append(item)
                    case _:
                        return None
        return result

    def _constant(self, frame: Frame, items: Items, data: list[Any], dtype: DType) -> Value:
        shape: list[int] = []
        level: list[Any] = [data]
        while all(isinstance(x, list) for x in level):
            lengths = {len(x) for x in level}
            if len(lengths) > 1:
                raise self._ragged(items, level)
            shape.append(lengths.pop())
            level = [y for x in level for y in x]
            if not level:
                break
        if any(isinstance(x, list) for x in level):
            raise self._ragged(items, level)
        for item in level:
            if isinstance(item, Static) and not isinstance(item.value, Poly):
                self.fits(item.value, dtype, item.span)
        numbers = [held(item.value, dtype) if dtype is F32 else item.value for item in level]
        array = array_of(numbers, dtype.numpy)
        constant = Constant(with_singles(array.reshape(shape), singles_of(array)), dtype)
        return self.at(frame, items.span).constant(constant)

    def _ragged(self, items: Items, level: list[Any]) -> Failure:
        sizes = ", ".join(str(len(x)) if isinstance(x, list) else "a number" for x in level[:6])
        return self.fail(
            "E0317", "the rows of this list have different lengths", items.span, notes=[f"their lengths are {sizes}"]
        )

    # ------------------------------------------------------------ ops

    def apply(
        self, frame: Frame, op: Op, operands: Sequence[Given], attrs: Sequence[Any], span: Span
    ) -> tuple[Value, ...]:
        """Apply an op: promote its operands, insert casts, infer the type.  Raises Failure."""
        params: Sequence[Operand] = op.operands * len(operands) if op.variadic else op.operands
        dtype = self._group_dtype(op, params, operands, span)
        values = []
        for given, param in zip(operands, params, strict=False):
            if param.group is not None:
                values.append(self.tensor(frame, given.meaning, given.span, dtype))
            else:
                values.append(self._ungrouped(frame, op, param, given))
        try:
            return self.at(frame, span).emit(op, values, attrs).results
        except TypeRuleError as error:
            raise self.refuse(error, span, operands, values) from None

    def _group_dtype(self, op: Op, params: Sequence[Operand], operands: Sequence[Given], span: Span) -> DType | None:
        members = [(g, p) for g, p in zip(operands, params, strict=False) if p.group is not None]
        if not members:
            return None
        dtypes = [self.dtype_of(g.meaning, g.span) for g, _ in members]
        first = dtypes[0]
        if STR in dtypes and dtypes.count(STR) < len(dtypes):
            raise self._refused(op, [g for g, _ in members], dtypes, members[0][1].accepts, span)
        joined = first if all(t is first for t in dtypes) else promote(dtypes)
        accepts = members[0][1].accepts
        if joined is None and op.compares:
            return None
        found = joined and accepted(joined, accepts, infix=isinstance(op.spelling, Infix))
        if found is None:
            raise self._refused(op, [g for g, _ in members], dtypes, accepts, span)
        return found

    def _refused(
        self, op: Op, operands: Sequence[Given], dtypes: Sequence[DType], accepts: frozenset[DType], span: Span
    ) -> Failure:
        places = [g.span for g in operands]
        message, labels, hint = refused_dtypes(op, places, dtypes, accepts, span, self.default_float)
        return self.fail("E0304", message, span, secondary=labels, hint=hint)

    def _ungrouped(self, frame: Frame, op: Op, param: Operand, given: Given) -> Value:
        dtype = self.dtype_of(given.meaning, given.span)
        if dtype not in param.accepts:
            raise self._refused(op, [given], [dtype], param.accepts, given.span)
        if dtype is WEAK_INT and len(param.accepts) < 12:
            dtype = I64
        return self.tensor(frame, given.meaning, given.span, dtype)
