"""The command line itself: help, usage, exit statuses, colours, standard input, signals, completion."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import graphc as package
from graphc.cli import VERBS, cli
from tests.commands import graphc

ROOT = Path(__file__).parents[2]
POLY = "input x: f32 = 0.0\ny = x ** 2 + 1\noutput y\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def process(
    *arguments: str, stdin: object = subprocess.DEVNULL, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run graphc as a process.  `stdin`: text for a pipe, or a file."""
    given = {"input": stdin} if isinstance(stdin, str) else {"stdin": stdin}
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "graphc", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        **given,  # type: ignore[call-overload]
    )


# ---------------------------------------------------------------- help


def modules_of(*arguments: str) -> set[str]:
    """What a command imports."""
    code = (
        f"import sys; from graphc.cli import cli\ntry: cli.main({arguments!r})\nexcept SystemExit: print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    return set(done.stdout.splitlines()[-1].split())


def test_help_imports_click_alone() -> None:
    modules = modules_of("--help")
    assert "click" in modules
    assert not modules & {
        "numpy",
        "scipy",
        "rich",
        "safetensors",
        "lark",
        "graphc.driver",
        "graphc.diagnostics",
        "graphc.ir",
    }


def test_an_explanation_needs_no_parser() -> None:
    assert "lark" not in modules_of("explain", "E0101")


def test_a_run_imports_what_it_needs() -> None:
    Path("poly.g").write_text(POLY)
    modules = modules_of("run", "poly.g")
    assert "numpy" in modules
    assert not modules & {"scipy", "rich", "safetensors", "graphc.ir.text", "graphc.exporters.dot"}


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_each_verb(verb: str) -> None:
    text = graphc(verb, "--help").stdout
    lines = text.splitlines()
    assert len(lines) <= 40
    assert all(len(line) <= 100 for line in lines)
    assert all(line.startswith("  graphc ") for line in lines[:3])
    assert lines[4].startswith(f"Usage: graphc {verb}")


def test_help_lists_the_verbs() -> None:
    text = graphc("--help").stdout
    assert [line.split()[0] for line in text.partition("Verbs:\n")[2].splitlines()] == list(VERBS)
    assert graphc().status == 2


def test_no_verb_shows_the_help() -> None:
    said = graphc()
    assert (said.status, said.stdout) == (2, "")
    assert said.stderr == graphc("--help").stdout


def test_version() -> None:
    assert graphc("--version").stdout == f"graphc {package.__version__}\n"
    pyproject = (ROOT / "pyproject.toml").read_text()
    assert f'version = "{package.__version__}"' in pyproject


# ---------------------------------------------------------------- usage


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["grd"], ["there is no verb grd", "did you mean grad?"]),
        (["poly.g"], ["there is no verb poly.g", "graphc run poly.g"]),
        (["run", "--fed", "x=1"], ["there is no option --fed", "did you mean --feed?"]),
        (["run", "--step", "3"], ["--step", "--steps"]),
        (["run", "poly.g", "--steps", "0"], ["--steps"]),
        (["run", "poly.g", "--steps", "many"], ["--steps takes a whole number from 1 on"]),
        (["grad", "--wrt", "x", "--order", "17"], ["a whole number from 1 to 16", "--order 16"]),
        (["grad", "--wrt", "x", "--order", "0"], ["a whole number from 1 to 16", "hint: --order 1, … --order 16"]),
        (["help"], ["there is no verb help", "hint: graphc --help"]),
        (["help", "run"], ["there is no verb help", "hint: graphc run --help"]),
        (["help", "rum"], ["there is no verb help", "hint: graphc --help"]),
        (["run", "poly.g", "--out", "y.npy"], ["--out takes NAME=FILE, not y.npy", "hint: --out y=y.npy"]),
        (["run", "poly.g", "--eager", "--out", "y.npy"], ["hint: --out y=y.npy"]),
        (["run", "poly.g", "more.g"], ["more.g"]),
        (["run", "poly.g", "--backend", "native"], ["no native backend", "--backend numpy"]),
        (["run", "poly.g", "--passes", "fld"], ["there is no pass fld", "did you mean fold?"]),
        (["run", "poly.g", "--print-after", "nothing"], ["there is no pass nothing", "prune, fold"]),
        (["run", "poly.g", "--no-fld"], ["there is no option --no-fld", "did you mean --no-fold?"]),
        (["run", "--feed"], ["--feed", "hint: graphc run --help"]),
        (["run", "poly.g", "--feed"], ["--feed", "hint: graphc run --help"]),
        (["explain", "E0310x"], ["E0310x"]),
        (["ops", "tnh"], ["there is no operation tnh", "graphc ops tanh"]),
        (["completion", "tcsh"], ["tcsh"]),
        (["completion"], ["missing"]),
    ],
)
def test_misuse(arguments: list[str], parts: list[str]) -> None:
    Path("poly.g").write_text(POLY)
    said = graphc(*arguments)
    assert (said.status, said.stdout) == (2, "")
    assert said.stderr.startswith("error: ")
    for part in parts:
        assert part in said.stderr


# ---------------------------------------------------------------- which program


@pytest.mark.parametrize("verb", [["run"], ["show"], ["check"], ["grad", "--wrt", "x"], ["fmt"]])
def test_the_only_program_is_taken(verb: list[str]) -> None:
    Path("poly.g").write_text(POLY)
    said = graphc(*verb)
    assert said.status == 0
    assert said.stderr == "poly.g\n"


@pytest.mark.parametrize("verb", [["run"], ["show"], ["check"], ["grad", "--wrt", "x"], ["fmt"]])
def test_no_program_or_several(verb: list[str]) -> None:
    said = graphc(*verb)
    assert (said.status, said.stdout) == (2, "")
    assert "error[E0707]: this folder has no program" in said.stderr
    assert f"graphc {verb[0]} FILE" in said.stderr
    for name in ("b.g", "a.g"):
        Path(name).write_text(POLY)
    said = graphc(*verb)
    assert (said.status, said.stdout) == (2, "")
    assert "this folder has 2 programs" in said.stderr
    assert "here are a.g, b.g" in said.stderr


@pytest.mark.parametrize("arguments", [["run"], ["run", "-"]])
def test_a_program_through_a_pipe_or_from_a_file(arguments: list[str]) -> None:
    Path("other.g").write_text("output z = 1.0\n")
    assert process(*arguments, stdin=POLY).stdout == "y: f32 = 1.0\n"
    Path("poly.txt").write_text(POLY)
    with open("poly.txt") as stream:
        assert process(*arguments, stdin=stream).stdout == "y: f32 = 1.0\n"


@pytest.mark.parametrize("arguments", [["run"], ["run", "-"], ["check"], ["fmt"], ["test"]])
def test_an_empty_pipe(arguments: list[str]) -> None:
    Path("other.g").write_text("output z = 1.0\n")
    done = process(*arguments, stdin="")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error[E0707]: the standard input holds no program\n")
    assert "here is other.g" in done.stderr


def test_no_standard_input_at_all() -> None:
    Path("poly.g").write_text(POLY)
    assert process("run").stdout == "y: f32 = 1.0\n"  # /dev/null
    command = f"{sys.executable} -m graphc run <&-"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stdout) == (0, "y: f32 = 1.0\n")


def test_places_in_a_program_from_the_standard_input() -> None:
    done = process("check", stdin="y = x\n")
    assert done.returncode == 1
    assert " --> <stdin>:1:5" in done.stderr


# ---------------------------------------------------------------- colours


@pytest.mark.parametrize(
    ("option", "environment", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color(option: list[str], environment: dict[str, str], colored: bool) -> None:
    settings = {"NO_COLOR": None, "FORCE_COLOR": None, **environment}
    for arguments in (["check", *option, "-"], [*option, "check", "-"]):
        done = CliRunner().invoke(cli, arguments, input="y = x\n", env=settings)
        assert ("\x1b[" in done.stderr) is colored
        assert done.stdout == ""


# ---------------------------------------------------------------- endings


def test_a_bug_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("poly.g").write_text(POLY)

    def broken(*_: object, **__: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("graphc.cli.program.compile_source", broken)
    said = graphc("run", "poly.g")
    assert said.status == 70
    assert said.stderr.startswith("internal error: KeyError: 'lost' (at cli/test_command_line.py:")
    assert "this is a bug in graphc" in said.stderr
    assert said.stderr.endswith("graphc run poly.g --debug\n")
    assert "Traceback" not in said.stderr
    said = graphc("run", "poly.g", "--debug")
    assert said.status == 70
    assert "Traceback" in said.stderr


def test_a_closed_pipe() -> None:
    Path("count.g").write_text('var n: i64 = 0\nn += 1\nprint("step", n)\n')
    command = f"{sys.executable} -m graphc run count.g --steps 1000000000 | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert (done.stdout, done.stderr, done.returncode) == ("step 1\n", "", 141)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "graphc", "explain"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 1
    assert done.stderr == "error[E0706]: the output can't be written: no space left on device\n"


def test_an_interrupt_keeps_the_state() -> None:
    Path("count.g").write_text('var n: i64 = 0\nn += 1\nprint("step", n)\noutput z = 2 * n\n')
    command = [sys.executable, "-u", "-m", "graphc", "run", "count.g", "--steps", "1000000000", "--state", "s"]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in the jobs of a shell's background
    )
    assert running.stdout is not None
    for _ in range(20):
        running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    found = re.search(r"stopped after (\d+) of 1000000000 steps; the state is in s", said)
    assert found
    assert "Traceback" not in said
    assert graphc("run", "count.g", "--state", "s", "--fetch", "n").stdout == f"n: i64 = {found[1]}\n"


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_progress_on_a_terminal() -> None:
    """A bar with the loss on a terminal's stderr, gone at the end; stdout has the result alone."""
    Path("slow.g").write_text(
        "input x: f32[400, 400]\nvar n: f32 = 0.0\nn += 1\nloss = 1 / n + 0 * sum(inv(x))\noutput loss\n"
    )
    np.save("x.npy", np.eye(400))
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "graphc", "run", "slow.g", "--feed", "x=@x.npy", "--steps", "150"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True, env=environment)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the other end is closed
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert running.communicate(timeout=60)[0] == "loss: f32 = 0.006666667\n"
    assert running.returncode == 0
    assert b"/150" in shown
    assert b"loss 0.0" in shown
    assert shown.endswith(b"\x1b[2K")


def test_output_is_the_same_for_every_hash_seed() -> None:
    sample = str(ROOT / "samples" / "attention.g")
    for arguments in (["grad", sample, "--wrt", "Wq,Wk", "--core"], ["show", sample, "--dot"], ["run", "-v", sample]):
        first, second = (process(*arguments, PYTHONHASHSEED=seed) for seed in ("1", "2"))
        assert first.stdout == second.stdout
        assert first.stderr == second.stderr


# ---------------------------------------------------------------- completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    script = graphc("completion", shell).stdout
    assert f"_GRAPHC_COMPLETE={shell}_complete" in script


def completed(line: str) -> list[str]:
    words = line.split(" ")
    done = process(_GRAPHC_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1))
    return [entry.partition(",")[2] for entry in done.stdout.splitlines()]


def test_completion_of_values() -> None:
    Path("poly.g").write_text(POLY)
    Path("notes.txt").write_text("")
    Path("models").mkdir()
    assert completed("graphc gr") == ["grad"]
    assert completed("graphc run ") == ["models/", "poly.g"]
    assert completed("graphc run --time-") == ["--time-passes"]
    assert completed("graphc show --print-after f") == ["fold"]
    assert completed("graphc ops tan") == ["tan", "tanh"]
    assert completed("graphc explain E030") == [f"E030{i}" for i in range(1, 10)]


def test_verbs_have_a_file_each() -> None:
    for verb in VERBS:
        command = cli.get_command(None, verb)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == verb
