"""`graphc fmt` and `graphc test`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import graphc

UGLY, NICE = "input x:f32=1.0\ny=x+1   # one more\n", "input x: f32 = 1.0\ny = x + 1  # one more\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_in_place() -> None:
    Path("a.g").write_text(UGLY)
    Path("b.g").write_text(NICE)
    Path("a.g").chmod(0o640)
    said = graphc("fmt", "a.g", "b.g")
    assert (said.status, said.stdout, said.stderr) == (0, "", "formatted a.g\n")
    assert Path("a.g").read_text() == NICE
    assert Path("a.g").stat().st_mode & 0o777 == 0o640
    assert graphc("fmt", "a.g").stderr == ""


def test_check_and_diff() -> None:
    Path("a.g").write_text(UGLY)
    said = graphc("fmt", "--check", ".")
    assert (said.status, said.stdout, said.stderr) == (1, "", "would format a.g\n")
    said = graphc("fmt", "--diff", "a.g")
    assert said.status == 0
    assert "-y=x+1   # one more\n" in said.stdout
    assert graphc("fmt", "--check", "--diff", "a.g").status == 1
    assert Path("a.g").read_text() == UGLY


def test_through_a_pipe() -> None:
    said = graphc("fmt", "-", stdin=UGLY)
    assert (said.status, said.stdout) == (0, NICE)
    assert graphc("fmt", "--check", stdin=UGLY).status == 1
    assert graphc("fmt", "--check", stdin=NICE).status == 0


def test_windows_line_ends_go() -> None:
    Path("a.g").write_bytes(NICE.replace("\n", "\r\n").encode())
    assert graphc("fmt", "a.g").stderr == "formatted a.g\n"
    assert Path("a.g").read_bytes() == NICE.encode()


def test_a_program_with_errors_stays_and_the_others_are_formatted() -> None:
    Path("a.g").write_text("y = (\n")
    Path("b.g").write_text(UGLY)
    said = graphc("fmt", ".")
    assert said.status == 1
    assert "error[E0103]" in said.stderr
    assert Path("a.g").read_text() == "y = (\n"
    assert Path("b.g").read_text() == NICE


TESTED = """
input x: f32 = 1.0
var w: f32 = 2.0
fn double(a) = 2 * a
test "doubles" { assert double(3) == 6 }
test "prints" {
  print("before")
  assert double(x) == 3, "x is doubled"
}
test "state" { w += 1; assert w == 3 }
"""


def test_tests() -> None:
    Path("t.g").write_text(TESTED)
    said = graphc("test", "t.g")
    assert said.status == 1
    assert said.stdout == "ok      t.g: doubles\nFAILED  t.g: prints\nok      t.g: state\n2 passed, 1 failed\n"
    assert said.stderr.startswith("before\nerror[E0601]: x is doubled\n  --> t.g:8:3\n")


def test_tests_of_a_folder() -> None:
    Path("models").mkdir()
    Path("models/a.g").write_text('test "a" { assert true }\n')
    Path("models/b.g").write_text('test "b" { assert 1 + 1 == 2 }\n')
    Path("c.g").write_text("y = 1\n")
    said = graphc("test")
    assert (said.status, said.stdout) == (0, "ok      models/a.g: a\nok      models/b.g: b\n2 passed\n")
    said = graphc("test", "c.g")
    assert (said.status, said.stdout) == (0, "")
    assert said.stderr.startswith("no tests")


def test_a_program_with_errors_fails() -> None:
    Path("a.g").write_text('y = zz\ntest "a" { assert true }\n')
    said = graphc("test", "a.g")
    assert (said.status, said.stdout) == (1, "FAILED  a.g\n0 passed, 1 failed\n")
    assert "error[E0201]" in said.stderr
