"""Results that are stacks: a run gives their elements as a tensor, whose length nobody knows before."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import graphc as package
from tests.commands import graphc

POWERS = """input x: f64
input n: i64
ys = stack()
zs = stack()
i = 0
t = x
while i < n {
  t = t * x
  push(ys, t)
  push(zs, zeros([2]))
  i += 1
}
output ys
output zs
"""
COUNTS = "input n: i64\nys = stack()\ni = 0\nwhile i < n { push(ys, i); i += 1 }\noutput ys\n"
FEEDS = ("--feed", "x=2", "--feed", "n=3")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("powers.g").write_text(POWERS)
    Path("counts.g").write_text(COUNTS)


def test_check_shows_the_tensor() -> None:
    assert "  outputs   ys: i64[?]" in graphc("check", "counts.g").stdout.splitlines()
    assert "  outputs   ys: f64[?]   zs: f32[?, 2]" in graphc("check", "powers.g").stdout.splitlines()
    shown = graphc("check", "powers.g", "--float", "f64").stdout
    assert "  outputs   ys: f64[?]   zs: f64[?, 2]" in shown.splitlines()


def test_signatures_in_python() -> None:
    outputs = package.load("powers.g").outputs
    assert {name: str(s) for name, s in outputs.items()} == {"ys": "f64[?]", "zs": "f32[?, 2]"}
    assert (outputs["zs"].dtype, outputs["zs"].shape) == ("f32", ("?", 2))
    assert str(package.load("counts.g").outputs["ys"]) == "i64[?]"


def test_a_saved_program_lists_it() -> None:
    graphc("save", "powers.g", "powers.gm")
    assert "  outputs   ys: f64[?]   zs: f32[?, 2]" in graphc("show", "powers.gm", "--all").stdout.splitlines()
    listed = json.loads(graphc("show", "powers.gm", "--all", "--json").stdout)["outputs"]
    assert listed == {"ys": {"dtype": "f64", "shape": ["?"]}, "zs": {"dtype": "f32", "shape": ["?", 2]}}
    assert graphc("run", "powers.gm", *FEEDS, "--fetch", "ys").stdout == "ys: f64[3] = [4.0, 8.0, 16.0]\n"


@pytest.mark.parametrize("n", [0, 1, 3])
def test_all_ways_to_run(n: int) -> None:
    program = package.load("powers.g")
    expected = np.cumprod([2.0] * (n + 1))[1:]
    for found in (program.compile()(x=2.0, n=n), program.run_eagerly(x=2.0, n=n)):
        np.testing.assert_array_equal(found["ys"], expected)
        assert found["zs"].shape == (n, 2)
    graphc("run", "powers.g", "--feed", "x=2", "--feed", f"n={n}", "--out", "ys=ys.npy")
    np.testing.assert_array_equal(np.load("ys.npy"), expected)


def test_its_derivative() -> None:
    """The sum of 2x, 3x², 4x³."""
    said = graphc("grad", "powers.g", "--of", "ys", "--wrt", "x", "--run", *FEEDS)
    assert said.stdout.splitlines()[-1] == "dys_dx: f64 = 48.0"
    assert "agrees" in graphc("check", "powers.g", "--grad", "--of", "ys", *FEEDS).stdout
    walked = graphc("grad", "powers.g", "--of", "ys", "--wrt", "x", "--walk", *FEEDS)
    assert walked.status == 0 and "ys = [4, 8, 16]" in walked.stdout and "48" in walked.stdout


def test_the_session_shows_its_elements() -> None:
    session = package.Session()
    session.show(COUNTS.replace("input n: i64", "n = 3").replace("output ys\n", ""))
    assert session.show("ys") == "[0, 1, 2] : i64[3]"


@pytest.mark.parametrize(
    "verb", [["show"], ["show", "--core"], ["show", "--dot"], ["show", "--json"], ["fmt", "--check"]]
)
def test_verbs_that_print(verb: list[str]) -> None:
    assert graphc(*verb, "counts.g").status == 0


def test_it_is_not_fed() -> None:
    said = graphc("run", "counts.g", "--feed", "n=3", "--feed", "ys=[1]")
    assert said.status == 1 and "error[E0604]: ys is a stack, which can't be fed" in said.stderr
