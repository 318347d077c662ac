"""Programs of routing operations, loops and branches around functions that are singular at 0 or below.

All tensors are vectors of N elements, except in bodies that are called element by element.  A program is its text and,
for each statement, what it does to a table of lists of duals.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.random_masks.duals import Dual, add, apply, constant, half_each, multiply, scale, variable

N = 4
Vector = list[Dual]
Table = dict[str, Vector]
Evaluate = Callable[[dict[str, Dual]], Dual]


@dataclass(frozen=True)
class Expression:
    """Text in which names stand for vectors or for numbers, and what it is for numbers."""

    text: str
    of: Evaluate

    def vector(self, table: Table) -> Vector:
        return [self.of({name: column[k] for name, column in table.items()}) for k in range(N)]


def _power(exponent: float) -> Callable[[np.float64], tuple[float, float, float]]:
    return lambda x: (
        np.power(x, exponent),
        exponent * np.power(x, exponent - 1),
        exponent * (exponent - 1) * np.power(x, exponent - 2),
    )


FUNCTIONS: dict[str, Callable[[np.float64], tuple[float, float, float]]] = {
    "sqrt({})": lambda x: (np.sqrt(x), 0.5 / np.sqrt(x), -0.25 / (x * np.sqrt(x))),
    "log({})": lambda x: (np.log(x), 1 / x, -1 / (x * x)),
    "{} ** 0.5": _power(0.5),
    "{} ** 1.5": _power(1.5),
    "{} ** -1": lambda x: (1 / x, -1 / (x * x), 2 / (x * x * x)),
    "1 / {}": lambda x: (1 / x, -1 / (x * x), 2 / (x * x * x)),
    "sin({})": lambda x: (np.sin(x), np.cos(x), -np.sin(x)),
    "exp({} / 4)": lambda x: (np.exp(x / 4), np.exp(x / 4) / 4, np.exp(x / 4) / 16),
    "tanh({})": lambda x: (np.tanh(x), 1 / np.cosh(x) ** 2, -2 * np.tanh(x) / np.cosh(x) ** 2),
    "{} ** 2": lambda x: (x * x, 2 * x, 2.0),
    "-{}": lambda x: (-x, -1.0, 0.0),
}


class Writer:
    """Draws expressions over names."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def expression(self, names: Sequence[str], depth: int = 2) -> Expression:
        if depth == 0 or self.rng.random() < 0.15:
            return self._leaf(names)
        kind = self.rng.choice(["call", "call", "sum", "product", "where", "guarded", "extreme", "clip", "relu"])
        return getattr(self, f"_{kind}")(names, depth - 1)  # type: ignore[no-any-return]

    def _leaf(self, names: Sequence[str]) -> Expression:
        name = self.rng.choice(names)
        return Expression(name, lambda env: env[name])

    def _call(self, names: Sequence[str], depth: int) -> Expression:
        form, f = self.rng.choice(list(FUNCTIONS.items()))
        inner = self.expression(names, depth)
        return Expression(f"({form.format(f'({inner.text})')})", lambda env: apply(f, inner.of(env)))

    def _sum(self, names: Sequence[str], depth: int) -> Expression:
        a, b = self.expression(names, depth), self.expression(names, depth)
        weight = self.rng.choice([0.5, 1.25, -0.75])
        return Expression(f"({weight} * {a.text} + {b.text})", lambda env: add(scale(a.of(env), weight), b.of(env)))

    def _product(self, names: Sequence[str], depth: int) -> Expression:
        a, b = self.expression(names, depth), self.expression(names, depth)
        return Expression(f"({a.text} * {b.text})", lambda env: multiply(a.of(env), b.of(env)))

    def _where(self, names: Sequence[str], depth: int) -> Expression:
        c, a, b = self._leaf(names), self.expression(names, depth), self.expression(names, depth)
        limit = self.rng.choice([0, 0.37, -0.81])
        return Expression(
            f"where({c.text} > {limit}, {a.text}, {b.text})",
            lambda env: a.of(env) if c.of(env).value > limit else b.of(env),
        )

    def _guarded(self, names: Sequence[str], depth: int) -> Expression:
        """A singular function where it is regular, or of what is put in its operand's place."""
        form, f = self.rng.choice(list(FUNCTIONS.items())[:6])
        c, other = self.expression(names, depth), self.expression(names, 0)
        if self.rng.random() < 0.5:
            text = f"where({c.text} > 0, {form.format(c.text)}, {other.text})"
            return Expression(text, lambda env: apply(f, c.of(env)) if c.of(env).value > 0 else other.of(env))
        fill = self.rng.choice([0, 1])
        return Expression(
            f"({form.format(f'where({c.text} > 0, {c.text}, {fill})')})",
            lambda env: apply(f, c.of(env) if c.of(env).value > 0 else constant(fill)),
        )

    def _extreme(self, names: Sequence[str], depth: int) -> Expression:
        a, b = self.expression(names, depth), self.expression(names, depth)
        name = self.rng.choice(["maximum", "minimum"])
        sign = 1 if name == "maximum" else -1

        def of(env: dict[str, Dual]) -> Dual:
            u, v = a.of(env), b.of(env)
            if u.value == v.value:
                return half_each(u, v)
            if u.value != u.value or v.value != v.value:
                return constant(np.nan)
            return u if sign * u.value > sign * v.value else v

        return Expression(f"{name}({a.text}, {b.text})", of)

    def _clip(self, names: Sequence[str], depth: int) -> Expression:
        a = self.expression(names, depth)
        low, high = self.rng.choice([(0.0, 1.5), (-0.5, 0.75)])

        def of(env: dict[str, Dual]) -> Dual:
            u = a.of(env)
            return u if not (u.value < low or u.value > high) else constant(low if u.value < low else high)

        return Expression(f"clip({a.text}, {low}, {high})", of)

    def _relu(self, names: Sequence[str], depth: int) -> Expression:
        a = self.expression(names, depth)
        return Expression(f"relu({a.text})", lambda env: constant(0) if a.of(env).value <= 0 else a.of(env))


@dataclass
class Program:
    """The text of the statements, what they compute, and at which x."""

    x: list[float]
    lines: list[str] = field(default_factory=list)
    table: Table = field(default_factory=dict)

    @property
    def result(self) -> Vector:
        return self.table[self.last]

    @property
    def last(self) -> str:
        return list(self.table)[-1]


def random_program(seed: int) -> Program:
    """A program of a few statements; the name bound last is its result."""
    from tests.random_masks.statements import STATEMENTS

    rng = random.Random(seed)
    x = [rng.choice([0.0, 0.0, -1.0, rng.uniform(-2, 2), rng.uniform(0.2, 3)]) for _ in range(N)]
    made = Program(x, table={"x": [variable(v, k) for k, v in enumerate(x)]})
    for index in range(1, rng.randint(2, 4) + 1):
        statement = rng.choice(STATEMENTS)
        lines, vector = statement(Writer(rng), made.table, index)
        made.lines += lines
        made.table[f"v{index}"] = vector
    return made
