"""`graphc train --lr 'cosine(step, …)'`: a rate that changes with the step, and what is said of what is no rate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graphc.files import load_state
from tests.commands import Said, run_command

LINE = """
input x: f32[n, 2]
input y: f32[n]
var w: f32[2] = [0.5, -0.5]
output loss = mean((x @ w - y) ** 2)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(48, 2)).astype(np.float32)
    np.savez(tmp_path / "data.npz", x=x, y=(x @ [2.0, -1.0]).astype(np.float32))
    (tmp_path / "line.g").write_text(LINE)
    return tmp_path


def train(folder: Path, options: str) -> Said:
    return run_command(f"graphc train line.g --data data.npz --no-shuffle --batch 16 {options}", folder)


def by_hand(folder: Path, epochs: int) -> np.ndarray:
    """Gradient descent with the rate of half a cosine wave over 12 steps."""
    held = np.load(folder / "data.npz")
    w = np.array([0.5, -0.5])
    for step in range(3 * epochs):
        rows = slice(step % 3 * 16, step % 3 * 16 + 16)
        x, y = held["x"][rows].astype(float), held["y"][rows]
        w -= 0.1 * (1 + np.cos(np.pi * step / 12)) / 2 * 2 / 16 * x.T @ (x @ w - y)
    return w


@pytest.mark.parametrize(
    "options",
    [
        "--optim sgd --lr 'cosine(step, 0.1, 12)'",
        "--optim sgd --lr 'optim.cosine(step, 0.1, steps=12)'",
        "--optim 'sgd(lr=optim.cosine(step, 0.1, 12))'",
    ],
)
def test_a_schedule_counts_the_steps(folder: Path, options: str) -> None:
    assert train(folder, f"{options} --epochs 4 --state st").status == 0
    state = load_state(folder / "st")
    np.testing.assert_allclose(state["w"], by_hand(folder, 4), rtol=1e-5)
    assert state["opt.step"] == 12


def test_it_goes_on_where_it_stopped(folder: Path) -> None:
    train(folder, "--optim sgd --lr 'cosine(step, 0.1, 12)' --epochs 4 --state whole")
    train(folder, "--optim sgd --lr 'cosine(step, 0.1, 12)' --epochs 2 --state parts")
    assert train(folder, "--epochs 4 --state parts --resume").status == 0
    assert (load_state(folder / "parts")["w"] == load_state(folder / "whole")["w"]).all()


def test_a_step_of_the_program_is_its_own(folder: Path) -> None:
    """A variable that the program calls step is another."""
    (folder / "line.g").write_text(LINE + "var step: i64 = 7, trainable=false\n")
    assert train(folder, "--optim sgd --lr 'cosine(step, 0.1, 12)' --epochs 1 --state st").status == 0
    state = load_state(folder / "st")
    assert (state["step"], state["opt.step"]) == (7, 3)


@pytest.mark.parametrize(
    ("rate", "message", "hint"),
    [
        ("cosine(0.1, 6)", "a schedule takes the number of the step first", "--lr 'cosine(step, 0.1, 6)'"),
        ("cosin(step, 2)", "there is no schedule cosin", "did you mean cosine?"),
        ("high", "--lr takes a number or a schedule, not high", "--lr 0.001, or --lr 'cosine(step, 0.1, 1000)'"),
        ("-1", "a rate is a number from 0 on, not -1", "--lr 0.001"),
        ("nan", "a rate is a number, not nan", "--lr 0.001"),
    ],
)
def test_what_is_no_rate(folder: Path, rate: str, message: str, hint: str) -> None:
    said = train(folder, f"--lr '{rate}'")
    assert said.status == 2
    assert said.stderr.splitlines() == [f"error: {message}", f"   = hint: {hint}"]
