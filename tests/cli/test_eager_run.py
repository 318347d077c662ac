"""`graphc run --eager`: what happens when, and what a failure shows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands import Said, graphc


def eagerly(text: str, *options: str) -> Said:
    return graphc("run", "-", "--eager", *options, stdin=text)


def test_statements_run_before_later_ones_are_elaborated() -> None:
    said = eagerly('print("one"); x = [1.0, 2.0]; print(x); y = x + [1.0, 2.0, 3.0]; print("never")')
    assert (said.status, said.stdout) == (1, "one\n[1.0, 2.0]\n")
    assert said.stderr.startswith("error[E0302]: shapes [2] and [3] don't broadcast\n  --> <stdin>:1:45\n")


def test_syntax_errors_come_first() -> None:
    said = eagerly('print("one")\ny = (1 +\n')
    assert (said.status, said.stdout) == (1, "")
    assert "E0103" in said.stderr


def test_a_failure_shows_the_operands() -> None:
    said = eagerly('input x: f32[2] = [1.0, -2.0]\nlow = min(x)\nprint("low is", low)\nassert low > 0, "x > 0!"\n')
    assert said.stdout == "low is -2.0\n"
    assert said.stderr.splitlines()[0] == "error[E0601]: x > 0!"
    assert said.stderr.splitlines()[-1] == "   = note: operand: low: f32 = -2.0"
    said = eagerly("a = [[1.0, 2.0], [2.0, 4.0]]\nb = inv(a)\n")
    assert "note: operand: a: f64[2, 2] = [[1.0, 2.0], [2.0, 4.0]]" in said.stderr


def test_inside_a_branch_of_a_function() -> None:
    text = "fn f(x) {\n  if x > 0 { assert x < 2, $big$; return x }\n  return -x\n}\ny = f(f32(3.0))\noutput y\n"
    said = eagerly(text.replace("$", '"'))
    assert "operand: x: f32 = 3.0" in said.stderr
    assert "in this call of f" in said.stderr


def test_missing_feeds_are_errors_where_they_are_declared() -> None:
    said = eagerly('print("one"); input x: f32; print("two")')
    assert said.stdout == "one\n"
    assert said.stderr.startswith("error[E0603]: input x has no value\n  --> <stdin>:1:21\n")


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        ("yy=1", "there is no input yy"),
        ("w=1", "w is a variable, not an input"),
        ("x=[[1]]", "input x is declared f32[n], but the feed has shape [1, 1]"),
    ],
)
def test_wrong_feeds(feed: str, message: str) -> None:
    text = "input x: f32[n] = zeros([2])\nvar w: f32 = 1.0\noutput y = sum(x)\n".replace(
        "f32[n] = zeros([2])", "f32[n]"
    )
    said = eagerly(text, "--feed", feed)
    assert (said.status, said.stdout) == (1, "")
    assert message in said.stderr


def test_sizes_are_bound_as_they_come() -> None:
    text = "input a: f32[n * m]; input b: f32[n]; c = sum(a) + sum(b); input d: f32[m]; output e = c + sum(d)\n"
    said = eagerly(text, "--feed", "a=[1, 2, 3, 4, 5, 6]", "--feed", "b=[1, 1]", "--feed", "d=[1, 1, 1]")
    assert said.stdout == "e: f32 = 26.0\n", said.stderr
    said = eagerly(text, "--feed", "a=[1, 2, 3, 4, 5, 6]", "--feed", "b=[1, 1]", "--feed", "d=[1, 1]")
    assert "E0303" in said.stderr


def test_what_is_fed_is_not_computed() -> None:
    text = 'x = 2.0\ny = x ** 2\nprint("y is", y)\noutput z = y + 1\n'
    assert eagerly(text, "--feed", "y=10").stdout == "y is 10.0\nz: f32 = 11.0\n"
    assert eagerly(text, "--feed", "y=10", "--fetch", "z").stdout == "z: f32 = 11.0\n"
    assert eagerly(text, "--fetch", "x", "--effects").stdout == "y is 4.0\nx: f32 = 2.0\n"


COUNTER = 'var n: i64 = 0\nvar w: f32[2] = [1.0, 2.0]\nn += 1\nw = 2 * w\nprint("step", n)\nassert n < 4\noutput w\n'


def test_steps_and_state(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    said = eagerly(COUNTER, "--steps", "2", "--state", state, "--out", f"w={tmp_path / 'w.npy'}")
    assert (said.status, said.stdout) == (0, "step 1\nstep 2\n")
    np.testing.assert_array_equal(np.load(tmp_path / "w.npy"), np.float32([4, 8]))
    assert eagerly(COUNTER, "--state", state).stdout == "step 3\nw: f32[2] = [8.0, 16.0]\n"
    failed = eagerly(COUNTER, "--state", state)
    assert (failed.status, failed.stdout) == (1, "step 4\n")
    assert eagerly(COUNTER.replace("< 4", "< 5"), "--state", state).stdout == "step 4\nw: f32[2] = [16.0, 32.0]\n"


def test_json_and_verbose() -> None:
    text = "fn f(x) { print(x); return x ** 2 }\ny = f(3.0)\noutput y\noutput k = 2\n"
    said = eagerly(text, "--json", "-v")
    assert json.loads(said.stdout)["outputs"]["k"] == {"dtype": "i64", "shape": [], "data": 2}
    lines = said.stderr.splitlines()
    assert lines[0].startswith("trace    f(x: ")
    assert lines[1] == "3.0"
    assert lines[-1].startswith("run      numpy, eagerly, ")


def test_warnings_come_with_the_results() -> None:
    said = eagerly("input a: f32[n, 1]; input b: f32[m]; output c = a - b", "--feed", "a=[[1]]", "--feed", "b=[1, 2]")
    assert "W0301" in said.stderr
    assert said.status == 0


def test_passes_are_refused() -> None:
    assert eagerly("output x = 1", "--fast-math").status == 2
