"""Every verb, started as a user starts it: a process in a folder of its own, with graphc installed from its wheel.

The other tests of the command line run in this process and from the source tree, where a file that the wheel lacks is
found all the same.  Here the wheel is built and unpacked beside the installed dependencies, and nothing of the tree is
on the path.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PROGRAM = """\
input x: f64[n] = [1, 2, 4]
input t: f64[n] = [2, 4, 8]
var w: f64 = 0.5

export fn predict(x: f64) = w * x

output loss = mean((w * x - t) ** 2)

test "adds" {
  assert 1 + 1 == 2
}
"""
DATA = "x,t\n1,2\n2,4\n3,6\n4,8\n"

# What comes after the verb, "FILE" being the program, and something that stdout has then.
PROGRAMS = {  # verbs that take a program: as a file, on stdin, and as the only one of the folder
    "run": ("FILE --float f64", "loss: f64 = 15.75"),
    "train": ("FILE --data ../data.csv --epochs 1 --json", '"loss"'),
    "grad": ("FILE --wrt w", "output dloss_dw"),
    "show": ("FILE", "loss"),
    "check": ("FILE --grad", "dloss_dw   agrees"),
    "save": ("FILE model.gm", ""),
    "fmt": ("FILE", ""),
    "test": ("FILE", "1 passed"),
    "bench": ("FILE --repeat 5", "execution"),
}
OTHERS: dict[str, tuple[str, str | None, str]] = {  # verbs that take none: arguments, stdin, and what stdout has
    "repl": ("", "x = 2.0\nx * 3\n", "6.0"),
    "ops": ("softmax", None, "softmax"),
    "explain": ("E0301", None, "E0301"),
    "doctor": ("", None, "numpy"),
    "completion": ("bash", None, "graphc"),
}


@dataclass(frozen=True, slots=True)
class Installed:
    """A folder with graphc's wheel unpacked in it."""

    wheel: Path
    folder: Path

    def start(self, *arguments: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run this Python with the folder on its path, and neither the tree nor the current folder.

        `stdin` comes through a pipe; without one there is nothing to read.
        """
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FORCE_COLOR", "COLUMNS"))}
        environment |= {"PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1", "NO_COLOR": "1"}
        given = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=cwd, env=environment, text=True, capture_output=True, timeout=60, **given)

    def graphc(self, *arguments: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        said = self.start("-m", "graphc", *arguments, cwd=cwd, stdin=stdin)
        everything = said.stdout + said.stderr
        assert "Traceback" not in everything and "internal error" not in everything, everything
        return said


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    built, folder = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder)]
    subprocess.run([*install, "--disable-pip-version-check", str(wheel)], check=True, capture_output=True)
    return Installed(wheel, folder)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that holds exactly one program; its data lie beside it."""
    (tmp_path / "data.csv").write_text(DATA)
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "line.g").write_text(PROGRAM)
    return folder


def test_the_wheel_is_what_runs(installed: Installed, tmp_path: Path) -> None:
    said = installed.start("-c", "import graphc; print(graphc.__file__)", cwd=tmp_path)
    assert Path(said.stdout.strip()).is_relative_to(installed.folder), said


def test_the_wheel_has_every_file_of_the_package(installed: Installed) -> None:
    """The grammar's tables, the library in graphc itself, and the marker of types are no Python files."""
    kept = {
        str((Path(folder) / name).relative_to(ROOT))
        for folder, _, names in os.walk(ROOT / "graphc", followlinks=True)  # graphc/grammars is a link
        for name in names
        if "__pycache__" not in folder
    }
    with zipfile.ZipFile(installed.wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("graphc/")}
    assert {"graphc/stdlib/nn.g", "graphc/grammars/graphc.lark", "graphc/py.typed"} <= packed
    assert packed == kept


def test_the_table_has_every_verb(installed: Installed, tmp_path: Path) -> None:
    listed = installed.graphc("--help", cwd=tmp_path).stdout.split("Verbs:\n")[1]
    assert set(re.findall(r"^  (\w+)", listed, re.M)) == PROGRAMS.keys() | OTHERS.keys()


@pytest.mark.parametrize("given", ["file", "stdin", "folder"])
@pytest.mark.parametrize("verb", PROGRAMS)
def test_a_verb_with_a_program(installed: Installed, home: Path, verb: str, given: str) -> None:
    arguments, expected = PROGRAMS[verb]
    spelled = {"file": ["line.g"], "stdin": ["-"], "folder": []}[given]
    words = [word for given in arguments.split() for word in (spelled if given == "FILE" else [given])]
    stdin = PROGRAM if given == "stdin" else None
    if given == "stdin":
        (home / "line.g").unlink()
    said = installed.graphc(verb, *words, cwd=home, stdin=stdin)
    assert said.returncode == 0, said
    assert expected in said.stdout, said
    if verb == "save":
        arguments = "run model.gm --entry predict --feed x=3.0"
        assert installed.graphc(*arguments.split(), cwd=home).stdout == "predict: f64 = 1.5\n"
    if verb == "fmt":
        assert (said.stdout if given == "stdin" else (home / "line.g").read_text()) == PROGRAM


@pytest.mark.parametrize("verb", OTHERS)
def test_a_verb_without_a_program(installed: Installed, tmp_path: Path, verb: str) -> None:
    arguments, stdin, expected = OTHERS[verb]
    said = installed.graphc(verb, *arguments.split(), cwd=tmp_path, stdin=stdin)
    assert said.returncode == 0, said
    assert expected in said.stdout, said


def test_the_library_is_found(installed: Installed, tmp_path: Path) -> None:
    """`import losses` reads a `.g` file of the wheel."""
    program = "import losses\noutput y = losses.mse([1.0, 2.0], [1.0, 4.0])\n"
    said = installed.graphc("run", "-", cwd=tmp_path, stdin=program)
    assert said.returncode == 0 and said.stdout == "y: f32 = 2.0\n", said
