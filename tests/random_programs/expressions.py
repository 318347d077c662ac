"""Random expressions: smooth and bounded ones of floats, comparisons, lazy logic, calls.

They mean the same in graphc and in Python.  A product has one factor within ±1, so that values grow by sums only.
"""

from __future__ import annotations

from random import Random

from tests.random_programs.scopes import Function, Kind, Scope

NUMBERS = ("0.25", "0.5", "1.5", "-0.75", "0.1", "-1.25", "0.9")


class Expressions:
    """`left` is how many statements may still come, those of calls included.

    `read` are the names that were used; `effects`: something that was called prints or changes the state.
    """

    def __init__(self, rng: Random, left: int) -> None:
        self.rng = rng
        self.left = left
        self.read: set[str] = set()
        self.effects = False

    def of(self, kind: Kind, s: Scope, depth: int = 2) -> str:
        match kind:
            case Kind.FLOAT:
                return self.float(s, depth)
            case Kind.INT:
                return f"({self.int(s)} + {self.int(s)}) % 5"
            case Kind.BOOL:
                return self.bool(s, depth)
            case Kind.VECTOR:
                return self.vector(s, depth)
            case Kind.PAIR:
                return f"{self.bounded(s, depth)}, {self.float(s, depth)}"
            case Kind.ROWS:
                return self.rows(s)

    # ------------------------------------------------------------ floats

    def float(self, s: Scope, depth: int = 2) -> str:
        if depth <= 0:
            return self._leaf(s)
        match self.rng.randrange(12):
            case 0 | 1:
                return f"({self.float(s, depth - 1)} + {self.float(s, depth - 1)})"
            case 2:
                return f"({self.float(s, depth - 1)} - {self.float(s, depth - 1)})"
            case 3:
                return f"{self.bounded(s, depth - 1)} * {self.float(s, depth - 1)}"
            case 4:
                return f"{self.float(s, depth - 1)} / (1.5 + {self.bounded(s, depth - 1)} ** 2)"
            case 5 | 6:
                return f"({self.float(s, depth - 1)} if {self.bool(s, depth - 1)} else {self.float(s, depth - 1)})"
            case 7 | 8:
                return self.call(s, Kind.FLOAT, depth) or self.bounded(s, depth)
            case 9:
                return self.rng.choice((f"sum({self.vector(s, 1)})", f"dot({self.vector(s, 0)}, {self.vector(s, 0)})"))
            case 10:
                return self.bounded(s, depth)
            case _:
                return self._leaf(s)

    def bounded(self, s: Scope, depth: int = 2) -> str:
        """Within ±1."""
        return f"{self.rng.choice(('tanh', 'sin', 'cos'))}({self.float(s, depth - 1)})"

    def _leaf(self, s: Scope) -> str:
        match self.rng.randrange(8):
            case 0:
                return self.rng.choice(NUMBERS)
            case 1:
                return f"0.1 * {self.int(s)}"
            case 2:
                return self.item(s)
            case _:
                return self._name(s, Kind.FLOAT) or self.rng.choice(NUMBERS)

    def item(self, s: Scope) -> str:
        name = self._name(s, Kind.VECTOR)
        return f"{name}[{self.index(s)}]" if name else "0.3"

    def index(self, s: Scope) -> str:
        """Within a vector."""
        return self.rng.choice(("0", "2", "-1", f"{self.int(s)} % 3"))

    # ------------------------------------------------------------ the others

    def int(self, s: Scope) -> str:
        name = self._name(s, Kind.INT)
        if name is None or self.rng.random() < 0.2:
            return str(self.rng.randrange(5))
        return self.rng.choice((name, name, f"({name} + {self.rng.randrange(3)})", f"({name} // 2)", f"({name} * 2)"))

    def bool(self, s: Scope, depth: int = 2) -> str:
        match self.rng.randrange(12 if depth > 0 else 6):
            case 0:
                return f"{self.int(s)} {self.rng.choice(('==', '!=', '<', '>='))} {self.rng.randrange(4)}"
            case 1:
                return f"{self.int(s)} % 2 == {self.rng.randrange(2)}"
            case 2:
                return self._name(s, Kind.BOOL) or self.rng.choice(("true", "false"))
            case 6 | 7:
                return f"({self.bool(s, depth - 1)} and {self.bool(s, depth - 1)})"
            case 8 | 9:
                return f"({self.bool(s, depth - 1)} or {self.bool(s, depth - 1)})"
            case 10:
                return f"(not {self.bool(s, depth - 1)})"
            case 11 if name := self._name(s, Kind.VECTOR):
                index = "t" if s.kinds.get("t") is Kind.INT and self.rng.random() < 0.5 else "m"
                return f"({index} >= 0 and {index} < 3 and {name}[{index}] > {self.rng.choice(NUMBERS)})"
            case _:
                return f"{self.float(s, depth)} {self.rng.choice('<>')} {self.rng.choice(NUMBERS)}"

    def condition(self, s: Scope) -> str:
        """Of a branch: sometimes one that is known now."""
        return self.bool(s) if self.rng.random() < 0.85 else self.rng.choice(("true", "size == 3", "size > 3"))

    def vector(self, s: Scope, depth: int = 1) -> str:
        match self.rng.randrange(7) if depth > 0 else 6:
            case 0:
                return f"stack([{self.float(s, 1)}, {self.float(s, 0)}, {self.float(s, 1)}])"
            case 1:
                return f"{self.rng.choice(('tanh', 'sin'))}({self.vector(s, depth - 1)})"
            case 2:
                return f"({self.vector(s, depth - 1)} + {self.vector(s, depth - 1)})"
            case 3:
                return f"{self.bounded(s, 1)} * {self.vector(s, depth - 1)}"
            case 4:
                return f"({self.vector(s, depth - 1)} if {self.bool(s, 1)} else {self.vector(s, depth - 1)})"
            case 5:
                return self.call(s, Kind.VECTOR, 1) or self.vector(s, 0)
            case _:
                return self._name(s, Kind.VECTOR) or "stack([0.1, -0.2, 0.3])"

    def rows(self, s: Scope) -> str:
        name = self._name(s, Kind.ROWS)
        return self.rng.choice((name, name, f"sin({name})")) if name else "stack([0.2, 0.4])"

    # ------------------------------------------------------------ names

    def call(self, s: Scope, result: Kind, depth: int = 1) -> str | None:
        """A call of a function, or None if there is none that is small enough."""
        return self._called(s, depth, [f for f in s.functions.values() if f.result is result])

    def effect(self, s: Scope) -> str | None:
        """A call that prints or changes the state."""
        return self._called(s, 1, [f for f in s.functions.values() if f.effects])

    def function(self, s: Scope, params: tuple[Kind, ...], result: Kind) -> str | None:
        """One to be given to `scan` or `fold`."""
        found = self._chosen([f for f in s.functions.values() if f.result is result and f.params == params])
        return found and found.name

    def _called(self, s: Scope, depth: int, functions: list[Function]) -> str | None:
        f = self._chosen(functions)
        return None if f is None else f"{f.name}({', '.join(self.of(k, s, depth - 1) for k in f.params)})"

    def _chosen(self, functions: list[Function]) -> Function | None:
        small = [f for f in functions if f.size <= self.left]
        if not small:
            return None
        found = self.rng.choice(small)
        self.left -= found.size
        self.read |= found.reads
        self.effects |= found.effects
        return found

    def _name(self, s: Scope, kind: Kind) -> str | None:
        names = s.names(kind)
        if not names:
            return None
        # The newest are worth the most: what a loop or a branch has just bound.
        chosen = self.rng.choice(names[-3:] if self.rng.random() < 0.6 else names)
        self.read.add(chosen)
        return chosen
