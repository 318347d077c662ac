"""`graphc ops`, `explain` and `doctor`."""

from __future__ import annotations

import pytest

from graphc.cli.reference import entries, families
from graphc.diagnostics.index import INDEX
from graphc.frontend.elaborate.builtins.prelude import callable_op
from graphc.ops import CATALOGUE
from tests.commands import graphc


def test_an_operation() -> None:
    assert graphc("ops", "tanh").stdout.splitlines() == [
        "tanh(x)                                            transcendental",
        "  Hyperbolic tangent.",
        "  operands     floats",
        "  derivative   dx = sech2(x, g)",
    ]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("maximum", ["convention   at a tie, -0.0 and 0.0 included, half to each operand", "dy = "]),
        ("floor", ["derivative   0: "]),
        ("sum", ["sum(x, axis=None, keepdims=false)"]),
        ("concat", ["concat([xs, …], axis=0)"]),
        ("divide", ["x / y, divide(x, y)"]),
        ("relu", ["activations.g", "fn relu(x) = where(x <= 0, 0, x)"]),
        ("mse", ["import losses"]),
        ("grad", ["grad(y, x"]),
    ],
)
def test_details(name: str, parts: list[str]) -> None:
    text = graphc("ops", name).stdout
    for part in parts:
        assert part in text


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("+", ["x + y, add(x, y)"]),
        ("-", ["x - y, subtract(x, y)", "-x, negative(x)"]),
        ("**", ["x ** exponent, integer_pow(x, exponent)", "x ** y, pow(x, y)"]),
        ("@", ["a @ b, matmul(a, b)"]),
        ("and", ["x and y, logical_and(x, y)"]),
        ("not", ["not x, logical_not(x)"]),
        ("optim.cosine", ["cosine(step, rate, steps, end=0.0)"]),
        ("losses.cosine", ["cosine(a, b)"]),
        ("cosine", ["cosine(a, b)", "cosine(step, rate, steps, end=0.0)"]),
        ("activations.relu", ["relu(x)"]),
    ],
)
def test_by_operator_and_path(name: str, heads: list[str]) -> None:
    said = graphc("ops", "--", name)
    assert said.status == 0
    records = said.stdout.split("\n\n")
    found = [r.split("  ")[0] for r in records if not r.startswith(" ")]
    assert found == heads


@pytest.mark.parametrize(
    "name", ["optim", "nn", "losses", "init", "activations", "reduction", "linear algebra", "nn.g"]
)
def test_by_module(name: str) -> None:
    said = graphc("ops", name)
    assert said.status == 0
    listed = dict(families()).get(name) or dict(families())[f"{name.removesuffix('.g')}.g"]
    lines = said.stdout.splitlines()
    assert [line for line in lines if line in {e.usage for e in listed}] == [e.usage for e in listed]
    assert all(f"  {e.doc.splitlines()[0]}" in lines for e in listed)
    assert (lines[0] == f"import {name.removesuffix('.g')}") is bool(listed[0].imported_from)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cat", "concat([a, b])"),
        ("unsqueeze", "expand_dims(x, axis)"),
        ("tnah", "graphc ops tanh"),
        ("reductoin", "graphc ops reduction"),
        ("zzzzzz", "graphc ops"),
    ],
)
def test_no_operation(name: str, hint: str) -> None:
    said = graphc("ops", name)
    assert said.status == 2
    assert said.stderr.splitlines() == [f"error: there is no operation {name}", f"   = hint: {hint}"]


def test_every_operation_is_listed_and_has_details() -> None:
    listing = graphc("ops").stdout
    named = {line.split()[0] for line in listing.splitlines() if line.startswith("  ")}
    assert {name for name in CATALOGUE if callable_op(name)} <= named
    assert named == set(entries())


def test_markdown() -> None:
    page = graphc("ops", "--markdown").stdout
    assert page.startswith("# Operations\n")
    assert "### `tanh(x)`\n\nHyperbolic tangent.\n" in page
    table = page.partition("## Derivatives at kinks and poles")[2]
    for name, op in CATALOGUE.items():
        assert (f"| `{name}` |" in table) is bool(op.subgradient)


def test_explain() -> None:
    text = graphc("explain", "E0301").stdout
    assert text.startswith("E0301 · matmul-sizes\n")
    assert graphc("explain", "matmul-sizes").stdout == text
    listing = graphc("explain").stdout
    assert all(code in listing for code in INDEX)


def test_doctor() -> None:
    said = graphc("doctor")
    assert said.status == 0, said.stdout
    rows = {line.split()[0] for line in said.stdout.splitlines() if line}
    assert {"graphc", "python", "numpy", "scipy", "llvmlite", "grammar", "library"} <= rows
    assert said.stdout.endswith("all is well\n")
