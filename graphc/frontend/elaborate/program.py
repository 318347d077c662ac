"""A whole program: declarations and statements of the top level become a graph.

What comes in: the syntax tree.  What goes out: an `Elaborated`, or `Diagnostics` with everything that is wrong; a
statement that fails poisons the names it would have bound, and the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import library, syntax
from graphc.frontend.elaborate import (
    bodies,
    expressions,
    lint,
    members,
    names,
    naming,
    places,
    statements,
    written_types,
)
from graphc.frontend.elaborate.builtins import SPECIALS
from graphc.frontend.elaborate.core import Elaborator, Given, Step, run
from graphc.frontend.elaborate.functions import Trace
from graphc.frontend.elaborate.values import (
    DTypeName,
    Failure,
    Frame,
    Function,
    Meaning,
    Namespace,
    OpFunction,
    Poisoned,
    Scope,
    Static,
    Text,
)
from graphc.ir.builder import Builder, Catalogue
from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, Output, Update, Value, reachable
from graphc.ir.types import DTYPES, F32, DType, TensorType
from graphc.source import Origin


@dataclass(frozen=True, slots=True)
class Elaborated:
    """A program's graph, its warnings, the tests it contains, and the traces that were made."""

    graph: Graph
    warnings: tuple[Diagnostic, ...]
    tests: tuple[str, ...]
    traces: tuple[Trace, ...]


@dataclass(slots=True)
class Top:
    """The top level while it is read: outputs said so far, results by default."""

    scope: Scope
    outputs: list[Output]
    order: list[str]


def elaborate(
    program: syntax.Program, catalogue: Catalogue, *, default_float: DType = F32, test: str | None = None
) -> Elaborated:
    """The graph of a program.  `test`: also run the statements of the test block of that name, without outputs.

    Raises Diagnostics.
    """
    prelude = _Prelude(catalogue, default_float)
    frame = Frame(Builder(catalogue, default_float), None, None)
    scope = Scope(None, frame)
    frame.top = scope
    prelude.frame = frame
    e = Elaborator(
        catalogue,
        default_float,
        expressions.expression,
        prelude.find,
        prelude.names,
        prelude.module,
        library.IMPORTABLE,
    )
    e.top = scope
    top = Top(scope, [], [])
    listed = [s for s in program.statements if not isinstance(s, syntax.Test)]
    tests = [s for s in program.statements if isinstance(s, syntax.Test)]
    declare_functions(e, scope, listed)
    for statement in listed:
        collect(e, top, statement)
    for block in tests:
        if block.name.value == test:
            top.outputs.clear()
            for inner in block.body.statements:
                collect(e, top, inner)
    naming.check_uncalled(e, scope, listed)
    check_sizes(e, frame)
    errors = [d for d in e.diagnostics if d.severity == "error"]
    if errors:
        raise Diagnostics(e.diagnostics)
    graph = finish(e, top, outputs=test is None)
    found = tuple(e.diagnostics) + tuple(lint.find(graph))
    return Elaborated(graph, found, tuple(t.name.value for t in tests), tuple(e.traces))


class _Prelude:
    """Names that are always there: dtypes, ops, builtins, and the prelude's functions."""

    def __init__(self, catalogue: Catalogue, default_float: DType) -> None:
        self.catalogue = catalogue
        self.default_float = default_float
        self.frame: Frame | None = None
        self.known: dict[str, Meaning] = {}

    def find(self, name: str) -> Meaning | None:
        if name not in self.known:
            found = self._find(name)
            if found is None:
                return None
            self.known[name] = found
        return self.known[name]

    def _find(self, name: str) -> Meaning | None:
        if name in SPECIALS:
            return SPECIALS[name]
        if name == "float" or name in DTYPES:
            return DTypeName(self.default_float if name == "float" else DTYPES[name])
        for file in library.PRELUDE:
            found = self.function(file, name)
            if found is not None:
                return found
        op = self.catalogue.get(name)
        return OpFunction(op) if op is not None and callable_op(op.name) else None

    def function(self, file: str, name: str) -> Function | None:
        declarations = library.load(file)
        if name not in declarations:
            return None
        assert self.frame is not None
        return Function(declarations[name], Scope(None, self.frame))

    def names(self) -> Sequence[str]:
        functions = [n for file in library.PRELUDE for n in library.load(file)]
        return [*SPECIALS, "float", *DTYPES, *functions, *(n for n in self.catalogue if callable_op(n))]

    def module(self, name: str) -> Namespace | None:
        if name not in library.IMPORTABLE:
            return None
        members = tuple(library.load(name))
        return Namespace(name, lambda member: self._member(name, member), members)

    def _member(self, file: str, name: str) -> Meaning | None:
        key = f"{file}.{name}"
        if key not in self.known:
            found = self.function(file, name)
            if found is None:
                return None
            found.scope.parent = self._file_scope(file)
            self.known[key] = found
        return self.known[key]

    def _file_scope(self, file: str) -> Scope:
        """The scope of a library file: its functions see each other."""
        assert self.frame is not None
        scope = Scope(None, self.frame)
        for name, declaration in library.load(file).items():
            scope.bind(name, Function(declaration, scope), declaration.name.span, "function")
        return scope


STRUCTURAL = frozenset(
    {"input", "variable", "parameter", "token", "constant", "dim", "with_vjp", "print", "assert", "map", "cond"}
)


def callable_op(name: str) -> bool:
    """Can a program call the op by its name?  Structure is written in other ways."""
    return name not in STRUCTURAL


# ---------------------------------------------------------------- statements of the top level


def collect(e: Elaborator, top: Top, statement: syntax.Stmt) -> None:
    """Elaborate a statement; what is wrong is collected, and the names it binds are poisoned."""
    e.reading = not isinstance(statement, syntax.Output | syntax.ExprStmt | syntax.Assert)
    e.call = None
    try:
        run(top_level(e, top, statement))
    except Failure as failure:
        e.report(failure.diagnostic)
        poison(top.scope, statement)
    except Poisoned:
        poison(top.scope, statement)


DECLARATIONS = (syntax.Input, syntax.Var, syntax.Fn, syntax.Output)


def poison(scope: Scope, statement: syntax.Stmt) -> None:
    for name in naming.bound_names(statement):
        old = scope.bindings.get(name.text)
        kept = ("input", "variable", "function") if isinstance(statement, DECLARATIONS) else ("input", "variable")
        if old is None or old.kind not in kept:
            scope.bind(name.text, None, name.span)


def declare_functions(e: Elaborator, scope: Scope, statements_: Sequence[syntax.Stmt]) -> None:
    """Functions of the top level may be called before they are written."""
    for statement in statements_:
        if isinstance(statement, syntax.Fn):
            try:
                statements.check_new(e, scope, statement.name)
            except Failure as failure:
                e.report(failure.diagnostic)
                continue
            scope.bind(statement.name.text, Function(statement, scope), statement.name.span, "function")


def top_level(e: Elaborator, top: Top, statement: syntax.Stmt) -> Step:
    match statement:
        case syntax.Input():
            yield input_(e, top.scope, statement)
        case syntax.Var():
            yield variable(e, top.scope, statement)
        case syntax.Output():
            yield output(e, top, statement)
        case syntax.Fn():
            return
        case syntax.Import():
            import_(e, top.scope, statement)
        case syntax.FromImport():
            from_import(e, top.scope, statement)
        case syntax.Module():
            raise e.fail("E0905", "modules are not part of this version", statement.name.span, hint="use var and fn")
        case _:
            yield bodies.statement_step(e, top.scope, statement)
            top.order.extend(n.text for n in naming.bound_names(statement))


def default_region(e: Elaborator, scope: Scope, wanted: TensorType, value: syntax.Expr) -> Step:
    """The initial value of an input or variable as a closed region without parameters."""
    frame = Frame(Builder(e.catalogue, e.default_float), scope.frame, None)
    inner = Scope(scope, frame)
    meaning = yield e.expression(inner, value)
    given = Given(meaning, value.span)
    found = e.dtype_of(meaning, value.span)
    if found is not wanted.dtype and not statements.implicit(found, wanted.dtype):
        code = "E0316" if found.is_float and wanted.dtype.is_integer else "E0303"
        raise e.fail(
            code,
            f"the value is {found}, but {wanted.dtype} is declared",
            value.span,
            hint=written_types.cast_hint(found, wanted.dtype, value.span.text),
        )
    result = e.tensor(frame, given.meaning, value.span, wanted.dtype)
    if result.type.shape != wanted.shape:
        raise e.fail(
            "E0303",
            f"the value is {result.type}, but {wanted} is declared",
            value.span,
            f"is {result.type}",
            hint=f"broadcast_to({value.span.text}, [{', '.join(map(str, wanted.shape))}])"
            if not result.type.shape
            else f"declare {result.type}",
        )
    live = reachable([result])
    inside = set(frame.builder.nodes)
    outside = [n for n in live if n not in inside]
    if outside:
        raise e.fail(
            "E0308",
            "an initial value is computed from constants and sizes only",
            value.span,
            secondary=[Label(outside[0].origin.span, "this is computed by the run")],
            hint="start from zeros, and assign in the program",
        )
    nodes = tuple(n for n in frame.builder.nodes if n in live)
    return Graph(nodes, (Output("0", result, Origin((value.span,))),), default_float=e.default_float)


def declare(
    e: Elaborator,
    scope: Scope,
    op: str,
    name: syntax.Name,
    node: syntax.TypeExpr,
    value: syntax.Expr | None,
    extra: tuple[object, ...],
) -> Step:
    """An input or variable node, bound to its name."""
    statements.check_new(e, scope, name)
    kind, places = written_types.declared(e, scope, node)
    regions: tuple[Graph, ...] = ()
    if value is not None:
        regions = ((yield default_region(e, scope, kind, value)),)
    b = e.at(scope.frame, node.span)
    span = name.span.to(node.span)
    made = Node(e.catalogue[op], (), (name.text, kind, *extra), regions, (kind,), Origin((span,)), (name.text,))
    b.nodes.append(made)
    e.declared[made.results[0]] = places
    return made.results[0]


def input_(e: Elaborator, scope: Scope, node: syntax.Input) -> Step:
    value = yield declare(e, scope, "input", node.name, node.type, node.default, (node.doc,))
    scope.bind(node.name.text, value, node.name.span, "input")


def variable(e: Elaborator, scope: Scope, node: syntax.Var) -> Step:
    last = node.name.text.rpartition(".")[2]
    if last != node.name.text and last in members.ATTRIBUTES:
        hint = f"choose another name: {node.name.text}_ = …"
        raise e.fail("E0202", f".{last} is an attribute of every tensor", node.name.span, hint=hint)
    value = yield declare(e, scope, "variable", node.name, node.type, node.init, (node.trainable, node.doc))
    scope.bind(node.name.text, value, node.name.span, "variable")
    e.variables[node.name.text] = value


def output(e: Elaborator, top: Top, node: syntax.Output) -> Step:
    name = node.name.text
    if any(o.name == name for o in top.outputs):
        first = next(o for o in top.outputs if o.name == name)
        raise e.fail(
            "E0202",
            f"output {name} is declared twice",
            node.name.span,
            secondary=[Label(first.origin.span, "first here")],
        )
    if "." in name and name not in e.variables:
        places.check_known(e, top.scope, node.name)
        hint = f"output {name.replace('.', '_')} = {name if node.value is None else node.value.span.text}"
        raise e.fail("E0109", f"{name} is no variable; other outputs have no dots", node.name.span, hint=hint)
    if node.value is None:
        meaning = names.lookup(e, top.scope, node.name)
    else:
        meaning = yield e.expression(top.scope, node.value)
        statements.bind_name(e, top.scope, node.name, Given(meaning, node.value.span))
        meaning = names.lookup(e, top.scope, node.name)
    value = e.tensor(top.scope.frame, meaning, node.name.span)
    top.outputs.append(Output(name, value, Origin((node.name.span,))))


# ---------------------------------------------------------------- imports


def import_(e: Elaborator, scope: Scope, node: syntax.Import) -> None:
    module = find_module(e, node.path)
    name = node.alias or node.path
    assert isinstance(name, syntax.Name)
    statements.check_new(e, scope, name)
    scope.bind(name.text, module, name.span, "import")


def find_module(e: Elaborator, path: syntax.Name | syntax.String) -> Namespace:
    if isinstance(path, syntax.String):
        raise e.fail(
            "E0905",
            "files can't be imported in this version",
            path.span,
            hint=f"import {e.import_names[0]}: the library has {', '.join(e.import_names)}",
        )
    found = e.imports(path.text)
    if not isinstance(found, Namespace):
        meant = suggest(path.text, e.import_names)
        hint = f"did you mean {meant}?" if meant else f"the library has {', '.join(e.import_names)}"
        raise e.fail("E0207", f"there is no module {path.text}", path.span, hint=hint)
    return found


def from_import(e: Elaborator, scope: Scope, node: syntax.FromImport) -> None:
    module = find_module(e, node.path)
    for name, alias in node.names:
        member = module.member(name.text)
        if member is None:
            meant = suggest(name.text, module.members)
            hint = f"did you mean {meant}?" if meant else f"it has {', '.join(module.members)}"
            raise e.fail("E0206", f"{module.name} has no member {name.text}", name.span, hint=hint)
        bound = alias or name
        statements.check_new(e, scope, bound)
        scope.bind(bound.text, member, bound.span, "import")


# ---------------------------------------------------------------- the end


def check_sizes(e: Elaborator, frame: Frame) -> None:
    """Every symbol must stand alone as a size of some input or variable, from which a run can read it."""
    declared = [n.results[0].type for n in frame.builder.nodes if declares(n)]
    bare = {str(d) for t in declared for d in t.shape if isinstance(d, Poly)}
    e.call = None
    for name, span in e.sizes.items():
        if name not in bare and not e.diagnostics:
            error = e.fail(
                "E0314",
                f"no input or variable has the size {name} by itself, so a run can't know it",
                span,
                hint=f"declare one: input z: f32[{name}]",
            )
            e.report(error.diagnostic)


def finish(e: Elaborator, top: Top, *, outputs: bool) -> Graph:
    """The graph of what was built."""
    names = named_values(top.scope)
    results = top.outputs
    if outputs and not results:
        results = default_outputs(e, top)
    updates = []
    for name, declared in e.variables.items():
        binding = top.scope.bindings[name]
        if isinstance(binding.meaning, Value) and binding.meaning is not declared:
            updates.append(Update(declared, binding.meaning, Origin((binding.span,))))
    frame = top.scope.frame
    ends = [*(o.value for o in results), *(u.value for u in updates), *names.values()]
    if frame.token is not None:
        ends.append(frame.token)
    live = reachable(ends)
    nodes = tuple(n for n in frame.builder.nodes if n in live or declares(n))
    return Graph(nodes, tuple(results), (), tuple(updates), frame.token, names, e.default_float)


def declares(node: Node) -> bool:
    return node.op.name in ("input", "variable")


def named_values(scope: Scope) -> dict[str, Value]:
    """What the top-level names stand for at the end, variables by their value at the start."""
    names: dict[str, Value] = {}
    for name, binding in scope.bindings.items():
        meaning = binding.meaning
        if isinstance(meaning, Static | Text) and meaning.node is not None:
            names[name] = meaning.node
        elif isinstance(meaning, Value) and binding.kind not in ("variable", "input"):
            names[name] = meaning
    return names


def default_outputs(e: Elaborator, top: Top) -> list[Output]:
    """Without any `output`: the top-level values that no binding or state update reads."""
    results = []
    for name in dict.fromkeys(top.order):
        binding = top.scope.bindings.get(name)
        if binding is None or binding.read or binding.kind != "name":
            continue
        meaning = binding.meaning
        if isinstance(meaning, Static):
            meaning = e.node(top.scope.frame, meaning)
        elif isinstance(meaning, Text):
            meaning = meaning.node
        if isinstance(meaning, Value):
            results.append(Output(name, meaning, Origin((binding.span,))))
    return results
