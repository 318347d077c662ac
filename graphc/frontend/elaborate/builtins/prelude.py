"""What is always there: dtypes, ops, builtins, and the functions of the standard library.

In: a name.  Out: what it means, the same thing each time.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphc.frontend import library, syntax
from graphc.frontend.elaborate.builtins.specials import SPECIALS
from graphc.frontend.elaborate.core.scopes import Frame, Function, Meaning, ModuleType, Namespace, Scope
from graphc.frontend.elaborate.core.values import DTypeName, OpFunction
from graphc.ir.builder import Catalogue
from graphc.ir.types import DTYPES, DType

_STRUCTURE = "input variable parameter token constant dim with_vjp print assert map cond for while"
STRUCTURAL = frozenset(_STRUCTURE.split())


def callable_op(name: str) -> bool:
    """Can a program call the op by its name?  Structure is written in other ways."""
    return name not in STRUCTURAL


class Prelude:
    """Names and importable files, each looked up once.  `frame`: where functions of the library think they are."""

    def __init__(self, catalogue: Catalogue, default_float: DType, frame: Frame) -> None:
        self.catalogue = catalogue
        self.default_float = default_float
        self.frame = frame
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

    def function(self, file: str, name: str) -> Function | ModuleType | None:
        declarations = library.load(file)
        return _meaning(declarations[name], Scope(None, self.frame)) if name in declarations else None

    def names(self) -> Sequence[str]:
        functions = [n for file in library.PRELUDE for n in library.load(file)]
        return [*SPECIALS, "float", *DTYPES, *functions, *(n for n in self.catalogue if callable_op(n))]

    def module(self, name: str) -> Namespace | None:
        if name not in library.IMPORTABLE + library.INTERNAL:
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
        scope = Scope(None, self.frame)
        for name, declaration in library.load(file).items():
            scope.bind(name, _meaning(declaration, scope), declaration.name.span, "function")
        return scope


def _meaning(declaration: syntax.Fn | syntax.Module, scope: Scope) -> Function | ModuleType:
    return Function(declaration, scope) if isinstance(declaration, syntax.Fn) else ModuleType(declaration, scope)
