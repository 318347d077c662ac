"""The NumPy executor, the reference: its results are the semantics.

In: a graph and a binding.  Out: the outputs and the state after the run, or Diagnostics, with the state as it was.
The driver makes one `Executable` per graph; plans are made per sizes and kept.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.executors.binding import Binding
from graphc.executors.feeds import Refusal, convert
from graphc.executors.plan import Plan, Write, make_plan
from graphc.executors.random_state import FIRST, RandomState, key_array
from graphc.executors.specialise import Sizes, sizes_note, specialise, unknown_size
from graphc.ir.graph import Graph, Node, Output, symbols_of
from graphc.ir.types import Array, DType, StackType, leaving

_KEPT_PLANS = 8


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gives: outputs in the order of the program, and all variables.  The arrays are the caller's own."""

    outputs: dict[str, Array]
    state: dict[str, Array]


@dataclass(frozen=True, slots=True)
class _Specialised:
    """A graph for certain sizes and its plan.

    `keys`: how many parameters of the plan are the key of the run.  `given` holds defaults and initial values once they
    are needed, by the key of their random numbers.
    """

    graph: Graph
    plan: Plan
    inputs: tuple[Node, ...]
    variables: tuple[Node, ...]
    keys: int
    given: dict[tuple[str, int], Array]


class Executable:
    """A graph that can be run many times.

    `prepare` may improve the graph once sizes are known.  `keeps`: all values are kept, for the messages of failures.
    """

    def __init__(self, graph: Graph, *, prepare: Callable[[Graph], Graph] | None = None, keeps: bool = False) -> None:
        self.graph = graph
        self._prepare = prepare
        self._keeps = keeps
        self._plans: OrderedDict[tuple[tuple[str, int], ...], _Specialised] = OrderedDict()

    def run(
        self,
        binding: Binding,
        state: Mapping[str, Array] | None = None,
        *,
        write: Write | None = None,
        random: RandomState = FIRST,
    ) -> Result:
        """One run.  `state` replaces the binding's, as the last run left it; `write` gets what the program prints.

        Raises Diagnostics; the state given is never changed.
        """
        ready = self._ready(binding.sizes)
        state = binding.state if state is None else state
        fed = {n.attrs[0]: self._value(ready, n, binding.arrays, binding.sizes, random) for n in ready.inputs}
        kept = {n.attrs[0]: self._value(ready, n, state, binding.sizes, random) for n in ready.variables}
        arguments = (*fed.values(), *kept.values(), *[key_array(random.key)] * ready.keys)
        with np.errstate(all="ignore"):
            results = ready.plan.call(write or sys.stdout.write, arguments)
        return collect(ready.graph, results, arguments, kept, binding.sizes, self.graph.outputs)

    def initial_state(self, sizes: Sizes, random: RandomState = FIRST) -> dict[str, Array]:
        """The variables before the first run.  Raises Diagnostics."""
        ready = self._ready(sizes)
        return {n.attrs[0]: self._value(ready, n, {}, sizes, random) for n in ready.variables}

    def plan(self, sizes: Sizes) -> None:
        """Do now what the first run for these sizes would do once: specialise, improve, plan.  Raises Diagnostics."""
        self._ready(sizes)

    def _ready(self, sizes: Sizes) -> _Specialised:
        key = tuple(sorted(sizes.items()))
        ready = self._plans.get(key)
        if ready is None:
            graph = specialise(self.graph, sizes)
            if self._prepare:
                graph = self._prepare(graph)
            inputs, variables = graph.inputs(), graph.variables()
            keys = graph.run_keys()
            params = [n.results[0] for n in (*inputs, *variables, *keys)]
            plan = make_plan(graph, params, graph.results, keeps=self._keeps)
            ready = self._plans[key] = _Specialised(graph, plan, inputs, variables, len(keys), {})
            if len(self._plans) > _KEPT_PLANS:
                self._plans.popitem(last=False)
        self._plans.move_to_end(key)  # the one that wasn't used for longest goes first
        return ready

    def _value(
        self, ready: _Specialised, node: Node, given: Mapping[str, Array], sizes: Sizes, random: RandomState
    ) -> Array:
        """What a placeholder starts with: the array given, or else its default."""
        name = node.attrs[0]
        array = given.get(name)
        if array is not None:
            return array
        own = (name, random.initial_key if node.regions[0].run_keys() else 0)
        if own not in ready.given:
            ready.given[own] = default_of(node, sizes, random)
        return ready.given[own]


def collect(
    graph: Graph,
    results: Iterable[Any],
    arguments: Iterable[Array],
    kept: Mapping[str, Array],
    sizes: Sizes,
    outputs: Sequence[Output] = (),
) -> Result:
    """Results in their final dtypes, in memory that they share with nobody.

    `results`: the values of `graph.results`; `arguments`: what it was given; `kept`: the variables at the start.
    `outputs`: those of the program, where stacks of numbers without a dtype say so, if not those of the graph.
    Raises Diagnostics E0305.
    """
    taken = {id(a) for a in arguments}
    values = iter(results)
    ends = outputs or graph.outputs
    given = {o.name: _own(_concrete(next(values), o, graph.default_float, sizes), taken) for o in ends}
    state = {name: array if array.flags.writeable else array.copy() for name, array in kept.items()}
    for update in graph.updates:
        state[update.variable.node.attrs[0]] = _own(np.asarray(next(values)), taken)
    return Result(given, state)


def evaluate(graph: Graph, sizes: Sizes, random: RandomState = FIRST) -> tuple[Array, ...]:
    """The outputs of a graph that has no inputs: of a default or an initial value.  Raises Diagnostics."""
    static = specialise(graph, sizes)
    keys = static.run_keys()
    plan = make_plan(static, [n.results[0] for n in keys], [o.value for o in static.outputs])
    with np.errstate(all="ignore"):
        arrays = [key_array(random.initial_key)] * len(keys)
        return tuple([np.asarray(r) for r in plan.call(sys.stdout.write, arrays)])


def default_of(node: Node, sizes: Sizes, random: RandomState = FIRST) -> Array:
    """The default of an input, the initial value of a variable.  Raises Diagnostics if it doesn't fit its type."""
    (array,) = evaluate(node.regions[0], sizes, random)
    type = node.results[0].type.bind(dict(sizes))
    what = f"{node.op.name} {node.attrs[0]} is declared {node.results[0].type}"
    if not type.is_static:
        unknown = next(s for s in symbols_of(node) if s not in sizes)
        raise Diagnostics([unknown_size(unknown, node)])
    if not array.ndim:
        array = np.broadcast_to(array, type.shape)  # a scalar fills any shape
    try:
        if array.shape != type.shape:
            raise Refusal("E0303", f"its value has shape {list(array.shape)}")
        array = convert(array, type.dtype)
    except Refusal as refusal:
        names = sorted({s for d in node.results[0].type.shape if not isinstance(d, int) for s in d.symbols})
        message = f"{what}, but {refusal.message.replace('the feed', 'its value')}"
        place = Label(node.origin.span, "declared here")
        raise Diagnostics(
            [Diagnostic(refusal.code, message, place, notes=tuple(sizes_note(names, sizes)), hint=refusal.hint)]
        ) from None
    array = np.asarray(array, order="C").view()
    array.flags.writeable = False
    return array


def _concrete(data: Any, output: Output, default_float: DType, sizes: Sizes) -> Array:
    """A result in its dtype; a number that never got one takes the default.  Raises Diagnostics E0305."""
    kind = output.value.type
    array = stacked(data, kind.bind(dict(sizes))) if isinstance(kind, StackType) else np.asarray(data)
    dtype = kind.dtype
    if not dtype.weak:
        return array
    try:
        return convert(array, leaving(dtype, default_float))
    except Refusal as refusal:
        message = f"output {output.name}: {refusal.message.replace('the feed holds', 'the value is')}"
        raise Diagnostics([Diagnostic(refusal.code, message, Label(output.origin.span), hint=refusal.hint)]) from None


def stacked(items: Sequence[Array], kind: StackType) -> Array:
    """What a loop collected, as one array; without elements it has their type nevertheless."""
    if items:
        return np.stack(items)
    shape: Any = (0, *kind.element.shape)
    return np.empty(shape, kind.dtype.numpy)


def _own(array: Array, taken: set[int]) -> Array:
    """The array in row-major order, or a copy if others hold it, too.

    Views are copied: what they look at may be anybody's.
    """
    if array.base is not None or not array.flags.carray or id(array) in taken:
        array = array.copy()
    taken.add(id(array))
    return array
