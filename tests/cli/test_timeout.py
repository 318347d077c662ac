"""`--timeout` covers everything that a verb does: reading, parsing, elaborating, differentiating, passes, running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

LIMIT = 1.0
NESTED = "input x: f64 = 0.5\ny = x ** sin(x ** x)\noutput g = " + "grad(" * 16 + "exp(y)" + ", x)" * 16 + "\n"
PROGRAMS = {
    "nested derivatives": NESTED,
    "a long list": f"x = [{', '.join(['1.5'] * 1_000_000)}]\noutput s = sum(x)\n",
    "many functions": "".join(f"fn f{i}(x) = x + {i}\n" for i in range(150_000)) + "output s = f7(1.0)\n",
    "an endless loop": "x = 1.0\nwhile x > 0 { x = x + 1 }\noutput x\n",
    "an unrolled loop": f"s = 0.0\nfor i in [{', '.join(['1, 2, 3'] * 100_000)}] {{ s += sin(s + i) }}\noutput s\n",
}
VERBS = ("run", "grad", "show", "check", "save", "test", "bench", "train")


def graphc(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """A process, started outside of the project, and what it took beyond its own start."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for command in (["explain", "E0611"], arguments):
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "graphc", *command], cwd=folder, env=environment, capture_output=True, text=True
        )
        times.append(time.monotonic() - start)
    return done, times[1] - times[0]


@pytest.mark.parametrize("name", PROGRAMS)
def test_whatever_takes_long(name: str, tmp_path: Path) -> None:
    (tmp_path / "p.g").write_text(PROGRAMS[name])
    done, seconds = graphc(tmp_path, "run", "p.g", f"--timeout={LIMIT}")
    assert done.returncode == 1
    assert done.stderr.startswith("error[E0611]: timed out after 1 s\n"), done.stderr
    assert "Traceback" not in done.stderr
    assert seconds < LIMIT + 4  # on a machine that is busy with other tests


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_that_compiles(verb: str, tmp_path: Path) -> None:
    (tmp_path / "p.g").write_text(f"var w: f64 = 1.0\ninput t: f64[n] = [1.0]\nloss = sum(w * t)\n{NESTED}")
    (tmp_path / "data.json").write_text('{"t": [1, 2]}')
    more = {
        "grad": ["--wrt", "x", "--of", "g"],
        "save": ["out.gm"],
        "train": ["--data", "data.json", "--optim", "sgd", "--lr", "0.1", "--state", "st"],
    }
    done, _ = graphc(tmp_path, verb, "p.g", *more.get(verb, []), "--timeout", str(LIMIT))
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[E0611]: timed out after 1 s" in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["data.json", "p.g"]


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "soon"])
def test_what_is_no_time(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.g").write_text("output y = 1.0\n")
    done, _ = graphc(tmp_path, "check", "p.g", f"--timeout={text}")
    assert done.returncode == 2
    assert "--timeout" in done.stderr


def test_finished_steps_are_kept(tmp_path: Path) -> None:
    (tmp_path / "p.g").write_text("var c: i64 = 0\nx = 1.0\nwhile c > 2 and x > 0 { x = x + 1 }\nc += 1\noutput x\n")
    done, _ = graphc(tmp_path, "run", "p.g", "--steps", "100", "--state", "st", "--timeout", str(LIMIT))
    assert done.returncode == 1
    assert "stopped after 3 of 100 steps; the state is in st" in done.stderr
    assert "this loop was running" in done.stderr
    left, _ = graphc(tmp_path, "run", "p.g", "--state", "st", "--fetch", "c", "--json")
    assert json.loads(left.stdout)["outputs"]["c"]["data"] == 3


def test_enough_time_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "p.g").write_text("input x: f64 = 3.0\noutput y = x ** 2\n")
    done, _ = graphc(tmp_path, "grad", "p.g", "--wrt", "x", "--run", "--timeout", "60")
    assert (done.returncode, done.stdout) == (0, "y: f64 = 9.0\ndy_dx: f64 = 6.0\n")
