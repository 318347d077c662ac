"""A whole program: declarations, statements, outputs and state updates, in an order that means the same.

A variable's new value is assigned where it is computed, `w = w - rate * dw`, if nothing after that line reads the old
one; else it gets a name of its own and is assigned at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, Value, nested
from graphc.ir.op import Placeholder
from graphc.ir.text.block import Body, Line, Style
from graphc.ir.text.literals import Literals, encoded
from graphc.ir.text.names import BUILTINS, RESERVED, Names, identifier
from graphc.ir.text.operands import ENDLESS, implicit, loose
from graphc.ir.text.origins import printable
from graphc.ir.text.pieces import Piece
from graphc.ir.types import TensorType


@dataclass(slots=True)
class Plan:
    """What stands where.

    `wanted`: names that are settled.  `aliases`: further names of values.  `assigned`: variables whose new value is
    assigned where it is computed, by that value; `final` the other updates.  `early` and `late`: the nodes before and
    after the outputs.
    """

    wanted: dict[Value, str] = field(default_factory=dict)
    aliases: list[tuple[str, Value]] = field(default_factory=list)
    assigned: dict[Value, str] = field(default_factory=dict)
    final: list[tuple[Value, Value]] = field(default_factory=list)
    early: list[Node] = field(default_factory=list)
    late: list[Node] = field(default_factory=list)


def program(graph: Graph, *, core: bool, width: int) -> list[Line]:
    """The lines of a program."""
    printer = _Program(graph, core, width)
    printer.declarations()
    printer.schedule()
    printer.statements()
    return printer.body.lines


class _Program:
    def __init__(self, graph: Graph, core: bool, width: int) -> None:
        self.graph = graph
        self.declared: dict[Value, str] = {}
        self.by_name: dict[str, Value] = {}
        self.plan = Plan()
        own = [n for n in graph.nodes if isinstance(n.op, Placeholder) and n.attrs]
        names = Names(RESERVED)
        for node in own:
            self.declared[node.results[0]] = name = names.fresh(str(node.attrs[0]))
            self.by_name[name] = node.results[0]
        symbols = _symbols(own)
        bound = {identifier(n) for n in (*graph.names, *(o.name for o in graph.outputs))} | set(self.declared.values())
        called = {n.op.name for g in nested(graph) for n in g.nodes}
        variables = frozenset(self.declared[n.results[0]] for n in own if n.op.name == "variable")
        avoid = frozenset((*RESERVED, *BUILTINS, *called, *symbols, *variables))
        literals = Literals(frozenset(bound), self._hidden(symbols, bound))
        self.style = Style(core, width, graph.default_float, literals, avoid)
        self.body = Body(self.style, Names(avoid | bound))
        self.body.names.update(self.declared)

    def _hidden(self, symbols: Iterable[str], bound: set[str]) -> Mapping[str, str]:
        """Sizes which the program's names hide, as a size of an input or variable."""
        found = {}
        for s in symbols:
            if s in bound:
                for value, name in self.declared.items():
                    axes = [i for i, d in enumerate(value.type.shape) if str(d) == s]
                    if axes:
                        found[s] = f"{name}.shape[{axes[0]}]"
                        break
        return found

    # ------------------------------------------------------------ declarations

    def declarations(self) -> None:
        for node in self.graph.nodes:
            value = node.results[0]
            if value not in self.declared:
                continue
            doc = node.attr("doc")
            for line in () if doc is None else doc.split("\n"):
                self.body.add(f"## {printable(line)}".rstrip())
            variable = node.op.name == "variable"
            head = f"{'var' if variable else 'input'} {self.declared[value]}: {value.type}"
            text = self._initial(node, len(head) + 3) if node.regions else None
            fixed = ", trainable=false" if variable and not node.attr("trainable") else ""
            self.body.add(head + ("" if text is None else f" = {text}") + fixed)

    def _initial(self, node: Node, indent: int) -> str:
        """A region without parameters as one expression, or as the call of a function with its lines."""
        (region,) = node.regions
        result = region.outputs[0].value
        body = Body(self.style, Names(self.style.avoid | set(self.declared.values())), 2, ENDLESS)
        body.nest(region, (), local=True)
        body.statements(region.nodes)
        text = self._adopted(body, result, node.results[0].type, indent)
        if not body.lines:
            return text
        name = self.body.fresh.fresh(f"{self.declared[node.results[0]]}_init")
        self.body.add(f"fn {name}() {{")
        self.body.lines.extend(body.lines)
        self.body.add(f"  return {text}")
        self.body.add("}")
        return f"{name}()"

    def _adopted(self, body: Body, result: Value, wanted: TensorType, indent: int) -> str:
        """An initial value, which takes the dtype of its declaration."""
        op = result.node.op.name
        if body.is_nested(result) and op == "constant" and result.type == wanted:
            data = result.node.attrs[0]
            if not data.array.ndim:
                return self.style.literals.number(data.array[()], data.dtype) or encoded(data)
            listed = self.style.literals.listed(data, self.style.width - indent)
            return encoded(data) if listed is None else listed
        if body.is_nested(result) and op == "cast" and implicit(result.node.inputs[0].type.dtype, wanted.dtype):
            source = result.node.inputs[0]
            if source.node.op.name != "constant":
                return loose(body, source).text
        return loose(body, result).text

    # ------------------------------------------------------------ what stands where

    def schedule(self) -> None:
        plan, graph = self.plan, self.graph
        self._settle_names()
        updates = [u for u in graph.updates if u.value is not u.variable]
        self.body.wanted = plan.wanted
        if not self.style.core:
            keep = {*graph.names.values(), *(o.value for o in graph.outputs), *(u.value for u in updates)}
            self.body.nest(graph, keep, local=False)
        candidates: dict[Value, Value] = {}
        for u in updates:
            if isinstance(u.value.node.op, Placeholder) or u.value in plan.wanted or u.value in candidates:
                plan.final.append((u.variable, u.value))
            else:
                candidates[u.value] = u.variable
        plan.early, plan.late = _split(graph.nodes, {v.node for v in candidates})
        for new, old in self._conflicts(candidates):
            plan.final.append((old, new))
            del candidates[new]
        plan.assigned = {new: self.declared[old] for new, old in candidates.items()}
        plan.wanted.update(plan.assigned)
        self.body.assigned = plan.assigned

    def _settle_names(self) -> None:
        """The names of the source: one for each value, the others as aliases; then those of outputs."""
        plan = self.plan
        of_value: dict[Value, list[str]] = {}
        for name, value in self.graph.names.items():
            if self.by_name.get(name) is not value and name not in self.by_name:
                of_value.setdefault(value, []).append(identifier(name))
        for value, names in of_value.items():
            if value not in self.declared:
                plan.wanted[value] = value.name if value.name in names else names[0]
            plan.aliases += [(n, value) for n in names if n != plan.wanted.get(value)]
        taken = {*plan.wanted.values(), *(n for n, _ in plan.aliases), *self.by_name}
        for o in self.graph.outputs:
            name = identifier(o.name)
            if o.value not in plan.wanted and o.value not in self.declared and name not in taken:
                plan.wanted[o.value] = name
                taken.add(name)

    def _conflicts(self, candidates: Mapping[Value, Value]) -> list[tuple[Value, Value]]:
        """New values (with their variables) that can't be assigned at once, because the old one is read later."""
        if not candidates:
            return []
        order = {node: i for i, node in enumerate((*self.plan.early, *self.plan.late))}
        at_end = {value for _, value in self.plan.final}
        if self._outputs_last():
            at_end.update(o.value for o in self.graph.outputs)
        last: dict[Value, int] = dict.fromkeys(candidates.values(), -1)
        line: dict[Node, int] = {}
        for node in reversed((*self.plan.early, *self.plan.late)):
            place = line.get(node, order[node])
            for v in node.inputs:
                if v in last:
                    last[v] = max(last[v], place)
                elif self.body.is_nested(v):
                    line[v.node] = place
        return [(new, old) for new, old in candidates.items() if old in at_end or last[old] > order[new.node]]

    def _outputs_last(self) -> bool:
        late = set(self.plan.late)
        return any(o.value.node in late for o in self.graph.outputs)

    # ------------------------------------------------------------ statements

    def statements(self) -> None:
        plan = self.plan
        late = set(plan.late)
        last = self._outputs_last()
        self.body.statements(plan.early)
        for name, value in plan.aliases:
            if value.node not in late:
                self._bind(name, value)
        if not last:
            self._outputs()
        self.body.statements(plan.late)
        for name, value in plan.aliases:
            if value.node in late:
                self._bind(name, value)
        if last:
            self._outputs()
        self._final()

    def _bind(self, name: str, value: Value) -> None:
        self.body.add(f"{name} = {self._named(value).text}")

    def _named(self, value: Value) -> Piece:
        return self.body.piece(value)

    def _outputs(self) -> None:
        """`output y`, with what assigns a variable first if the output is its new value."""
        bound = dict(self.plan.aliases) | {n: v for v, n in self.body.names.items()}
        for o in self.graph.outputs:
            name = identifier(o.name)
            for pair in [p for p in self.plan.final if p[1] is o.value and self.declared[p[0]] == name]:
                self.body.add(f"{name} = {self._named(o.value).text}")
                self.plan.final.remove(pair)
                bound[name] = o.value
            if bound.get(name) is o.value:
                self.body.add(f"output {name}")
            else:
                self.body.add(f"output {name} = {self._named(o.value).text}")

    def _final(self) -> None:
        """The updates that are left; those that read each other's old values all at once."""
        variables = {old for old, _ in self.plan.final}
        entangled = [pair for pair in self.plan.final if pair[1] in variables or self._is_read(pair[0])]
        for old, new in self.plan.final:
            if (old, new) not in entangled:
                self.body.add(f"{self.declared[old]} = {self._named(new).text}")
        if entangled:
            left = ", ".join(self.declared[old] for old, _ in entangled)
            right = ", ".join(self._named(new).text for _, new in entangled)
            self.body.add(f"{left} = {right}")

    def _is_read(self, variable: Value) -> bool:
        return any(new is variable for _, new in self.plan.final)


def _symbols(declared: Iterable[Node]) -> tuple[str, ...]:
    """The symbols of the declared shapes."""
    found: dict[str, None] = {}
    for node in declared:
        for d in node.results[0].type.shape:
            if isinstance(d, Poly):
                found.update(dict.fromkeys(sorted(d.symbols)))
    return tuple(found)


def _split(nodes: Iterable[Node], roots: set[Node]) -> tuple[list[Node], list[Node]]:
    """The nodes that don't depend on `roots`, and the others, both in order."""
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
