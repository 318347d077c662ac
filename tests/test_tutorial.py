"""The figures of a first course in back-propagation, by hand and by the compiler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands import graphc

ROOT = Path(__file__).parent.parent


def outputs(program: str, *options: str, verb: str = "run") -> dict[str, Any]:
    """The results of a program by name."""
    run = ("--run",) if verb == "grad" else ()
    said = graphc(verb, "-", *options, *run, "--json", stdin=program)
    assert said.status == 0, said.stderr
    return {name: o["data"] for name, o in json.loads(said.stdout)["outputs"].items()}


# ---------------------------------------------------------------- a polynomial

POLY = """
input x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
output y
"""


def test_polynomial_at_zero() -> None:
    assert outputs(POLY, "--wrt", "x", "--order", "2", verb="grad") == {"y": 1.0, "dy_dx": -2.0, "d2y_dx2": 2.0}


def test_polynomial_of_a_matrix_seeded_with_ones() -> None:
    at = "[[0, 0], [1, 2]]"
    matrix = POLY.replace("x: f32 = 0.0", "x: f32[2, 2]")
    assert outputs(matrix, "--wrt", "x", "--feed", f"x={at}", verb="grad")["dy_dx"] == [[-2, -2], [0, 2]]


@pytest.mark.parametrize("seed", ["[[1, 1], [1, 1]]", "[[1, 2], [3, 4]]", "[[0, -1], [0.5, 0]]"])
def test_seed_is_the_gradient_of_a_weighted_sum(seed: str) -> None:
    program = POLY.replace("x: f32 = 0.0", "x: f32[2, 2] = [[0, 0], [1, 2]]").replace("output y", "")
    program += f"output seeded = grad(y, x, seed={seed})\noutput summed = grad(sum(y * {seed}), x)\n"
    found = outputs(program)
    assert found["seeded"] == found["summed"]
    weights = json.loads(seed)
    assert found["seeded"] == [[-2 * weights[0][0], -2 * weights[0][1]], [0, 2 * weights[1][1]]]


def test_equal_constants_have_derivatives_of_their_own() -> None:
    found = outputs(POLY, "--wrt", "a,b,c", verb="grad")
    assert [found["dy_da"], found["dy_db"], found["dy_dc"]] == [0, 0, 1]


# ---------------------------------------------------------------- a perceptron

PERCEPTRON = """
input X: f32[2, 2] = [[-1, -1], [1, 1]]
input Y: f32[1, 2] = [[2, 3]]
var w: f32[1, 2] = [[3, 1]]
var b: f32[1, 1] = [[3]]
fn my_relu(x) {
  return where(x < 0, 0, x)
} vjp (g) {
  return where(x < 0, 0, g)
}
loss = mean((my_relu(X @ w.T + b) - TARGET) ** 2)
dw, db = grad(loss, [w, b])
output dw
output db
"""


def test_perceptron_whose_loss_broadcasts() -> None:
    program = PERCEPTRON.replace("TARGET", "Y")
    assert outputs(program) == {"dw": [[4.5, 4.5]], "db": [[4.5]]}
    said = graphc("check", "-", stdin=program)
    assert said.status == 0
    assert said.stderr.startswith("warning[W0301]: shapes [2, 1] and [1, 2] broadcast to [2, 2]\n  --> <stdin>:11:14\n")


def test_perceptron_with_targets_in_a_column() -> None:
    program = PERCEPTRON.replace("TARGET", "Y.T")
    assert outputs(program) == {"dw": [[4.0, 4.0]], "db": [[4.0]]}
    assert graphc("check", "-", stdin=program).stderr == ""


# ---------------------------------------------------------------- paths that meet


def test_two_paths_add_up() -> None:
    program = "input x: f32 = 3.0\ny1 = x + 1\ny2 = 2 * x\nloss = (y1 - y2) ** 2\noutput loss\n"
    assert outputs(program.replace("y1 - y2", "x + 1 - 2 * x"), "--wrt", "x", verb="grad")["dloss_dx"] == 4
    found = outputs(program, "--wrt", "x,y1,y2", verb="grad")
    assert found == {"loss": 4, "dloss_dx": 4, "dloss_dy1": -4, "dloss_dy2": 4}
    assert outputs(f"{program}d1, d2 = grad(loss, [y1, y2])\noutput d1\noutput d2\n") == {"loss": 4, "d1": -4, "d2": 4}


def test_several_results_add_up() -> None:
    program = """
    input x1: f32 = 1.0; input x2: f32 = 2.0
    y1 = x1 * x2; y2 = x1 + x2
    output one = grad(y1, [x1, x2])
    output both = grad([y1, y2], [x1, x2])
    """
    assert outputs(program) == {"one_0": 2, "one_1": 1, "both_0": 3, "both_1": 2}


# ---------------------------------------------------------------- what the passes remove

UNUSED = """input x: f32
input big: f32[2000, 2000]
scale = 2 * 3 + 4
inverse = inv(big)
y = scale * x
output y
"""


def test_unused_inverse_is_pruned_and_constants_are_folded() -> None:
    said = graphc("run", "-", "-v", "--feed", "x=2.0", stdin=UNUSED)
    assert said.stdout == "y: f32 = 20.0\n"
    report = {line.split()[0]: line for line in said.stderr.splitlines()}
    assert "line 4" in report["prune"]
    assert "inv(big)" in report["prune"]
    assert "input big needs no feed" in report["prune"]
    assert "line 3" in report["fold"]
    assert "2 * 3 + 4  ->  10" in report["fold"]
    assert "run      numpy, 1 op, " in said.stderr


def test_drawing_lacks_what_was_pruned() -> None:
    whole = graphc("show", "-", "--dot", stdin=UNUSED)
    assert "inv" in whole.stdout
    pruned = graphc("show", "-", "--dot", "--stage", "optimised", stdin=UNUSED)
    assert pruned.stdout.startswith("digraph")
    assert "inv" not in pruned.stdout
    assert "big" not in pruned.stdout
    assert "10" in pruned.stdout


# ---------------------------------------------------------------- determinism

PRINT_EVERYTHING = """
import sys
from click.testing import CliRunner
from graphc.cli import cli
for arguments in (["grad", "--wrt", "w,b"], ["show", "--core"], ["show"], ["show", "--dot"], ["show", "--json"],
                  ["grad", "--wrt", "X", "--dot", "--of", "loss"], ["show", "--stage", "optimised", "--json", "-v"]):
    result = CliRunner().invoke(cli, [*arguments, "samples/tour.g"])
    assert result.exit_code == 0, result.output
    sys.stdout.write(result.output)
"""


def test_output_does_not_depend_on_the_hash_seed() -> None:
    def start(seed: int) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-c", PRINT_EVERYTHING],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT,
        )  # fmt: skip

    printed = set()
    for pair in range(5):
        for process in (start(2 * pair), start(2 * pair + 1)):
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, err.decode()
            printed.add(out)
    assert len(printed) == 1
    assert len(printed.pop()) > 5_000
