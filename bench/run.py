"""The project's targets, measured: `make bench`.

Each line gives a figure, its target, and the ratio to a peer timed in the same run (a bare Python, NumPy alone, a
hand-written loop), since machines differ and are shared.  Exits with 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import graphc
from graphc import driver
from graphc.executors.binding import bind
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.graph import inline, reachable
from graphc.ir.text import print_graph
from graphc.source import Source

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Figure:
    """A measured number against its target (at most that much)."""

    name: str
    value: float
    unit: str
    target: float
    peer: str

    @property
    def met(self) -> bool:
        return self.value <= self.target

    def __str__(self) -> str:
        verdict = "ok    " if self.met else "MISSED"
        return f"{verdict} {self.name:<52} {self.value:9.3f} {self.unit:<3} target {self.target:g}   {self.peer}"


def wall(command: list[str], runs: int) -> float:
    """Median seconds of a whole process, after one run that is not counted."""
    times = []
    for i in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True)
        if i:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def best(call: Callable[[], object], runs: int) -> float:
    """The fastest of several calls, in seconds, without the garbage collector, which compiling does without, too."""
    times = []
    for _ in range(runs):
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
        gc.enable()
    return min(times)


# ---------------------------------------------------------------- start-up


def start_up(runs: int) -> list[Figure]:
    python = wall([sys.executable, "-c", "pass"], runs)
    numpy = wall([sys.executable, "-c", "import numpy"], runs)
    graphc = [sys.executable, "-m", "graphc"]
    aid = wall([*graphc, "--help"], runs)
    regression = wall([*graphc, "run", "samples/linear.g", "--feeds", "samples/data/diabetes.npz"], runs)
    return [
        Figure("graphc --help", aid, "s", 0.15, f"{aid / python:.1f} x a bare python ({python:.3f} s)"),
        Figure(
            "graphc run, linear regression",
            regression,
            "s",
            0.45,
            f"{regression / numpy:.1f} x import numpy ({numpy:.3f} s)",
        ),
    ]


# ---------------------------------------------------------------- compiling


def doubling(levels: int) -> str:
    """A small source whose graph has 4 * 2**levels nodes: functions that call each other twice."""
    lines = ["input x: f32", "fn f0(x) = 0.5 * sin(x) + x"]
    lines += [f"fn f{i}(x) = f{i - 1}(f{i - 1}(x))" for i in range(1, levels + 1)]
    return "\n".join([*lines, f"y = f{levels}(x)", "output y", ""])


COMPILE = "compile"


def compile_once(levels: int) -> None:
    """Elaborate, differentiate, optimise, print; report nodes, seconds and peak memory as JSON."""
    start = time.perf_counter()
    options = driver.Options()
    graph = driver.compile_source(Source("bench.g", doubling(levels)), options).graph
    with driver.quietly():
        derived = driver.derive(graph, driver.CATALOGUE, ["x"])
        outcome = driver.optimise(derived.graph, options, keep=derived.wrt)
        print_graph(outcome.graph)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"nodes": len(graph.nodes), "seconds": seconds, "bytes": peak}))


def compiling() -> list[Figure]:
    """131,072 nodes and half of them, each in a process of its own, in turn: the faster of two."""
    found: dict[int, list[Any]] = {14: [], 15: []}
    for levels in [*found] * 2:
        command = [sys.executable, __file__, COMPILE, str(levels)]
        done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
        found[levels].append(json.loads(done.stdout))
    half, full = (min(runs, key=lambda run: run["seconds"]) for runs in found.values())
    ratio = full["seconds"] / half["seconds"]
    return [
        Figure(
            f"compile and print {full['nodes']:,} nodes",
            full["seconds"],
            "s",
            25,
            f"{half['nodes']:,} nodes: {half['seconds']:.2f} s",
        ),
        Figure(
            "  peak memory", full["bytes"] / 1e9, "GB", 2.5, f"{full['bytes'] / full['nodes'] / 1e3:.1f} kB per node"
        ),
        Figure("  twice the nodes cost", ratio, "x", 2.3, ""),
    ]


def parsing() -> Figure:
    text = (ROOT / "tests/frontend/tour.g").read_text()
    source = Source("long.g", text * (137_000 // len(text) + 1))
    seconds = best(lambda: parse(source), 3)
    return Figure("parse 137 kB of source", seconds, "s", 2.5, f"{len(source.text) / seconds / 1e6:.2f} MB/s")


# ---------------------------------------------------------------- executing


def executing() -> Figure:
    """A chain of scalar additions and products on NumPy, beside the same NumPy calls in a plain loop."""
    length = 20_000
    lines = ["input x: f64", "v = x"] + ["v = v * x + x"] * (length // 2)
    options = driver.Options(pipeline=())
    graph = driver.compile_source(Source("chain.g", "\n".join([*lines, "output v", ""])), options).graph
    runner = driver.executable(graph, options)
    binding = bind(graph, {"x": 0.5})
    runner.run(binding)
    x = np.asarray(0.5)

    def by_hand() -> object:
        v: object = x
        for _ in range(length // 2):
            v = np.add(np.multiply(v, x), x)
        return v

    ours, peer = best(lambda: runner.run(binding), 7), best(by_hand, 7)
    extra = (ours - peer) / length * 1e6
    return Figure(
        "execution on NumPy, per node over the NumPy call", extra, "us", 3, f"{ours / peer:.2f} x a hand-written loop"
    )


def drawing() -> list[Figure]:
    """Random numbers beside NumPy's generator, which keeps a state instead of counting; each as often as possible."""
    found = []
    count = 1 << 22
    generator = np.random.Generator(np.random.Philox(1))
    peers: dict[str, Callable[[], object]] = {
        "random_bits([n])": lambda: generator.integers(0, 1 << 32, count, dtype=np.uint32),
        "uniform([n])": lambda: generator.random(count, dtype=np.float32),
        "normal([n])": lambda: generator.standard_normal(count, dtype=np.float32),
        "normal([n], dtype=f64)": lambda: generator.standard_normal(count),
    }
    for text, peer in peers.items():
        program = f"input x: f32[n]\nv = {text}\noutput v\n"
        graph = driver.compile_source(Source("draws.g", program), driver.Options()).graph
        runner = driver.executable(graph, driver.Options())
        binding = bind(graph, {"x": np.zeros(count, np.float32)})
        runner.run(binding)
        ours, theirs = (best(call, 5) / count * 1e9 for call in (partial(runner.run, binding), peer))
        compared = f"{1e3 / ours:.0f} M/s, {ours / theirs:.1f} x numpy ({theirs:.1f} ns)"
        found.append(Figure(f"draw {text}, per number", ours, "ns", DRAWN[text], compared))
    return found


DRAWN = {"random_bits([n])": 40, "uniform([n])": 45, "normal([n])": 120, "normal([n], dtype=f64)": 160}


# ---------------------------------------------------------------- loops and calls


def stepping() -> Figure:
    """A loop of scalar gradient steps, beside the same steps by hand on NumPy."""
    count = 1000
    program = graphc.loads(f"""
    var x: f32 = 0.0
    for i in range({count}) {{ x -= 0.01 * grad((x - 1) ** 2, x) }}
    output at = x
    """).compile()

    def by_hand() -> object:
        x: object = np.float32(0)
        rate, one, two = np.float32(0.01), np.float32(1), np.float32(2)
        for _ in range(count):
            x = np.subtract(x, np.multiply(rate, np.multiply(two, np.subtract(x, one))))
        return x

    program()
    ours, peer = best(program, 9), best(by_hand, 9)
    extra = (ours - peer) / count * 1e6
    return Figure("a gradient step in a loop, over NumPy by hand", extra, "us", 15, f"{ours / peer:.2f} x by hand")


def remembering() -> list[Figure]:
    """The memory that differentiating a long scan takes, beside that of its states (40 MB)."""
    steps, size = 10_000, 1_000
    kinds = {
        "backward through a scan": ("", "grad(loss, h0)", 45),
        "the same with checkpoint=100": (", checkpoint=100", "grad(loss, h0)", 3),
        "a jvp through it": ("", "jvp(loss, h0, v)", 1),
    }
    feeds = {"x": np.linspace(-1, 1, steps, dtype=np.float32)}
    feeds |= {name: np.zeros(size, np.float32) for name in ("h0", "v")}
    found = []
    for name, (option, derivative, target) in kinds.items():
        program = graphc.loads(f"""
        input x: f32[{steps}]
        input h0: f32[{size}]
        input v: f32[{size}]
        fn step(h, x) = tanh(0.9 * h + x)
        loss = sum(fold(step, h0, x{option}))
        output d = {derivative}
        output kept = sum(v)
        """).compile()
        program(**feeds)
        tracemalloc.start()
        program(**feeds)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        found.append(Figure(f"memory of {name}", peak, "MB", target, f"{peak / 40:.3f} x the states"))
    return found


def tracing() -> Figure:
    """Calling a traced function often, less the nodes of the calls written out, beside tracing it once."""
    lines = ["fn f(x) {", *("  x = sin(x) * x + 1" for _ in range(100)), "  return x", "}", "input x: f64", "y = f(x)"]
    calls = 1000

    def elaborated(count: int) -> Callable[[], object]:
        text = "\n".join([*lines, *["y = f(y)"] * (count - 1), "output y", ""])
        syntax = parse(Source("calls.g", text))
        return lambda: elaborate(syntax, driver.CATALOGUE)

    graph = elaborate(parse(Source("one.g", "\n".join([*lines, "output y", ""]))), driver.CATALOGUE).graph
    x, y = graph.inputs()[0].results[0], graph.outputs[0].value

    def appended() -> object:
        """The calls' own nodes: copied and connected, as often, and looked through once for what is alive."""
        last, nodes = x, list(graph.nodes)
        for _ in range(calls - 1):
            mapping = {x: last}
            nodes.extend(inline(graph.nodes, mapping))
            last = mapping[y]
        return reachable([last])

    timed = (elaborated(1), elaborated(calls), appended)
    rounds = [[best(call, 1) for call in timed] for _ in range(15)]  # in turn, as the machine's speed changes
    once = min(times[0] for times in rounds)
    low, extra, high = statistics.quantiles([(many - first - own) / once for first, many, own in rounds], n=4)
    peer = f"quartiles {low:.1f} and {high:.1f}; tracing once takes {once * 1e3:.1f} ms"
    return Figure("1,000 calls of a trace, over their nodes", extra, "x", 2, peer)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="processes per start-up figure")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = [*start_up(arguments.runs), parsing(), *compiling(), executing(), *drawing()]
    figures += [stepping(), *remembering(), tracing()]
    print(json.dumps([asdict(f) for f in figures], indent=1) if arguments.json else "\n".join(map(str, figures)))
    return 0 if all(f.met for f in figures) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == [COMPILE]:
        compile_once(int(sys.argv[2]))
    else:
        sys.exit(main())
