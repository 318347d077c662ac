"""Origins inside a trace, continued by the call stack of the call that inlines it.  `traces` uses it."""

from __future__ import annotations

from typing import TypeAlias

from graphc.ir.graph import Graph, Value, nested
from graphc.source import Call, Origin

Frames: TypeAlias = "dict[Call | None, Call | None]"


def at_call(old: Origin, frames: Frames, origins: dict[int, Origin]) -> Origin:
    """An origin inside a region of a trace, at the call that inlines it.  `frames`, `origins`: those known."""
    found = origins.get(id(old))
    if found is None:
        found = origins[id(old)] = Origin(old.spans, rooted(old.call, frames), old.derived)
    return found


def region_at_call(region: Graph, frames: Frames, origins: dict[int, Origin]) -> Graph:
    """The region of a control op, its nodes and those of the regions inside it at the call."""
    done: dict[Graph, Graph] = {}
    for g in reversed(nested(region)):
        mapping: dict[Value, Value] = {}
        nodes = []
        for node in g.nodes:
            inner = tuple([done[r] for r in node.regions])
            inputs = tuple([mapping[v] for v in node.inputs])
            copy = node.copy(inputs, regions=inner, origin=at_call(node.origin, frames, origins))
            mapping.update(zip(node.results, copy.results, strict=True))
            nodes.append(copy)
        done[g] = g.with_nodes(nodes, mapping)
    return done[region]


def rooted(call: Call | None, frames: Frames) -> Call | None:
    """A call stack inside a trace, continued by the stack of the call that inlines it."""
    chain = []
    walk = call
    while walk not in frames:
        assert walk is not None
        chain.append(walk)
        walk = walk.caller
    for frame in reversed(chain):
        frames[frame] = Call(frame.function, frame.span, frames[frame.caller])
    return frames[call]
