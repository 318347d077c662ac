"""Back-propagation step by step, with numbers.

In: a program's graph, what to differentiate by, and feeds.  Out: a `Row` for each value that the reverse sweep passes:
its forward value, each contribution to its adjoint with its formula and number, and their sum.  `graphc grad --walk`
prints them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphc.autodiff import Contribution, Record, Step
from graphc.driver import CATALOGUE, Options, executable, optimise, override
from graphc.driver.derive import gradient, no_path, sources, subject
from graphc.driver.session import Session
from graphc.executors.random_state import FIRST, RandomState
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Node, Output, Value
from graphc.ir.literal import format_number
from graphc.ir.op import Effect
from graphc.ir.text.formula import formula
from graphc.ir.text.names import Names
from graphc.ir.types import Array, DType, TensorType
from graphc.source import BUILTIN

_WIDEST = 6  # operations of an expression that stands for a value without a name
_LONGEST = 48  # operations of a formula


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution: from which value (None: the seed), by which formula, and its number."""

    user: str | None
    formula: str
    number: Array


@dataclass(frozen=True, slots=True)
class Row:
    """A value: its name or expression, its forward value, the contributions to its adjoint, and their sum."""

    value: str
    dtype: DType
    number: Array
    parts: tuple[Part, ...]
    adjoint: Array


@dataclass(frozen=True, slots=True)
class Walk:
    """The rows in the order of the reverse sweep.  `made_up`: the expressions behind names that the program lacks."""

    of: str
    wrt: tuple[str, ...]
    rows: tuple[Row, ...]
    made_up: Mapping[str, str]


def walk(
    graph: Graph,
    options: Options,
    wrt: Sequence[str],
    of: str | None,
    feeds: Mapping[str, object],
    random: RandomState = FIRST,
    state: Mapping[str, Array] | None = None,
) -> Walk:
    """Differentiate, evaluate every step at these feeds and variables, and put it into words.  Raises Diagnostics."""
    output = subject(graph, of)
    targets = sources(graph, output, wrt)
    b = Builder(CATALOGUE, graph.default_float)
    b.nodes = list(graph.nodes)
    record = Record()
    for name, target, found in zip(wrt, targets, gradient(b, output.value, targets, record), strict=True):
        if found is None:
            raise no_path(output, name, target)
    steps = record.steps(b)
    numbers = _evaluated(graph, b.nodes, steps, options, feeds, random, state or {})
    words = _Words(graph, options, steps)
    rows = tuple(_row(step, words, numbers) for step in steps)
    return Walk(output.name, tuple(wrt), rows, words.made_up)


def _evaluated(
    graph: Graph,
    nodes: Sequence[Node],
    steps: Sequence[Step],
    options: Options,
    feeds: Mapping[str, object],
    random: RandomState,
    state: Mapping[str, Array],
) -> dict[Value, Array]:
    """The number of everything in the steps, from one run."""
    wanted: dict[Value, None] = {}
    for step in steps:
        wanted.update(dict.fromkeys((step.value, *(c.part for c in step.contributions), step.adjoint)))
    outputs = tuple(Output(str(i), v, v.node.origin) for i, v in enumerate(wanted))
    program = Graph(tuple(nodes), outputs, names=graph.names, default_float=graph.default_float)
    program = override(program, CATALOGUE, feeds)
    session = Session(program, executable(program, options), random=random)
    session.state = dict(state)
    found = session.step(session.bind(feeds))
    return {v: found[str(i)] for i, v in enumerate(wanted)}


def _row(step: Step, words: _Words, numbers: Mapping[Value, Array]) -> Row:
    parts = tuple(
        Part(None if c.user is None else words.user(c.user), words.contribution(c, numbers), numbers[c.part])
        for c in step.contributions
    )
    return Row(words.value(step.value), step.value.type.dtype, numbers[step.value], parts, numbers[step.adjoint])


class _Words:
    """Names for values, and formulas in terms of them."""

    def __init__(self, graph: Graph, options: Options, steps: Sequence[Step]) -> None:
        self._options = options
        self._default_float = graph.default_float
        self._steps = {step.value: step for step in steps}
        self._names: dict[Value, str] = {}
        self._texts: dict[Value, str] = {}
        self.made_up: dict[str, str] = {}
        self._name_all(graph)

    def value(self, value: Value) -> str:
        """The name of a value, or its expression."""
        return self._names.get(value) or self._text(value)

    def user(self, node: Node) -> str:
        return ", ".join(self.value(r) for r in node.results if r in self._steps)

    def contribution(self, contribution: Contribution, numbers: Mapping[Value, Array]) -> str:
        """Its formula: the adjoint of its user by its number if that is a scalar, else as `g`."""
        user = contribution.user
        if user is None:
            return "1"
        adjoints = [self._steps[r] for r in user.results if r in self._steps]
        given: dict[Value, str] = {}
        for i, step in enumerate(adjoints):
            kind = step.raw.type
            scalar = isinstance(kind, TensorType) and not kind.shape and step.raw is step.adjoint
            letter = "g" if len(adjoints) == 1 else f"g{i + 1}"
            given[step.raw] = _operand(numbers[step.adjoint], step.raw.type.dtype) if scalar else letter
        text = self._formula(contribution.part, given, simplify=True)
        return text[1:-1] if text in given.values() and text.startswith("(") else text

    # ------------------------------------------------------------ names

    def _name_all(self, graph: Graph) -> None:
        """Names of the program first; then made-up ones for values whose expression would be long."""
        fixed = {n.results[0]: str(n.attrs[0]) for n in (*graph.inputs(), *graph.variables())}
        for name, value in (*graph.names.items(), *((o.name, o.value) for o in graph.outputs)):
            fixed.setdefault(value, name)
        names = Names(set(fixed.values()))
        sizes: dict[Value, int] = {}
        for node in graph.nodes:
            size = 1 + sum(sizes.get(v, 0) for v in node.inputs)
            for value in node.results:
                long = size > _WIDEST or bool(node.regions) or len(node.results) > 1
                if value in fixed:
                    self._names[value] = fixed[value]
                elif value.name is not None:
                    self._names[value] = names.fresh(value.name)
                elif isinstance(node.op, Effect):
                    continue
                elif long:
                    self._names[value] = names.fresh(None)
                    if value in self._steps and len(node.results) == 1 and not node.regions:
                        self.made_up[self._names[value]] = self._formula(value, {}, simplify=False, whole=True)
                else:
                    sizes[value] = size

    def _text(self, value: Value) -> str:
        text = self._texts.get(value)
        if text is None:
            text = self._texts[value] = self._formula(value, {}, simplify=False)
        return text

    # ------------------------------------------------------------ formulas

    def _formula(self, value: Value, given: Mapping[Value, str], *, simplify: bool, whole: bool = False) -> str:
        """The expression of a value in terms of `given` and of what has a name.  `whole`: although it has one."""
        nodes, leaves = self._between(value, given, whole)
        if len(nodes) > _LONGEST:
            return "…"
        heads: list[Node] = []
        mapping: dict[Value, Value] = {}
        for leaf in leaves:
            head = Node(CATALOGUE["input"], (), (f"x{len(heads)}", leaf.type, None), (), (leaf.type,), BUILTIN)
            mapping[leaf] = head.results[0]
            heads.append(head)
        copies: list[Node] = []
        for node in nodes:
            copy = node.copy(tuple([mapping.get(v, v) for v in node.inputs]), names=())
            for old, new in zip(node.results, copy.results, strict=True):
                mapping.setdefault(old, new)
            copies.append(copy)
        made = Graph((*heads, *copies), (Output("y", mapping[value], BUILTIN),), default_float=self._default_float)
        if simplify:
            made = optimise(made, self._options, keep=[h.results[0] for h in heads]).graph
        texts = [given.get(leaf) or self._names[leaf] for leaf in leaves]
        by_attr = {h.attrs[0]: text for h, text in zip(heads, texts, strict=True)}
        return formula(made, {n.results[0]: by_attr[n.attrs[0]] for n in made.inputs()})

    def _between(self, value: Value, given: Mapping[Value, str], whole: bool) -> tuple[list[Node], list[Value]]:
        """The nodes from what has a text to `value`, in an order to compute them, and the values with a text."""
        nodes: list[Node] = []
        leaves: dict[Value, None] = {}
        done: set[Node] = set()
        stack: list[tuple[Value, bool]] = [(value, False)]
        while stack:
            v, ready = stack.pop()
            if v in given or (v in self._names and not (whole and v is value)):
                leaves[v] = None
            elif ready:
                if v.node not in done:
                    done.add(v.node)
                    nodes.append(v.node)
            elif v.node not in done:
                stack.append((v, True))
                stack.extend((x, False) for x in reversed(v.node.inputs))
        return nodes, list(leaves)


def _operand(number: Array, dtype: DType) -> str:
    """A scalar as an operand: `4.0`, `(-4.0)`."""
    text = shown(number, dtype)
    return f"({text})" if text.startswith("-") else text


def shown(number: Array, dtype: DType) -> str:
    """A scalar in at most six digits: `4.0`, `0.333333`, `1e-07`."""
    if not dtype.is_float:
        return format_number(number[()], dtype)
    text = f"{float(number):.6g}"
    return text if not text.lstrip("-").isdigit() else f"{text}.0"
