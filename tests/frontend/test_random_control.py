"""Random programs with branches, loops, functions and state: the same in Python, eagerly, without passes and printed.

GRAPHC_SOAK=1 takes a thousand programs.  One of them: `-k "test_random_control and [17]"`; a failure shows its text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pytest

import graphc
from graphc.api.compiled import Compiled
from graphc.driver import CATALOGUE, Options, parse
from graphc.driver.eager import Eager
from graphc.ir.equal import difference
from graphc.ir.text import print_graph
from graphc.ir.types import F64
from graphc.ir.verify import verify
from graphc.source import Source
from tests.conftest import SOAK
from tests.random_programs.programs import INITIAL, SMOOTH, RandomProgram, random_program
from tests.random_programs.reference import Run, run
from tests.running import compiled

RUNS = 2  # the second one starts from the state that the first one left
TOKENS = re.compile(r"[-\w.+]+")


class Case:
    """A program, and what it gives when it is run some times."""

    def __init__(self, seed: int) -> None:
        self.made: RandomProgram = random_program(seed)

    @cached_property
    def program(self) -> graphc.Program:
        return graphc.loads(self.made.text, float="f64")

    @cached_property
    def static(self) -> Ran:
        return Ran.of(self.program.compile(), self.made)


class Ran:
    """What each run gave and printed, and the variables in the end."""

    def __init__(self, outputs: list[dict[str, Any]], said: list[str], state: Mapping[str, Any]) -> None:
        self.outputs, self.said, self.state = outputs, said, state

    @classmethod
    def of(cls, step: Compiled, made: RandomProgram) -> Ran:
        outputs, said = [], []
        for _ in range(RUNS):
            with redirect_stdout(io.StringIO()) as written:
                outputs.append(step(**made.feeds))
            said.append(written.getvalue())
        return cls(outputs, said, dict(step.state))

    @classmethod
    def eagerly(cls, made: RandomProgram) -> Ran:
        eager = Eager(Options(F64), made.feeds)
        outputs, said = [], []
        for _ in range(RUNS):
            with redirect_stdout(io.StringIO()) as written:
                outputs.append(eager.again() if eager.steps else eager.run(parse(Source("test.g", made.text))))
            said.append(written.getvalue())
        return cls(outputs, said, eager.variables())


@pytest.fixture(scope="module", params=range(1000 if SOAK else 60))
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.param)


def test_as_in_python(case: Case) -> None:
    made, state = case.made, dict(INITIAL)
    for outputs, said in zip(case.static.outputs, case.static.said, strict=True):
        expected = run(made.python, made.feeds, state)
        for name in outputs.keys() & expected.values.keys():
            assert_close(outputs[name], expected.values[name], f"{name} of\n{made.text}")
        assert_said(said, expected, made.text)
        state = {name: expected.values[name] for name in state}
    for name, found in case.static.state.items():
        assert_close(found, state[name], f"{name} of\n{made.text}")


def test_the_same_bits_eagerly(case: Case) -> None:
    assert_same(case.static, Ran.eagerly(case.made), case.made.text)


def test_the_same_bits_without_passes(case: Case) -> None:
    plain = replace(case.program, options=Options(F64, pipeline=()))
    assert_same(case.static, Ran.of(plain.compile(), case.made), case.made.text)


def test_it_prints_as_itself(case: Case) -> None:
    """But for updates that change nothing, which aren't printed."""
    for graph in (case.program.graph, case.program.optimised().graph):
        verify(graph, CATALOGUE)
        changing = replace(graph, updates=tuple(u for u in graph.updates if u.value is not u.variable))
        for core in (False, True) if SOAK else (False,):
            printed = print_graph(graph, core=core)
            assert difference(changing, compiled(printed)) is None, printed


def test_derivatives(case: Case) -> None:
    """`jvp` is `grad` times the direction; and differences, where the decisions around are the same."""
    made, found = case.made, case.static.outputs[0]
    feeds = {name: np.asarray(made.feeds[name]) for name in SMOOTH}
    directions = {"a": 0.5, "b": -1.0, "u": 1.0 + feeds["u"], "v": feeds["v"] - 0.5}
    along = sum(float(np.sum(found[f"d{name}"] * d)) for name, d in directions.items())
    assert found["along"] == pytest.approx(along, rel=1e-9, abs=1e-9), made.text
    for name in SMOOTH:
        slope = slope_of(made, name, directions[name])
        if slope is not None:
            own = float(np.sum(found[f"d{name}"] * directions[name]))
            assert own == pytest.approx(slope, rel=1e-5, abs=1e-6), f"by {name}:\n{made.text}"


# ---------------------------------------------------------------- comparing


def assert_close(found: Any, expected: Any, why: str) -> None:
    expected = np.asarray(expected)
    assert found.shape == expected.shape and found.dtype.kind == expected.dtype.kind, why
    if found.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13, err_msg=why)
    else:
        assert (found == expected).all(), why


def assert_said(said: str, expected: Run, text: str) -> None:
    lines = said.splitlines()
    assert len(lines) == len(expected.said), text
    for line, arguments in zip(lines, expected.said, strict=True):
        words, tokens = TOKENS.findall(line), list(tokens_of(arguments))
        assert len(words) == len(tokens), f"{line} of\n{text}"
        for word, token in zip(words, tokens, strict=True):
            if isinstance(token, str):
                assert word == token, f"{line} of\n{text}"
            else:
                assert "." in word or "e" in word
                assert float(word) == pytest.approx(token, rel=1e-12, abs=1e-13), f"{line} of\n{text}"


def tokens_of(arguments: tuple[Any, ...]) -> Iterator[str | float]:
    """What a line shows: words, integers and truths as text, and floats."""
    for argument in arguments:
        for x in [argument] if isinstance(argument, str) else np.ravel(argument).tolist():
            yield x if isinstance(x, float) else str(x).lower() if isinstance(x, bool) else str(x)


def assert_same(a: Ran, b: Ran, text: str) -> None:
    for found, expected in zip([*a.outputs, a.state], [*b.outputs, b.state], strict=True):
        assert found.keys() == expected.keys(), text
        for name, array in expected.items():
            other = np.asarray(found[name])
            same = other.dtype == array.dtype and other.tobytes() == np.asarray(array).tobytes()
            assert same, f"{name}: {found[name]} and {array} of\n{text}"
    assert a.said == b.said, text


def slope_of(made: RandomProgram, name: str, direction: Any) -> float | None:
    """The derivative of the loss by differences; None if a decision changes nearby, or it isn't accurate."""
    here = run(made.python, made.feeds, INITIAL)
    slopes = []
    for h in (1e-4, 5e-5):
        near = [run(made.python, {**made.feeds, name: made.feeds[name] + d * direction}, INITIAL) for d in (h, -h)]
        if any(r.decisions != here.decisions for r in near):
            return None
        slopes.append(float(near[0].values["loss"] - near[1].values["loss"]) / (2 * h))
    best = slopes[1] + (slopes[1] - slopes[0]) / 3
    return best if abs(slopes[1] - slopes[0]) < 1e-6 * (1 + abs(best)) else None
