"""`graphc bench`: what it prints and writes, and the statistics behind it, with a clock that is told what to say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphc.driver import Options
from graphc.driver.benchmark import Task, measure
from graphc.driver.timing import Repeats, Spread, Timed, by_stage, in_turn, paired, spread
from graphc.source import Source
from tests.commands import graphc

POLY = "input x: f32\ny = x ** 2 - 2 * x + 1\noutput y\n"
COUNTER = """
input rate: f32 = 0.5
var w: f32 = 1.0
loss = (w - 3) ** 2
w -= rate * grad(loss, w)
assert loss == 4, "not from the same state"
print("loss", loss)
output loss
"""
STAGES = ["parse", "elaborate", "optimise", "plan"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("poly.g").write_text(POLY)
    Path("counter.g").write_text(COUNTER)


def bench(*arguments: str) -> dict[str, Any]:
    """The document of a benchmark that repeats little."""
    said = graphc("bench", *arguments, "--repeat", "3", "--json")
    assert (said.status, said.stderr) == (0, "")
    found: dict[str, Any] = json.loads(said.stdout)
    return found


# ---------------------------------------------------------------- statistics


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def takes(self, *seconds: float) -> Callable[[], None]:
        """A call that takes so long, one time after the other."""
        left = list(seconds)

        def call() -> None:
            self.now += left.pop(0)

        return call


def test_median_and_quartiles() -> None:
    assert spread([4.0, 1.0, 3.0, 2.0, 5.0]) == Spread(3.0, 2.0, 4.0, 5)
    assert spread([1.0, 2.0]) == Spread(1.5, 1.25, 1.75, 2)
    assert spread([7.0]) == Spread(7.0, 7.0, 7.0, 1)


def test_an_outlier_moves_no_quartile() -> None:
    assert spread([1.0, 2.0, 3.0, 4.0, 1000.0]) == Spread(3.0, 2.0, 4.0, 5)


@pytest.mark.parametrize(
    ("repeats", "calls"),
    [
        (Repeats(3), 8),  # as often as a second allows, the call that reaches it included
        (Repeats(20), 20),
        (Repeats(3, most=5), 5),
        (Repeats(2, most=2), 2),
        (Repeats(1, seconds=0.25), 2),
    ],
)
def test_how_often(repeats: Repeats, calls: int) -> None:
    clock = FakeClock()
    (samples,) = in_turn([Timed(clock.takes(*[0.125] * 100))], repeats, clock)
    assert samples == [0.125] * calls


def test_calls_take_turns_and_preparation_is_not_counted() -> None:
    clock, order = FakeClock(), []

    def timed(name: str, seconds: float) -> Timed:
        takes, prepares = clock.takes(*[seconds] * 9), clock.takes(*[10.0] * 9)
        return Timed(lambda: (order.append(name), takes()), prepares)

    samples = in_turn([timed("a", 0.25), timed("b", 0.5)], Repeats(3, 3), clock)
    assert samples == [[0.25] * 3, [0.5] * 3]
    assert order == ["a", "b"] * 3


def test_stages() -> None:
    clock = FakeClock()
    first, second = clock.takes(1.0, 2.0), clock.takes(0.5, 0.25)

    def work(done: Callable[[str], None]) -> None:
        first()
        done("first")
        second()
        done("second")

    samples = by_stage(work, Repeats(2, 2), clock.takes(8.0, 8.0), clock)
    assert samples == {"total": [1.5, 2.25], "first": [1.0, 2.0], "second": [0.5, 0.25]}
    assert next(iter(samples)) == "total"


def test_ratios_are_those_of_one_round() -> None:
    """A round in which the machine is slow changes the times, not the ratio."""
    assert paired([1.0, 2.0, 64.0], [3.0, 6.0, 192.0]) == Spread(3.0, 3.0, 3.0, 3)


def test_all_readings_of_the_clock_are_accounted_for() -> None:
    """Each reading of this clock is a second later than the one before: all that is measured takes one second."""
    readings = iter(range(10_000))
    task = Task(Source("poly.g", POLY), Options(), {"x": 3.0})
    report = measure(task, 4, eagerly=True, clock=lambda: float(next(readings)))
    one = Spread(1.0, 1.0, 1.0, 4)
    assert (report.execution, report.eager, report.ratio) == (one, one, one)
    assert list(report.compile) == ["total", *STAGES]
    assert report.compile["total"].median == len(STAGES)
    assert {s.repeats for s in report.compile.values()} == {3}  # a clock that is that slow leaves time for no more


# ---------------------------------------------------------------- the document


def test_json() -> None:
    found = bench("poly.g", "--feed", "x=3.0")
    assert found["file"] == "poly.g"
    assert found["graphc"] == graphc("--version").stdout.split()[1]
    assert {"python", "numpy", "cpus"} <= found.keys()
    assert list(found["compile"]) == ["total", *STAGES]
    assert (found["ops"], found["peak_bytes"]) == (4, 12)  # the difference and its two operands
    assert found["eager"] is None
    assert found["ratio"] is None
    for times in (*found["compile"].values(), found["execution"]):
        assert 0 < times["low"] <= times["median"] <= times["high"] < 60
        assert times["repeats"] == 3
    assert sum(found["compile"][stage]["low"] for stage in STAGES) <= found["compile"]["total"]["high"]


def test_gradient_eagerly_in_json() -> None:
    found = bench("poly.g", "--feed", "x=3.0", "--wrt", "x", "--against-eager")
    assert list(found["compile"]) == ["total", "parse", "elaborate", "differentiate", "optimise", "plan"]
    assert found["eager"]["repeats"] == found["ratio"]["repeats"] == 3
    assert found["ratio"]["low"] <= found["ratio"]["median"] <= found["ratio"]["high"]


def test_a_fetch_computes_only_what_it_needs() -> None:
    whole, part = bench("counter.g"), bench("counter.g", "--fetch", "loss")
    assert part["ops"] < whole["ops"]


def test_passes_change_what_runs() -> None:
    arguments = "poly.g", "--feed", "x=3.0", "--wrt", "x"
    assert bench(*arguments, "--passes", "prune")["ops"] > bench(*arguments)["ops"]


# ---------------------------------------------------------------- the table

TIME = r"[\d,.]+ ms +[\d,.]+ … [\d,.]+"


def test_table() -> None:
    said = graphc("bench", "poly.g", "--feed", "x=3.0", "--repeat", "2")
    assert (said.status, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["compile", *STAGES, "execution"]
    assert re.fullmatch(rf"compile +{TIME} +3 times", lines[0])
    for line in lines[1:5]:
        assert re.fullmatch(rf"  [a-z]+ +{TIME}", line)
    assert re.fullmatch(rf"execution +{TIME} +2 times +4 ops, peak 12 B", lines[5])


def test_table_with_eager_execution() -> None:
    said = graphc("bench", "poly.g", "--feed", "x=3.0", "--repeat", "1", "--against-eager")
    *_, execution, eager, verdict = said.stdout.splitlines()
    assert re.fullmatch(rf"execution +{TIME} +once +4 ops, peak 12 B", execution)
    assert re.fullmatch(rf"eager +{TIME}", eager)
    assert re.fullmatch(r"eager takes [\d.]+ times as long \([\d.]+ … [\d.]+\)", verdict)


def test_without_a_number_a_run_is_repeated() -> None:
    found = json.loads(graphc("bench", "poly.g", "--feed", "x=3.0", "--json").stdout)
    assert found["execution"]["repeats"] >= 5
    assert found["compile"]["total"]["repeats"] >= 3


# ---------------------------------------------------------------- what is run


@pytest.mark.parametrize("eager", [[], ["--against-eager"]])
def test_each_run_starts_from_the_same_state_and_prints_nowhere(eager: list[str]) -> None:
    said = graphc("bench", "counter.g", "--repeat", "3", *eager)
    assert (said.status, said.stderr) == (0, "")
    assert "loss" not in said.stdout


def test_a_run_that_fails_says_what_run_says() -> None:
    arguments = "counter.g", "--feed", "rate=nan"
    Path("counter.g").write_text(COUNTER.replace("loss == 4", "isfinite(w)"))
    assert graphc("bench", *arguments).stderr == graphc("run", *arguments).stderr != ""


SAVED = "var w: f32[2] = [1.0, 2.0]\nexport fn f(x: f32[n, 2]) = x @ w\nexport fn g(x: f32[2]) = sum(exp(x) * w)\n"


def test_saved_program() -> None:
    Path("model.g").write_text(SAVED)
    graphc("save", "model.g", "model.gm")
    before = {p.name: p.read_bytes() for p in Path("model.gm").iterdir()}
    found = bench("model.gm", "--entry", "g", "--wrt", "x,w", "--feed", "x=[1, 2]", "--against-eager")
    assert found["file"] == "model.gm"
    assert found["eager"]["repeats"] == 3
    assert before == {p.name: p.read_bytes() for p in Path("model.gm").iterdir()}


def test_saved_program_starts_from_its_variables() -> None:
    Path("model.g").write_text('var w: f32 = 1.0\nassert w == 5, "not the saved state"\nw += 1\noutput y = w\n')
    Path("other.g").write_text("var w: f32 = 1.0\nw += 4\n")
    graphc("run", "other.g", "--state", "st")
    graphc("save", "model.g", "model.gm", "--state", "st")
    assert bench("model.gm", "--against-eager")["eager"]["repeats"] == 3


def test_random_numbers_repeat() -> None:
    Path("drawn.g").write_text("u = uniform([])\nvar first: f32 = -1.0\nfirst = u\noutput first\n")
    assert bench("drawn.g", "--seed", "3", "--against-eager")["eager"]["repeats"] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["poly.g"],
        ["poly.g", "--feed", "z=1.0"],
        ["poly.g", "--feed", "x=[1, 2]"],
        ["poly.g", "--feed", "x=@nothing.npy"],
        ["poly.g", "--feed", "x=1.0", "--fetch", "z"],
        ["nothing.g"],
    ],
)
def test_errors_are_those_of_run(arguments: list[str]) -> None:
    bench, run = graphc("bench", *arguments), graphc("run", *arguments)
    assert (bench.status, bench.stdout, bench.stderr) == (run.status, run.stdout, run.stderr)
    assert bench.status == 1


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--repeat", "0"], ["--repeat takes a whole number from 1 on"]),
        (["--repeat", "often"], ["--repeat takes a whole number from 1 on"]),
        (["--of", "y"], ["--of says what to differentiate", "--of y --wrt x"]),
        (["--against-egaer"], ["did you mean --against-eager?"]),
    ],
)
def test_misuse(arguments: list[str], parts: list[str]) -> None:
    said = graphc("bench", "poly.g", "--feed", "x=3.0", *arguments)
    assert (said.status, said.stdout) == (2, "")
    for part in parts:
        assert part in said.stderr


# ---------------------------------------------------------------- against an earlier document


def written(name: str = "old.json", **changes: Any) -> dict[str, Any]:
    """A document of poly.g, changed and written."""
    document = {**bench("poly.g", "--feed", "x=3.0"), **changes}
    Path(name).write_text(json.dumps(document))
    return document


def against(path: str, *arguments: str) -> tuple[str, str]:
    said = graphc("bench", "poly.g", "--feed", "x=3.0", "--repeat", "3", "--against", path, *arguments)
    assert said.status == 0, said.stderr
    return said.stdout, said.stderr


def test_ratios_to_an_earlier_document() -> None:
    old = written()
    stdout, stderr = against("old.json", "--json")
    new = json.loads(stdout)
    assert stderr == ""
    assert new["against"]["file"] == "old.json"
    found = new["against"]["ratios"]
    assert list(found) == ["compile", *STAGES, "execution"]
    now, before = new["execution"], old["execution"]
    assert found["execution"]["median"] == pytest.approx(now["median"] / before["median"], rel=1e-12)
    assert found["execution"]["low"] == pytest.approx(now["low"] / before["high"], rel=1e-12)
    assert found["execution"]["high"] == pytest.approx(now["high"] / before["low"], rel=1e-12)


def test_table_of_ratios() -> None:
    written()
    lines = against("old.json")[0].splitlines()
    at = lines.index("times as long as in old.json:")
    assert [line.split()[0] for line in lines[at + 1 :]] == ["compile", *STAGES, "execution"]
    assert all(re.fullmatch(r"  [a-z]+ +[\d,.]+ +[\d,.]+ … [\d,.]+", line) for line in lines[at + 1 :])


def test_what_else_differs_is_said() -> None:
    written(file="old.g", numpy="1.0.0", graphc="0.0.1")
    lines = against("old.json")[1].splitlines()
    assert lines[0] == "note: old.json was measured of old.g, not poly.g"
    assert lines[1].startswith("note: old.json was measured with numpy 1.0.0, not ")
    assert len(lines) == 2


def test_an_earlier_document_that_is_not_there() -> None:
    said = graphc("bench", "poly.g", "--feed", "x=3.0", "--against", "old.json")
    assert (said.status, said.stdout) == (1, "")
    assert said.stderr == "error[E0701]: there is no file old.json\n"


SECONDS = {"median": 1.0, "low": 1.0, "high": 1.0, "repeats": 3}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        "3",
        "{}",
        json.dumps({"outputs": {}}),
        json.dumps({"compile": {}, "execution": SECONDS, "ops": 1, "peak_bytes": 0, "eager": None, "ratio": None}),
        *(
            json.dumps(
                {
                    "compile": {"total": SECONDS},
                    "execution": {**SECONDS, **wrong},
                    "ops": 1,
                    "peak_bytes": 0,
                    "eager": None,
                    "ratio": None,
                }
            )
            for wrong in ({"median": 2.0}, {"low": -1.0}, {"high": float("nan")}, {"high": float("inf")}, {"low": None})
        ),
    ],
)
def test_a_file_that_is_no_such_document(text: str) -> None:
    Path("old.json").write_text(text)
    said = graphc("bench", "poly.g", "--feed", "x=3.0", "--against", "old.json")
    assert (said.status, said.stdout) == (1, "")
    assert said.stderr.startswith("error[E0704]: old.json ")
