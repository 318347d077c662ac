"""Saved programs with entry points: what runs if none is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands import graphc

FIT = """input X: f32[n, 2]
input Y: f32[n]
var w: f32[2] = [0.1, 0.2]
export fn predict(x: f32[m, 2]) = x @ w
export fn score(x: f32[m, 2], y: f32[m]) = mean((x @ w - y) ** 2)
loss = score(X, Y)
w -= 0.01 * grad(loss, w)
output loss
"""
FEEDS = ("--feed", "X=[[1, 2], [3, 4]]", "--feed", "Y=[1, 2]")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fit.g").write_text(FIT)
    assert graphc("save", "fit.g", "fit.gm").status == 0


@pytest.mark.parametrize(
    "command",
    [
        ["run", *FEEDS],
        ["run", *FEEDS, "--steps", "5"],
        ["run", *FEEDS, "--fetch", "loss"],
        ["run", *FEEDS, "--json"],
        ["check"],
        ["check", "--grad", *FEEDS],
        ["grad", "--wrt", "w"],
        ["grad", "--wrt", "w", "--run", *FEEDS],
        ["show"],
        ["show", "--json"],
    ],
    ids=" ".join,
)
def test_with_several_the_program_is_what_it_was(command: list[str]) -> None:
    verb, *options = command
    before = graphc(verb, "fit.g", *options)
    after = graphc(verb, "fit.gm", *options)
    assert (before.status, after.status) == (0, 0)
    assert words(after.stdout) == words(before.stdout)


def words(text: str) -> list[str]:
    """The lines without the name of the file, the table of entry points and how well gradients agree."""
    lines = re.sub(r"fit\.gm/program\.g|fit\.gm", "fit.g", text).splitlines()
    return [re.sub(r"differences .*", "", line) for line in lines if "-> f32" not in line]


def test_an_entry_point_is_asked_for() -> None:
    assert graphc("run", "fit.gm", "--entry", "predict", "--feed", "x=[[1, 2]]").stdout == "predict: f32[1] = [0.5]\n"


def test_with_several_and_nothing_beside_them_one_must_be_named() -> None:
    Path("two.g").write_text("var w: f32 = 1.0\nexport fn f(x: f32) = x * w\nexport fn g(x: f32) = x + w\n")
    graphc("save", "two.g", "two.gm")
    said = graphc("run", "two.gm", "--feed", "x=2")
    assert said.status == 1
    assert "error[E0210]: two.gm has several entry points: f, g" in said.stderr and "--entry f" in said.stderr
