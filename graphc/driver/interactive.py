"""A program typed line by line, each statement executed at once.

In: what is typed.  Out: what there is to see of it, or Diagnostics, the session as it was before the statement.  The
graph of what was accepted, and its text, can be had at any moment.  `graphc repl` and `graphc.Session` call it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver import Options, parse
from graphc.driver.eager import Eager, Listeners
from graphc.driver.interface import concrete, given_out
from graphc.driver.sources import Files
from graphc.driver.tree import Line, Named, tree
from graphc.executors.feeds import Refusal, convert
from graphc.executors.numpy import stacked
from graphc.executors.random_state import FIRST, RandomState
from graphc.frontend import lexing, syntax
from graphc.frontend.elaborate.core import naming
from graphc.frontend.elaborate.core.scopes import Items, Meaning, Text, values_in
from graphc.frontend.elaborate.core.values import Nothing, Static, is_beyond
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.parse import parse_expression
from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Value
from graphc.ir.literal import format_array
from graphc.ir.types import STR, TOKEN, Array, DType, StackType, TensorType
from graphc.source import Source, Span

NAME = "<repl>"
_FEW = 6  # names that a message lists


@dataclass(frozen=True, slots=True)
class Shown:
    """A value to show: its name where that isn't plain, and its text, `9.0 : f32`."""

    name: str | None
    text: str

    def __str__(self) -> str:
        return self.text if self.name is None else f"{self.name} = {self.text}"


@dataclass(frozen=True, slots=True)
class _Accepted:
    """Text of the program; `functions` are those that it defines."""

    text: str
    functions: frozenset[str]


class Interactive:
    """`eager` executes; `ask` gives the value of an input without default, or None if there is nobody to ask.

    `width` and `limit` say how values are laid out.
    """

    def __init__(
        self,
        options: Options,
        listeners: Listeners | None = None,
        *,
        ask: Callable[[syntax.Input], object] | None = None,
        width: int = 100,
        limit: int = 100,
        random: RandomState = FIRST,
        allow_import: Sequence[str] = (),
    ) -> None:
        self._files = Files(allow_import)
        self.eager = Eager(options, {}, listeners, random)
        self._ask = ask
        self._width, self._limit = width, limit
        self._accepted: list[_Accepted] = []
        self._lines = 0  # of the text
        self._named: dict[Value, Named] = {}
        self._last: Value | None = None

    # ------------------------------------------------------------ what is typed

    def enter(self, text: str, name: str = NAME, path: str | None = None) -> Iterator[Shown]:
        """Execute statements, or a value that stands alone; what there is to see, as it comes.

        `path`: the file that they are from; imports are looked up beside it, else in the current folder.  Raises
        Diagnostics at the statement that fails, which is then forgotten; those before it stay.
        """
        source = self._source(text, name, path)
        statements = self._read(source)
        ends = [*(s.span.start for s in statements), len(source.text)][1:]
        start = len(source.text) - len(text)
        for statement, end in zip(statements, ends, strict=True):
            token = self.eager.session.frame.token
            meaning = self._execute(statement)
            if not (isinstance(statement, syntax.ExprStmt) and self._did_nothing(token)):
                self._accept(statement, source.text[start:end])
            start = end
            yield from self._results(statement, meaning, several=len(statements) > 1)

    def _did_nothing(self, token: Value | None) -> bool:
        """Was the statement a value, without effects since `token`?  Then it is no part of the program."""
        session = self.eager.session
        return session.frame.token is token and not any(True for _ in session.changed())

    def _source(self, text: str, name: str = NAME, path: str | None = None) -> Source:
        """Text at the line of the program where it would stand."""
        above = "\n" * self._lines if name == NAME else ""
        return self._files.program(name, above + text, path)

    def _read(self, source: Source) -> Sequence[syntax.Stmt]:
        """The statements, or one that is a value.  Raises Diagnostics."""
        try:
            return parse(source).statements
        except Diagnostics as errors:
            try:
                value = parse_expression(source)
            except Diagnostics:
                raise errors from None
            return (syntax.ExprStmt(value, value.span),)

    def _execute(self, statement: syntax.Stmt) -> Meaning | None:
        """One statement, or nothing.  Raises Diagnostics."""
        if isinstance(statement, syntax.Test):
            return None
        eager, session = self.eager, self.eager.session
        mark = eager.mark()
        try:
            if isinstance(statement, syntax.Input) and statement.default is None and self._ask is not None:
                given = self._ask(statement)
                if given is not None:
                    eager.feeds[statement.name.text] = given
            if isinstance(statement, syntax.Fn | syntax.Module | syntax.Import | syntax.FromImport):
                for bound in naming.bound_names(statement):
                    session.forget(bound.text)
            session.declare((statement,), more=True)
            return eager.execute(statement)
        except Diagnostics as errors:
            names = self.names()
            eager.restore(mark)
            self._files.keep(session.e.files.known)
            raise Diagnostics([_in_session(d, names) for d in errors.items]) from errors
        except BaseException:  # an interrupt, too
            eager.restore(mark)
            raise

    def _accept(self, statement: syntax.Stmt, text: str) -> None:
        functions = frozenset(n.text for n in naming.bound_names(statement) if isinstance(statement, syntax.Fn))
        if functions:
            self._accepted = [a for a in self._accepted if not a.functions & functions]
            self._lines = self.text.count("\n")
        accepted = _Accepted(text.strip("\n; "), functions)
        self._accepted.append(accepted)
        line = self._lines + 1
        self._lines += accepted.text.count("\n") + 1
        written = _first_line(statement.span)
        for name in naming.bound_names(statement):
            binding = self.eager.session.scope.bindings.get(name.text)
            for value in values_in(binding.meaning if binding else None):
                self._named.setdefault(value, Named(name.text, written, line))
                self._last = value

    # ------------------------------------------------------------ what there is

    @property
    def text(self) -> str:
        """The program: every statement that was accepted, functions in their last form."""
        return "".join(f"{a.text}\n" for a in self._accepted)

    def graph(self) -> Graph:
        """The graph so far."""
        return self.eager.session.graph()

    def tree(self) -> list[Line]:
        """The values that have names, each above those that it was computed from."""
        values = {v: self._short(v) for v in self._named if v in self.eager.values}
        return tree(self._named, values, self.graph())

    def names(self) -> list[str]:
        """What was named here, oldest first."""
        return [name for name, b in self.eager.session.scope.bindings.items() if b.meaning is not None]

    def value(self, name: str) -> Array | None:
        """The present value of a name, in its final dtype; None if it is no tensor."""
        binding = self.eager.session.scope.bindings.get(name)
        value = next(values_in(binding.meaning), None) if binding is not None else None
        return None if value is None else self._concrete(value)[0]

    def type_of(self, text: str) -> str:
        """The type of an expression, which isn't executed.  Raises Diagnostics."""
        source = self._source(text)
        value = parse_expression(source)
        session = self.eager.session
        mark = self.eager.mark()
        names = self.names()
        try:
            meaning = session.feed(syntax.ExprStmt(value, value.span))
            errors = [_in_session(d, names) for d in session.errors]
        finally:
            self.eager.restore(mark)
        if errors:
            raise Diagnostics(errors)
        return self._type(meaning)

    def _type(self, meaning: Meaning | None) -> str:
        match meaning:
            case Value():
                return str(meaning.type if meaning.type is TOKEN else given_out(meaning.type, self._float))
            case Static():
                return str(concrete(TensorType(meaning.dtype), self._float))
            case Text():
                return str(STR)
            case Items(items):
                return _listed(meaning, map(self._type, items))
            case None | Nothing():
                return "None"
            case _:
                return describe(meaning).removeprefix("a ")

    # ------------------------------------------------------------ what is shown

    @property
    def _float(self) -> Any:
        return self.eager.session.e.default_float

    def _results(self, statement: syntax.Stmt, meaning: Meaning | None, several: bool) -> Iterator[Shown]:
        """What a statement has to show: an expression its value, a binding what it computed."""
        match statement:
            case syntax.ExprStmt():
                text = self._shown(meaning)
                if text is not None:
                    yield Shown(None, text)
            case syntax.Assign(value=value) | syntax.AugAssign(value=value) | syntax.Output(value=value):
                names = list(dict.fromkeys(n.text for n in naming.bound_names(statement)))
                if value is None or (isinstance(statement, syntax.Assign) and _is_literal(value)):
                    return
                for name in names:
                    text = self._shown(self.eager.session.scope.bindings[name].meaning)
                    if text is not None:
                        yield Shown(name if several or len(names) > 1 else None, text)

    def _shown(self, meaning: Meaning | None) -> str | None:
        """`9.0 : f32`, `(1.0, 2.0) : (f32, f32)`, `function`; None for what is nothing."""
        match meaning:
            case None | Nothing():
                return None
            case Items():
                return self._items_text(meaning)
            case Value():
                return self._value_text(meaning)
            case Static() | Text():
                if meaning.node is not None:
                    return self._value_text(meaning.node)
                if isinstance(meaning.value, Poly):
                    return f"{meaning.value} : i64"
                dtype = meaning.dtype if isinstance(meaning, Static) else STR
                if isinstance(meaning, Static) and is_beyond(meaning):  # exact, as long as it is known
                    return f"{meaning.value} : {dtype}"
                return self._array_text(*self._final(np.asarray(meaning.value, dtype.numpy), dtype))
            case _:
                return describe(meaning)

    def _items_text(self, items: Items) -> str:
        """`(1.0, 2.0) : (f32, f32)`; longer ones below each other."""
        texts = [self._shown(item) or "None" for item in items.items]
        if not all(" : " in t and "\n" not in t for t in texts):
            return "\n".join(texts)
        pairs = [t.rpartition(" : ") for t in texts]
        return f"{_listed(items, [p[0] for p in pairs])} : {_listed(items, [p[2] for p in pairs])}"

    def _value_text(self, value: Value) -> str:
        return str(TOKEN) if value.type is TOKEN else self._array_text(*self._concrete(value))

    def _array_text(self, array: Array, type: TensorType) -> str:
        return f"{format_array(array, type.dtype, width=self._width, limit=self._limit)} : {type}"

    def _short(self, value: Value) -> str:
        """A value in a few columns, or its type."""
        if value.type is TOKEN:
            return str(TOKEN)
        array, type = self._concrete(value)
        data = format_array(array, type.dtype, width=40, limit=6)
        return str(type) if "\n" in data else data

    def _concrete(self, value: Value) -> tuple[Array, TensorType]:
        data, type = self.eager.values[value], value.type.bind(self.eager.values.sizes)
        array = stacked(data, type) if isinstance(type, StackType) else np.asarray(data)
        return self._final(array, value.type.dtype)

    def _final(self, array: Array, dtype: DType) -> tuple[Array, TensorType]:
        """A value as a run would give it out."""
        type = TensorType(dtype, array.shape)
        if dtype.weak:
            final = concrete(type, self._float)
            try:
                return convert(array, final.dtype), final
            except Refusal:  # an integer that i64 doesn't hold is shown as it is
                return array, type
        return array, type


def incomplete(text: str) -> bool:
    """Is a bracket still open?  Then more lines belong to it."""
    source = Source(NAME, text)
    depth = 0
    for token in lexing.scan(source, lambda problem: None, 0, len(text)):
        depth += (token.kind in lexing.OPENING) - (token.kind in lexing.CLOSING)
    return depth > 0


def _listed(items: Items, texts: Iterable[str]) -> str:
    """As a list or as a tuple, whichever was written."""
    opening, closing = "[]" if items.span.text[:1] == "[" and not items.is_tuple else "()"
    return f"{opening}{', '.join(texts)}{closing}"


def _first_line(span: Span) -> str:
    first, more, _ = span.text.partition("\n")
    return f"{first} …" if more else first


def _is_literal(value: syntax.Expr) -> bool:
    """Was it only just typed?"""
    while isinstance(value, syntax.Unary):
        value = value.operand
    return isinstance(value, syntax.Number | syntax.Boolean | syntax.String)


def _in_session(diagnostic: Diagnostic, names: Sequence[str]) -> Diagnostic:
    """A message with what helps at a prompt: the names that there are."""
    if diagnostic.code == "E0201" and diagnostic.hint is None and 0 < len(names) <= _FEW:
        *most, last = names
        known = f"{', '.join(most)} and {last} are" if most else f"{last} is"
        return replace(diagnostic, message=f"{diagnostic.message} ({known})")
    return diagnostic
