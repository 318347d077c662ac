"""Imports: `import optim`, `import "layers.g" as layers`, `from "layers.g" import Dense`.

What comes in: an import, and the scope of the file that it stands in: the program's, or that of an imported file.  What
goes out: names bound there.  A module of the library is looked up in the prelude.  Another file is found by the source
that names it (`Source.imported`), and elaborated once: it is a scope of its own in the outermost frame, whose variables
live at the top level under the path `layers`, the name of its first import.  Its statements take effect then; its tests
are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphc.diagnostics import Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import liveness, syntax
from graphc.frontend.elaborate.core import keys, naming
from graphc.frontend.elaborate.core.elaborator import Elaborator, Step
from graphc.frontend.elaborate.core.files import File
from graphc.frontend.elaborate.core.scopes import Meaning, Namespace, Scope
from graphc.frontend.elaborate.core.values import Failure, Poisoned
from graphc.frontend.elaborate.statements import bindings, bodies, declarations
from graphc.frontend.foreign import FUNCTIONS, PREFIXES
from graphc.frontend.parse import parse
from graphc.frontend.syntax_foreign import NO_IMPORT
from graphc.source import Source, Span


def import_(e: Elaborator, scope: Scope, node: syntax.Import) -> Step:
    name = naming.import_name(node)
    if name is None and isinstance(node.path, syntax.String):
        source_of(e, node.path)  # if there is no such file, that is the news
        stem = naming.file_stem(node.path)
        hint = f"import {node.path.span.text} as {identifier(stem)}"
        raise e.fail("E0109", f"{stem} can't be the name of an import", node.path.span, hint=hint)
    assert name is not None
    bindings.check_new(e, scope, name)
    module = yield find_module(e, scope, node.path, name)
    scope.bind(name.text, module, name.span, "import")


def from_import(e: Elaborator, scope: Scope, node: syntax.FromImport) -> Step:
    path = node.path
    stem = identifier(naming.file_stem(path)) if isinstance(path, syntax.String) else path.text
    module = yield find_module(e, scope, path, syntax.Name(stem, path.span))
    for name, alias in node.names:
        if name.text not in module.members:
            hint = meant_member(e, module, name.text)
            raise e.fail("E0206", f"{module.name} has no member {name.text}", name.span, hint=hint)
        bound = alias or name
        bindings.check_new(e, scope, bound)
        member = module.member(name.text)
        scope.bind(bound.text, member, bound.span, "import")


def meant_member(e: Elaborator, module: Namespace, name: str) -> str:
    """What to write for a member that a file hasn't."""
    table, near = FUNCTIONS.get(name, ""), suggest(name, module.members)
    if e.builtins(name) is not None:
        return f"leave it out: {name} needs no import"
    if table.startswith("from "):
        return table
    return f"did you mean {near}?" if near else f"it has {', '.join(module.members) or 'no members'}"


def identifier(stem: str) -> str:
    """A name like that of the file, for the paths of its variables."""
    text = "".join(c if f"_{c}".isidentifier() else "_" for c in stem)
    return text if text.isidentifier() and not naming.is_reserved(text) else f"_{text}"


def find_module(e: Elaborator, scope: Scope, path: syntax.Name | syntax.String, name: syntax.Name) -> Step:
    """What is imported.  `name`: what a file is called for all if this is its first import."""
    if isinstance(path, syntax.String):
        file = yield imported(e, scope, path, name)
        return namespace(file, name.text)
    found = e.imports(path.text)
    if isinstance(found, Namespace):
        return found
    meant = suggest(path.text, e.import_names)
    hint = f"did you mean {meant}?" if meant else f"the library has {', '.join(e.import_names)}"
    if path.text in PREFIXES:
        hint = NO_IMPORT
    if file_beside(path):
        hint = f'a file has quotes: import "{path.text}.g"'
    raise e.fail("E0207", f"there is no module {path.text}", path.span, hint=hint)


def file_beside(path: syntax.Name) -> bool:
    """Is there a file of this name to import?"""
    find = path.span.source.imported
    if find is None:
        return False
    try:
        find(f"{path.text}.g")
    except Diagnostics:
        return False
    return True


# ---------------------------------------------------------------- files


def namespace(file: File, name: str) -> Namespace:
    """The file as a name means it.  What it imports itself is no member."""
    bindings = file.scope.bindings
    members = tuple([member for member, binding in bindings.items() if binding.kind != "import"])

    def member(text: str) -> Meaning | None:
        return bindings[text].meaning if text in members else None

    return Namespace(name, member, members, file.scope)


def imported(e: Elaborator, scope: Scope, path: syntax.String, name: syntax.Name) -> Step:
    """The file that an import names, which is elaborated now unless it was before."""
    source = source_of(e, path)
    file = e.files.known.get(source)
    if file is None and source is not program_of(e, path.span):
        file = File(source, path.span, Scope(None, scope.frame, home=f"{scope.home or ''}{name.text}."))
        check_prefix(e, file, name)
        e.files.known[source] = file
        yield read(e, file)
    elif file is None or not file.whole:
        raise cycle(e, source, path.span)
    if file.broken:
        raise Poisoned
    return file


def source_of(e: Elaborator, path: syntax.String) -> Source:
    """The source of a file.  Reports what is wrong with it at the import."""
    importer = path.span.source
    if importer.imported is None:
        raise e.fail("E0714", "this program can't import files: it is none itself", path.span)
    try:
        source = importer.imported(path.value)
    except Diagnostics as problems:
        for d in problems.items:
            e.report(replace(d, primary=Label(path.span)))
        raise Poisoned from None
    e.files.links.setdefault(importer, {})[path.value] = source
    return source


def program_of(e: Elaborator, span: Span) -> Source:
    """The source of the program that an import belongs to, through however many files."""
    source = span.source
    for file in e.files.chain(source):
        source = file.span.source
    return source


def check_prefix(e: Elaborator, file: File, name: syntax.Name) -> None:
    """Raise E0202 if another file has the path."""
    for other in e.files.known.values():
        if other.prefix == file.prefix:
            path = file.prefix[:-1]
            raise e.fail(
                "E0202",
                f"two files would have the path {path}: {other.source.name} and {file.source.name}",
                name.span,
                secondary=[Label(other.span, "the other one")],
                hint=f"give it another name before: import {file.span.text} as {name.text}2",
            )


def cycle(e: Elaborator, source: Source, span: Span) -> Failure:
    """The error for an import of a file that is being read: `a.g -> b.g -> a.g`."""
    names = [source.name]
    for file in e.files.chain(span.source):
        if file.source is source:
            break
        names.append(file.source.name)
    shown = " -> ".join([source.name, *reversed(names)])
    if len(names) == 1 and span.source is source:
        message = f"{source.name} imports itself"
    else:
        message = f"these files import each other: {shown}"
    hint = "put what both need into a file that imports neither"
    return e.fail("E0211", message, span, hint=hint if len(names) > 1 else None)


# ---------------------------------------------------------------- what a file holds


def read(e: Elaborator, file: File) -> Step:
    """Elaborate the statements of a file; what is wrong is collected."""
    try:
        program = parse(file.source)
    except Diagnostics as problems:
        file.broken = file.whole = True
        for d in problems.items:
            e.report(d)
        return
    file.statements = program.statements
    reading, frame = e.reading, file.scope.frame
    outer = keys.enter_file(e, frame, file.prefix[:-1])
    e.uses.update(liveness.loops(file.statements))
    declarations.declare_functions(e, file.scope, file.statements)
    for statement in file.statements:
        e.reading = not isinstance(statement, syntax.ExprStmt | syntax.Assert)
        e.call = None
        try:
            yield one(e, file, statement)
            check_sizes(e, file, statement)
        except Failure as failure:
            e.report(failure.diagnostic)
            naming.poison(file.scope, statement)
        except Poisoned:
            naming.poison(file.scope, statement)
        file.scope.dims.clear()
        if e.files.between is not None:
            e.files.between()
    keys.leave_file(frame, outer)
    e.reading, e.call, frame.place = reading, None, ""
    file.whole = True


def one(e: Elaborator, file: File, statement: syntax.Stmt) -> Step:
    match statement:
        case syntax.Test() | syntax.Fn() | syntax.Module():
            pass
        case syntax.Import():
            yield import_(e, file.scope, statement)
        case syntax.FromImport():
            yield from_import(e, file.scope, statement)
        case syntax.Input(name):
            hint = "make it a parameter of a function"
            raise of_programs(e, file, f"no inputs, but {file.source.name} has {name.text}", name.span, hint)
        case syntax.Output(name, value):
            hint = "leave it out" if value is None else f"write {name.text} = {value.span.text} there"
            raise of_programs(e, file, f"no outputs, but {file.source.name} has {name.text}", name.span, hint)
        case _:
            yield bodies.statement_step(e, file.scope, statement)


def of_programs(e: Elaborator, file: File, what: str, place: Span, hint: str) -> Failure:
    """The error for what only a program itself may declare."""
    secondary = [Label(place, "declared here")]
    return e.fail("E0505", f"an imported file declares {what}", file.span, secondary=secondary, hint=hint)


def check_sizes(e: Elaborator, file: File, statement: syntax.Stmt) -> None:
    """Raise E0314 for a size that only an input could tell."""
    dims = file.scope.dims
    if dims:
        name = next(iter(dims))
        span = e.sizes.pop(name, statement.span)
        message = f"an imported file has no inputs, from which a run could know the size {name}"
        raise e.fail("E0314", message, span, hint="write a number, or declare it in a module: module M(n) { … }")


def check_uncalled(e: Elaborator, scope: Scope, functions: Sequence[syntax.Stmt]) -> None:
    """Names that don't exist in functions that nobody called, of the program and of what it imports."""
    naming.check_uncalled(e, scope, functions)
    for file in e.files.known.values():
        naming.check_uncalled(e, file.scope, file.statements)
