"""Pages that are made from the code are up to date, and what the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphc.cli import cli

ROOT = Path(__file__).parent.parent


def graphc(*arguments: str, given: str | None = None) -> str:
    return CliRunner().invoke(cli, list(arguments), input=given).stdout


def test_op_reference_is_current(bless: bool) -> None:
    """docs/ops.md is what `graphc ops --markdown` prints; `make bless` rewrites it."""
    page = ROOT / "docs/ops.md"
    made = graphc("ops", "--markdown")
    if bless:
        page.write_text(made)
    assert page.read_text() == made


def _blocks() -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)


def test_readme_transcript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first program of the README prints what the README says."""
    block = next(b for b in _blocks() if b.startswith("$ cat poly.g"))
    parts = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    (tmp_path / "poly.g").write_text(parts[0][1].rstrip("\n") + "\n")
    monkeypatch.chdir(tmp_path)
    shown = 0
    for command, printed in parts[1:]:
        text: str | None = None
        for stage in command.split(" > ")[0].split(" | "):
            words = stage.split()
            if words[0] == "graphc":
                text = graphc(*words[1:], given=text)
                shown += 1
        if printed.strip():
            assert text is not None
            assert text.strip() == printed.strip()
    assert shown >= 5


def test_readme_programs_compile(tmp_path: Path) -> None:
    model = next(b for b in _blocks() if b.startswith("input X: f32[n, 3]"))
    path = tmp_path / "model.g"
    path.write_text(model)
    out = graphc("check", str(path))
    assert "ok" in out
    assert "loss: f32" in out
