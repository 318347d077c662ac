"""Which targets of loops something reads later: those are carried out of their loops, others cost nothing.

What comes in: the statements of a file, of an interactive line, or of the library.  What goes out: for each loop, by
its span, what of the tracked names is read behind it and what an iteration reads before it binds it.  The tracked names
are the targets of the loops.  The answer errs towards "read": branches join, a loop may take no step unless its range
or list is written there, and a function that is defined somewhere may be called anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from graphc.frontend import syntax
from graphc.source import Span


@dataclass(frozen=True, slots=True)
class Uses:
    """Of a loop: the names read `behind` it, and those that an iteration reads from what is `before` it."""

    behind: frozenset[str]
    before: frozenset[str]


def loops(statements: Sequence[syntax.Stmt], *, more: bool = False) -> dict[Span, Uses]:
    """The uses of every loop in these statements, and in the functions and modules that they define.

    `more`: other statements follow, which nobody knows; only functions have an end then.
    """
    found: dict[Span, Uses] = {}
    bodies = [tuple(statements), *definitions(statements)]
    for body in bodies if not more else bodies[1:]:
        tracked = targets(body)
        if tracked:
            Analysis(frozenset(tracked), found).whole(body, top=body is bodies[0])
    return found


_PLAIN = syntax.Assign | syntax.AugAssign | syntax.ExprStmt | syntax.Assert | syntax.Output

# ---------------------------------------------------------------- in syntax


def inside(node: Any) -> Iterator[Any]:
    """The syntax directly inside a node, in order."""
    for f in fields(node):
        value = getattr(node, f.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, tuple):
                yield from (x for x in item if is_dataclass(x) and not isinstance(x, Span))
            elif is_dataclass(item) and not isinstance(item, Span):
                yield item


def parts(statements: Iterable[syntax.Stmt]) -> Iterator[syntax.Stmt]:
    """All statements, those inside others included."""
    stack = list(statements)
    while stack:
        statement = stack.pop()
        yield statement
        match statement:
            case syntax.If(_, then, other):
                stack += then.statements
                stack += () if other is None else (other,) if isinstance(other, syntax.If) else other.statements
            case syntax.For(body=body) | syntax.While(body=body) | syntax.Module(body=body) | syntax.Test(body=body):
                stack += body.statements
            case syntax.Fn(body=body, vjp=vjp):
                stack += (*body.statements, *(() if vjp is None else vjp.body.statements))


def definitions(statements: Iterable[syntax.Stmt]) -> list[tuple[syntax.Stmt, ...]]:
    """The bodies of functions, rules and modules: code with names of its own."""
    found = []
    for statement in parts(statements):
        if isinstance(statement, syntax.Fn | syntax.Module):
            found.append(statement.body.statements)
        if isinstance(statement, syntax.Fn) and statement.vjp is not None:
            found.append(statement.vjp.body.statements)
    return found


def targets(statements: Iterable[syntax.Stmt]) -> set[str]:
    """The names that loops here bind."""
    return {name for s in parts(statements) if isinstance(s, syntax.For) for name in words(s.target)}


def words(node: Any) -> Iterator[str]:
    """The names inside an expression."""
    stack = [node]
    while stack:
        node = stack.pop()
        match node:
            case syntax.Name(text):
                yield text
            case syntax.Attribute(value):
                stack.append(value)
            case syntax.Argument(_, value):
                stack.append(value)
            case syntax.TypeExpr(shape=shape):
                stack += shape or ()
            case _:
                stack += inside(node)


# ---------------------------------------------------------------- backwards through the statements


@dataclass(slots=True)
class Analysis:
    """The classic one, of live names, backwards; `exposed` remembers what the body of a loop reads of before.

    An iteration ends where the next one begins or what follows the loop does, and so may `break` and `continue`: what
    is live there is what is live behind the loop together with what the body exposes, without iterating.
    """

    tracked: frozenset[str]
    found: dict[Span, Uses]
    named: re.Pattern[str] = field(init=False)
    always: frozenset[str] = frozenset()
    exposed: dict[Span, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.named = re.compile(rf"\b(?:{'|'.join(sorted(self.tracked))})\b")

    def whole(self, body: Sequence[syntax.Stmt], *, top: bool) -> None:
        """All loops of some code.  `top`: what it binds can be fetched, and is a result by default."""
        self.always = frozenset().union(*(self.captured(s) for s in parts(body)))
        ends = self.always
        if top:
            ends |= {name for s in body for name in self.assigned(s)}
        self.block(body, ends, frozenset(), note=True)

    def assigned(self, statement: syntax.Stmt) -> Iterator[str]:
        """What a statement binds other than as the target of a loop."""
        for part in parts((statement,)) if not isinstance(statement, syntax.Fn | syntax.Module) else ():
            if isinstance(part, syntax.Assign | syntax.AugAssign):
                yield from self.tracked.intersection(words(part.target))

    def captured(self, statement: syntax.Stmt) -> frozenset[str]:
        """What a definition reads of the code around."""
        match statement:
            case syntax.Fn(parameters=parameters, body=body, vjp=vjp):
                own = {p.name.text for p in parameters}
                free = self.block(body.statements, frozenset(), frozenset()) - own
                if vjp is not None:
                    free |= self.block(vjp.body.statements, frozenset(), frozenset())
                return free | self.read(p.default for p in parameters if p.default is not None)
            case syntax.Module(body=body) | syntax.Test(body=body):
                return self.block(body.statements, frozenset(), frozenset())
            case _:
                return frozenset()

    def read(self, nodes: Iterable[Any]) -> frozenset[str]:
        return self.tracked.intersection(name for node in nodes for name in words(node))

    def block(
        self, statements: Sequence[syntax.Stmt], live: Set[str], leaving: Set[str], *, note: bool = False
    ) -> frozenset[str]:
        """What is live before these statements if `live` is after them, and `leaving` where an iteration is left."""
        for statement in reversed(statements):
            live = self.before(statement, frozenset(live), frozenset(leaving), note)
        return frozenset(live)

    def before(
        self, statement: syntax.Stmt, live: frozenset[str], leaving: frozenset[str], note: bool
    ) -> frozenset[str]:
        if isinstance(statement, _PLAIN):  # most statements; their text is read faster than their tree
            text = statement.span.text
            if text.isascii() and self.named.search(text) is None:  # accents may be written in two ways
                return live
        match statement:
            case syntax.Break() | syntax.Continue():
                return leaving
            case syntax.Return(value):
                return self.always | (frozenset() if value is None else self.read([value]))
            case syntax.If():
                return self.branches(statement, live, leaving, note)
            case syntax.For() | syntax.While():
                return self.loop(statement, live, note)
            case syntax.Assign(target, annotation, value):
                own = set(words(target)) if plain(target) else set()
                read = self.read(x for x in (annotation, value, None if plain(target) else target) if x is not None)
                return (live - own) | read
            case syntax.Output(name, value):
                return (live - {name.text}) | self.read([value]) if value is not None else live | self.read([name])
            case syntax.Fn() | syntax.Module() | syntax.Test() | syntax.Import() | syntax.FromImport():
                return live
            case _:
                return live | self.read([statement])

    def branches(self, node: syntax.If, live: frozenset[str], leaving: frozenset[str], note: bool) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        branch: syntax.Block | syntax.If | None = node
        while isinstance(branch, syntax.If):
            found |= self.block(branch.then.statements, live, leaving, note=note) | self.read([branch.condition])
            branch = branch.other
        return found | (live if branch is None else self.block(branch.statements, live, leaving, note=note))

    def loop(self, node: syntax.For | syntax.While, live: frozenset[str], note: bool) -> frozenset[str]:
        body = node.body.statements
        own = frozenset(words(node.target)) if isinstance(node, syntax.For) else frozenset()
        head = self.read([node.iterable if isinstance(node, syntax.For) else node.condition])
        again: frozenset[str] = frozenset() if isinstance(node, syntax.For) else head
        if node.span not in self.exposed:
            self.exposed[node.span] = self.block(body, frozenset(), frozenset()) - own | again
        behind = live - own if isinstance(node, syntax.For) and runs(node.iterable) else live
        around = self.exposed[node.span]
        if note:
            self.found[node.span] = Uses(live, around | self.always)
            ends = live | around
            self.block(body, ends, ends, note=True)
        return behind | around | head


def runs(iterable: syntax.Expr) -> bool:
    """Does a loop over this surely take a step, by what is written: `range(3)`, `[a, b]`?"""
    match iterable:
        case syntax.List(items):
            return bool(items)
        case syntax.CallExpr(syntax.Name("range"), (syntax.Argument(None, syntax.Number(int() as stop)),)):
            return stop > 0
        case _:
            return False


def plain(target: syntax.Expr) -> bool:
    """Does an assignment bind whole names, and read none?"""
    items = target.items if isinstance(target, syntax.Tuple | syntax.List) else (target,)
    return all(isinstance(item, syntax.Name) or (item is not target and plain(item)) for item in items)
