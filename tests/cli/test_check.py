"""`graphc check`: the table, gradients, and reports for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import graphc

DECAY = """
input t: f64[n]
input obs: f64[n]
input rate: f32 = 0.1
var A: f64 = 1.0
var k: f64 = 1.0
var step: i64 = 0, trainable=false
loss = mean((A * exp(-k * t) - obs) ** 2)
output loss
step += 1
print(step)
assert isfinite(loss)
test "nothing" { assert true }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("decay.g").write_text(DECAY)


def test_table() -> None:
    said = graphc("check", "decay.g")
    assert (said.status, said.stderr) == (0, "")
    assert said.stdout.splitlines() == [
        "decay.g: ok",
        "  inputs    t: f64[n]   obs: f64[n]   rate: f32 = …",
        "  state     A: f64   k: f64    trainable",
        "            step: i64    not trainable",
        "  outputs   loss: f64",
        "  effects   assert, print",
        "  tests     nothing",
    ]


def test_json() -> None:
    found = json.loads(graphc("check", "decay.g", "--json").stdout)
    assert found["ok"] is True
    assert found["inputs"]["t"] == {"dtype": "f64", "shape": ["n"], "optional": False}
    assert found["state"]["step"] == {"dtype": "i64", "shape": [], "trainable": False}
    assert found["effects"] == {"assert": 1, "print": 1}


def test_errors_in_json() -> None:
    Path("bad.g").write_text("x = 1\ny = x + zz\nq = ww\n")
    said = graphc("check", "bad.g", "--json")
    found = json.loads(said.stdout)
    assert (said.status, found["ok"]) == (1, False)
    assert [(d["code"], d["line"], d["column"], d["end_column"]) for d in found["diagnostics"]] == [
        ("E0201", 2, 9, 11),
        ("E0201", 3, 5, 7),
    ]


def test_errors_are_collected() -> None:
    Path("bad.g").write_text("x = 1\ny = x + zz\nq = ww\n")
    said = graphc("check", "bad.g")
    assert said.status == 1
    assert said.stderr.endswith("error: 2 errors in bad.g\n")


def test_warnings() -> None:
    Path("w.g").write_text("input a: f32[3, 1]\ninput b: f32[1, 3]\noutput s = mean((a - b) ** 2)\n")
    said = graphc("check", "w.g")
    assert said.status == 0
    assert said.stderr.startswith("warning[W0301]")
    assert said.stdout.startswith("w.g: ok")


def test_gradients() -> None:
    said = graphc("check", "--grad", "decay.g")
    assert said.status == 0, said.stdout
    lines = said.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["dloss_dA", "dloss_dk", "dloss_dt", "dloss_dobs", "dloss_drate"]
    for line in lines[:4]:
        figure = float(line.partition(" agrees with central differences to ")[2].split()[0])
        assert figure < 1e-9
    assert lines[4].endswith("0: there is no path to rate")
    assert lines[2].endswith("(3 points)")


def test_gradients_where_the_feeds_are() -> None:
    said = graphc("check", "--grad", "decay.g", "--feed", "t=[1, 2]", "--feed", "obs=[0.5, 0.1]")
    assert said.stdout.splitlines()[2].endswith("(2 points)")


def test_a_wrong_gradient_is_found() -> None:
    Path("wrong.g").write_text(
        "input x: f32[4]\nfn f(x) {\n  return x ** 2\n} vjp (g) {\n  return g * x\n}\noutput loss = sum(f(x))\n"
    )
    said = graphc("check", "--grad", "wrong.g")
    assert said.status == 1
    assert "dloss_dx   DISAGREES: [" in said.stdout
    found = json.loads(graphc("check", "--grad", "wrong.g", "--json").stdout)
    assert (found["ok"], found["gradients"]["dloss_dx"]["agrees"]) == (False, False)


def test_gradients_of_several_outputs() -> None:
    Path("two.g").write_text("input x: f32\noutput a = x\noutput b = sin(x)\n")
    said = graphc("check", "--grad", "two.g")
    assert said.status == 1
    assert "--of a" in said.stderr
    assert graphc("check", "--grad", "two.g", "--of", "b").stdout.startswith("db_dx   agrees")


def test_sizes_and_labels_are_made_up() -> None:
    Path("net.g").write_text(
        "input X: f32[n, 4]\ninput Y: i64[n]\nvar w: f32[4, 3] = zeros([4, 3])\n"
        "loss = -mean(sum(one_hot(Y, 3) * log_softmax(X @ w, axis=-1), axis=-1))\noutput loss\n"
    )
    said = graphc("check", "--grad", "net.g")
    assert said.status == 0, said.stdout + said.stderr
    assert "dloss_dw   agrees" in said.stdout
    assert "(12 points)" in said.stdout
