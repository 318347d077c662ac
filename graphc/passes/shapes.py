"""shapes: rearranging that cancels, does nothing, or that the next op does by itself.  Exact.

Two transposes, reshapes or broadcasts become one; views that change nothing go, and so does reducing over no axes or
axes of size 1; an elementwise op broadcasts its operands itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphc.ir.graph import Graph, Node, Value
from graphc.ir.op import Elementwise, Op, TypeRuleError
from graphc.passes import rewriting
from graphc.passes.pass_ import Context, Pass
from graphc.passes.rewriting import Sweep, everywhere
from graphc.passes.wording import written

KEEP_ORDER = ("reshape", "squeeze", "expand_dims")  # the same elements in the same order
OF_ONE = ("prod", "max", "min", "any", "all")  # reductions of a single element that are that element
UP_TO_SIGN = ("sum", "mean")  # they make 0.0 of a single -0.0


class _Shapes:
    """The rules, bound to the ops of a catalogue."""

    def __init__(self, context: Context) -> None:
        self.context = context
        ops = context.catalogue.get
        self.reshape, self.broadcast, self.transpose = ops("reshape"), ops("broadcast_to"), ops("transpose")
        self.keep_order = frozenset(op for op in map(ops, KEEP_ORDER) if op is not None)
        self.reductions = frozenset(op for op in map(ops, OF_ONE + UP_TO_SIGN) if op is not None)
        self.inexact = frozenset(op for op in map(ops, UP_TO_SIGN) if op is not None and not context.fast_math)

    def table(self) -> Mapping[Op, rewriting.Rule]:
        table: dict[Op, rewriting.Rule] = {}
        for op in self.context.catalogue.values():
            if op in self.keep_order:
                table[op] = self.reordering
            elif op in self.reductions:
                table[op] = self.reduction
            elif op is self.transpose:
                table[op] = self.transposition
            elif op is self.broadcast:
                table[op] = self.broadcasting
            elif isinstance(op, Elementwise) and len(op.operands) > 1:
                table[op] = self.absorbing
        return table

    def _through(self, value: Value, ops: frozenset[Op]) -> Value | None:
        """The operand of the view that `value` is, if it is one of `ops` and nobody wants it kept."""
        node = value.node
        return node.inputs[0] if node.op in ops and value not in self.context.keep else None

    def reordering(self, sweep: Sweep, node: Node) -> Value | None:
        """`reshape(x, x.shape) -> x`, `squeeze(expand_dims(x, a), a) -> x`, and two reshapes in one."""
        result = node.results[0].type
        value = node.inputs[0]
        if value.type == result:
            return self._gone(node, value)
        behind = self._through(value, self.keep_order)
        if behind is None or behind.type.size != value.type.size or value.type.size != result.size:
            return None  # sizes that only a guard makes equal must be checked
        if behind.type == result:
            return self._gone(node, behind)
        if node.op is not self.reshape:
            return None
        return _emit(sweep, node, node.op, behind, (result.shape,))

    def transposition(self, sweep: Sweep, node: Node) -> Value | None:
        """`x.T.T -> x`, and two orders of axes in one."""
        (axes,) = node.attrs
        value = node.inputs[0]
        if axes == tuple(range(len(axes))):
            return self._gone(node, value)
        behind = self._through(value, frozenset((node.op,)))
        if behind is None:
            return None
        inner = value.node.attrs[0]
        order = tuple(inner[a] for a in axes)
        if order == tuple(range(len(order))):
            return self._gone(node, behind)
        return _emit(sweep, node, node.op, behind, (order,))

    def broadcasting(self, sweep: Sweep, node: Node) -> Value | None:
        """`broadcast_to(x, x.shape) -> x`, and two in one."""
        value = node.inputs[0]
        if value.type == node.results[0].type:
            return self._gone(node, value)
        behind = self._through(value, frozenset((node.op,)))
        return None if behind is None else _emit(sweep, node, node.op, behind, node.attrs)

    def reduction(self, sweep: Sweep, node: Node) -> Value | None:
        """`sum(x, axis=[]) -> x`; over axes of size 1, `squeeze(x)`."""
        value = node.inputs[0]
        result = node.results[0].type
        axes, keepdims = node.attrs[:2]
        if node.op in self.inexact and result.dtype.is_float:
            return None
        if value.type.dtype is not result.dtype or any(value.type.shape[a] != 1 for a in axes):
            return None
        if keepdims or not axes:
            return self._gone(node, value)
        squeeze = self.context.catalogue.get("squeeze")
        return None if squeeze is None else _emit(sweep, node, squeeze, value, (axes,))

    def absorbing(self, sweep: Sweep, node: Node) -> Value | None:
        """`f(broadcast_to(x, s), y) -> f(x, y)` where the result has its shape from y."""
        if not any(v.node.op is self.broadcast for v in node.inputs):
            return None
        inputs = list(node.inputs)
        for i, value in enumerate(inputs):
            behind = self._through(value, frozenset((self.broadcast,))) if self.broadcast else None
            if behind is None:
                continue
            inputs[i] = behind
            if not _infers(node, inputs):
                inputs[i] = value
        if all(a is b for a, b in zip(inputs, node.inputs, strict=True)):
            return None
        sweep.builder.origin = node.origin
        return sweep.builder.emit(node.op, inputs, node.attrs, node.regions).results[0]

    def _gone(self, node: Node, value: Value) -> Value:
        if node.origin.derived is None:
            self.context.tell("shapes", node.origin, lambda: f"{written(node)} rearranges nothing")
        return value


def _infers(node: Node, inputs: list[Value]) -> bool:
    """Has the node the same type on other operands?"""
    try:
        types = node.op.infer(tuple([v.type for v in inputs]), node.attrs, node.regions).types
    except TypeRuleError:
        return False
    return bool(types[0] == node.results[0].type)


def _emit(sweep: Sweep, node: Node, op: Op, value: Value, attrs: tuple[object, ...]) -> Value:
    sweep.builder.origin = node.origin
    return sweep.builder.emit(op, (value,), attrs).results[0]


def _shapes(graph: Graph, context: Context) -> Graph:
    table = _Shapes(context).table()
    return everywhere(graph, context, lambda g, context: Sweep(g, context, table).run(g))


shapes = Pass(
    "shapes",
    "drop rearranging that cancels or does nothing",
    _shapes,
)
