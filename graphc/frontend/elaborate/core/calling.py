"""Calls inside traces of functions, which stay one node.

So functions that call each other n deep are n short bodies, and not n copies of what is innermost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphc.ir.graph import Node, Value
from graphc.ir.op import Inferred, NotDifferentiable, Ruled
from graphc.source import Origin


def _never(*_: Any) -> Inferred:
    raise AssertionError("a call inside a trace is opened before anything asks what it does")


_CALL = Ruled(
    name="call",
    params=(),
    doc="A call inside a trace.",
    evaluate=_never,
    vjp=NotDifferentiable("opened before it is differentiated"),
    mask=_never,
    subgradient=None,
    spelling=None,
    rule=_never,
)


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """What a node stands for: a call of `trace` (see templates.py), in which its first inputs stand for `given`.

    Its results are what `made` is in the trace.  Further inputs are what the trace reads from outside.
    """

    trace: Any
    given: tuple[Value, ...]
    made: tuple[Value, ...]


def calling(trace: Any, given: Mapping[Value, Value], origin: Origin) -> Node:
    """The node of a call."""
    made = tuple([v for v in trace.made if v not in given])
    inputs = (*given.values(), *(v for v in trace.free if v not in given))
    called = Called(trace, tuple(given), made)
    return Node(_CALL, inputs, (called,), (), [v.type for v in made], origin, [v.name for v in made])


def call_of(node: Node) -> Called | None:
    """What a node stands for, if it is a call."""
    return node.attrs[0] if node.op is _CALL else None


def maker(value: Value) -> Node:
    """The node that makes a value, inside the calls in between."""
    while (called := call_of(value.node)) is not None:
        value = called.made[value.index]
    return value.node
