"""Nodes and values don't change once they are built: graphs share them, and what one does no other notices."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import graphc
from graphc.driver import CATALOGUE
from graphc.ir.builder import Builder
from graphc.ir.graph import Node, Value, nested
from graphc.ir.types import F32

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "samples").glob("*.g"))

# What is replaced by a value without a name: by the arm that is taken, an operand, a derivative that another one reads.
PICK = "fn pick(c, a, b) {\n  if c { return a }\n  return b\n}\n"
SHARED = {
    "an arm": PICK + "input x: f32\nz = pick(sum(zeros([2])) < 1, x * 2, x)\noutput loss = z + pick(x > 0, z, x)",
    "an arm of arms": PICK + "input x: f32\nz = pick(x < 1, pick(sum(ones([2])) > 1, x * 2, x), -x)\noutput loss = z",
    "an arm in a loop": PICK + """input x: f32
var s: f32 = 1.0
for i in range(3) {
  t = pick(sum(zeros([2])) < 1, s * x, x)
  s = t
}
output loss = s * 1
""",
    "operand": "input x: f32[4]\ny = reshape(exp(x), [4])\nz = where(true, y + 0, x)\noutput loss = sum(z * 1)",
    "derivatives": "input x: f32\ny = x ** 3 * 2\ng = grad(y, x)\nh = grad(g, x)\noutput loss = y + h * 1",
    "hand-written": "fn f(x) { return exp(x) } vjp (g) { return g * 2 * 1 }\ninput x: f32\noutput loss = f(x) * 1",
    "prints": 'input x: f32\ny = sin(x)\nif 1 < 2 { print("y", y) }\nassert y < 2, "large"\noutput loss = y - 0',
    "a closure": "fn power(n) {\n  fn f(v) = v ** n\n  return f\n}\ninput x: f32\noutput loss = power(3)(x * 2)",
}  # fmt: skip


def texts(program: graphc.Program) -> tuple[str, ...]:
    return str(program), program.core(), program.dot(), program.json()


def names(program: graphc.Program) -> list[str | None]:
    return [v.name for g in nested(program.graph) for n in g.nodes for v in n.results]


def differentiated(program: graphc.Program, order: int) -> graphc.Program | None:
    """By everything that it can be differentiated by."""
    of = "loss" if "loss" in program.outputs else next(iter(program.outputs), None)
    wrt = [*program.trainable_variables, *(n for n, s in program.inputs.items() if re.match(r"f(32|64)", str(s)))]
    try:
        return program.grad(of, wrt=wrt, order=order) if of and wrt else None
    except graphc.Diagnostics:
        return None


def used(program: graphc.Program, folder: Path) -> None:
    """All that can be done with it short of a run with feeds."""
    for other in (program.optimised(), differentiated(program, 1), differentiated(program, 2)):
        if other is not None:
            before = texts(other)
            texts(other.optimised())
            other.compile()
            assert texts(other) == before
    program.save(folder / "saved.gm")
    assert repr(program) and program.traces is not None


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_no_operation_changes_a_sample(path: Path, tmp_path: Path) -> None:
    unchanged(graphc.load(path), lambda p: used(p, tmp_path))


@pytest.mark.parametrize("case", SHARED)
@pytest.mark.parametrize("float", ["f32", "f64"])
def test_no_operation_changes_what_others_share(case: str, float: str, tmp_path: Path) -> None:
    program = graphc.loads(SHARED[case], float=float)

    def run(p: graphc.Program) -> None:
        used(p, tmp_path)
        feeds = {"x": [0.5] * int(s[4]) if (s := str(p.inputs["x"]))[3:4] == "[" else 0.5}
        p.compile()(**feeds)
        p.run_eagerly(**feeds)
        if (slope := differentiated(p, 1)) is not None:
            slope.compile()(**feeds)

    unchanged(program, run)


def unchanged(program: graphc.Program, work: Callable[[graphc.Program], None]) -> None:
    before, called = texts(program), names(program)
    work(program)
    assert names(program) == called
    assert texts(program) == before


def test_assignments_are_errors() -> None:
    b = Builder(CATALOGUE)
    node = b.emit(CATALOGUE["exp"], [b.number(2.0, F32)])
    fields = [(thing, field) for thing, kind in ((node, Node), (node.result, Value)) for field in kind.__slots__]
    for thing, field in fields:
        with pytest.raises(AttributeError, match=f"{field} of .* can't be assigned"):
            setattr(thing, field, None)
        with pytest.raises(AttributeError, match=f"{field} of .* can't be deleted"):
            delattr(thing, field)


def test_a_builder_names_only_what_it_has_made() -> None:
    outer = Builder(CATALOGUE)
    inner = Builder(CATALOGUE, enclosing=outer)
    other = Builder(CATALOGUE)
    other.nodes = list(outer.nodes)
    value = outer.number(1.0, F32)
    other.name(value, "no")
    assert value.name is None
    inner.name(value, "yes")
    assert value.name == "yes"
    copy = value.node.copy((), names=())
    assert copy.result.name is None and value.name == "yes"
