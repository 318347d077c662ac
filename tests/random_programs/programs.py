"""Whole random programs: inputs, variables, functions, statements, and derivatives of what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from tests.random_programs.functions import Functions
from tests.random_programs.lines import Line, Node, python_of, text_of
from tests.random_programs.reference import TooLong, run
from tests.random_programs.scopes import Kind, Scope
from tests.random_programs.statements import Statements

INPUTS = {"a": Kind.FLOAT, "b": Kind.FLOAT, "m": Kind.INT, "u": Kind.ROWS, "z": Kind.ROWS, "v": Kind.VECTOR}
TYPES = {Kind.FLOAT: "f64", Kind.INT: "i64", Kind.ROWS: "f64[n]", Kind.VECTOR: "f64[3]"}
STATE = {"w": Kind.FLOAT, "t": Kind.INT, "h": Kind.VECTOR}
INITIAL = {"w": 0.25, "t": 1, "h": np.array([0.1, -0.2, 0.3])}
STARTS = (("x", Kind.FLOAT, "tanh(a)"), ("y", Kind.FLOAT, "0.5 * b"), ("k", Kind.INT, "1"), ("p", Kind.VECTOR, "v"))
SMOOTH = ("a", "b", "u", "v")  # what the loss is differentiated by

# The direction of the tangent is made of the inputs: it is another for each program.
DERIVATIVES = (
    'da, db, du, dv = grad(loss, [a, b, u, v], unused="zero")',
    'along = jvp(loss, [a, b, u, v], [0.5, -1.0, 1.0 + u, v - 0.5], unused="zero")',
    *(f"output {name}" for name in ("loss", "da", "db", "du", "dv", "along")),
)


@dataclass(frozen=True, slots=True)
class RandomProgram:
    """Its Python is without the derivatives of `loss`, and all its outputs are names there, too."""

    nodes: Sequence[Node]
    feeds: Mapping[str, Any]

    @property
    def text(self) -> str:
        return text_of(self.nodes)

    @property
    def python(self) -> str:
        return python_of(self.nodes)


def random_program(seed: int) -> RandomProgram:
    """The same for the same seed; it stops after some thousand steps."""
    rng = Random(seed)
    while True:
        program = _drawn(rng)
        try:
            run(program.python, program.feeds, INITIAL)
        except TooLong:
            continue
        return program


def _drawn(rng: Random) -> RandomProgram:
    statements = Statements(rng, left=rng.choice((20, 30, 60)))
    functions = Functions(statements)
    state = {name: kind for name, kind in STATE.items() if rng.random() < 0.6}
    s = Scope({**INPUTS, "size": Kind.INT, **state}, set(), {}, state)
    nodes: list[Node] = [Line(f"input {name}: {TYPES[kind]}", "") for name, kind in INPUTS.items()]
    for name, kind in state.items():
        nodes.append(Line(f"var {name}: {TYPES[kind]} = {np.asarray(INITIAL[name]).tolist()}", ""))
    nodes.append(Line("size = 3"))
    for name, kind, text in STARTS:
        s.bind(name, kind)
        nodes.append(Line(f"{name} = {text}"))
    for _ in range(rng.randint(1, 3)):
        nodes += functions.define(s)
    for _ in range(rng.randint(4, 7)):
        nodes += statements.statement(s)
    known = [name for name in s.kinds if name in s.own or name in state]
    terms = [f"tanh({name})" for name in known if s.kinds[name] is Kind.FLOAT]
    terms += [f"sum(sin({name}))" for name in known if s.kinds[name] is Kind.VECTOR]
    nodes.append(Line(f"loss = {' + '.join(terms)}"))
    nodes += [Line(text, "") for text in DERIVATIVES]
    nodes += [Line(f"output {name}", "") for name in known if name in s.own]
    return RandomProgram(nodes, _feeds(rng))


def _feeds(rng: Random) -> dict[str, Any]:
    def numbers(count: int) -> Any:
        return np.array([round(rng.uniform(-1.5, 1.5), 3) for _ in range(count)])

    n = rng.randrange(4)
    a, b = numbers(2)
    return {"a": a, "b": b, "m": rng.randrange(5), "u": numbers(n), "z": numbers(n), "v": numbers(3)}
