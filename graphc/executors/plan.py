"""Plans: a static graph as a flat list of steps over numbered slots.

In: a graph without symbols.  Out: a `Plan`, called with `write` and the arrays of its parameters.  A step is a function
of the slots which reads some and writes others, made for the number of its operands, so that little is added to the
time of the NumPy call in it.  A result takes the slot of an operand that nobody reads after it, and so frees it; other
arrays are dropped where they were last read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import length_hint
from typing import Any, TypeAlias

import numpy as np

from graphc.executors.failure import FEW, TimeUp, explain
from graphc.executors.specialise import graphs_inside
from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Control, Creation, Effect, Elementwise, Op, Placeholder
from graphc.ir.types import BOOL, Array, TensorType

Slots: TypeAlias = list[Any]
Step: TypeAlias = Callable[[Slots], None]
Write: TypeAlias = Callable[[str], object]

_WRITE = 0  # the slot of `write`


class Plan:
    """A graph, ready to run.  `call(write, arrays)` gives its results, of `types`; None for a token.

    `keeps`: no slot is used twice, so that a failure can show what it came from.  What a condition compares, if it is
    small, is kept in any case.
    """

    __slots__ = ("_keeps", "_made", "_nodes", "_operands", "_params", "_results", "_steps", "_template", "types")

    def __init__(
        self,
        graph: Graph,
        params: Sequence[Value],
        results: Sequence[Value],
        regions: _Regions,
        *,
        keeps: bool = False,
    ) -> None:
        self._keeps = keeps
        watched = graph.nodes if keeps else _conditions(graph)
        kept = _compared(watched) if not keeps else [*params, *(v for n in graph.nodes for v in n.results)]
        slots = _Slots(graph, [*results, *kept])
        self._params: tuple[int, ...] = tuple([slots.take(v) for v in params])
        self._nodes: list[Node] = []
        self._operands: list[tuple[int, ...]] = []
        steps: list[Step] = []
        region_params = frozenset(graph.params)
        for i, node in enumerate(graph.nodes):
            if isinstance(node.op, Placeholder):
                slots.place(node)
            elif isinstance(node.op, Creation) and _preloaded(node):
                slots.preload(node)
            else:
                inputs = tuple([slots.of[v] for v in node.inputs])
                dead = slots.release(i, node)
                outs = tuple([slots.of[v] for v in node.results])
                steps.append(_step(node, inputs, outs, dead, regions, region_params))
                self._nodes.append(node)
                self._operands.append(inputs)
        self._steps = tuple(steps)
        self._results: tuple[int, ...] = tuple([slots.of[v] for v in results])
        self._made: dict[Node, list[int | None]] = {n: [slots.stays(v) for v in n.inputs] for n in watched}
        self._template: Slots = slots.template
        self.types: tuple[Any, ...] = tuple([v.type for v in results])

    def call(self, write: Write, arrays: Iterable[Any]) -> tuple[Any, ...]:
        """Run the steps.  Raises Diagnostics for a failure that the program can have."""
        slots = self._template.copy()
        slots[_WRITE] = write
        for slot, array in zip(self._params, arrays, strict=True):
            slots[slot] = array
        steps = iter(self._steps)
        try:
            for step in steps:
                step(slots)
        except (Exception, TimeUp) as error:
            failed = len(self._steps) - length_hint(steps) - 1
            operands = [slots[i] for i in self._operands[failed]]
            node = self._nodes[failed]
            explained = explain(error, node, operands, self._behind(node, slots))
            if explained is error:
                raise
            raise explained from error
        return tuple([slots[i] for i in self._results])

    def _behind(self, node: Node, slots: Slots) -> dict[Node, list[Any]] | None:
        """The operands of what made the operands of a node, and so on, as far as they are kept."""
        made = self._made
        if not self._keeps:
            made = {v.node: made[v.node] for v in node.inputs if v.node in made}
            if not made or not isinstance(node.op, Effect):
                return None
        return {n: [None if i is None else slots[i] for i in operands] for n, operands in made.items()}


_Regions: TypeAlias = "dict[Graph, Plan]"


def make_plan(graph: Graph, params: Sequence[Value], results: Sequence[Value], *, keeps: bool = False) -> Plan:
    """The plan of a static graph, with those of the regions inside it.  `keeps`: see `Plan`."""
    regions: _Regions = {}
    for region in graphs_inside(graph):
        if region is not graph:
            regions[region] = Plan(region, region.params, [o.value for o in region.outputs], regions, keeps=keeps)
    return Plan(graph, params, results, regions, keeps=keeps)


def _conditions(graph: Graph) -> list[Node]:
    """What gives a boolean that an effect alone is about, as an assert is."""
    effects = [n for n in graph.nodes if isinstance(n.op, Effect) and len(n.inputs) == 2]
    return [n.inputs[1].node for n in effects if n.inputs[1].type == TensorType(BOOL)]


def _compared(conditions: Sequence[Node]) -> list[Value]:
    """The operands of conditions that take next to no room."""
    operands = [v for n in conditions for v in n.inputs if isinstance(v.type, TensorType)]
    return [v for v in operands if isinstance(v.type.size, int) and v.type.size <= FEW]


def _preloaded(node: Node) -> bool:
    """Is it data, or a number that takes less room than the step which makes it?"""
    type = node.results[0].type
    return not node.inputs and (type.shape == () or any(isinstance(a, Constant) for a in node.attrs))


# ---------------------------------------------------------------- slots


class _Slots:
    """Which slot holds which value, and for how long."""

    def __init__(self, graph: Graph, results: Iterable[Value]) -> None:
        self.of: dict[Value, int] = {}
        self.template: Slots = [None]
        self._free: list[int] = []
        self._last: dict[Value, int] = {}
        for i, node in enumerate(graph.nodes):
            for v in node.results:
                self._last[v] = i
            for v in node.inputs:
                self._last[v] = i
        self._end = len(graph.nodes)
        for v in results:
            self._last[v] = self._end

    def take(self, value: Value) -> int:
        """A slot for a value."""
        if self._free:
            slot = self._free.pop()
        else:
            slot = len(self.template)
            self.template.append(None)
        self.of[value] = slot
        return slot

    def place(self, node: Node) -> None:
        """Placeholders that aren't parameters are tokens: nothing, in a slot of their own."""
        for v in node.results:
            if v not in self.of:
                self.preset(v, None)

    def preload(self, node: Node) -> None:
        """Evaluate a node now, and keep the result for all runs."""
        try:
            with np.errstate(all="ignore"):
                result = _function(node)(*node.attrs)
        except Exception as error:
            explained = explain(error, node, ())
            if explained is error:
                raise
            raise explained from error
        self.preset(node.results[0], result)

    def stays(self, value: Value) -> int | None:
        """The slot that holds a value until the end, if one does."""
        return self.of[value] if self._last[value] in (-1, self._end) else None

    def preset(self, value: Value, data: Any) -> None:
        self.of[value] = len(self.template)
        self.template.append(data)
        self._last[value] = -1

    def release(self, i: int, node: Node) -> tuple[int, ...]:
        """Give the results of node `i` slots, those of dying operands first; the slots to clear after it."""
        dying = [self.of[v] for v in dict.fromkeys(node.inputs) if self._last[v] == i]
        kept = dying[len(node.results) :]
        self._free.extend(reversed(dying[: len(node.results)]))
        for v in node.results:
            self.take(v)
        unread = [self.of[v] for v in node.results if self._last[v] == i]
        self._free.extend((*kept, *unread))
        return (*kept, *unread)


# ---------------------------------------------------------------- steps


def _function(node: Node) -> Callable[..., Any]:
    """`evaluate`; where NumPy may turn a 0-d array of objects into the object, with that turned back."""
    evaluate = node.op.evaluate
    objects = [isinstance(v.type, TensorType) and v.type.dtype.numpy.hasobject for v in node.results]
    if not any(objects):
        return evaluate
    if len(objects) == 1:
        return lambda *arguments: _as_objects(evaluate(*arguments))
    return lambda *arguments: tuple(
        _as_objects(r) if o else r for r, o in zip(evaluate(*arguments), objects, strict=True)
    )


def _as_objects(data: Any) -> Array:
    return np.asarray(data, object)


def _row_major(node: Node, function: Callable[..., Any], params: frozenset[Value]) -> Callable[..., Any]:
    """`function`, with its result in C order.

    NumPy gives the result of an elementwise operation the order of its operands in memory, and sums and products over
    it have other bits in another order.  Only views (`x.T`) and a region's parameters can be in another one.
    """
    if len(node.results[0].type.shape) < 2 or all(_is_row_major(v, params) for v in node.inputs):
        return function
    if isinstance(function, np.ufunc):
        return partial(function, order="C")
    return lambda *arguments: np.ascontiguousarray(function(*arguments))


def _is_row_major(value: Value, params: frozenset[Value]) -> bool:
    made_here = isinstance(value.node.op, Elementwise | Creation) or not value.node.inputs
    return (made_here and value not in params) or len(value.type.shape) < 2


def _step(
    node: Node,
    inputs: tuple[int, ...],
    outs: tuple[int, ...],
    dead: tuple[int, ...],
    regions: _Regions,
    params: frozenset[Value],
) -> Step:
    """The fastest form there is for a node."""
    op: Op = node.op
    function = _function(node)
    if isinstance(op, Elementwise):
        function = _row_major(node, function, params)
    if isinstance(op, Effect):
        return _clearing(_effect(function, inputs[1:], outs, node.attrs), dead)
    if isinstance(op, Control):
        inner = tuple([regions[r] for r in node.regions])
        return _clearing(_storing_all(_control(function, inner, inputs, node.attrs), outs), dead)
    if op.variadic:
        return _clearing(_storing(_variadic(function, inputs, node.attrs), outs), dead)
    if len(outs) == 1 and not node.attrs and len(dead) <= 1:
        if len(inputs) == 1 and not dead:
            return _unary(function, inputs[0], outs[0])
        if len(inputs) == 2:
            return _binary(function, *inputs, outs[0], dead)
    return _clearing(_storing(_general(function, inputs, node.attrs), outs), dead)


def _unary(function: Callable[..., Any], a: int, out: int) -> Step:
    def step(slots: Slots) -> None:
        slots[out] = function(slots[a])

    return step


def _binary(function: Callable[..., Any], a: int, b: int, out: int, dead: tuple[int, ...]) -> Step:
    def step(slots: Slots) -> None:
        slots[out] = function(slots[a], slots[b])

    def clearing_step(slots: Slots) -> None:
        slots[out] = function(slots[a], slots[b])
        slots[clear] = None

    if not dead:
        return step
    (clear,) = dead
    return clearing_step


Compute: TypeAlias = Callable[[Slots], Any]


def _general(function: Callable[..., Any], inputs: tuple[int, ...], attrs: tuple[Any, ...]) -> Compute:
    match inputs:
        case (a,):
            return lambda slots: function(slots[a], *attrs)
        case (a, b):
            return lambda slots: function(slots[a], slots[b], *attrs)
        case (a, b, c):
            return lambda slots: function(slots[a], slots[b], slots[c], *attrs)
    return lambda slots: function(*[slots[i] for i in inputs], *attrs)


def _variadic(function: Callable[..., Any], inputs: tuple[int, ...], attrs: tuple[Any, ...]) -> Compute:
    return lambda slots: function(tuple([slots[i] for i in inputs]), *attrs)


def _control(
    function: Callable[..., Any], plans: tuple[Plan, ...], inputs: tuple[int, ...], attrs: tuple[Any, ...]
) -> Compute:
    def compute(slots: Slots) -> Any:
        write = slots[_WRITE]
        regions = tuple([Region(plan, write) for plan in plans])
        return function(regions, tuple([slots[i] for i in inputs]), *attrs)

    return compute


class Region:
    """What `evaluate` of a control op gets for a region: arrays in, a tuple of arrays, of `types`, out."""

    __slots__ = ("_plan", "_write", "types")

    def __init__(self, plan: Plan, write: Write) -> None:
        self._plan, self._write = plan, write
        self.types = plan.types

    def __call__(self, *arrays: Any) -> tuple[Any, ...]:
        return self._plan.call(self._write, arrays)


def _effect(
    function: Callable[..., Any], inputs: tuple[int, ...], outs: tuple[int, ...], attrs: tuple[Any, ...]
) -> Step:
    def step(slots: Slots) -> None:
        function(slots[_WRITE], [slots[i] for i in inputs], *attrs)
        for out in outs:
            slots[out] = None

    return step


def _storing(compute: Compute, outs: tuple[int, ...]) -> Step:
    if len(outs) == 1:
        (out,) = outs

        def step(slots: Slots) -> None:
            slots[out] = compute(slots)

        return step
    return _storing_all(compute, outs)


def _storing_all(compute: Compute, outs: tuple[int, ...]) -> Step:
    def step(slots: Slots) -> None:
        for out, result in zip(outs, compute(slots), strict=True):
            slots[out] = result

    return step


def _clearing(step: Step, dead: tuple[int, ...]) -> Step:
    if not dead:
        return step

    def clearing_step(slots: Slots) -> None:
        step(slots)
        for slot in dead:
            slots[slot] = None

    return clearing_step
