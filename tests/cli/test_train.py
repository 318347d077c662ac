"""`graphc train`: what it learns, what it sees, what it keeps, and that it goes on to the same bits."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from graphc.cli.epochs import line
from graphc.driver.batches import batches, order, split
from graphc.files import load_state, load_training, save_state
from tests.commands import Said, run_command

SAMPLES = Path(__file__).parents[2] / "samples"
LINE = """
input x: f32[n, 2]
input y: f32[n]
var w: f32[2] = [0.5, -0.5]
var b: f32 = 0.0
loss = mean((x @ w + b - y) ** 2)
output loss
output largest = max(abs(x @ w + b - y))
"""
NOISY = """
import nn
input x: f32[n, 2]
input y: f32[n]
input training: bool = true
var w: f32[2] = normal([2])
var seen: i64 = 0, trainable=false
seen += x.shape[0]
z = nn.dropout(x, 0.5, training=training) @ w
output loss = mean((z - y) ** 2)
"""


def train(folder: Path, *arguments: str) -> Said:
    return run_command(f"graphc train {' '.join(arguments)}", folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`line.g`, `noisy.g` and `data.npz`: 50 points on a plane."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(50, 2)).astype(np.float32)
    y = (x @ [2.0, -1.0] + 0.5).astype(np.float32)
    np.savez(tmp_path / "data.npz", x=x, y=y)
    (tmp_path / "line.g").write_text(LINE)
    (tmp_path / "noisy.g").write_text(NOISY)
    return tmp_path


def data(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    with np.load(folder / "data.npz") as found:
        return found["x"], found["y"]


# ---------------------------------------------------------------- learning


def test_finds_the_plane(folder):
    said = train(folder, "line.g --data data.npz --optim adam --lr 0.05 --epochs 100 --state st -q")
    assert said.status == 0, said.stderr
    state = load_state(folder / "st")
    assert state["w"] == pytest.approx([2, -1], abs=1e-3)
    assert float(state["b"]) == pytest.approx(0.5, abs=1e-3)
    assert said.stderr == ""
    assert [line.split(":")[0] for line in said.stdout.splitlines()] == ["loss", "largest"]


def test_each_batch_is_a_step_of_the_optimiser(folder):
    """Against the steps of SGD with momentum, by hand."""
    train(
        folder,
        'line.g --data data.npz --optim "sgd(momentum=0.9)" --lr 0.1 --epochs 2 --batch 16 --no-shuffle --state st',
    )
    x, y = (a.astype(np.float64) for a in data(folder))
    w, b, m, k = np.array([0.5, -0.5]), 0.0, np.zeros(2), 0.0
    for _ in range(2):
        for i in range(0, 50, 16):
            r = x[i : i + 16] @ w + b - y[i : i + 16]
            m = 0.9 * m + 2 * x[i : i + 16].T @ r / len(r)
            k = 0.9 * k + 2 * r.mean()
            w, b = w - 0.1 * m, b - 0.1 * k
    state = load_state(folder / "st")
    assert state["w"] == pytest.approx(w, rel=1e-5)
    assert float(state["b"]) == pytest.approx(b, rel=1e-5)
    assert state["opt.w.m"] == pytest.approx(m, rel=1e-4, abs=1e-6)


def test_figures_of_an_epoch(folder):
    """With a rate of 0 nothing changes: means over the examples, the last batch counted as what it is."""
    said = train(
        folder, "line.g --data data.npz --lr 0 --optim sgd --epochs 1 --batch 16 --json --validate 10 --log log.jsonl"
    )
    found = json.loads(said.stdout)
    x, y = data(folder)
    rows, held_out = split(50, 10, 0)
    loss = lambda r: np.mean((x[r] @ np.float32([0.5, -0.5]) - y[r]) ** 2)  # noqa: E731
    assert (found["epochs"], found["steps"]) == (1, 3)
    outputs = {name: value["data"] for name, value in found["outputs"].items()}
    assert list(outputs) == ["loss", "largest", "val_loss", "val_largest"]
    assert outputs["loss"] == pytest.approx(loss(rows), rel=1e-5)
    assert outputs["val_loss"] == pytest.approx(loss(held_out), rel=1e-5)
    (line,) = (folder / "log.jsonl").read_text().splitlines()
    logged = json.loads(line)
    assert (logged["epoch"], logged["step"]) == (1, 3)
    assert logged["val_loss"] == pytest.approx(outputs["val_loss"])
    assert said.stderr.startswith("epoch 1/1   loss ")


def test_figures_of_epochs_stand_in_columns(folder):
    said = train(folder, "line.g --data data.npz --optim sgd --lr 0.4 --epochs 12 --validate 10")
    lines = said.stderr.splitlines()[:12]
    assert {line.split()[0] for line in lines} == {"epoch"}
    for part in ("largest", "val_loss", "val_largest", " s"):
        assert len({line.rindex(part) for line in lines}) == 1, part
    rows = [
        {"epoch": 1, "step": 1, "loss": 123.4, "seconds": 0.0041},
        {"epoch": 10, "step": 2, "loss": -1.2345e-5, "seconds": 61.5},
        {"epoch": 11, "step": 2, "loss": float("nan"), "seconds": 1.0},
    ]
    assert len({len(line(row, 20)) for row in rows}) == 1
    assert line(rows[1], 20) == "epoch 10/20   loss -1.234e-05    61.500 s"


def test_a_program_that_updates_itself(folder):
    (folder / "own.g").write_text(LINE + "dw = grad(loss, w)\nw -= 0.1 * dw\n")
    assert train(folder, "own.g --data data.npz --epochs 30 --state st -q").status == 0
    state = load_state(folder / "st")
    assert state["w"] == pytest.approx([2, -1], abs=0.2)
    assert set(state) == {"w", "b"}
    said = train(folder, "own.g --data data.npz --lr 0.1")
    assert said.status == 2
    assert "w itself" in said.stderr


def test_state_of_the_program_and_random_numbers(folder):
    train(folder, "noisy.g --data data.npz --epochs 3 --state a --seed 1 -q")
    train(folder, "noisy.g --data data.npz --epochs 3 --state b --seed 2 -q")
    a, b = load_state(folder / "a"), load_state(folder / "b")
    assert int(a["seen"]) == 150
    assert not np.array_equal(a["w"], b["w"])


def test_a_training_goes_on_after_a_run(folder):
    """The run changes nothing: the training ends at the same bits as without it."""
    line = "line.g --data data.npz --state"
    for place in ("a", "b"):
        assert train(folder, f"{line} {place} --epochs 3 -q").status == 0
    said = run_command("graphc run line.g --feeds data.npz --state b", folder)
    assert (said.status, said.stderr) == (0, "")
    for place in ("a", "b"):
        said = train(folder, f"{line} {place} --epochs 6 --resume -q")
        assert said.status == 0, said.stderr
    a, b = load_state(folder / "a"), load_state(folder / "b")
    assert {"w", "opt.w.m"} < set(a) == set(b)
    assert all(np.array_equal(a[name], b[name]) for name in a)


def test_a_training_keeps_variables_of_other_programs(folder):
    save_state(folder / "st", {"total": np.ones(2), "opt.old.m": np.ones(2)})
    assert train(folder, "line.g --data data.npz --epochs 1 --state st -q").status == 0
    state = load_state(folder / "st")
    assert state["total"].tolist() == [1, 1]
    assert "opt.old.m" not in state  # what another optimiser has left


def test_data_with_a_name_that_is_no_input(folder):
    x, y = data(folder)
    np.savez(folder / "noy.npz", x=x, Y=y)
    said = train(folder, "line.g --data noy.npz --epochs 1")
    assert said.status == 1
    assert "input y has no value" in said.stderr
    assert "note: noy.npz holds x, Y" in said.stderr
    assert "hint: did you mean Y? --feed y=@noy.npz:Y" in said.stderr
    assert train(folder, "line.g --data noy.npz --epochs 1 --feed y=@noy.npz:Y").status == 0


def test_validation_feeds(folder):
    """Without dropout the loss of the examples held out can be computed."""
    line = "noisy.g --data data.npz --lr 0 --epochs 1 --validate 0.2 --validate-feed training=false --json --state st"
    found = json.loads(train(folder, line).stdout)["outputs"]
    x, y = data(folder)
    held_out = split(50, 10, 0)[1]
    w = load_state(folder / "st")["w"]
    assert found["val_loss"]["data"] == pytest.approx(np.mean((x[held_out] @ w - y[held_out]) ** 2), rel=1e-5)


# ---------------------------------------------------------------- batches


def test_batches():
    rows = np.arange(10)
    assert [list(b) for b in batches(rows, 4, drop_last=False)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert [list(b) for b in batches(rows, 4, drop_last=True)] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert [list(b) for b in batches(rows, 20, drop_last=True)] == [list(range(10))]


def test_every_epoch_has_its_order():
    rows = np.arange(100, 200)
    orders = [order(rows, seed, epoch, shuffled=True) for seed in (0, 1) for epoch in (0, 1, 2)]
    assert all(sorted(o) == list(rows) for o in orders)
    assert len({tuple(o) for o in orders}) == 6
    assert list(order(rows, 0, 1, shuffled=True)) == list(orders[1])
    assert list(order(rows, 0, 1, shuffled=False)) == list(rows)


def test_the_split_is_one():
    rows, held_out = split(100, 25, 7)
    assert (len(rows), len(held_out)) == (75, 25)
    assert sorted([*rows, *held_out]) == list(range(100))
    assert list(rows) == sorted(rows)
    assert list(split(100, 25, 8)[1]) != list(held_out)


# ---------------------------------------------------------------- going on


def same(a: Path, b: Path) -> bool:
    """Are these checkpoints of the same bits?"""
    x, y = load_state(a), load_state(b)
    return x.keys() == y.keys() and all(x[k].tobytes() == y[k].tobytes() for k in x)


NOISE = "noisy.g --data data.npz --batch 8 --validate 10 --seed 5 -q"


def test_resume_is_the_same_to_the_bit(folder):
    train(folder, f"{NOISE} --epochs 6 --state whole --log whole.jsonl")
    train(folder, f"{NOISE} --epochs 2 --state parts --log parts.jsonl")
    said = train(folder, "noisy.g --data data.npz --epochs 6 --state parts --resume --log parts.jsonl -q")
    assert said.status == 0, said.stderr
    assert same(folder / "whole", folder / "parts")
    assert same(folder / "whole" / "best", folder / "parts" / "best")
    logs = [[json.loads(line) for line in (folder / f"{n}.jsonl").read_text().splitlines()] for n in ("whole", "parts")]
    for log in logs:
        assert [row.pop("seconds") > 0 for row in log] == [True] * 6
    assert logs[0] == logs[1]


def started(folder: Path, arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "graphc", "train", *arguments.split()]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def wait_for(folder: Path, process: subprocess.Popen[str], step: int) -> int:
    """Until a checkpoint of that step, or a later one, is there; which one it is."""
    while process.poll() is None:
        found = load_training(folder) if folder.is_dir() else None
        if found is not None and found["progress"]["step"] >= step:
            return int(found["progress"]["step"])
        time.sleep(0.002)
    raise AssertionError(f"the training ended before step {step} was seen: {process.communicate()[1]}")


def test_killed_at_any_step_and_resumed(folder):
    """`kill -9` three times, at steps that nobody chose; the bits at the end are those of a run without a break."""
    train(folder, f"{NOISE} --epochs 100 --state whole")
    more = "noisy.g --data data.npz --epochs 100 --state parts --every 3 -q"
    process = started(folder, f"{NOISE} --epochs 100 --state parts --every 3")
    step, choose, seen = 0, random.Random(3), []
    for _ in range(3):
        step += choose.randint(20, 100)
        seen.append((step, wait_for(folder / "parts", process, step)))
        process.kill()
        assert process.wait() == -signal.SIGKILL
        process.communicate()
        process = started(folder, f"{more} --resume")
    _, stderr = process.communicate()
    assert (process.returncode, stderr) == (0, ""), seen
    assert same(folder / "whole", folder / "parts"), seen


def test_an_interrupt_leaves_a_checkpoint(folder):
    train(folder, f"{NOISE} --epochs 60 --state whole")
    process = started(folder, f"{NOISE} --epochs 60 --state parts")
    wait_for(folder / "parts", process, 10)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 130
    assert "--resume goes on from parts" in stderr
    assert train(folder, "noisy.g --data data.npz --epochs 60 --state parts --resume -q").status == 0
    assert same(folder / "whole", folder / "parts")


def test_the_digits_by_adam(tmp_path):
    """At least 97.5 % of the digits held out, by a training that is killed on the way."""
    arguments = f"{SAMPLES / 'digits_adam.g'} --data {SAMPLES / 'data' / 'digits.npz'} --epochs 60 -q"
    whole = json.loads(run_command(f"graphc train {arguments} --state whole --json", tmp_path).stdout)
    process = started(tmp_path, f"{arguments} --state parts --every 100")
    seen = wait_for(tmp_path / "parts", process, random.Random(4).randint(100, 1000))
    process.kill()
    process.communicate()
    parts = json.loads(run_command(f"graphc train {arguments} --state parts --json --resume", tmp_path).stdout)
    assert whole == parts, seen
    assert same(tmp_path / "whole", tmp_path / "parts"), seen
    assert whole["outputs"]["accuracy"]["data"] >= 0.975


def test_begins_with_the_variables_of_a_state(folder):
    run_command("graphc run line.g --feeds data.npz --state st", folder)
    said = train(folder, "line.g --data data.npz --epochs 1 --state st -q")
    assert (said.status, said.stderr) == (0, "note: starts from the variables in st\n")


def test_another_rate(folder):
    train(folder, "line.g --data data.npz --epochs 1 --state st -q")
    said = train(folder, "line.g --data data.npz --epochs 2 --state st -q --resume --lr 0.01")
    assert said.status == 0
    assert said.stderr == "note: goes on with optim.adam(lr=0.01), after optim.adam(lr=0.001)\n"


# ---------------------------------------------------------------- the end


def test_patience_and_the_best(folder):
    """A rate that is too large at the minimum: the loss stops falling."""
    said = train(
        folder, "line.g --data data.npz --optim sgd --lr 0.4 --batch 4 --epochs 500 --patience 3 --state st --log log"
    )
    assert said.status == 0
    assert "stopped: 3 epochs without improvement" in said.stderr
    losses = [json.loads(line)["loss"] for line in (folder / "log").read_text().splitlines()]
    assert len(losses) < 500
    assert losses.index(min(losses)) == len(losses) - 4
    assert (folder / "st" / "best" / "manifest.json").exists()


def test_watch_what_should_rise(folder):
    text = LINE + "output score = -mean(abs(x @ w + b - y))\n"
    (folder / "score.g").write_text(text)
    said = train(folder, "score.g --data data.npz --lr 0 --epochs 9 --watch max:score --patience 2")
    assert "stopped: 2 epochs" in said.stderr
    said = train(folder, "score.g --data data.npz --watch max:scor")
    assert (said.status, "did you mean score?" in said.stderr) == (2, True)


def test_a_loss_that_is_nan(folder):
    (folder / "log.g").write_text(
        "input x: f32[n, 2]\ninput y: f32[n]\nvar w: f32 = 1.0\noutput loss = mean(log(w - 0.5)) * 10 + mean(y) * 0\n"
    )
    said = train(folder, "log.g --data data.npz --optim sgd --lr 0.002 --batch 25 --epochs 20 --state st")
    assert said.status == 1
    assert "error[E0610]: loss is nan at step" in said.stderr
    kept = load_state(folder / "st")
    assert np.isfinite(kept["w"])
    assert kept["w"] > 0.5
    progress = load_training(folder / "st")["progress"]
    assert progress["epoch"] >= 1


def test_a_variable_that_is_infinite_is_not_kept(folder):
    (folder / "root.g").write_text(
        "input x: f32[n, 2]\nvar w: f32 = 0.0\nloss = mean(sqrt(w) + 0 * x)\noutput loss\nw -= grad(loss, w)\n"
    )
    said = train(folder, "root.g --data data.npz --batch 50 --epochs 1 --state st")
    assert said.status == 1
    assert "error[E0610]: w is not finite at step 1" in said.stderr
    assert not (folder / "st").exists()


def test_a_picture(folder):
    for name, begins in (("a.png", b"\x89PNG"), ("b.svg", b"<?xml"), ("c.PDF", b"%PDF")):
        assert train(folder, f"line.g --data data.npz --epochs 3 --plot {name} -q").status == 0
        assert (folder / name).read_bytes().startswith(begins)
    assert train(folder, "line.g --data data.npz --plot loss.bmp").status == 2


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ("--optim adan", 2, "did you mean adam?"),
        ("--optim adam(", 2, "has no )"),
        ("--optim adam(beta=1)", 1, "error[E0204]: adam has no argument beta"),
        ("--optim clip_value", 2, "there is no optimiser clip_value"),
        ("--loss los", 1, "did you mean loss?"),
        ("--loss w", 1, "error[E0311]: a loss is a scalar, and w is f32[2]"),
        ("--along m", 1, "error[E0609]: no input has m as its leading size"),
        ("--validate 2.5", 2, "2.5 is no part of 50 examples"),
        ("--validate 50", 2, "50 is no part of 50 examples"),
        ("--validate some", 2, "some is no part"),
        ("--resume", 2, "--resume needs a folder with checkpoints"),
        ("--every 3", 2, "--every needs a folder"),
        ("--lr fast", 2, "--lr takes a number or a schedule, not fast"),
        ("--epochs 0", 2, "--epochs takes a whole number from 1 on"),
        ("--resume --state none", 1, "error[E0701]: there is no training in none to go on with"),
        ("--watch up:loss", 2, "a figure rises (max) or falls (min), not up"),
        ("--log none/log", 1, "error[E0706]: none/log can't be written"),
        ("--feed z=1", 1, "no input z"),
        ("--validate nan", 2, "nan is no part of 50 examples"),
        ("--validate 1.0", 2, "1.0 is no part of 50 examples"),
        ("--lr nan", 2, "a rate is a number, not nan"),
        ("--plot none/a.png", 1, "error[E0706]: none/a.png can't be written: there is no folder none"),
        ("--state line.g", 1, "line.g is a file, not a folder with a state"),
        ("--feed x=@data.npz:x", 2, "x is in data.npz and in --feed"),
        ("--validate-feed y=1", 2, "--validate-feed is for figures that are measured apart"),
        ("--batch 64 --drop-last", 1, "error[E0609]: 50 examples make no full batch of 64"),
    ],
)
def test_mistakes(folder, arguments, status, says):
    said = train(folder, f"line.g --data data.npz {arguments}")
    assert (said.status, says in said.stderr) == (status, True), said.stderr


def test_the_log_on_standard_output(folder):
    said = train(folder, "line.g --data data.npz --epochs 2 -q --log - --state st")
    lines = said.stdout.splitlines()
    assert [json.loads(line)["epoch"] for line in lines[:2]] == [1, 2]
    assert lines[2].startswith("loss: f32 = ")
    assert not (folder / "-").exists()


def test_what_a_training_was_begun_with(folder):
    train(folder, "line.g --data data.npz --epochs 1 --state st -q")
    more = "--epochs 2 --state st --resume"
    assert "st has a training already" in train(folder, "line.g --data data.npz --state st").stderr
    assert "begun with another --batch: 32" in train(folder, f"line.g --data data.npz --batch 7 {more}").stderr
    assert "begun with another --seed: 0" in train(folder, f"line.g --data data.npz --seed 7 {more}").stderr
    (folder / "line.g").write_text("# the same, with a remark\n" + LINE)
    assert train(folder, f"line.g --data data.npz {more}").status == 0
    (folder / "line.g").write_text(LINE.replace("** 2)", "** 4)"))
    said = train(folder, f"line.g --data data.npz {more}")
    assert (said.status, "error[E0715]: the training in st is of another program" in said.stderr) == (1, True)
    (folder / "line.g").write_text(LINE)
    x, y = data(folder)
    np.savez(folder / "data.npz", x=x, y=y + 1)
    assert "is of another data" in train(folder, f"line.g --data data.npz {more}").stderr


def test_nothing_to_learn(folder):
    for variable in ("", "var w: f32 = 1.0, trainable=false\n", "var k: i64 = 1\n"):
        (folder / "none.g").write_text(f"input x: f32[n, 2]\n{variable}output loss = mean(x)\n")
        said = train(folder, "none.g --data data.npz")
        assert said.status == 1
        assert "error[E0413]: the program has no trainable variable, so loss stays as it is" in said.stderr


def test_which_loss(folder):
    (folder / "two.g").write_text(LINE.replace("output loss", "output a = loss"))
    said = train(folder, "two.g --data data.npz")
    assert (said.status, "which is the loss of a, largest?\n   = hint: --loss a" in said.stderr) == (1, True)
    assert train(folder, "two.g --data data.npz --loss a --epochs 1").status == 0


def test_a_variable_that_nothing_updates(folder):
    (folder / "own.g").write_text(LINE + "b -= 0.1 * grad(loss, b)\n")
    said = train(folder, "own.g --data data.npz --epochs 1 -q")
    assert "note: the program updates b itself, so no optimiser is added, and w stays as it is" in said.stderr


def test_examples_that_are_nan(folder):
    x, y = data(folder)
    y[7] = np.nan
    np.savez(folder / "odd.npz", x=x, y=y)
    said = train(folder, "line.g --data odd.npz")
    assert said.status == 1
    assert "hint: y itself is nan or infinite in this batch" in said.stderr


def test_a_damaged_checkpoint(folder):
    train(folder, "line.g --data data.npz --epochs 1 --state st -q")
    manifest = folder / "st" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"epoch": 1', '"epoch": 7'))
    said = train(folder, "line.g --data data.npz --state st --resume")
    assert (said.status, "error[E0704]" in said.stderr) == (1, True)


def test_data_that_does_not_fit(folder):
    x, y = data(folder)
    np.savez(folder / "less.npz", x=x, y=y[:-1])
    assert "50 examples in x and 49 in y" in train(folder, "line.g --data less.npz").stderr
    np.savez(folder / "none.npz", x=x[:0], y=y[:0])
    assert "holds no examples" in train(folder, "line.g --data none.npz").stderr
    np.savez(folder / "other.npz", a=x)
    assert "error[E0703]" in train(folder, "line.g --data other.npz").stderr
    np.savez(folder / "wide.npz", x=np.ones((5, 3), np.float32), y=y[:5])
    assert "error[E0303]" in train(folder, "line.g --data wide.npz").stderr
    (folder / "two.g").write_text(
        "input x: f32[n]\ninput y: f32[m]\nvar w: f32 = 0.0\noutput loss = mean((w - x) ** 2) + mean(y)\n"
    )
    np.savez(folder / "two.npz", x=y, y=y[:3])
    assert "may be n or m" in train(folder, "two.g --data two.npz").stderr
    assert train(folder, "two.g --data two.npz --along n --epochs 1").status == 0
