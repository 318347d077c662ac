"""Random functions: with early returns, with functions of their own, reading what is around them."""

from __future__ import annotations

from tests.random_programs.lines import Block, Line, Node
from tests.random_programs.scopes import Function, Kind, Scope
from tests.random_programs.statements import Statements

PARAMS = ((Kind.FLOAT,), (Kind.FLOAT, Kind.FLOAT), (Kind.FLOAT, Kind.FLOAT), (Kind.VECTOR, Kind.FLOAT))
RESULTS = (Kind.FLOAT, Kind.FLOAT, Kind.PAIR, Kind.VECTOR)


class Functions:
    """`statements` draws the bodies."""

    def __init__(self, statements: Statements) -> None:
        self._of = statements
        self._rng = statements.rng
        statements.functions = self

    def define(self, s: Scope) -> list[Node]:
        """A function, which `s` has then."""
        of, e, rng = self._of, self._of.e, self._rng
        name, params, result = of.fresh("f"), rng.choice(PARAMS), rng.choice(RESULTS)
        names = [self._parameter(s, kind) for kind in params]
        if len(set(names)) < len(names):
            names = [of.fresh(kind) for kind in params]
        inner = s.inner(in_loop=False)
        inner.result, inner.own = result, set()
        for own, kind in zip(names, params, strict=True):
            inner.bind(own, kind)
        around = e.left, e.read, e.effects
        e.read, e.effects = set(), False
        head = f"{name}({', '.join(names)})"
        if rng.random() < 0.25:
            text = f"({e.of(result, inner)})"
            node: Node = Line(f"fn {head} = {text}", f"def {head}: return {text}")
        else:
            state = [Line("", f"global {', '.join(s.state)}")] if s.state else []
            body = [*self._shadowing(inner), *of.block(inner, 4), Line(f"return {e.of(result, inner)}")]
            node = Block(f"fn {head}", [*state, *body], f"def {head}")
        size = 1 + around[0] - e.left
        s.functions[name] = Function(name, params, result, size, e.effects, frozenset(e.read))
        e.left, e.read, e.effects = around[0], around[1] | e.read, around[2]
        return [node]

    def _parameter(self, s: Scope, kind: Kind) -> str:
        """A new name, or one that means something else around."""
        known = [n for n in s.names(kind) if n not in s.state]
        return self._rng.choice(known) if known and self._rng.random() < 0.3 else self._of.fresh(kind)

    def _shadowing(self, inner: Scope) -> list[Node]:
        """A name from around, bound anew before anything reads it."""
        names = [n for n in inner.names(Kind.FLOAT) if n not in inner.own and n not in inner.state]
        if not names or self._rng.random() < 0.7:
            return []
        name = self._rng.choice(names)
        del inner.kinds[name]
        text = self._of.value(Kind.FLOAT, inner)
        inner.bind(name, Kind.FLOAT)
        return [Line(f"{name} = {text}")]
