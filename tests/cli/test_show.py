"""`graphc show`: stages, formats, and what is said about the passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import graphc

ROOT = Path(__file__).parents[2]
PROGRAM = "input x:f32   # a comment\nk = 2*3\ny = k * x + sin(x)\nz = sin(x)\noutput y\noutput z\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.g").write_text(PROGRAM)


def show(*arguments: str) -> str:
    said = graphc("show", "p.g", *arguments)
    assert said.status == 0, said.stderr
    return said.stdout


def test_stages() -> None:
    assert show("--stage", "source") == (
        "input x: f32  # a comment\nk = 2 * 3\ny = k * x + sin(x)\nz = sin(x)\noutput y\noutput z\n"
    )
    assert show() == show("--stage", "graph")
    assert "2 * 3" in show()
    assert "6 * x" in show("--stage", "optimised")
    assert "2 * 3" in show("--stage", "optimised", "--no-fold")


def test_formats() -> None:
    assert "y: f32 = add(" in show("--core")
    assert "# p.g:3:5   y = k * x + sin(x)" in show("--core")
    assert json.loads(show("--json"))["inputs"] == ["x"]
    assert show("--dot").startswith("digraph")


def test_the_graph_parses_back() -> None:
    assert graphc("show", "-", stdin=show()).stdout == show()
    core = show("--core")
    said = graphc("show", "--core", "-", stdin=core)
    assert [line.partition("#")[0].rstrip() for line in said.stdout.splitlines()] == [
        line.partition("#")[0].rstrip() for line in core.splitlines()
    ]


def test_passes() -> None:
    assert show("--print-after", "fold").startswith("# after fold, 1\ninput x: f32\n")
    said = graphc("show", "p.g", "--print-after", "shapes")
    assert (said.stdout, said.stderr) == ("", "shapes changed nothing\n")
    said = graphc("show", "p.g", "--time-passes", "-v")
    assert "6 * x" in said.stdout
    assert "fold     line 2   2*3  ->  6" in said.stderr
    assert "\nall " in said.stderr


def test_a_source_has_no_drawing() -> None:
    said = graphc("show", "p.g", "--stage", "source", "--dot")
    assert said.status == 2
    assert "--stage graph --dot" in said.stderr


def test_all_lists_what_a_saved_program_offers() -> None:
    sample = ROOT / "samples" / "tutorial" / "module.g"
    assert graphc("save", str(sample), "demo.gm").status == 0
    said = graphc("show", "demo.gm", "--all")
    assert said.stdout.splitlines()[:2] == ["demo.gm", "  state     demo.x: f32    trainable"]
    assert "  entries   addprint(a: f32) -> f32\n" in said.stdout
    document = json.loads(graphc("show", "demo.gm", "--all", "--json").stdout)
    assert document["modules"] == {"demo": "Demo"}
    assert document["entries"]["addprint"]["inputs"]["a"] == {"dtype": "f32", "shape": [], "optional": False}


def test_all_draws_no_graph() -> None:
    assert graphc("show", "-", "--all", "--core", stdin="output y = 1\n").status == 2


def test_one_plus_five_saved_loaded_plus_five() -> None:
    sample = ROOT / "samples" / "tutorial" / "module.g"
    graphc("save", str(sample), "demo.gm")
    first = graphc("run", "demo.gm", "--feed", "a=5", "--save-state")
    assert (first.stdout, first.stderr) == ("6.0\naddprint: f32 = 6.0\n", "")
    both = graphc("run", "demo.gm", "--feed", "a=5", "--save-state", "--state", "st")
    assert (both.status, both.stdout) == (2, "")
    assert "--save-state keeps the variables in demo.gm, --state in st" in both.stderr
    for _ in range(2):  # without --save-state nothing is kept
        assert graphc("run", "demo.gm", "--feed", "a=5").stdout == "11.0\naddprint: f32 = 11.0\n"
