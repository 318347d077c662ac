"""The specialisations of a program's functions, in words.

In: the traces of an elaborated program.  Out: for each its signature, `sq(p: f64[3], k: int = 2)`, what made it
differ from those before of the same function, and who calls it.  `-v` prints them as they are made, `Program.traces`
holds them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphc.frontend.elaborate.core.scopes import Function, Items, Meaning, Text, leaves
from graphc.frontend.elaborate.core.values import DTypeName, Nothing, Static
from graphc.frontend.elaborate.core.wording import describe
from graphc.frontend.elaborate.functions.templates import Trace
from graphc.ir.graph import Value
from graphc.ir.strings import quote
from graphc.ir.types import STR, DType, TensorType
from graphc.source import Span

_COMPARED = 16  # earlier traces that a trace is compared with


@dataclass(frozen=True, slots=True)
class TraceSummary:
    """A trace: its signature, what it differs in from an earlier one (empty for the first), and its calls.

    `sites`: the places in the source that call it, as `file:line:column`.  `calls`: how many copies of it the program
    has, those inside other functions counted for each call of these.
    """

    function: str
    signature: str
    differs: str
    sites: tuple[str, ...]
    calls: int

    def __str__(self) -> str:
        return f"{self.signature}; {self.differs}" if self.differs else self.signature


def summarise(traces: Sequence[Trace], calls: Sequence[tuple[Trace, Span]]) -> tuple[TraceSummary, ...]:
    """All traces, in the order in which they were made.  `calls`: those of the top level."""
    counts: dict[Trace, int] = dict.fromkeys(traces, 0)
    sites: dict[Trace, dict[str, None]] = {trace: {} for trace in traces}
    for callee, span in calls:
        counts[callee] += 1
        sites[callee][span.where] = None
    for trace in reversed(traces):  # a function that calls others is finished after them
        for callee, span in trace.calls:
            counts[callee] += counts[trace]
            sites[callee][span.where] = None
    words = announcer()
    made = [words(trace) for trace in traces]
    return tuple(
        TraceSummary(trace.function.name, signature, differs, tuple(sites[trace]), counts[trace])
        for trace, (signature, differs) in zip(traces, made, strict=True)
    )


def announcer() -> Callable[[Trace], tuple[str, str]]:
    """What gives each trace, told in the order in which they are made, its signature and what it differs in.

    It is compared with the last few of the same function.
    """
    before: dict[Function, deque[tuple[Trace, list[Any]]]] = {}

    def words(trace: Trace) -> tuple[str, str]:
        known = before.setdefault(trace.function, deque(maxlen=_COMPARED))
        arguments = _arguments(trace)
        candidates = [list(_changes(old, given, trace, arguments)) for old, given in reversed(known)]
        nearest = min(candidates, key=lambda changes: sum(weight for _, weight in changes), default=[])
        known.append((trace, arguments))
        return _signature(trace, arguments), ", ".join([text for text, _ in nearest])

    return words


def _signature(trace: Trace, arguments: list[Any]) -> str:
    """`sq(p: f64[3], k: int = 2)`."""
    parameters = zip(_names(trace), arguments, strict=True)
    return f"{trace.function.name}({', '.join([name + _shown(a) for name, a in parameters])})"


# ---------------------------------------------------------------- arguments


@dataclass(frozen=True, slots=True)
class _Tuple:
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Tensor:
    """An argument that is a tensor or number, `value` if the body needs to know it."""

    type: TensorType
    value: str | None


def _names(trace: Trace) -> list[str]:
    return [p.name.text for p in trace.function.definition.parameters]


def _arguments(trace: Trace) -> list[Any]:
    """What the trace depends on, per parameter: `_Tensor`s, lists of them as tuples, other things as text."""
    position = iter(range(len(trace.parameters)))

    def read(key: Any) -> Any:
        match key:
            case TensorType() | DType():
                i = next(position)
                return _Tensor(trace.parameters[i].type, _number(trace.numbers[i]) if i in trace.numbers else None)
            case ("dtype", DType() as dtype):
                return dtype.name
            case ("()", *inside):
                return _Tuple(tuple([read(k) for k in inside]))
            case tuple():
                return tuple([read(k) for k in key])
            case None:
                return "None"
            case _:
                return _named(key)

    return [read(key) for key in trace.key]


def _number(value: Any) -> str:
    return quote(value) if isinstance(value, str) else str(value)


def _named(meaning: Meaning) -> str:
    """A function or module as an argument."""
    name = getattr(meaning, "name", None)
    return name if isinstance(name, str) else describe(meaning)


def _shown(argument: Any) -> str:
    """`: f64[3]`, `: int = 2`, ` = "sum"`."""
    if isinstance(argument, _Tensor):
        return f": {argument.type}" + (f" = {argument.value}" if argument.value is not None else "")
    return f": {_listed(argument)}" if isinstance(argument, tuple | _Tuple) else f" = {argument}"


def _listed(argument: Any) -> str:
    match argument:
        case _Tensor(type, value):
            return str(type) if value is None else value
        case tuple():
            return f"[{', '.join([_listed(a) for a in argument])}]"
        case _Tuple(items):
            return f"({', '.join([_listed(a) for a in items])})"
        case _:
            return str(argument)


# ---------------------------------------------------------------- differences


# What differs, in words, and how much that is: the nearest trace is the one to compare with.
Change: TypeAlias = "tuple[str, int]"


def _changes(old: Trace, given: list[Any], new: Trace, arguments: list[Any]) -> Iterator[Change]:
    """What a trace differs in from another of the same function, each with what it depends on."""
    for name, a, b in zip(_names(new), given, arguments, strict=True):
        if a != b:
            yield _change(name, a, b)
    yield from _captured(old, new)


def _change(name: str, old: Any, new: Any) -> Change:
    match old, new:
        case _Tensor(a, _), _Tensor(b, _) if a != b:
            if a.dtype is b.dtype:
                return f"the shape of {name} was {_shape(a)}", 1
            if a.shape != b.shape or STR in (a.dtype, b.dtype):
                return f"{name} was {a}", 2
            if a.dtype.weak is not b.dtype.weak:
                return f"{name} was {f'weak ({a})' if a.dtype.weak else f'{a}, not weak'}", 1
            return f"the dtype of {name} was {a.dtype}", 1
        case _Tensor(_, value), _Tensor(_, now):
            return f"{name} was {value}" if value is not None else f"{name} must be {now}", 1
    return f"{name} was {_listed(old)}", 1


def _shape(kind: TensorType) -> str:
    return f"[{', '.join(map(str, kind.shape))}]" if kind.shape else "a scalar's"


def _captured(old: Trace, new: Trace) -> Iterator[Change]:
    """Names from outside that mean another thing, or something of another type."""
    before = {(id(c.scope), c.name): c.meaning for c in old.captures}
    for capture in new.captures:
        meaning = before.get((id(capture.scope), capture.name))
        if meaning is not None and meaning is not capture.meaning:
            was, now = _kind(meaning), _kind(capture.meaning)
            yield (f"{capture.name}, from outside, was {was}" if was != now else f"{capture.name} was bound again"), 1


def _kind(meaning: Meaning) -> str:
    match meaning:
        case Value():
            return str(meaning.type)
        case Static():
            return f"{meaning.dtype} {meaning.value}"
        case Items():
            return f"[{', '.join([_kind(leaf) for leaf in leaves(meaning)])}]"
        case Text(value):
            return quote(value)
        case DTypeName(dtype):
            return dtype.name
        case Nothing():
            return "None"
        case _:
            return _named(meaning)
