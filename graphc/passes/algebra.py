"""algebra: what is simpler for the same value, by the rules of `algebra_rules`; products get their constants first.

Only `exact` rules by default; `--fast-math` adds the others.  Casts that lose nothing are in `algebra_casts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Op
from graphc.passes import rewriting
from graphc.passes.algebra_casts import CAST_RULES
from graphc.passes.algebra_patterns import CONSTANTS, Apply, Bindings, Name, build, interior, match_node
from graphc.passes.algebra_rules import RULES, Rule
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import Sweep, everywhere
from graphc.passes.splat import only_element
from graphc.passes.wording import written

CONSTANT = "a constant"  # stands among the names of ops


@dataclass(slots=True)
class _Index:
    """The rules of one op, by what their first telling operand is, with their ranks in the list of rules."""

    anything: list[tuple[int, Rule]] = field(default_factory=list)
    by_operand: list[dict[str, list[tuple[int, Rule]]]] = field(default_factory=list)

    def add(self, rank: int, rule: Rule) -> None:
        for i, arg in enumerate(rule.left.args):
            while len(self.by_operand) <= i:
                self.by_operand.append({})
            if isinstance(arg, Name) and arg.name not in CONSTANTS:
                continue
            head = arg.op if isinstance(arg, Apply) else CONSTANT
            self.by_operand[i].setdefault(head, []).append((rank, rule))
            return
        self.anything.append((rank, rule))


class _Algebra:
    """The rules that may be used, and what is known of the values of a graph and its regions."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.indices: dict[str, _Index] = {}
        self.splats: dict[Value, Constant | None] = {}
        for rank, rule in enumerate(RULES):
            if rule.ieee == "exact" or context.fast_math:
                self.indices.setdefault(rule.left.op, _Index()).add(rank, rule)

    def table(self) -> Mapping[Op, rewriting.Rule]:
        table: dict[Op, rewriting.Rule] = {}
        for name, op in self.context.catalogue.items():
            if name in self.indices:
                table[op] = self.simplify
            elif name in CAST_RULES:
                table[op] = CAST_RULES[name]
        return table

    def simplify(self, sweep: Sweep, node: Node) -> Value | None:
        index = self.indices[node.op.name]
        candidates = index.anything
        for value, heads in zip(node.inputs, index.by_operand, strict=False):
            if not heads:
                continue
            found = heads.get(CONSTANT) if self.splat(value) is not None else heads.get(value.node.op.name)
            if found:
                candidates = candidates + found
        if len(candidates) > 1 and candidates is not index.anything:
            candidates = sorted(candidates, key=_rank)
        for _, rule in candidates:
            simpler = self.apply(rule, sweep, node)
            if simpler is not None:
                return simpler
        extra = CAST_RULES.get(node.op.name)
        return extra(sweep, node) if extra is not None else None

    def apply(self, rule: Rule, sweep: Sweep, node: Node) -> Value | None:
        """What the rule makes of the node, or None."""
        dtype = node.inputs[-1].type.dtype
        if dtype not in rule.dtypes:
            return None
        bound: Bindings = {}
        result = node.results[0]
        if not match_node(rule.left, result, bound, self.splat, self.context.keep):
            return None
        if rule.when is not None and not _holds(rule, bound):
            return None
        if rule.cost > 1:
            dying = {v for v in interior(rule.left, result) if sweep.uses.get(v, 0) == 1}
            if rule.cost > 1 + len(dying):
                return None
        sweep.builder.origin = node.origin
        value = build(rule.right, bound, sweep.builder, result.type.dtype)
        if not rule.tidies:
            self.context.tell("algebra", node.origin, lambda: f"{written(node)}   by {rule.equation}")
        return value

    def splat(self, value: Value) -> Constant | None:
        """The one element that a value consists of, if it is a constant that nobody wants kept."""
        node = value.node
        if node.inputs and node.op.name != "broadcast_to":
            return None
        if value in self.splats:
            return self.splats[value]
        found = None
        if value not in self.context.keep:
            match node.op.name:
                case "constant":
                    found = only_element(node.attrs[0])
                case "broadcast_to":
                    found = self.splat(node.inputs[0])
                case "zeros" | "ones":
                    found = Constant.scalar(node.op.name == "ones", value.type.dtype)
        self.splats[value] = found
        return found


def _rank(entry: tuple[int, Rule]) -> int:
    return entry[0]


def _holds(rule: Rule, bound: Bindings) -> bool:
    """The rule's condition on its constants."""
    constants = [bound[name] for name in sorted(bound) if name in CONSTANTS]
    with np.errstate(all="ignore"):
        return rule.when is None or rule.when(*[c.array[()] for c in constants if isinstance(c, Constant)])


def _algebra(graph: Graph, context: Context) -> Graph:
    table = _Algebra(context).table()
    return everywhere(graph, context, lambda g, context: Sweep(g, context, table).run(g))


algebra = Pass(
    "algebra",
    "simplify by algebra that keeps every bit (all of it with --fast-math)",
    _algebra,
)
