"""Every sample does what `samples/expected.json` says, to its tolerance, and stands in the house style."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphc.driver import Options, compile_source
from graphc.driver.sources import read_source
from graphc.frontend.format import format_source
from tests.commands import graphc

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "samples"
SAMPLES = sorted(FOLDER.rglob("*.g"))
EXPECTED: dict[str, Any] = json.loads((ROOT / "samples" / "expected.json").read_text())
NAMES = [s.relative_to(FOLDER).as_posix() for s in SAMPLES]


def test_every_sample_has_figures() -> None:
    assert sorted(EXPECTED) == NAMES


@pytest.mark.parametrize("name", EXPECTED)
def test_figures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    expected = EXPECTED[name]
    said = graphc(*expected["command"], "--json")
    assert said.status == 0, said.stderr
    outputs = json.loads(said.stdout)["outputs"]  # with --json, what a program prints goes to standard error
    if "prints" in expected:
        assert said.stderr.splitlines() == expected["prints"]
    for output, figure in expected["outputs"].items():
        if isinstance(figure, str):
            assert outputs[output]["data"] == figure
            continue
        found = np.array(outputs[output]["data"], float)
        wanted = np.array(figure, float)
        assert found.shape == wanted.shape
        np.testing.assert_allclose(found, wanted, rtol=expected["tolerance"], atol=expected["tolerance"])


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_style(sample: Path) -> None:
    """`graphc fmt --check samples` is content."""
    assert format_source(read_source(sample)) == sample.read_text()


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_first_line_says_how_to_run_it(sample: Path) -> None:
    first = sample.read_text().splitlines()[0]
    assert first.startswith("# ")
    _, _, command = first.partition(":  graphc ")
    assert f"samples/{sample.relative_to(FOLDER).as_posix()}" in command


@pytest.mark.parametrize("sample", SAMPLES, ids=NAMES)
def test_gradient_of_every_loss(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient by every float variable, or else input, prints as a program that compiles."""
    monkeypatch.chdir(ROOT)
    program = compile_source(read_source(sample), Options()).graph
    floats = [n for n in program.variables() if n.results[0].type.dtype.is_float and n.attr("trainable")]
    floats = floats or [n for n in program.inputs() if n.results[0].type.dtype.is_float]
    results = [o.name for o in program.outputs if o.value.type.dtype.is_float]
    if not results:
        return  # strings, or prints alone
    wanted = "loss" if "loss" in results else results[0]
    for node in floats:
        said = graphc("grad", str(sample.relative_to(ROOT)), "--of", wanted, "--wrt", str(node.attrs[0]))
        if said.status:
            assert "E0402" in said.stderr, said.stderr
            continue
        assert graphc("check", "-", stdin=said.stdout).status == 0, said.stdout


def test_the_tests_of_the_tutorial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = graphc("test", "samples/tutorial")
    assert said.status == 0, said.stdout
    count = len(list((FOLDER / "tutorial").glob("*.g")))
    assert said.stdout.splitlines()[-1] == f"{count} passed"
