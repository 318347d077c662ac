"""Eager execution: statement by statement, and with the same bits as the compiled program."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.commands import graphc, run_command
from tests.golden.test_golden import FILES, split

ROOT = Path(__file__).parent.parent
EXPECTED: dict[str, Any] = json.loads((ROOT / "samples" / "expected.json").read_text())
ELSEWHERE = {"--passes", "--fast-math", "--verify-each", "--time-passes", "--print-after", "--fetch", "-v", "--verbose"}


CODE = re.compile(r"error\[(E\d{4})\]")


def is_plain_run(command: str) -> bool:
    """Is it a `run` that means the same without passes?  Reports of passes are about the compiled program only."""
    words = shlex.split(command)
    plain = words[:2] == ["graphc", "run"] and "|" not in words and "--eager" not in words and "--entry" not in words
    return plain and not any(w.partition("=")[0] in ELSEWHERE or w.startswith("--no-") for w in words)


GOLDEN = [
    pytest.param(path, command, id=f"{path.relative_to(ROOT / 'tests' / 'golden')}-{i}")
    for path in FILES
    for i, (command, _) in enumerate(split(path.read_text())[1])
    if is_plain_run(command)
]


UNNEEDED = {"unused.g"}  # computes what no result needs, from an input that has no value: eager execution wants one


def is_whole_run(command: list[str]) -> bool:
    """Is it a run of the program from its first line to its last?"""
    return command[0] == "run" and "--entry" not in command


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if is_whole_run(e["command"]) and n not in UNNEEDED])
def test_samples_have_the_same_bits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    command = [*(word for word in EXPECTED[name]["command"] if word != "--eager"), "--json"]
    compiled, eager = graphc(*command), graphc(*command, "--eager")
    assert eager.status == 0, eager.stderr
    assert (eager.stdout, eager.stderr) == (compiled.stdout, compiled.stderr)


def test_a_program_for_training_has_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run of it, without the optimiser that `train` adds."""
    monkeypatch.chdir(ROOT)
    command = ["run", "samples/digits_adam.g", "--feeds", "samples/data/digits.npz", "--json"]
    compiled, eager = graphc(*command), graphc(*command, "--eager")
    assert (compiled.status, eager.status) == (0, 0)
    assert eager.stdout == compiled.stdout


@pytest.mark.parametrize(("path", "command"), GOLDEN)
def test_golden_programs_have_the_same_bits(path: Path, command: str) -> None:
    """What succeeds gives the same; what fails does so with an error that the compiled program has, too."""
    compiled, eager = run_command(command, path.parent), run_command(f"{command} --eager", path.parent)
    if "E0603" in eager.stderr and not compiled.status:
        return  # an input without a feed that no result needs
    assert eager.status == compiled.status, eager.stderr
    assert set(CODE.findall(eager.stderr)) <= set(CODE.findall(compiled.stderr)), eager.stderr
    if compiled.status == 0:
        assert eager.stdout == compiled.stdout
