"""The error index: codes, slugs and texts have one shape, every entry can be found, and does what it says.

`programs()` and `commands()` yield (code, bad, repaired): the first are checked here, the others run in a folder of
their own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphc.diagnostics import Diagnostics
from graphc.diagnostics.index import BLOCKS, INDEX, Entry, UnknownCode, explain, find, listing
from graphc.driver import Options, compile_source
from graphc.source import Source

PREFIXES = {
    "syntax": "01",
    "names": "02",
    "types and shapes": "03",
    "derivatives": "04",
    "state and effects": "05",
    "while running": "06",
    "files": "07",
    "limits": "09",
}
ENTRIES = [pytest.param(e, id=e.code) for e in INDEX.values()]


def is_command(entry: Entry) -> bool:
    return entry.bad.startswith("$ ")


def programs() -> Iterator[tuple[str, str, str]]:
    """(code, bad, repaired) of the entries that `check` decides: `bad` gives `code` alone, `repaired` nothing."""
    for entry in INDEX.values():
        if not is_command(entry):
            yield entry.code, entry.bad, entry.repaired


def commands() -> Iterator[tuple[str, str, str]]:
    """(code, bad, repaired) of the others, as shell scripts to run in an empty folder."""
    for entry in INDEX.values():
        if is_command(entry):
            yield entry.code, script(entry.bad), script(entry.repaired)


def script(text: str) -> str:
    return "".join(line.removeprefix("$ ") for line in text.splitlines(keepends=True))


def test_blocks_are_those_of_the_codes() -> None:
    assert list(BLOCKS) == list(PREFIXES)
    for block, entries in BLOCKS.items():
        assert all(e.code[1:3] == PREFIXES[block] for e in entries)
        errors = [e.code for e in entries if e.code[0] == "E"]
        assert errors == sorted(errors)


def test_codes_and_slugs_are_unique() -> None:
    entries = [e for block in BLOCKS.values() for e in block]
    assert len({e.code for e in entries}) == len({e.slug for e in entries}) == len(entries) == len(INDEX)


@pytest.mark.parametrize("entry", ENTRIES)
def test_entry(entry: Entry) -> None:
    assert re.fullmatch(r"[EW]\d{4}", entry.code)
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", entry.slug)
    assert entry.title
    assert not entry.title.endswith(".")
    assert entry.explanation
    assert all(len(line) <= 100 and line == line.rstrip() for line in entry.explanation.splitlines())
    assert entry.bad != entry.repaired
    for text in (entry.bad, entry.repaired):
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\t" not in text


@pytest.mark.parametrize("entry", ENTRIES)
def test_programs_and_commands_are_not_mixed(entry: Entry) -> None:
    for text in (entry.bad, entry.repaired):
        assert all(line.startswith("$ ") == is_command(entry) for line in text.splitlines())
    if is_command(entry):
        assert "graphc " in script(entry.bad)
        assert "graphc " in script(entry.repaired)


def test_every_entry_is_a_program_or_a_command() -> None:
    assert sorted(code for code, _, _ in [*programs(), *commands()]) == sorted(INDEX)


@pytest.mark.parametrize("asked", ["E0301", "e0301", "301", "0301", "E301", " E0301 ", "matmul-sizes", "matmul_sizes"])
def test_find(asked: str) -> None:
    assert find(asked) is INDEX["E0301"]


def test_every_code_of_the_source_has_an_entry() -> None:
    """Each string that is a code, in all of graphc/, can be explained."""
    root = Path(__file__).parent.parent.parent / "graphc"
    used = {code for f in root.rglob("*.py") for code in re.findall(r'"([EW]\d{4})"', f.read_text(encoding="utf-8"))}
    assert len(used) > 50
    assert sorted(used - set(INDEX)) == []


def test_find_warning() -> None:
    assert find("w0301") is find("loss-broadcast") is INDEX["W0301"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("matmul-size", "there is no error matmul-size; did you mean matmul-sizes?"),
        ("E0399", "there is no error E0399; did you mean E0309?"),
        ("9999", "there is no error 9999"),
        ("", "there is no error "),
        ("\x1b[2J", "there is no error \\x1b[2J"),
        ("٣٠١", "there is no error ٣٠١"),
    ],
)
def test_unknown(asked: str, message: str) -> None:
    with pytest.raises(UnknownCode) as error:
        find(asked)
    assert str(error.value) == message


def test_explain() -> None:
    expected = """\
E0302 · broadcast
Shapes don't broadcast.

Shapes are aligned at their last axis. Two sizes fit if they are equal or one is written as 1.
Two different symbols don't fit, even if they might turn out equal: give them one name.

Wrong:

    input a: f32[n]
    input b: f32[m]
    output c = a + b

Right:

    input a: f32[n]
    input b: f32[n]
    output c = a + b"""
    assert explain("broadcast") == expected


def test_listing() -> None:
    text = listing()
    assert all(f"  {code}  " in text for code in INDEX)
    assert text.startswith("syntax\n  E0101  unexpected-token")


# ---------------------------------------------------------------- what the entries say is so


def codes(text: str) -> set[str]:
    """What `check` finds in a program."""
    try:
        return {d.code for d in compile_source(Source("program.g", text), Options()).warnings}
    except Diagnostics as errors:
        return {d.code for d in errors.items}


@pytest.mark.parametrize(("code", "bad", "repaired"), list(programs()), ids=[code for code, _, _ in programs()])
def test_program(code: str, bad: str, repaired: str) -> None:
    """The bad program has that error and no other, the repaired one none."""
    assert codes(bad) == {code}
    assert codes(repaired) == set()


def run_script(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script in an empty folder, with `graphc`, and this `python3`, on the path."""
    folder.mkdir()
    tools = folder.parent / "bin"
    tools.mkdir(exist_ok=True)
    for name, command in (("graphc", f"{sys.executable} -m graphc"), ("python3", sys.executable)):
        program = tools / name
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        program.chmod(0o755)
    root = str(Path(__file__).parent.parent.parent)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": root, "NO_COLOR": "1"}
    return subprocess.run(
        ["sh", "-c", text], cwd=folder, env=environment, capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize(("code", "bad", "repaired"), list(commands()), ids=[code for code, _, _ in commands()])
def test_command(code: str, bad: str, repaired: str, tmp_path: Path) -> None:
    """The bad command says that error and no other, the repaired one none."""
    failed = run_script(bad, tmp_path / "bad")
    assert failed.returncode in (1, 2), failed.stderr
    assert set(re.findall(r"^error\[(E\d+)\]", failed.stderr, re.MULTILINE)) == {code}, failed.stderr
    repaired_run = run_script(repaired, tmp_path / "repaired")
    assert repaired_run.returncode == 0, repaired_run.stderr
    assert "error" not in repaired_run.stderr
