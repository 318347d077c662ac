"""`graphc repl`: through a pipe, and through a pseudo-terminal as somebody types."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Said, graphc


def typed(*lines: str) -> Said:
    return graphc("repl", stdin="".join(f"{line}\n" for line in lines))


def test_the_transcript() -> None:
    said = typed("x = 3.0", "y = x ** 2", "grad(y, x)", ":graph")
    assert said.stdout.splitlines() == [
        "9.0 : f32",
        "6.0 : f32",
        "y = x ** 2   line 2   9.0",
        "└─ x = 3.0   line 1   3.0",
    ]
    assert (said.status, said.stderr) == (0, "")


def test_undefined_names_say_which_there_are() -> None:
    said = typed("x = 3.0", "y = 2 * x", "grad(y, z)")
    assert said.stderr.startswith("error[E0201]: z is not defined (x and y are)\n  --> <repl>:3:9\n")
    assert said.status == 1


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("3 + 4", "7 : i64"),
        ("1 / 3", "0.33333334 : f32"),
        ("2 ** 100", "1267650600228229401496703205376 : int"),
        ('"a" + "b"', '"ab" : str'),
        ("f32([1, 2])", "[1.0, 2.0] : f32[2]"),
        ("[1, 2.5]", "[1, 2.5] : [i64, f32]"),
        ("1, true", "(1, true) : (i64, bool)"),
        ("sin", "a function"),
        ("None", ""),
        ("x = 3", ""),
        ("x = 3 * 2", "6 : i64"),
        ("a, b = 1, 2", "a = 1 : i64\nb = 2 : i64"),
        ("x = [1, 2]; y = x * 2", "x = [1, 2] : i64[2]\ny = [2, 4] : i64[2]"),
        ("output y = 2 * 3.0", "6.0 : f32"),
        ("fn f(x) = 2 * x", ""),
        ('print("hello")', "hello"),
        (":type zeros([3, 2])", "f32[3, 2]"),
        (":type 1, [2.0]", "(i64, [f32])"),
        ("# a remark", ""),
        ("", ""),
    ],
)
def test_what_is_shown(line: str, shown: str) -> None:
    said = typed(line)
    assert (said.stdout.rstrip("\n"), said.stderr) == (shown, "")


def test_blocks_and_brackets_go_on() -> None:
    said = typed("fn f(x) {", "  y = x + 1", "", "  return y * 2", "}", "f(", "3)", "if f(1) > 3 {", "  q = 1", "}")
    assert said.stdout == "8 : i64\n"
    said = typed("x = f32(2)", "if x > 3 {", "  q = 1", "}", "else {", "  q = 2", "}", "q")
    assert said.stdout == "2.0 : f32\n2 : i64\n"


def test_a_failure_leaves_everything_as_it_was() -> None:
    said = typed(
        "var n: i64 = 0",
        "n += 1",
        "x = [1.0, 2.0]",
        'n = n + 1; x = [3.0]; assert n < 2, "too many"',
        "n = n / 2; z = 1",
        "input k: f32",
        "k = 7",
        'fn bad() { print("once"); assert n > 5 }',
        "bad()",
        "n, x, k",
        "z",
        "a = inv([[1.0, 1.0], [1.0, 1.0]])",
        "a",
    )
    assert said.stdout.splitlines()[-2:] == ["once", "(2, [3.0], 7) : (i64, f32[1], i64)"]
    codes = re.findall(r"error\[(E\d+)\]", said.stderr)
    assert codes == ["E0601", "E0503", "E0603", "E0601", "E0201", "E0606", "E0201"]


def test_state_and_gradients_go_on_after_a_failure() -> None:
    said = typed("var w: f32 = 3.0", "loss = w ** 2", "g = grad(loss, w)", "w -= 0.5 * g", "w +", "w", ":graph")
    assert said.stdout.splitlines()[:4] == ["9.0 : f32", "6.0 : f32", "0.0 : f32", "0.0 : f32"]
    assert "├─ var w: f32 = 3.0" in said.stdout


def test_sizes_of_a_failed_input_are_forgotten(tmp_path: Path) -> None:
    said = typed("input a: f32[n] = zeros([n])", "var v: f32[3] = zeros([3])", "v")
    assert said.stdout == "[0.0, 0.0, 0.0] : f32[3]\n"
    assert said.status == 1


def test_functions_can_be_written_again(tmp_path: Path) -> None:
    path = tmp_path / "saved.g"
    said = typed("fn f(x) = x + 1", "f(1)", "fn f(x) = x + 2", "f(1)", "a = f(3)", "a +", "1 + 1", f":save {path}")
    assert said.stdout.splitlines() == ["2 : i64", "3 : i64", "5 : i64", "2 : i64"]
    assert path.read_text() == "fn f(x) = x + 2\na = f(3)\n"
    assert graphc("run", str(path)).stdout == "a: i64 = 5\n"


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "part.g"
    typed("## the side", "x = 3.0", "fn area(s) {", "  return s ** 2", "}", 'print("area", area(x))', f":save {path}")
    assert path.read_text().endswith('x = 3.0\nfn area(s) {\n  return s ** 2\n}\nprint("area", area(x))\n')
    said = typed(f":load {path}", "area(x) + 1", ":load nowhere.g")
    assert said.stdout == "area 9.0\n10.0 : f32\n"
    assert "E0701" in said.stderr


def test_traces_are_said_before_the_call_runs() -> None:
    said = typed("fn f(x) { print(x); return x }", "f(1.0)", "f(2.0)", "f([1.0])")
    assert [line for line in said.stderr.splitlines() if line.startswith("trace")] != []
    assert said.stdout.splitlines()[0] == "1.0"


def test_dot(tmp_path: Path) -> None:
    path = tmp_path / "graph.dot"
    said = typed("x = 3.0", "y = sin(x)", f":dot {path}", ":dot")
    assert said.stdout == "0.14112 : f32\n" + path.read_text()
    assert path.read_text().startswith("digraph")


def test_commands_that_there_arent() -> None:
    said = typed(":grap", ":save", ":xyzzy")
    assert "did you mean :graph?" in said.stderr
    assert "see :help" in said.stderr
    assert "save where?" in said.stderr


def test_quit_and_help() -> None:
    said = typed(":help", ":quit", "1 +")
    assert ":dot [FILE]" in said.stdout
    assert said.status == 0


# ---------------------------------------------------------------- at a terminal

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x07|\r")


class Terminal:
    """A `graphc repl` at a pseudo-terminal."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.master, slave = pty.openpty()
        env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "INPUTRC")}
        env |= {"TERM": "xterm", "XDG_STATE_HOME": str(folder / "state"), "HOME": str(folder), "COLUMNS": "100"}
        command = [sys.executable, "-m", "graphc", "repl"]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=env | environment, start_new_session=True
        )
        os.close(slave)
        self.raw = ""
        self.seen = 0

    @property
    def text(self) -> str:
        return ESCAPES.sub("", self.raw)

    def comes(self, wanted: str, seconds: float) -> bool:
        """Is a text said within a time, behind what was waited for before?"""
        end = time.monotonic() + seconds
        while wanted not in self.text[self.seen :]:
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return False
            self.raw += os.read(self.master, 4096).decode(errors="replace")
        return True

    def expect(self, wanted: str, seconds: float = 120) -> str:
        """Wait for a text; everything up to its end."""
        assert self.comes(wanted, seconds), f"no {wanted!r} in {self.text[self.seen :]!r}"
        place = self.text.index(wanted, self.seen) + len(wanted)
        found, self.seen = self.text[self.seen : place], place
        return found

    def interrupt(self) -> None:
        """Ctrl-C, until it is noticed: one that comes while a line is being read or compiled is for that."""
        for _ in range(60):
            os.kill(self.process.pid, signal.SIGINT)
            if self.comes("interrupted\n> ", 2):
                break
        self.expect("interrupted\n> ", 0)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def enter(self, line: str, then: str = "\n> ") -> str:
        """Type a line; what is said until the next prompt."""
        self.type(line + "\r")
        return self.expect(then)

    def end(self) -> int:
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()
            os.close(self.master)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    pytest.importorskip("readline")
    t = Terminal(tmp_path)
    t.expect("\n> ")
    yield t
    if t.process.poll() is None:
        t.process.kill()
        t.process.wait()


UP = "\x1b[A"


def test_a_session_at_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    assert "graphc 0.1.0 · eager · :help" in terminal.text
    assert "9.0 : f32" in terminal.enter("x = 3.0; y = x ** 2")
    terminal.enter("fn cube(v) {", ". ")
    terminal.enter("  return v ** 3", ". ")
    assert ":" not in terminal.enter("}")
    assert "27.0 : f32" in terminal.enter("cube(x)")
    assert "z is not defined" in terminal.enter("cube(z)")
    assert "\x1b[" in terminal.raw  # colours
    said = terminal.enter(f"{UP}{UP}")
    assert "27.0 : f32" in said  # cube(x), recalled
    assert "q: f32 = " in (said := terminal.enter("input q: f32", "q: f32 = ")), said
    terminal.enter("2.5")
    assert "5.0 : f32" in terminal.enter("2 * q")
    assert "└─ x = 3.0" in terminal.enter(":graph")
    terminal.enter(f":dot {tmp_path / 'g.dot'}")
    assert (tmp_path / "g.dot").read_text().startswith("digraph")
    assert "digraph" in terminal.enter(":dot", "}\n> ")
    terminal.type("\x04")
    assert terminal.end() == 0
    assert "cube(x)" in (tmp_path / "state" / "graphc" / "history").read_text()


def test_an_interrupt_stops_a_computation(terminal: Terminal) -> None:
    terminal.enter("x = f64(2.0)")
    terminal.enter("fn endless(v) { while v > 0 { v = v + 1 }; return v }")
    terminal.type("y = endless(x)\r")
    terminal.expect("trace")
    terminal.interrupt()
    assert "y is not defined" in terminal.enter("y")
    assert "2.0 : f64" in terminal.enter("x")
    terminal.type("1 + (")
    terminal.expect("1 + (")
    terminal.interrupt()
    terminal.enter(":quit", "")
    assert terminal.end() == 0


def test_completion(terminal: Terminal) -> None:
    terminal.enter("velocity = 3.0")
    terminal.type("2 * velo\t")
    assert "6.0 : f32" in terminal.enter("")


def test_history_is_never_required(tmp_path: Path) -> None:
    pytest.importorskip("readline")
    (tmp_path / "file").write_text("")
    t = Terminal(tmp_path, XDG_STATE_HOME=str(tmp_path / "file"))
    t.expect("\n> ")
    assert "2 : i64" in t.enter("1 + 1")
    t.type("\x04")
    assert t.end() == 0
