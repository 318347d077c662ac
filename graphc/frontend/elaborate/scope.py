"""Names and the code they stand in.

A `Frame` is a list of nodes being built (the program's, or a function's trace) with its state and effects; a `Scope` is
a table of names inside a frame.  Lookups that leave their frame are captures, which the frame remembers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graphc.frontend.elaborate.values import Function, Meaning, Static
from graphc.ir.builder import Builder
from graphc.ir.dims import Dim
from graphc.ir.graph import Value
from graphc.source import Span


@dataclass(slots=True)
class Binding:
    """What a name means now, where that was said, and what it meant before (for "depends on an earlier w").

    `kind`: "name", "input", "variable", "function", "import", "parameter".  `poisoned`: its statement failed.
    `read`: a binding or state update has read it, so it isn't a result by default.
    """

    meaning: Meaning | None
    span: Span
    kind: str
    earlier: list[tuple[Meaning, Span]] = field(default_factory=list)
    poisoned: bool = False
    read: bool = False


class Scope:
    """A table of names; `frame` is where its code goes."""

    __slots__ = ("bindings", "dims", "frame", "parent")

    def __init__(self, parent: Scope | None, frame: Frame) -> None:
        self.parent = parent
        self.frame = frame
        self.bindings: dict[str, Binding] = {}
        self.dims: dict[str, Dim] = {}

    def find(self, name: str) -> tuple[Scope, Binding] | None:
        scope: Scope | None = self
        while scope is not None:
            binding = scope.bindings.get(name)
            if binding is not None:
                return scope, binding
            scope = scope.parent
        return None

    def find_dim(self, name: str) -> Dim | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.dims:
                return scope.dims[name]
            scope = scope.parent
        return None

    def visible(self) -> list[str]:
        """All names that can be seen from here, for suggestions."""
        names: dict[str, None] = {}
        scope: Scope | None = self
        while scope is not None:
            names.update(dict.fromkeys(scope.bindings))
            names.update(dict.fromkeys(scope.dims))
            scope = scope.parent
        return list(names)

    def bind(self, name: str, meaning: Meaning | None, span: Span, kind: str = "name") -> Binding:
        old = self.bindings.get(name)
        earlier = [] if old is None else [*old.earlier]
        if old is not None and old.meaning is not None:
            earlier.append((old.meaning, old.span))
        binding = Binding(meaning, span, kind, earlier, poisoned=meaning is None)
        self.bindings[name] = binding
        return binding


class Frame:
    """Code being built: its nodes, the last effect, and what it took from outside.

    `state` holds the current value of each variable written here (by the variable's first value); `captures` the
    bindings read from enclosing frames, by scope and name, with what they meant; `needs` the positions of parameters
    whose numbers the code looked at.
    """

    __slots__ = ("builder", "captures", "first_token", "function", "needs", "parent", "parameters", "state", "token")

    def __init__(self, builder: Builder, parent: Frame | None, function: Function | None) -> None:
        self.builder = builder
        self.parent = parent
        self.function = function
        self.parameters: list[Value] = []
        self.token: Value | None = None
        self.first_token: Value | None = None
        self.state: dict[str, Value] = {}
        self.captures: dict[tuple[int, str], Capture] = {}
        self.needs: dict[int, Static] = {}


@dataclass(frozen=True, slots=True)
class Capture:
    scope: Scope
    name: str
    meaning: Meaning
