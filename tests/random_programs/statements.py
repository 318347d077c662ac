"""Random statements: bindings, branches, loops, what leaves them early, prints, changes of the state."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.random_programs.expressions import Expressions
from tests.random_programs.lines import Block, Line, Node
from tests.random_programs.loops import Loops
from tests.random_programs.scopes import Kind, Scope

if TYPE_CHECKING:
    from tests.random_programs.functions import Functions

DEPTH = 3
BOUND = (Kind.FLOAT, Kind.FLOAT, Kind.FLOAT, Kind.INT, Kind.BOOL, Kind.VECTOR)


class Statements:
    functions: Functions

    def __init__(self, rng: Random, left: int) -> None:
        self.rng = rng
        self.e = Expressions(rng, left)
        self.loops = Loops(self)
        self._names = 0

    def fresh(self, kind: Kind | str) -> str:
        self._names += 1
        return f"{kind.value if isinstance(kind, Kind) else kind}{self._names}"

    def block(self, s: Scope, most: int = 3) -> list[Node]:
        """At least one statement; `s` has what they bind."""
        nodes: list[Node] = []
        for _ in range(self.rng.randint(1, most)):
            nodes += self.statement(s)
        return nodes

    def statement(self, s: Scope) -> list[Node]:
        nested = s.depth < DEPTH and self.e.left > 0
        self.e.left -= 1
        match self.rng.randrange(23):
            case 0 | 1 | 2 if nested:
                return self._if(s)
            case 3 | 4 | 5 | 6 if nested:
                return self.loops.loop(s)
            case 7 if s.depth < DEPTH - 1:
                return self.functions.define(s)
            case 8 | 9 if s.state:
                return self._assign_state(s)
            case 10:
                return [self._print(s)]
            case 11:
                call = self.e.effect(s)
                return [self._print(s) if call is None else Line(call)]
            case 12 | 13:
                return [self._augment(s)]
            case 14:
                return self._items(s)
            case 15 | 16:
                return self._two(s)
            case 17 | 20:
                return self.loops.scan(s) or [self._bind(s)]
            case 18 | 19 if nested and (s.in_loop or s.result):
                return [self.leaving(s)]
            case _:
                return [self._bind(s)]

    def leaving(self, s: Scope) -> Block:
        """A branch that leaves, sometimes because of what is known now."""
        body = [*self._little(s.inner()), self.leave(s)]
        return Block(f"if {self.e.condition(s)}", [Block("if size == 3", body)] if self.rng.random() < 0.3 else body)

    def leave(self, s: Scope) -> Line:
        """What ends a block early."""
        ways = ["break", "continue"] if s.in_loop else []
        if s.result is not None and (not ways or self.rng.random() < 0.4):
            return Line(f"return {self.e.of(s.result, s)}")
        return Line(self.rng.choice(ways))

    # ------------------------------------------------------------ names

    def value(self, kind: Kind, s: Scope) -> str:
        """What a name can be bound to again and again without growing."""
        if kind is not Kind.FLOAT:
            return self.e.of(kind, s)
        return self.e.call(s, kind) or self.e.bounded(s) if self.rng.random() < 0.3 else self.e.bounded(s)

    def _bind(self, s: Scope) -> Line:
        kind = self.rng.choice(BOUND)
        text = self.value(kind, s)
        known = s.assignable(kind)
        name = self.rng.choice(known) if known and self.rng.random() < 0.7 else self.fresh(kind)
        s.bind(name, kind)
        return Line(f"{name} = {text}")

    def _augment(self, s: Scope) -> Line:
        if self.rng.random() < 0.3 and (names := s.assignable(Kind.INT)):
            return Line(f"{self.rng.choice(names)} += {self.rng.randrange(1, 3)}")
        names = s.assignable(Kind.FLOAT)
        if not names:
            return self._bind(s)
        name, text = self.rng.choice(names), self.e.bounded(s)
        return Line(f"{name} {self.rng.choice(('+= 0.5 *', '-=', '*=', '/= 1.5 +'))} {text}")

    def _items(self, s: Scope) -> list[Node]:
        """An item of a vector; another name for the vector keeps what it has."""
        names = s.assignable(Kind.VECTOR)
        if not names:
            return [self._bind(s)]
        name = self.rng.choice(names)
        head = []
        if self.rng.random() < 0.3:
            other = self.fresh(Kind.VECTOR)
            head = [Line(f"{other} = {name}")]
            s.bind(other, Kind.VECTOR)
        operator = self.rng.choice(("", "+", "-", "*"))
        return [*head, _item(name, self.e.index(s), operator, self.e.bounded(s))]

    def _two(self, s: Scope) -> list[Node]:
        """Two names at once: exchanged, or from a function."""
        names = s.assignable(Kind.FLOAT)
        call = None if s.in_loop and self.rng.random() < 0.5 else self.e.call(s, Kind.PAIR)
        if call is not None:
            first, second = self.fresh(Kind.FLOAT), self.fresh(Kind.FLOAT)
            s.bind(first, Kind.FLOAT)
            s.bind(second, Kind.FLOAT)
            return [Line(f"{first}, {second} = {call}")]
        if len(names) < 2:
            return [self._bind(s)]
        first, second = self.rng.sample(names, 2)
        return [Line(f"{first}, {second} = {second}, {self.rng.choice((first, self.e.bounded(s)))}")]

    # ------------------------------------------------------------ effects

    def _print(self, s: Scope) -> Line:
        self.e.effects = True
        kinds = self.rng.sample((Kind.FLOAT, Kind.INT, Kind.BOOL, Kind.VECTOR), self.rng.randint(1, 2))
        return Line(f'print("{self.fresh("said")}", {", ".join(self.e.of(k, s, 1) for k in kinds)})')

    def _assign_state(self, s: Scope) -> list[Node]:
        name, kind = self.rng.choice(list(s.state.items()))
        text = self.e.bounded(s) if kind is Kind.FLOAT else self.e.of(kind, s)
        self.e.effects = True
        if s.result is not None:
            return [Line(f"assign({name}, {text})", f"{name} = {text}")]
        if kind is Kind.VECTOR and self.rng.random() < 0.5:
            return [_item(name, self.e.index(s), "+", self.e.bounded(s))]
        if kind is not Kind.INT and self.rng.random() < 0.5:
            return [Line(f"{name} += {text}", f"{name} = {name} + {text}")]
        return [Line(f"{name} = {text}")]

    # ------------------------------------------------------------ branches

    def _little(self, s: Scope) -> list[Node]:
        return self.block(s, 2) if self.rng.random() < 0.6 else []

    def _if(self, s: Scope) -> list[Node]:
        """Two or three branches, of which one may leave; what all of them bind is there afterwards."""
        conditions = [self.e.condition(s) for _ in range(self.rng.choice((1, 1, 2)))]
        heads = [("if ", "if "), *[("else if ", "elif ")] * (len(conditions) - 1)]
        has_else = self.rng.random() < 0.6
        if has_else:
            heads.append(("else", "else"))
        leaving = self.rng.randrange(len(heads)) if self.rng.random() < 0.3 and (s.in_loop or s.result) else None
        both = self.fresh(Kind.FLOAT) if has_else and self.rng.random() < 0.5 else None
        nodes: list[Node] = []
        for i, (head, python) in enumerate(heads):
            condition = conditions[i] if i < len(conditions) else ""
            inner = s.inner()
            body = self.block(inner)
            if i == leaving:
                body.append(self.leave(inner))
            elif both is not None:
                body.append(Line(f"{both} = {self.value(Kind.FLOAT, inner)}"))
            nodes.append(Block(head + condition, body, python + condition))
        if both is not None:
            s.bind(both, Kind.FLOAT)
        return nodes


def _item(name: str, index: str, operator: str, text: str) -> Line:
    """An item is replaced in a copy: other names for the vector keep what they have.

    An augmented one is read before the rest is computed, which may change the vector.
    """
    replaced = f"{name} = with_item({name}, at, new)"
    if operator:
        python = f"at = {index}; new = {name}[at] {operator} {text}; {replaced}"
    else:
        python = f"new = {text}; at = {index}; {replaced}"
    return Line(f"{name}[{index}] {operator}= {text}", python)
