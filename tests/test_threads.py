"""One compiled program, called from several threads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pytest

import graphc

THREADS, CALLS = 4, 150
COUNTER = graphc.loads("var c: i64 = 0, trainable=false\nvar d: i64 = 0, trainable=false\nc += 1; d -= 1\noutput c\n")


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(*tasks: Callable[[], object]) -> None:
    """Run the tasks in threads that begin together; what one raises is raised."""
    start, raised = Barrier(len(tasks)), []

    def run(task: Callable[[], object]) -> None:
        start.wait()
        try:
            task()
        except BaseException as error:
            raised.append(error)

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_no_update_is_lost() -> None:
    step = COUNTER.compile()
    seen: list[int] = []
    at_once(*[lambda: seen.extend(int(step()["c"]) for _ in range(CALLS))] * THREADS)
    assert sorted(seen) == list(range(1, THREADS * CALLS + 1))
    assert step.state["c"] == THREADS * CALLS


def test_a_saved_state_is_that_between_two_runs(tmp_path: Path) -> None:
    step = COUNTER.compile()
    found: list[tuple[int, int]] = []

    def save() -> None:
        other = COUNTER.compile()
        for _ in range(10):
            step.state.save(tmp_path / "state")
            other.state.load(tmp_path / "state")
            found.append((int(other.state["c"]), int(other.state["d"])))

    at_once(lambda: [step() for _ in range(CALLS)], save)
    assert all(c == -d for c, d in found)


def test_random_numbers_are_those_of_so_many_runs() -> None:
    program = graphc.loads("output u = uniform([], dtype=f64)\n")
    step, alone = program.compile(), program.compile()
    seen: list[float] = []
    at_once(*[lambda: seen.extend(float(step()["u"]) for _ in range(CALLS))] * THREADS)
    assert sorted(seen) == sorted(float(alone()["u"]) for _ in range(THREADS * CALLS))


def test_sizes_that_threads_bind_at_once() -> None:
    step = graphc.loads("input x: f64[n]\noutput y = sum(x ** 2)\n").compile()

    def call() -> None:
        for n in [*range(1, 14)] * 2:
            assert step(x=np.arange(n))["y"] == sum(i**2 for i in range(n))

    at_once(*[call] * THREADS)


def test_a_flat_function() -> None:
    program = graphc.loads("input x: f64[n]\nvar w: f64 = 1.0\nloss = sum((x * w) ** 2)\noutput loss\n")
    fun = program.grad("loss", wrt="w").compile().flat(x=[1.0, 2.0])

    def call(w: float) -> None:
        for _ in range(CALLS):
            value, slope = fun([w])
            assert (value, slope[0]) == (5 * w**2, 10 * w)

    at_once(*[lambda w=w: call(w) for w in (1.0, 2.0, 3.0)])


def test_a_session() -> None:
    session = graphc.Session()
    session.run("var c: i64 = 0")
    at_once(*[lambda: [session.run("c += 1") for _ in range(20)]] * THREADS)
    assert session["c"] == 20 * THREADS
