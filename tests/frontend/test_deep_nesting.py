"""Code that is nested more deeply than some part can follow is refused with its place, never with a bug's report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import graphc


def chain(n: int) -> str:
    arms = " else ".join(f"if a > {n - i} {{ y = a * {i + 2} }}" for i in range(n))
    return f"input a: f64\ny = a\n{arms}\noutput y\n"


def inside(n: int) -> str:
    opened = "\n".join(f"if a > {i} {{ y = y + 1" for i in range(n))
    return f"input a: f64\ny = a\n{opened}\n{'}' * n}\noutput y\n"


@pytest.mark.parametrize("program", [chain, inside])
@pytest.mark.parametrize("verb", ["grad --wrt a", "grad --wrt a --run --feed a=1", "show", "show --core", "show --dot"])
def test_too_deep(program: Callable[[int], str], verb: str, tmp_path: Path) -> None:
    file = tmp_path / "deep.g"
    file.write_text(program(480))
    name, *options = verb.split()
    said = graphc(name, str(file), *options)
    assert said.status in (0, 1)
    if said.status:
        assert said.stderr.startswith("error[E0901]: loops and branches are nested too deeply\n")
        assert "deep.g:3:1" in said.stderr


def test_a_derivative_in_the_program(tmp_path: Path) -> None:
    file = tmp_path / "deep.g"
    file.write_text(chain(480) + "output g = grad(y, a)\n")
    said = graphc("check", str(file))
    assert said.status == 1
    assert said.stderr.startswith("error[E0901]: loops and branches are nested too deeply\n")
    assert "deep.g:5:1" in said.stderr


def test_a_deep_chain_checks(tmp_path: Path) -> None:
    file = tmp_path / "deep.g"
    file.write_text(chain(480))
    assert graphc("check", str(file)).status == 0
