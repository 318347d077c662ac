"""The session: statements of the top level, one at a time, become a graph that grows.

In: syntax trees, in order.  Out: after each statement, what it added is in `frame` and `scope`; at the end the graph.
`elaborate` feeds a whole program; eager execution runs what each statement added before it feeds the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.frontend import library, liveness, syntax
from graphc.frontend.elaborate import entries, expressions, imports, lint
from graphc.frontend.elaborate.builtins.prelude import Prelude
from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.leaving import leave
from graphc.frontend.elaborate.core.scopes import Frame, Items, Meaning, Scope, Text, values_in
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.functions import traces
from graphc.frontend.elaborate.functions.templates import Trace
from graphc.frontend.elaborate.program import Top, collect
from graphc.frontend.elaborate.statements import declarations, defaults
from graphc.frontend.elaborate.terms import tuples
from graphc.frontend.elaborate.undo import Mark, mark, restore
from graphc.ir.builder import Builder, Catalogue
from graphc.ir.constant import Constant
from graphc.ir.dims import Poly
from graphc.ir.graph import Graph, Node, Output, Update, Value, reachable
from graphc.ir.types import F32, DType
from graphc.source import Origin, Source, Span


@dataclass(frozen=True, slots=True)
class Elaborated:
    """A program's graph, its warnings, the tests it contains, the traces that were made, and the top level's calls.

    `submodules`: the name of the module of each instance, by the instance's path.
    `entries` are the names of its entry points.  `variables` are those of the whole program; the graph of an entry
    point has only those that it needs.  `imports`: the files that a source imports, by the paths written there.
    """

    graph: Graph
    warnings: tuple[Diagnostic, ...]
    tests: tuple[str, ...]
    traces: tuple[Trace, ...]
    calls: tuple[tuple[Trace, Span], ...]
    submodules: Mapping[str, str]
    entries: tuple[str, ...]
    variables: tuple[Node, ...]
    imports: Mapping[Source, Mapping[str, Source]]


@dataclass(frozen=True, slots=True)
class Step:
    """A statement after a program, `minimize(loss, with=optim.adam(lr=0.001))`, and the name of the loss."""

    loss: str
    program: syntax.Program


class Session:
    """The top level of a program that is being read.

    `frame.builder.nodes` grows by what each statement adds; `scope` has what the names mean; `top` the outputs so far.
    What is wrong is collected in `e.diagnostics`.  `traced` hears of each trace of a function when it is made.
    """

    def __init__(
        self, catalogue: Catalogue, default_float: DType = F32, traced: Callable[[Trace], None] | None = None
    ) -> None:
        self.frame = Frame(Builder(catalogue, default_float), None, None)
        self.scope = Scope(None, self.frame, home="")
        self.frame.top = self.scope
        self.top = Top(self.scope, [], [])
        self.functions: list[syntax.Stmt] = []
        prelude = Prelude(catalogue, default_float, self.frame)
        self.e = Elaborator(
            catalogue,
            default_float,
            expressions.expression,
            traces.call,
            prelude.find,
            prelude.names,
            prelude.module,
            library.IMPORTABLE,
            traced=traced,
        )
        keys.from_the_run(self.e, self.frame)
        self.e.top = self.scope

    @property
    def errors(self) -> list[Diagnostic]:
        """What is wrong so far."""
        return [d for d in self.e.diagnostics if d.severity == "error"]

    def declare(self, statements: Sequence[syntax.Stmt], *, more: bool = False) -> None:
        """Make the functions among these statements known: they may be called before they are written.

        `more`: nobody knows yet what follows these statements.
        """
        self.e.uses.update(liveness.loops(statements, more=more))
        self.functions += [s for s in statements if isinstance(s, syntax.Fn | syntax.Module)]
        for function in entries.exported(statements):
            entries.check_signature(self.e, function)
        declarations.declare_functions(self.e, self.scope, statements)

    def feed(self, statement: syntax.Stmt) -> Meaning | None:
        """Elaborate one statement; what it means, if it is an expression."""
        self.frame.written.clear()
        return collect(self.e, self.top, statement)

    def changed(self) -> Iterator[Meaning]:
        """What the names mean that the last statement bound."""
        for name in self.frame.written:
            binding = self.scope.bindings.get(name)
            if binding is not None and binding.meaning is not None:
                yield binding.meaning

    def graph(self) -> Graph:
        """The graph of what was read so far."""
        return finish(self.e, self.top, outputs=True)

    def mark(self) -> Mark:
        """What `restore` can return to."""
        return mark(self.e, self.top)

    def restore(self, mark: Mark) -> None:
        """Forget the statements since then."""
        restore(self.top, mark, declares)

    def forget(self, name: str) -> None:
        """Let a function or an import be written again."""
        binding = self.scope.bindings.get(name)
        if binding is not None and binding.kind in ("function", "import"):
            del self.scope.bindings[name]
            self.functions = [f for f in self.functions if not (isinstance(f, syntax.Fn) and f.name.text == name)]

    def finish(self, *, outputs: bool = True, executed: bool = False) -> Graph:
        """The graph of what was read.  `outputs`: choose results if the program names none.  `executed`: its values are
        known by now.  Raises Diagnostics."""
        imports.check_uncalled(self.e, self.scope, self.functions)
        check_sizes(self.e, self.frame)
        defaults.check(self.e, [n for n in self.frame.builder.nodes if n.op is self.e.catalogue["input"]])
        if self.errors:
            raise Diagnostics(self.e.diagnostics)
        return finish(self.e, self.top, outputs=outputs, executed=executed)

    def minimize(self, step: Step) -> None:
        """Elaborate the step of an optimiser; it sees the loss by its name, the library's `optim` and builtins."""
        found = [o.value for o in self.top.outputs if o.name == step.loss]
        binding = self.scope.bindings.get(step.loss)
        meaning = found[0] if found else (None if binding is None else binding.meaning)
        scope = Scope(None, self.frame, home="")
        for statement in step.program.statements:
            scope.bind("optim", self.e.imports("optim"), statement.span, "import")
            scope.bind(step.loss, meaning, statement.span)
            collect(self.e, Top(scope, [], []), statement)

    def enter(self, functions: Sequence[syntax.Fn], name: str) -> Graph:
        """The graph of an entry point; the effects of the statements were forgotten.  Raises Diagnostics."""
        if self.errors:
            raise Diagnostics(self.e.diagnostics)
        parameters = entries.enter(self.e, self.top, functions, name)
        imports.check_uncalled(self.e, self.scope, self.functions)
        graph = finish(self.e, self.top, outputs=False)
        if parameters is not None:
            graph = entries.narrow(self.e, graph, parameters)
            defaults.check(self.e, graph.inputs())
        if self.errors:
            raise Diagnostics(self.e.diagnostics)
        return graph


def elaborate(
    program: syntax.Program,
    catalogue: Catalogue,
    *,
    default_float: DType = F32,
    test: int | None = None,
    entry: str | None = None,
    step: Step | None = None,
    traced: Callable[[Trace], None] | None = None,
) -> Elaborated:
    """The graph of a program.  `test`: also run the statements of the test block of that number, without outputs.

    `entry`: the graph of that entry point instead.  `step`: at the end, a step of an optimiser.  `traced`: see
    `Session`.  Raises Diagnostics.
    """
    session = Session(catalogue, default_float, traced)
    listed = [s for s in program.statements if not isinstance(s, syntax.Test)]
    tests = [s for s in program.statements if isinstance(s, syntax.Test)]
    session.declare(listed)
    exported = entries.exported(listed)
    if entry is not None:
        session.e.files.between = partial(entries.forget_effects, session.e, session.top)
    for statement in listed:
        session.feed(statement)
        if entry is not None:
            entries.forget_effects(session.e, session.top)
    if step is not None and not session.errors:
        session.minimize(step)
    if test is not None:
        session.top.outputs.clear()
        for inner in tests[test].body.statements:
            session.feed(inner)
    graph = session.finish(outputs=test is None) if entry is None else session.enter(exported, entry)
    found = tuple(session.e.diagnostics) + tuple(lint.find(graph))
    listed_tests, listed_entries = tuple(t.name.value for t in tests), tuple(f.name.text for f in exported)
    variables = tuple(v.node for v in session.e.variables.values())
    traces, calls = tuple(session.e.traces), tuple(session.frame.calls)
    submodules = {path: instance.module.name for path, instance in session.e.instances.items()}
    links = session.e.files.links
    return Elaborated(graph, found, listed_tests, traces, calls, submodules, listed_entries, variables, links)


# ---------------------------------------------------------------- the end


def check_sizes(e: Elaborator, frame: Frame) -> None:
    """Every symbol must stand alone as a size of some input or variable, from which a run can read it."""
    declared = [n.results[0].type for n in frame.builder.nodes if not n.inputs and declares(n)]
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


def finish(e: Elaborator, top: Top, *, outputs: bool, executed: bool = False) -> Graph:
    """The graph of what was built."""
    names = named_values(top.scope)
    results = top.outputs
    if outputs and not results:
        results = default_outputs(e, top)
    if not executed:
        results = [_as_number(e, top.scope.frame, o) for o in results]
    for o in results:
        known = names.get(o.name)
        if known is not None and known.type.dtype.weak:
            names[o.name] = o.value  # the name means what leaves
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


def _as_number(e: Elaborator, frame: Frame, output: Output) -> Output:
    """An output that is a number which nothing else reads: a constant of the dtype in which it leaves."""
    node = output.value.node
    if node.op is not e.catalogue["cast"] or output.value.name is not None:  # one that was written stays
        return output
    source = node.inputs[0]
    held = source.node.attrs[0] if source.node.op is e.catalogue["constant"] else None
    if not isinstance(held, Constant) or not held.dtype.weak or source.name not in (None, output.name):
        return output  # another name is one that can be fed
    if sum(n.inputs.count(source) for n in frame.builder.nodes) > 1 or held.array.ndim:
        return output
    value = e.at(frame, output.origin.span).number(held.value, output.value.type.dtype)
    frame.builder.name(value, output.name)
    return Output(output.name, value, output.origin)


def declares(node: Node) -> bool:
    """Is it an input or a variable?"""
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
        elif isinstance(meaning, Items):
            found = {n: m for n, m in tuples.members(name, meaning) if n not in scope.bindings}
            names |= {n: v for n, m in found.items() for v in values_in(m) if not isinstance(m, Items)}
    return names


def default_outputs(e: Elaborator, top: Top) -> list[Output]:
    """Without any `output`: the top-level values that no binding or state update reads."""
    results = []
    for name in dict.fromkeys(top.order):
        binding = top.scope.bindings.get(name)
        if binding is None or binding.read or binding.kind != "name":
            continue
        for member, part in () if binding.meaning is None else tuples.members(name, binding.meaning):
            if member != name and member in top.scope.bindings:
                continue
            found = part if isinstance(part, Static) else next(values_in(part), None)
            if found is not None and not isinstance(part, Items):
                value = leave(e, top.scope.frame, found, binding.span)
                results.append(Output(member, value, Origin((binding.span,))))
    return results
