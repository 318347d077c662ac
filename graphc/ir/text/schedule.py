"""Where things stand in a printed program: what comes before and after the outputs, and where state is assigned.

A variable's new value is assigned where it is computed, `w = w - rate * dw`, if nothing after that line reads the old
one; else it gets a name of its own and is assigned at the end.  What depends on new values comes after the outputs.
In: a graph, the names of its declarations, and which values have no line.  Out: a `Plan`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

from graphc.ir.graph import Graph, Node, Value, reachable
from graphc.ir.op import Control, Placeholder
from graphc.ir.text.names import identifier, output_name


@dataclass(slots=True)
class Plan:
    """What stands where.

    `wanted`: names that are settled; `aliases`: further names of values, `rebound` those that an output had before.
    `assigned`: the names of variables whose new value is assigned where it is computed, by that value; `final`: the
    other updates, as (variable, value).  `early` and `late`: the nodes before and after the first `outputs` outputs.
    `shown`: what only effects need, of a program without outputs, which must not get any.
    """

    wanted: dict[Value, str] = field(default_factory=dict)
    aliases: dict[Value, list[str]] = field(default_factory=dict)
    rebound: list[tuple[str, Value]] = field(default_factory=list)
    assigned: dict[Value, str] = field(default_factory=dict)
    final: list[tuple[Value, Value]] = field(default_factory=list)
    early: list[Node] = field(default_factory=list)
    late: list[Node] = field(default_factory=list)
    shown: list[Node] = field(default_factory=list)
    outputs: int = 0


def settle_names(graph: Graph, declared: Mapping[Value, str], called: Container[str]) -> Plan:
    """The names of the source: one for each value, others as aliases; then those of the outputs.

    A name of something that the text calls, and that can't be called in another way, is bound at the end.
    """
    plan = Plan()
    own = set(declared.values())
    of_value: dict[Value, list[str]] = {}
    for name, value in graph.names.items():
        if name in called and value not in declared:
            plan.rebound.append((name, value))
        elif name not in own:
            of_value.setdefault(value, []).append(identifier(name))
    before = {output_name(o.name, own): o.value for o in graph.outputs}
    for value, names in of_value.items():
        if value not in declared:
            plan.wanted[value] = value.name if value.name in names else names[0]
        for name in names:
            if name != plan.wanted.get(value):
                if before.get(name, value) is value:
                    plan.aliases.setdefault(value, []).append(name)
                else:
                    plan.rebound.append((name, value))
    taken = own.union(*of_value.values())
    for name, value in before.items():
        if value not in plan.wanted and value not in declared and name not in taken:
            plan.wanted[value] = name
            taken.add(name)
    return plan


def schedule(graph: Graph, plan: Plan, declared: Mapping[Value, str], is_nested: Callable[[Value], bool]) -> None:
    """Order the nodes and updates of `plan`."""
    candidates: dict[Value, Value] = {}
    for u in graph.updates:
        if u.value is u.variable:
            continue
        if isinstance(u.value.node.op, Control | Placeholder) or u.value in plan.wanted or u.value in candidates:
            plan.final.append((u.variable, u.value))
        else:
            candidates[u.value] = u.variable
    nodes: Iterable[Node] = graph.nodes
    if not graph.outputs and graph.token is not None:
        needed = reachable([*graph.names.values(), *(u.value for u in graph.updates)])
        plan.shown = [n for n in nodes if n not in needed]
        nodes = [n for n in nodes if n in needed]
    plan.early, plan.late = _split(nodes, {*(v.node for v in candidates), *_rebinding(graph, plan)})
    late = set(plan.late)
    plan.outputs = next((i for i, o in enumerate(graph.outputs) if o.value.node in late), len(graph.outputs))
    for new, old in _conflicts(graph, plan, candidates, is_nested):
        plan.final.append((old, new))
        del candidates[new]
    plan.assigned = {new: declared[old] for new, old in candidates.items()}
    plan.wanted.update(plan.assigned)


def _rebinding(graph: Graph, plan: Plan) -> set[Node]:
    """The nodes whose result takes over the name of an output."""
    names = {name: value for value, name in plan.wanted.items()}
    found = ((names.get(identifier(o.name)), o.value) for o in graph.outputs)
    return {value.node for value, shown in found if value is not None and value is not shown}


def _split(nodes: Iterable[Node], roots: set[Node]) -> tuple[list[Node], list[Node]]:
    """The nodes that don't depend on `roots`, and the others, both in order."""
    if not roots:
        return list(nodes), []
    early: list[Node] = []
    late: list[Node] = []
    behind: set[Node] = set()
    for node in nodes:
        if node in roots or any(v.node in behind for v in node.inputs):
            behind.add(node)
            late.append(node)
        else:
            early.append(node)
    return early, late


def _conflicts(
    graph: Graph, plan: Plan, candidates: Mapping[Value, Value], is_nested: Callable[[Value], bool]
) -> list[tuple[Value, Value]]:
    """New values (with their variables) that can't be assigned at once, because the old one is read later."""
    if not candidates:
        return []
    listed = [*plan.early, *plan.late, *plan.shown]
    place = {node: i for i, node in enumerate(listed)}  # of the line that a node stands in
    at_end = {value for _, value in plan.final} | {o.value for o in graph.outputs[plan.outputs :]}
    last = {old: len(listed) if old in at_end else -1 for old in candidates.values()}
    for node in reversed(listed):
        for v in node.inputs:
            if v in last:
                last[v] = max(last[v], place[node])
            elif v.node in place and is_nested(v):
                place[v.node] = place[node]
    return [(new, old) for new, old in candidates.items() if last[old] > place[new.node]]
