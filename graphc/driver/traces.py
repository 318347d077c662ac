"""The specialisations of a program's functions, in words.

In: the traces of an elaborated program.  Out: `sq(p: f64[3], k: int = 2)`, and what differs from the trace before of
the same function.  `-v` prints them, `Program.traces` holds them.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphc.frontend.elaborate.functions import Trace
from graphc.ir.graph import Value


def describe_traces(traces: Iterable[Trace]) -> tuple[str, ...]:
    """A line per trace, in the order in which they were made."""
    before: dict[int, dict[str, str]] = {}
    lines = []
    for trace in traces:
        parameters = dict(_parameter(trace, i, v) for i, v in enumerate(trace.parameters))
        listed = ", ".join(f"{name}: {text}" for name, text in parameters.items())
        known = before.get(id(trace.function))
        changes = "" if known is None else _changes(known, parameters)
        lines.append(f"{trace.function.name}({listed}){changes}")
        before[id(trace.function)] = parameters
    return tuple(lines)


def _parameter(trace: Trace, index: int, value: Value) -> tuple[str, str]:
    number = f" = {trace.numbers[index]}" if index in trace.numbers else ""
    return value.name or f"{index + 1}.", f"{value.type}{number}"


def _changes(before: dict[str, str], now: dict[str, str]) -> str:
    changed = [f"{name} was {before[name]}" for name in now if name in before and before[name] != now[name]]
    return f"; {', '.join(changed)}" if changed else "; with other arguments"
