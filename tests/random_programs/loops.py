"""Random loops, over everything that a loop can go over, and what may leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.random_programs.lines import Block, Line, Node
from tests.random_programs.scopes import Kind, Scope

if TYPE_CHECKING:
    from tests.random_programs.statements import Statements


class Loops:
    """`statements` draws the bodies."""

    def __init__(self, statements: Statements) -> None:
        self._of = statements
        self._rng = statements.rng

    def loop(self, s: Scope) -> list[Node]:
        return self._while(s) if self._rng.random() < 0.3 else self._for(s)

    def _while(self, s: Scope) -> list[Node]:
        """Its counter is its own: it ends."""
        counter, most = self._of.fresh(Kind.INT), self._rng.choice((self._of.e.int(s), str(self._rng.randrange(4))))
        head = [Line(f"{counter} = {self._rng.choice(('0', '1'))}")]
        inner = s.inner(in_loop=True)
        inner.kinds[counter] = Kind.INT
        condition = f"{counter} < {most}"
        first: list[Node] = [Line(f"{counter} += 1")]
        match self._rng.randrange(4):
            case 0 if not most.isdigit():
                # `most` may change in the loop, so the counter has an end of its own.
                condition, first = "true", [*first, Block(f"if {counter} > 3 or {counter} > {most}", [Line("break")])]
            case 1:
                condition = f"{counter} < 4 and {self._of.e.bool(s)}"
            case _:
                condition = f"{counter} < 5 and {condition}"
        s.kinds[counter] = Kind.INT
        return [*head, Block(f"while {condition}", [*first, *self._body(inner)])]

    def _for(self, s: Scope) -> list[Node]:
        over, kinds = self._iterable(s)
        names = [self._of.fresh(k) for k in kinds]
        inner = s.inner(in_loop=True)
        shadowed = self._shadowed(s)
        if shadowed is not None and kinds[-1] is Kind.FLOAT:
            names[-1] = shadowed
            inner.hide(shadowed)
        for name, kind in zip(names, kinds, strict=True):
            inner.bind(name, kind)
        body = self._body(inner)
        targets = names[0] if len(names) == 1 else f"{names[0]}, {names[1]}"
        if len(names) == 3:
            targets = f"{names[0]}, ({names[1]}, {names[2]})"
        return [Block(f"for {targets} in {over}", body)]

    def _shadowed(self, s: Scope) -> str | None:
        names = [n for n in s.assignable(Kind.FLOAT) if n not in s.state]
        return self._rng.choice(names) if names and self._rng.random() < 0.2 else None

    def _body(self, s: Scope) -> list[Node]:
        body = self._of.block(s, 3 if s.depth < 3 else 2)
        if self._rng.random() < 0.4:
            body += [self._of.leaving(s), *self._of.statement(s)]
        return body

    def _iterable(self, s: Scope) -> tuple[str, tuple[Kind, ...]]:
        """What to go over, and the kinds of what it gives."""
        e, rng = self._of.e, self._rng
        listed = f"[{', '.join(e.float(s, 1) for _ in range(rng.randint(1, 3)))}]"
        end = rng.choice(("0", "2", "3", e.int(s)))
        match rng.randrange(11):
            case 0 | 1:
                return f"range({end})", (Kind.INT,)
            case 2:
                return f"range({e.int(s)}, {end}, {rng.choice(('1', '2', '-1'))})", (Kind.INT,)
            case 3 | 10:
                return f"reversed(range({end}))", (Kind.INT,)
            case 4:
                return e.rows(s), (Kind.FLOAT,)
            case 5:
                return listed, (Kind.FLOAT,)
            case 6:
                over = rng.choice((e.rows(s), e.vector(s), listed))
                return f"enumerate({over})", (Kind.INT, Kind.FLOAT)
            case 7:
                if rng.random() < 0.3:
                    return f"zip({e.vector(s)}, range(3))", (Kind.FLOAT, Kind.INT)
                make = rng.choice((e.rows, e.vector))
                return f"zip({make(s)}, {make(s)})", (Kind.FLOAT, Kind.FLOAT)
            case 8:
                over = rng.choice((e.vector(s), listed, e.rows(s)))
                return f"reversed({over})", (Kind.FLOAT,)
            case _:
                inside = f"zip({e.vector(s)}, reversed({e.vector(s)}))"
                over = rng.choice((f"enumerate({inside})", f"reversed(enumerate({inside}))"))
                return over, (Kind.INT, Kind.FLOAT, Kind.FLOAT)

    def scan(self, s: Scope) -> list[Node]:
        """A loop as a call; none if there is no function for it."""
        e, fresh = self._of.e, self._of.fresh
        over = self._rng.choice((e.rows(s), e.vector(s), f"[{e.float(s, 1)}, {e.float(s, 1)}]"))
        over = f"reversed({over})" if self._rng.random() < 0.2 else over
        start, two = e.float(s, 1), (Kind.FLOAT, Kind.FLOAT)
        if self._rng.random() < 0.5 and (f := e.function(s, two, Kind.FLOAT)):
            name = fresh(Kind.FLOAT)
            s.bind(name, Kind.FLOAT)
            return [Line(f"{name} = tanh(fold({f}, {start}, {over}))")]
        if f := e.function(s, two, Kind.PAIR):
            last, collected = fresh(Kind.FLOAT), fresh(Kind.ROWS)
            option = self._rng.choice(("", "", ", reverse=true", ", checkpoint=2"))
            s.bind(last, Kind.FLOAT)
            return [
                Line(f"{last}, {collected} = scan({f}, {start}, {over}{option})"),
                Line(f"{last} += 0.5 * sum(tanh({collected}))"),
            ]
        return []
