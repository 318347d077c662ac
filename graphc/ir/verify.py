"""Is a graph well formed?  Checked after every pass in tests and under `--verify-each`.

In: a graph and the catalogue.  Out: nothing, or a VerifyError that says what is wrong and where it comes from.  A
failure is a bug of the pass before it, never of the program.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphc.ir.builder import Catalogue
from graphc.ir.equal import attributes_key
from graphc.ir.graph import Graph, Node, Value, nested
from graphc.ir.op import Control, Operand, Placeholder, TypeRuleError
from graphc.ir.refused import REFUSED
from graphc.ir.types import TOKEN, StackType, TokenType
from graphc.source import Origin


class VerifyError(Exception):
    """A graph is not well formed."""


def verify(graph: Graph, catalogue: Catalogue) -> None:
    """Raises VerifyError if `graph` or a region inside it is not well formed."""
    for g in nested(graph):
        checked = _Checked(g, catalogue, program=g is graph)
        checked.nodes()
        checked.ends()


class _Checked:
    """One graph, without the regions of its nodes, which are closed."""

    def __init__(self, graph: Graph, catalogue: Catalogue, program: bool) -> None:
        self.graph = graph
        self.catalogue = catalogue
        self.program = program
        self.defined: set[Value] = set()
        self.consumed: set[Value] = set()  # tokens that an effect has taken

    def nodes(self) -> None:
        params = {v.node for v in self.graph.params}
        parameter = self.catalogue.get("parameter")
        bound: set[tuple[str, str]] = set()
        for node in self.graph.nodes:
            self._operands(node)
            _origin(node)
            _operation(node, self.catalogue)
            _types(node)
            if node.op is parameter and node not in params:
                raise _error(node, "it is no parameter of its region")
            if isinstance(node.op, Placeholder) and node.op is not parameter and node.attrs:
                key = (node.op.name, node.attrs[0])
                if key in bound:
                    raise _error(node, f"there are two of the name {node.attrs[0]}")
                bound.add(key)
            for i, value in enumerate(node.results):
                if value.node is not node or value.index != i:
                    raise _error(node, f"result {i} belongs to another operation")
                if value in self.defined:
                    raise _error(node, "it stands twice in the graph")
                self.defined.add(value)

    def _operands(self, node: Node) -> None:
        for i, value in enumerate(node.inputs):
            if value not in self.defined:
                raise _error(node, f"operand {i}, {_name(value)}, is not computed before it in this graph")
            if isinstance(value.type, TokenType):
                self._take(value, node)

    def _take(self, token: Value, node: Node | None) -> None:
        if token in self.consumed:
            raise _error(node or token.node, "two effects follow the same token")
        self.consumed.add(token)

    def ends(self) -> None:
        graph = self.graph
        for i, param in enumerate(graph.params):
            if not isinstance(param.node.op, Placeholder):
                raise _error(param.node, f"parameter {i} is computed")
            self._defined(f"parameter {i}", param)
        if self.program and graph.params:
            raise VerifyError("a program has no parameters, only inputs and variables")
        for output in graph.outputs:
            self._defined(f"output {output.name}", output.value)
        for name, value in graph.names.items():
            self._defined(f"the name {name}", value)
        self._updates()
        if graph.token is not None:
            self._defined("the last token", graph.token)
            if graph.token.type != TOKEN:
                raise _error(graph.token.node, f"the last token is a {graph.token.type}")
            self._take(graph.token, None)

    def _updates(self) -> None:
        variable = self.catalogue.get("variable")
        seen: set[Value] = set()
        for update in self.graph.updates:
            name = _name(update.variable)
            self._defined(f"the variable {name}", update.variable)
            self._defined(f"the new value of {name}", update.value)
            if update.variable.node.op is not variable:
                raise _error(update.variable.node, f"{name} is updated, but is no variable")
            if update.variable in seen:
                raise _error(update.value.node, f"{name} is updated twice")
            if update.value.type != update.variable.type:
                is_, new = update.variable.type, update.value.type
                raise _error(update.value.node, f"{name} is {is_}, its new value {new}")
            seen.add(update.variable)

    def _defined(self, what: str, value: Value) -> None:
        if value not in self.defined:
            raise _error(value.node, f"{what}, {_name(value)}, is not computed in this graph")


def _origin(node: Node) -> None:
    if not isinstance(node.origin, Origin) or not node.origin.spans:
        raise VerifyError(f"{node.op.name}: nothing says where it comes from")


def _operation(node: Node, catalogue: Catalogue) -> None:
    """The op is the catalogue's, and has operands that it accepts, of one dtype per group."""
    op = node.op
    if catalogue.get(op.name) is not op and op is not REFUSED:
        raise _error(node, "its op is not the catalogue's")
    operands: Iterable[Operand] = op.operands
    if op.variadic:
        operands = op.operands * len(node.inputs)
    elif not isinstance(op, Placeholder) and op.operands and len(op.operands) != len(node.inputs):
        raise _error(node, f"it has {len(node.inputs)} operands instead of {len(op.operands)}")
    groups: dict[str, object] = {}
    for value, operand in zip(node.inputs, operands, strict=False):
        if isinstance(value.type, TokenType):
            continue
        if isinstance(value.type, StackType) and not isinstance(op, Control):
            raise _error(node, f"operand {operand.name} can't be a {value.type}")
        dtype = value.type.dtype
        if dtype not in operand.accepts:
            raise _error(node, f"operand {operand.name} can't be {dtype}")
        if operand.group is not None and groups.setdefault(operand.group, dtype) is not dtype:
            raise _error(node, f"operands are {groups[operand.group]} and {dtype}")


def _types(node: Node) -> None:
    """Types and attributes are what the op's rule says, and the attributes are in normal form."""
    try:
        inferred = node.op.infer(tuple([v.type for v in node.inputs]), node.attrs, node.regions)
    except TypeRuleError as error:
        raise _error(node, f"{error.code}: {error.message}") from error
    types = tuple([r.type for r in node.results])
    if inferred.types != types:
        shown = [", ".join(map(str, t)) for t in (types, inferred.types)]
        raise _error(node, f"its type is {shown[0]}, but the rule says {shown[1]}")
    if attributes_key(inferred.attrs) != attributes_key(node.attrs):
        raise _error(node, f"attributes {node.attrs} have the normal form {inferred.attrs}")


def _error(node: Node, text: str) -> VerifyError:
    where = f" ({node.origin.span.where})" if isinstance(node.origin, Origin) and node.origin.spans else ""
    named = f"{node.results[0].name} = " if node.results and node.results[0].name else ""
    operands = ", ".join(_name(v) for v in node.inputs)
    return VerifyError(f"{named}{node.op.name}({operands}){where}: {text}")


def _name(value: Value) -> str:
    return value.name or f"a {value.node.op.name}"
