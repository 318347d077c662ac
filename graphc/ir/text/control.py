"""Control flow: `if`, `for` and `while` as statements, with the results of the op as names that they bind.

An `if` with one result and two expressions is one, `a if c else b` or `c and a`.  Else both branches end with the
results.  What a loop carries has its name before the loop, in it and after it:
the body ends with its new values.  What a loop collects is pushed to a `stack()`.  In: a node.  Out: lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphc.ir.graph import Graph, Node, Value
from graphc.ir.layout import Loop
from graphc.ir.op import Infix, Prefix
from graphc.ir.text.expressions import is_plain, size_text
from graphc.ir.text.functions import captures
from graphc.ir.text.names import Names
from graphc.ir.text.operands import is_constant, loose, number_piece
from graphc.ir.text.pieces import LOOSEST, Piece, Writer
from graphc.ir.types import TokenType

AND, OR = Infix("and", 20), Infix("or", 10)
_SHORTCUTS = {"false": AND, "true": OR}  # by the result of an `if` whose condition does not hold
_LARGEST = 24  # operations in a conditional expression


def statement(body: Writer, node: Node) -> bool:
    """Print a control op that has a statement of its own; False if it has none."""
    printed = STATEMENTS.get(node.op.name)
    if printed is None:
        return False
    printed(body, node)
    for value in node.results:
        body.add_aliases(value)
    return True


def is_value(value: Value) -> bool:
    """Is it more than an order of effects?"""
    return not isinstance(value.type, TokenType)


def _inside(
    body: Writer, region: Graph, named: Sequence[tuple[Value, str]], indent: int = 2, names: Names | None = None
) -> Writer:
    """The lines of a region in which parameters have these names.  `names`: where to take further ones from."""
    inner = body.inner(body.fresh if names is None else names, body.indent + indent)
    inner.names.update(named)
    if not body.core:
        inner.nest(region, (), local=True)
    inner.statements(region.nodes)
    return inner


def _captured(body: Writer, node: Node, region: Graph) -> list[tuple[Value, str]]:
    """The parameters of a region for what it captures, with the names of that."""
    outer = captures(node)
    own = region.params[len(region.params) - len(outer) :]
    return [(p, body.names[v]) for p, v in zip(own, outer, strict=True) if is_value(v)]


# ---------------------------------------------------------------- if


def is_conditional(node: Node) -> bool:
    """May it be an expression, if its branches turn out to be?"""
    if node.op.name != "cond" or len(node.results) != 1 or not is_value(node.results[0]):
        return False
    size, pending = 0, [node]
    while pending and size <= _LARGEST:
        found = [n for region in pending.pop().regions for n in region.nodes]
        size += len(found)
        pending += [n for n in found if n.regions]
    return size <= _LARGEST


def conditional(body: Writer, node: Node) -> Piece | None:
    """`a if c else b`, `c and a`, `c or b`; None if a branch needs statements."""
    arms = [_inside(body, region, _captured(body, node, region), names=Names(())) for region in node.regions]
    values = [region.outputs[0].value for region in node.regions]
    numbers = [_adopts(inner, value) for inner, value in zip(arms, values, strict=True)]
    then, other = (
        number_piece(inner, value) if adopts and not all(numbers) else loose(inner, value)
        for inner, value, adopts in zip(arms, values, numbers, strict=True)
    )
    if any(inner.lines for inner in arms):
        return None
    condition = loose(body, node.inputs[0])
    depth = max(condition.depth, then.depth, other.depth) + 1
    operator = _SHORTCUTS.get(other.text)
    if operator is not None and not is_plain(arms[0], values[0]):
        left = condition if operator is AND else _denied(body, node.inputs[0])
        if left is not None and left.text not in _SHORTCUTS:
            text = f"{left.within(operator.precedence)} {operator.symbol} {then.within(operator.precedence + 1)}"
            return Piece(text, operator.precedence, depth, node.results[0])
    shown = condition._replace(text=_asked(condition.text)).within(OR.precedence)
    return Piece(f"{then.within(OR.precedence)} if {shown} else {other.text}", LOOSEST, depth, node.results[0])


def _adopts(inner: Writer, value: Value) -> bool:
    """Is it a number that takes its dtype from the other branch?"""
    dtype = value.type.dtype
    return is_constant(inner, value) and not value.type.shape and not dtype.weak and dtype.kind in "iuf"


def _denied(body: Writer, condition: Value) -> Piece | None:
    """What `not` stands before, if that is written here."""
    node = condition.node
    is_not = isinstance(node.op.spelling, Prefix) and node.op.spelling.symbol == "not"
    return loose(body, node.inputs[0]) if is_not and body.is_nested(condition) else None


def _asked(text: str) -> str:
    """A condition.  A literal would decide when it is read, and the op would be gone."""
    return f"bool({text})" if text in _SHORTCUTS else text


def _branches(body: Writer, node: Node) -> None:
    """`if c { … } else { … }`: both end with the results, in their order."""
    condition = _asked(loose(body, node.inputs[0]).text)
    names = [body.name(r) for r in node.results if is_value(r)]
    then, other = (_branch(body, node, region, names) for region in node.regions)
    body.add(f"if {condition} {{", node)
    body.lines.extend(then.lines)
    if other.lines:
        body.add("} else {")
        body.lines.extend(other.lines)
    body.add("}")


def _branch(body: Writer, node: Node, region: Graph, names: Sequence[str]) -> Writer:
    """The lines of a branch, which binds `names` to its outputs."""
    inner = _inside(body, region, _captured(body, node, region))
    values = [o.value for o in region.outputs if is_value(o.value)]
    for name, value in zip(names, values, strict=True):
        inner.add(f"{name} = {loose(inner, value).text}")
    return inner


# ---------------------------------------------------------------- loops


def _for(body: Writer, node: Node) -> None:
    """`for i, (x, y) in enumerate(zip(X, Y)) { … }`."""
    layout, region = _layout(node), node.regions[-1]
    source = _source(body, node, layout)
    index, *slices = region.params[: 1 + layout.mapped]
    own: list[tuple[Value, str]] = []
    if not slices or _is_read(region, index):
        own.append((index, body.fresh.fresh(index.name)))
    own += [(p, body.fresh.fresh(p.name)) for p in slices]
    target = ", ".join([name for _, name in own])
    if len(own) > len(slices) > 0:
        inside = ", ".join([name for _, name in own[1:]])
        target = f"{own[0][1]}, ({inside})" if len(slices) > 1 else target
        source = f"enumerate({source})"
    if node.attr("reverse"):
        source = f"reversed({source})"
    _loop(body, node, layout, own, lambda _: f"for {target} in {source}")


def _source(body: Writer, node: Node, layout: Loop) -> str:
    """What the loop goes over, but for the numbers of the iterations."""
    checkpoint = node.attr("checkpoint")
    extra = (f"checkpoint={checkpoint}",) if checkpoint else ()
    given = [loose(body, v).text for v in node.inputs[: layout.head + layout.mapped]]
    if layout.mapped:
        return given[0] if len(given) == 1 and not extra else f"zip({', '.join((*given, *extra))})"
    length = node.attr("length")
    if length is not None:
        stop = size_text(body, length)
    else:
        stop = f"i64({given[0]})" if node.inputs[0].node.op.name == "dim" else given[0]
    return f"range({', '.join((stop, *extra))})"


def _is_read(region: Graph, param: Value) -> bool:
    return any(param in n.inputs for n in region.nodes) or any(o.value is param for o in region.outputs)


def _while(body: Writer, node: Node) -> None:
    """`while c { … }`."""
    _loop(body, node, _layout(node), [], lambda names: f"while {_condition(body, node, names)}")


def _condition(body: Writer, node: Node, names: Sequence[str | None]) -> str:
    """The condition as an expression, or as the call of a function where it needs statements."""
    region = node.regions[0]
    own = [(p, name) for p, name in zip(region.params, names, strict=False) if name is not None]
    inner = _inside(body, region, own + _captured(body, node, region))
    (output,) = region.outputs
    text = loose(inner, output.value).text
    if not inner.lines:
        has_effects = any(isinstance(v.type, TokenType) for v in node.results)
        return text if text == "true" and has_effects else _asked(text)  # one that never ends: an effect by itself
    function = body.fresh.fresh("going")
    arguments = ", ".join([name for p, name in own if _is_read(region, p)])
    body.add(f"fn {function}({arguments}) {{")
    body.lines.extend(inner.lines)
    body.add(f"  return {text}")
    body.add("}")
    return f"{function}({arguments})"


def _layout(node: Node) -> Loop:
    op: Any = node.op
    layout: Loop = op.loop(*node.attrs)
    return layout


def _loop(
    body: Writer,
    node: Node,
    layout: Loop,
    own: Sequence[tuple[Value, str]],
    head: Callable[[Sequence[str | None]], str],
) -> None:
    """The loop with this head, in which the region's `own` parameters have names; what comes before and after it."""
    region = node.regions[-1]
    names = [body.name(r) if is_value(r) else None for r in node.results]
    carried, collected = names[: layout.carried], names[layout.carried :]
    first = layout.head + layout.mapped
    for name, value, result in zip(carried, node.inputs[first:], node.results, strict=False):
        if name is not None:
            body.assign(name, value, result)
    for name in collected:
        body.add(f"{name} = stack()")
    text = head(carried)
    params = region.params[layout.index + layout.mapped :]
    bound = [(p, name) for p, name in zip(params, carried, strict=False) if name is not None]
    inner = _inside(body, region, [*own, *bound, *_captured(body, node, region)])
    outputs = [o.value for o in region.outputs]
    pushed = [loose(inner, v).text for v in outputs[layout.carried :]]
    new = [loose(inner, v).text for v, name in zip(outputs, carried, strict=False) if name is not None]
    for name, value_text in zip(collected, pushed, strict=True):
        inner.add(f"push({name}, {value_text})")
    _rebind(inner, bound, outputs, new)
    body.add(f"{text} {{", node)
    body.lines.extend(inner.lines)
    body.add("}")


def seeds(node: Node) -> Iterator[Value]:
    """The values that a loop starts from which have the name that it carries them under."""
    if node.op.name in ("for", "while"):
        layout = _layout(node)
        for value, result in zip(node.inputs[layout.head + layout.mapped :], node.results, strict=False):
            if value.name == result.name:
                yield value


def _rebind(inner: Writer, bound: Sequence[tuple[Value, str]], outputs: Sequence[Value], new: Sequence[str]) -> None:
    """The new values of what is carried; all at once if one of them reads another's old value."""
    changed: set[Value] = set()
    for (param, _), value in zip(bound, outputs, strict=False):
        if not changed.isdisjoint(_reads(inner, value)):
            left = ", ".join([name for _, name in bound])
            inner.add(f"{left} = {', '.join(new)}")
            return
        changed.add(param)
    for (_, name), text in zip(bound, new, strict=True):
        inner.add(f"{name} = {text}")


def _reads(inner: Writer, value: Value) -> set[Value]:
    """The values that have names in the expression of this one."""
    found, stack = set(), [value]
    while stack:
        v = stack.pop()
        if inner.is_nested(v):
            stack.extend(v.node.inputs)
        else:
            found.add(v)
    return found


STATEMENTS: dict[str, Callable[[Writer, Node], None]] = {"cond": _branches, "for": _for, "while": _while}
