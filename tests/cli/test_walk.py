"""`graphc grad --walk`: back-propagation step by step, with numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands import Said, graphc

SAMPLES = Path(__file__).parents[2] / "samples"

CHAIN = """\
value            from      contribution                   adjoint
loss = 4.0       seed      1                              1.0
y1 - y2 = -2.0   loss      1.0 * (2 * (y1 - y2)) = -4.0   -4.0
y2 = 6.0         y1 - y2   -(-4.0) = 4.0                  4.0
y1 = 4.0         y1 - y2   -4.0                           -4.0
x = 3.0          y2        2 * 4.0 = 8.0
                 y1        -4.0                           4.0
"""

MATRIX = """\
input A: f64[2, 2] = [[1, 2], [3, 4]]
input x: f64[2] = [1, -1]
h = A @ x
loss = sum(h ** 2)
output loss
"""

MATRIX_WALK = """\
value                  from     contribution                          adjoint
loss = 2.0             seed     1                                     1.0
h ** 2 = [1, 1]        loss     broadcast_to(1.0, [2]) = [1, 1]       [1, 1]
h = [-1, -1]           h ** 2   g * (2 * h) = [-2, -2]                [-2, -2]
x = [1, -1]            h        A.T @ g = [-8, -12]                   [-8, -12]
A = [[1, 2], [3, 4]]   h        g[:, None] * x = [[-2, 2], [-2, 2]]   [[-2, 2], [-2, 2]]

g is the adjoint of the value in the column `from`
"""


def walk(tmp_path: Path, program: str, *arguments: str) -> Said:
    path = tmp_path / "p.g"
    path.write_text(program)
    return graphc("grad", str(path), "--walk", *arguments)


def steps(tmp_path: Path, program: str, *arguments: str) -> dict[str, dict]:
    said = walk(tmp_path, program, "--json", *arguments)
    assert said.status == 0, said.stderr
    return {step["value"]: step for step in json.loads(said.stdout)["steps"]}


def test_chain() -> None:
    said = graphc("grad", str(SAMPLES / "chain.g"), "--wrt", "x", "--walk")
    assert (said.stdout, said.status) == (CHAIN, 0)


def test_feeds() -> None:
    said = graphc("grad", str(SAMPLES / "chain.g"), "--wrt", "x", "--walk", "--feed", "x=2")
    assert "x = 2.0          y2        2 * 2.0 = 4.0\n" in said.stdout


def test_matrices(tmp_path: Path) -> None:
    said = walk(tmp_path, MATRIX, "--wrt", "A,x")
    assert (said.stdout, said.status) == (MATRIX_WALK, 0)


def test_json_is_the_same_as_data(tmp_path: Path) -> None:
    said = walk(tmp_path, MATRIX, "--wrt", "x", "--json")
    document = json.loads(said.stdout)
    assert (document["of"], document["wrt"]) == ("loss", ["x"])
    assert [step["value"] for step in document["steps"]] == ["loss", "h ** 2", "h", "x"]
    last = document["steps"][-1]
    assert last["forward"] == {"dtype": "f64", "shape": [2], "data": [1.0, -1.0]}
    assert last["adjoint"]["data"] == [-8.0, -12.0]
    assert last["contributions"][0]["from"] == "h"


def test_contributions_add_up(tmp_path: Path) -> None:
    """Of every value, whatever its uses; and the adjoints of wrt are what the gradient program gives."""
    program = (
        "input A: f64[2, 2] = [[1, 2], [3, 4]]\ninput k: f64 = 2\nfn f(r) { t = exp(r / 4) * k\n return sum(t * t) }\n"
        "q, r = qr(A)\nz = map(f, A)\ns, c = split(A, 2)\nu = sum(q) + sum(r) + sum(z) + max(A) * sum(sort(c))\n"
        "output loss = u * k + sum(where(A > 2, sqrt(A - 2), 0)) + k * sum(s - c)\n"
    )
    found = steps(tmp_path, program, "--wrt", "A,k")
    for step in found.values():
        parts = [np.array(c["number"]["data"]) for c in step["contributions"]]
        np.testing.assert_allclose(sum(parts), step["adjoint"]["data"], rtol=1e-12)
    assert [c["from"] for c in found["A"]["contributions"]] == ["A - 2", "max(A)", "s, c", "z", "q, r"]
    assert len(found["k"]["contributions"]) == 3
    run = graphc("grad", str(tmp_path / "p.g"), "--wrt", "A,k", "--run", "--json")
    outputs = json.loads(run.stdout)["outputs"]
    for name in ("A", "k"):
        np.testing.assert_allclose(outputs[f"dloss_d{name}"]["data"], found[name]["adjoint"]["data"], rtol=1e-12)


def test_masks_are_shown(tmp_path: Path) -> None:
    program = "input x: f64[3] = [-1, 0, 4]\noutput y = where(x > 0, sqrt(x), 0)\n"
    said = walk(tmp_path, program, "--wrt", "x")
    assert "where(x > 0, 0.5 * g / sqrt(x), 0) = [0, 0, 0.25]" in said.stdout
    assert "sqrt(x) = [nan, 0, 2]" in said.stdout


def test_large_arrays_by_their_type(tmp_path: Path) -> None:
    said = walk(tmp_path, "input x: f32[n]\noutput y = sum(x * x)\n", "--wrt", "x", "--feed", f"x={[1.0] * 20}")
    assert "x = f32[20]" in said.stdout
    assert "g * x = f32[20]" in said.stdout


def test_a_variable_at_its_start(tmp_path: Path) -> None:
    found = steps(tmp_path, "var w: f32 = 3\nloss = w * w\nw -= 0.1 * grad(loss, w)\noutput loss\n", "--wrt", "w")
    assert found["w"]["forward"]["data"] == 3.0
    assert [c["number"]["data"] for c in found["w"]["contributions"]] == [3.0, 3.0]
    assert found["w"]["adjoint"]["data"] == 6.0


def test_values_of_functions_get_names_of_their_own(tmp_path: Path) -> None:
    program = "fn f(x) { d = x * x; return d * x }\ninput a: f32 = 2\noutput y = f(a) + f(a + 1)\n"
    assert {"a", "d", "d_1", "y"} <= set(steps(tmp_path, program, "--wrt", "a"))


def test_long_expressions_get_names(tmp_path: Path) -> None:
    chain = "input x: f64 = 0.5\noutput y = " + "sin(" * 40 + "x" + ")" * 40 + "\n"
    said = walk(tmp_path, chain, "--wrt", "x")
    assert said.status == 0
    assert "v1 is sin(sin(" in said.stdout


def test_no_path_of_the_program_is_too_long(tmp_path: Path) -> None:
    lines = "".join(f"x{i + 1} = sin(x{i})\n" for i in range(300))
    found = steps(tmp_path, f"input x0: f64 = 0.5\n{lines}output x300\n", "--wrt", "x0")
    assert len(found) == 301


@pytest.mark.parametrize(
    ("program", "arguments", "status", "parts"),
    [
        (MATRIX, [], 2, ["--wrt says what to differentiate by"]),
        (MATRIX, ["--wrt", "y"], 1, ["E0408", "no value y"]),
        (MATRIX, ["--wrt", "A", "--run"], 2, ["--walk", "--run"]),
        (MATRIX, ["--wrt", "A", "--dot"], 2, ["--walk", "--dot"]),
        (MATRIX, ["--wrt", "A", "--order", "2"], 2, ["first derivative", "--of dy_dx --walk"]),
        (MATRIX, ["--wrt", "A", "--steps", "3"], 2, ["--steps"]),
        (MATRIX, ["--wrt", "A", "--feed", "A=[1, 2]"], 1, ["A"]),
        ("input x: f32\noutput y = x * x\n", ["--wrt", "x"], 1, ["E0603", "input x has no value", "--feed x="]),
        ("input x: f32 = 1\ninput z: f32 = 1\noutput y = x\n", ["--wrt", "x,z"], 1, ["E0402", "does not depend on z"]),
    ],
)
def test_bad_requests(tmp_path: Path, program: str, arguments: list[str], status: int, parts: list[str]) -> None:
    said = walk(tmp_path, program, *arguments)
    assert said.status == status, said.stderr
    assert said.stdout == ""
    for part in parts:
        assert part in said.stderr
