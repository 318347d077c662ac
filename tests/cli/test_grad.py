"""`graphc grad`: gradient programs that print, parse again and run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import graphc as graphc_api
from graphc.files import save_state
from tests.commands import graphc, run_command

POLY = "input x: f32 = 0.0\na = 1.0; b = -2.0; c = 1.0\ny = a * x ** 2 + b * x + c\noutput y\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("poly.g").write_text(POLY)
    return tmp_path


def test_the_gradient_is_a_program() -> None:
    said = graphc("grad", "poly.g", "--wrt", "x")
    assert said.status == 0
    assert said.stdout.startswith("# d y / d x of poly.g\ninput x: f32 = 0.0\n")
    assert said.stdout.endswith("output y\noutput dy_dx\n")
    again = graphc("run", "-", "--feed", "x=3", stdin=said.stdout)
    assert again.stdout == "y: f32 = 4.0\ndy_dx: f32 = 4.0\n"


def test_what_is_differentiated_by_is_kept() -> None:
    said = graphc("grad", "poly.g", "--wrt", "a")
    assert "\na" in said.stdout
    assert graphc("run", "-", "--feed", "a=5", "--feed", "x=3", stdin=said.stdout).stdout == (
        "y: f32 = 40.0\ndy_da: f32 = 9.0\n"
    )


def test_pipeline_to_the_second_derivative(folder: Path) -> None:
    said = run_command("graphc grad --wrt x | graphc grad --wrt x --of dy_dx | graphc run - --fetch d2y_dx2", folder)
    assert (said.stdout, said.stderr, said.status) == ("d2y_dx2: f32 = 2.0\n", "poly.g\n", 0)


def test_order() -> None:
    said = graphc("grad", "poly.g", "--wrt", "x", "--order", "2", "--run", "--feed", "x=3")
    assert said.stdout == "y: f32 = 4.0\ndy_dx: f32 = 4.0\nd2y_dx2: f32 = 2.0\n"


@pytest.mark.parametrize("wrt", [["--wrt", "x,a"], ["--wrt", "x", "--wrt", "a"]])
def test_run_with_the_options_of_run(wrt: list[str]) -> None:
    said = graphc("grad", "poly.g", *wrt, "--run", "--feed", "x=2")
    assert said.stdout == "y: f32 = 1.0\ndy_dx: f32 = 2.0\ndy_da: f32 = 4.0\n"
    said = graphc("grad", "poly.g", *wrt, "--run", "--fetch", "dy_da", "--json")
    assert json.loads(said.stdout)["outputs"]["dy_da"]["data"] == 0.0


def test_formats() -> None:
    assert "multiply(" in graphc("grad", "poly.g", "--wrt", "x", "--core").stdout
    assert json.loads(graphc("grad", "poly.g", "--wrt", "x", "--json").stdout)["outputs"][1]["name"] == "dy_dx"
    assert graphc("grad", "poly.g", "--wrt", "x", "--dot").stdout.startswith("digraph")
    said = graphc("grad", "poly.g", "--wrt", "x", "--core", "--dot")
    assert said.status == 2


def test_effects() -> None:
    Path("w.g").write_text(
        'input x: f32\nvar w: f32 = 1.0\nloss = (w * x) ** 2\nprint("loss", loss)\n'
        "w -= 0.1 * grad(loss, w)\noutput loss\n"
    )
    plain = graphc("grad", "w.g", "--wrt", "w").stdout
    assert "print" not in plain
    assert "w -=" not in plain
    full = graphc("grad", "w.g", "--wrt", "w", "--effects").stdout
    assert 'print("loss", loss)' in full
    assert "w -=" in full
    assert graphc("run", "-", "--feed", "x=2", stdin=full).stdout.startswith("loss 4.0\n")


def test_of_defaults_to_loss() -> None:
    Path("two.g").write_text("input x: f32 = 1.0\noutput other = x\noutput loss = x ** 3\n")
    assert graphc("grad", "two.g", "--wrt", "x", "--run").stdout == "loss: f32 = 1.0\ndloss_dx: f32 = 3.0\n"
    assert "dother_dx" in graphc("grad", "two.g", "--wrt", "x", "--of", "other").stdout


@pytest.mark.parametrize(
    ("program", "arguments", "status", "parts"),
    [
        (POLY, [], 2, ["--wrt says what to differentiate by", "--wrt x"]),
        (POLY, ["--wrt", "xx"], 1, ["E0408", "xx"]),
        (POLY, ["--wrt", "x", "--of", "z"], 1, ["E0408", "no value z"]),
        (POLY, ["--wrt", "x", "--feed", "x=1"], 2, ["--run"]),
        ("input x: f32\noutput a = x\noutput b = x\n", ["--wrt", "x"], 1, ["E0408", "a, b", "--of a"]),
        ("input k: i64\noutput y = 2 * k\n", ["--wrt", "k"], 1, ["E0401", "i64"]),
        ("input x: f32\ninput z: f32\noutput y = 2 * z\n", ["--wrt", "x"], 1, ["E0402", "does not depend on x"]),
        ("input x: f32\noutput y = f32(i32(x))\n", ["--wrt", "x"], 1, ["E0402", "no derivative reaches x"]),
        (
            "var w: f32 = 1.0\nloss = w ** 2\nw = 3.0\nh = w\noutput loss\n",
            ["--wrt", "h"],
            1,
            ["E0402"],
        ),
    ],
)
def test_bad_requests(program: str, arguments: list[str], status: int, parts: list[str]) -> None:
    Path("p.g").write_text(program)
    said = graphc("grad", "p.g", *arguments)
    assert said.status == status, said.stderr
    assert said.stdout == ""
    for part in parts:
        assert part in said.stderr


def test_a_name_assigned_since() -> None:
    """Errors of `grad` as an expression have the same face, with both places."""
    Path("p.g").write_text("x = 1.5\ny = x ** 2\nx = 3.0\noutput dy = grad(y, x)\n")
    said = graphc("run", "p.g")
    assert said.status == 1
    assert "error[E0403]: y was computed with an earlier x" in said.stderr
    assert "\n 3 | x = 3.0" in said.stderr


def test_the_gradient_of_a_saved_program_starts_from_what_was_saved(tmp_path: Path) -> None:
    """Printed and run again, or run at once, or in Python: the numbers of w = [1, 2, 3], by hand."""
    text = "var w: f32[3] = zeros([3])\nexport fn predict(x: f32[3]) = sum(w * x ** 2)\n"
    (tmp_path / "pred.g").write_text(text)
    save_state(tmp_path / "st", {"w": np.float32([1, 2, 3])})
    assert run_command("graphc save pred.g pred.gm --state st", tmp_path).status == 0
    expected = {"predict": 36.0, "dpredict_dx": [2.0, 8.0, 18.0]}
    feed = '--json --feed "x=[1, 2, 3]"'
    grad = "graphc grad pred.gm --entry predict --wrt x"
    for line in (f"{grad} | graphc run - {feed}", f"{grad} --run {feed}"):
        said = run_command(line, tmp_path)
        found = json.loads(said.stdout)["outputs"]
        assert [v["data"] for v in found.values()] == list(expected.values()), line
    grads = graphc_api.load(tmp_path / "pred.gm").grad(wrt="x")
    for program in (grads, graphc_api.loads(str(grads))):
        out = program.compile()(x=[1, 2, 3])
        assert [v.tolist() for v in out.values()] == list(expected.values())
