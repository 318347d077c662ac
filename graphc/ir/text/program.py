"""A whole program: declarations, then statements, outputs and state updates in the order of the plan.

In: a graph.  Out: lines.  Defaults and initial values, which are graphs without parameters, become expressions, or the
call of a function where they need statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, Output, Value, nested
from graphc.ir.op import Effect, Placeholder
from graphc.ir.text.block import Body, Line, Style
from graphc.ir.text.literals import Literals, encoded
from graphc.ir.text.names import BUILTINS, LOOPS, RESERVED, Names, identifier, output_name, path
from graphc.ir.text.operands import ENDLESS, implicit, loose
from graphc.ir.text.origins import printable
from graphc.ir.text.schedule import Plan, schedule, settle_names
from graphc.ir.types import TensorType


def program(graph: Graph, *, core: bool, width: int) -> list[Line]:
    """The lines of a program."""
    declared = _declared_names(graph)
    style = _style(graph, declared, core, width)
    plan = settle_names(graph, declared, _called(graph) & LOOPS)
    bound = style.avoid.union(style.literals.bound)
    body = Body(style, Names(bound), wanted=plan.wanted, aliases=plan.aliases, chained=not graph.outputs)
    body.names.update(declared)
    _declarations(graph, body, declared)
    for value in declared:
        body.add_aliases(value)
    if not core:
        ends = (*(o.value for o in graph.outputs), *(u.value for u in graph.updates))
        body.nest(graph, {*graph.names.values(), *ends}, local=False)
    schedule(graph, plan, declared, body.is_nested)
    body.assigned = plan.assigned
    _statements(graph, body, plan, declared)
    return body.lines


def _declared_names(graph: Graph) -> dict[Value, str]:
    """Inputs and variables, whose names are fixed."""
    names = Names(RESERVED)
    own = (n for n in graph.nodes if isinstance(n.op, Placeholder) and n.attrs)
    return {n.results[0]: names.fresh(str(n.attrs[0]), path if n.op.name == "variable" else identifier) for n in own}


def _style(graph: Graph, declared: Mapping[Value, str], core: bool, width: int) -> Style:
    symbols = _symbols(declared)
    paths = set(declared.values())
    bound = {*map(identifier, graph.names), *(output_name(o.name, paths) for o in graph.outputs), *paths}
    variables = {name for value, name in declared.items() if value.node.op.name == "variable"}
    heads = {name.partition(".")[0] for name in variables}  # a path is hidden by a name like its head
    avoid = frozenset((*RESERVED, *BUILTINS, *_called(graph), *symbols, *variables, *heads))
    literals = Literals(frozenset(bound), _hidden_sizes(declared, bound.intersection(symbols)))
    return Style(core, width, graph.default_float, literals, avoid)


def _called(graph: Graph) -> set[str]:
    """What the text may call: ops, and what loops are written with."""
    found = {n.op.name for g in nested(graph) for n in g.nodes}
    return found | LOOPS if not found.isdisjoint(("for", "while")) else found


def _symbols(declared: Iterable[Value]) -> set[str]:
    """The symbols of the declared shapes."""
    return {s for v in declared for d in v.type.shape if isinstance(d, Poly) for s in d.symbols}


def _hidden_sizes(declared: Mapping[Value, str], hidden: set[str]) -> dict[str, str]:
    """Sizes whose names the program binds, as a size of an input or variable."""
    found: dict[str, str] = {}
    for value, name in declared.items():
        for axis, d in enumerate(value.type.shape):
            if str(d) in hidden:
                found.setdefault(str(d), f"{name}.shape[{axis}]")
    return found


# ---------------------------------------------------------------- declarations


def _declarations(graph: Graph, body: Body, declared: Mapping[Value, str]) -> None:
    for node in graph.nodes:
        name = declared.get(node.results[0])
        if name is None:
            continue
        doc = node.attr("doc")
        for line in () if doc is None else doc.split("\n"):
            body.add(f"## {printable(line)}".rstrip())
        variable = node.op.name == "variable"
        head = f"{'var' if variable else 'input'} {name}: {node.results[0].type}"
        default = f" = {_initial(body, node, name, len(head) + 3)}" if node.regions else ""
        body.add(head + default + (", trainable=false" if variable and not node.attr("trainable") else ""))


def _initial(body: Body, node: Node, name: str, indent: int) -> str:
    """A region without parameters as one expression, or as the call of a function with its lines."""
    (region,) = node.regions
    style = body.style
    inner = Body(style, Names(style.avoid | style.literals.bound), 2, budget=ENDLESS)
    inner.nest(region, (), local=True)
    inner.statements(region.nodes)
    text = _adopted(inner, region.outputs[0].value, node.results[0].type, style.width - indent)
    if not inner.lines:
        return text
    function = body.fresh.fresh(f"{name}_init")
    body.add(f"fn {function}() {{")
    body.lines.extend(inner.lines)
    body.add(f"  return {text}")
    body.add("}")
    return f"{function}()"


def _adopted(inner: Body, result: Value, wanted: TensorType, width: int) -> str:
    """An initial value, which takes the dtype of its declaration."""
    node = result.node
    if inner.is_nested(result) and node.op.name == "constant" and result.type.dtype is wanted.dtype:
        data = node.attrs[0]
        if data.array.ndim:
            return inner.literals.listed(data, width) or encoded(data)
        return inner.literals.number(data.value, data.dtype) or encoded(data)
    if inner.is_nested(result) and node.op.name == "cast":
        source = node.inputs[0]
        if implicit(source.type.dtype, wanted.dtype) and source.node.op.name != "constant":
            return loose(inner, source).text
    return loose(inner, result).text


# ---------------------------------------------------------------- statements, outputs, updates


def _statements(graph: Graph, body: Body, plan: Plan, declared: Mapping[Value, str]) -> None:
    body.statements(plan.early)
    _outputs(graph.outputs[: plan.outputs], body, plan, declared)
    body.statements(plan.late)
    _outputs(graph.outputs[plan.outputs :], body, plan, declared)
    for name, value in plan.rebound:
        body.add(f"{name} = {body.piece(value).text}")
    _effects(body, plan.shown)
    _final(body, plan.final, declared)


def _outputs(outputs: Sequence[Output], body: Body, plan: Plan, declared: Mapping[Value, str]) -> None:
    """`output y`, with what assigns a variable first if the output is its new value."""
    paths = set(declared.values())
    for o in outputs:
        name = output_name(o.name, paths)
        for pair in [(old, new) for old, new in plan.final if new is o.value and declared[old] == name]:
            body.add(f"{name} = {body.piece(o.value).text}")
            plan.final.remove(pair)
            body.names[o.value] = name
        text = body.piece(o.value).text
        if text == name or name in plan.aliases.get(o.value, ()):
            body.add(f"output {name}")
        else:
            body.add(f"output {name} = {text}")


def _effects(body: Body, nodes: Sequence[Node]) -> None:
    """Effects and what only they need, where a name that nothing reads would be an output: inside a function."""
    inner = Body(body.style, Names(body.fresh.taken), body.indent + 2)
    inner.names.update(body.names)
    inner.share(body)
    inner.statements(nodes)
    if all(line.node is not None and isinstance(line.node.op, Effect) for line in inner.lines):
        body.lines.extend(Line(line.text[2:], line.node) for line in inner.lines)
        return
    name = body.fresh.fresh("report")
    body.add(f"fn {name}() {{")
    body.lines.extend(inner.lines)
    body.add("}")
    body.add(f"{name}()")


def _final(body: Body, updates: Sequence[tuple[Value, Value]], declared: Mapping[Value, str]) -> None:
    """The updates that are left; those that read each other's old values all at once."""
    changed = {old for old, _ in updates}
    read = {new for _, new in updates}
    entangled = [(old, new) for old, new in updates if new in changed or old in read]
    for old, new in updates:
        if (old, new) not in entangled:
            body.add(f"{declared[old]} = {body.piece(new).text}")
    if entangled:
        left = ", ".join(declared[old] for old, _ in entangled)
        body.add(f"{left} = {', '.join(body.piece(new).text for _, new in entangled)}")
