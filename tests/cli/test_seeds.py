"""`--seed`, and the random numbers that a saved state goes on with."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.commands import graphc, run_command

PROGRAM = "var w: f32[2] = normal([2])\nstep = normal([2])\nw += step\noutput w\noutput step\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "walk.g"
    path.write_text(PROGRAM)
    return str(path)


def test_a_seed_repeats(file: str) -> None:
    said = [graphc("run", file, *options).stdout for options in ((), ("--seed", "0"), ("--seed", "1"), ("--seed=0x1",))]
    assert said[0] == said[1] != said[2] == said[3]


def test_a_chosen_seed_is_said(file: str) -> None:
    first = graphc("run", file, "--seed", "random")
    found = re.fullmatch(r"seed +(\d+)\n", first.stderr)
    assert found
    assert graphc("run", file, "--seed", found[1]).stdout == first.stdout


@pytest.mark.parametrize("seed", ["-1", "1.5", "18446744073709551616", "x"])
def test_what_is_no_seed(file: str, seed: str) -> None:
    said = graphc("run", file, "--seed", seed)
    assert said.status == 2
    assert "a seed is a whole number" in said.stderr


@pytest.mark.parametrize("seed", [(), ("--seed", "5")])
def test_a_saved_state_goes_on(file: str, tmp_path: Path, seed: tuple[str, ...]) -> None:
    """Run by run, as in one go; the seed is saved with it."""
    state = str(tmp_path / "state")
    expected = [graphc("run", file, "--steps", n, *seed).stdout for n in "1234"]
    assert graphc("run", file, "--state", state, *seed).stdout == expected[0]
    assert graphc("run", file, "--state", state).stdout == expected[1]
    assert graphc("run", file, "--state", state, "--steps", "2").stdout == expected[3]
    saved = json.loads((tmp_path / "state" / "manifest.json").read_text())
    assert saved["random"] == {"seed": 5 if seed else 0, "runs": 4}


def test_a_state_without_random_numbers_has_no_seed(tmp_path: Path) -> None:
    path = tmp_path / "count.g"
    path.write_text("var n: i64 = 0\nn += 1\noutput n\n")
    graphc("run", str(path), "--state", str(tmp_path / "state"))
    assert "random" not in json.loads((tmp_path / "state" / "manifest.json").read_text())


@pytest.mark.parametrize("random", [{"seed": -1, "runs": 0}, {"seed": 1}, [1, 2], {"seed": "a", "runs": 1}])
def test_a_damaged_seed(file: str, tmp_path: Path, random: object) -> None:
    state = tmp_path / "state"
    graphc("run", file, "--state", str(state))
    manifest = json.loads((state / "manifest.json").read_text())
    (state / "manifest.json").write_text(json.dumps({**manifest, "random": random}))
    said = graphc("run", file, "--state", str(state))
    assert said.status == 1
    assert said.stderr.startswith("error[E0704]")


def test_gradients_take_a_seed(tmp_path: Path) -> None:
    path = tmp_path / "noisy.g"
    path.write_text("input x: f32 = 3.0\ny = x * normal()\noutput y\n")
    for options in (("--run",), ("--walk",)):
        said = [graphc("grad", str(path), "--wrt", "x", *options, "--seed", s).stdout for s in ("1", "1", "2")]
        assert said[0] == said[1] != said[2]
    assert graphc("grad", str(path), "--wrt", "x", "--seed", "1").status == 2
    assert "agrees" in graphc("check", "--grad", str(path)).stdout


def test_the_interactive_session_takes_a_seed(file: str) -> None:
    """What it draws is what the program draws."""
    text = "x = normal([3])\nfn f() = uniform()\ny = f() + f()\n"
    for seed in ("3", "4"):
        typed = graphc("repl", "--seed", seed, stdin=text + "print(x, y)\n").stdout.splitlines()[-1]
        run = graphc("run", "-", "--seed", seed, stdin=text + "print(x, y)\n").stdout.splitlines()[0]
        assert typed == run


def test_a_saved_program_keeps_where_its_random_numbers_stand(tmp_path):
    """As many runs with --save-state as with --state draw the same numbers; without, each run begins there."""
    (tmp_path / "walk.g").write_text("var w: f64 = 0.0\nw += uniform([], dtype=f64)\noutput w\n")
    run = lambda line: run_command(f"graphc {line}", tmp_path).stdout  # noqa: E731
    run("save walk.g walk.gm")
    by_state = [run("run walk.g --state st --seed 3") for _ in range(3)]
    by_program = [run("run walk.gm --save-state --seed 3")]
    by_program += [run("run walk.gm --save-state") for _ in range(2)]
    assert by_program == by_state
    assert len(set(by_program)) == 3
    assert run("run walk.gm") == run("run walk.gm") == run("run walk.g --state st")
