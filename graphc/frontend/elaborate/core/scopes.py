"""What names can mean, where they are bound, and where their code goes.

A `Meaning` is what an expression gives.  A scope is a table of names; a frame holds the nodes of some code: of the top
level, a function's body, a branch, a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.remembered import Keys, Unseen
from graphc.frontend.elaborate.core.values import (
    DTypeName,
    Growing,
    Iteration,
    Nothing,
    OpFunction,
    Special,
    State,
    Static,
)
from graphc.ir.builder import Builder
from graphc.ir.dims import Dim
from graphc.ir.graph import Value
from graphc.source import Call, Span


@dataclass(frozen=True, slots=True)
class Items:
    """A compile-time list or tuple.  `depth`: how many levels of lists it is.

    A list becomes a tensor where one is wanted, a tuple never does.
    """

    items: tuple[Meaning, ...]
    span: Span
    depth: int = 1
    is_tuple: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A string that the compiler knows: an attribute as it stands, a constant where a tensor is wanted.

    `node` is that of a string with a name, for the code of `frame`; elsewhere a string gets a node for each use.
    `needs`: as those of `Static`; the node of a string that is a parameter serves all code in the function.
    """

    value: str
    span: Span
    node: Value | None = None
    frame: Frame | None = None
    needs: tuple[tuple[Frame, int], ...] = ()


@dataclass(eq=False, slots=True)
class Function:
    """A `fn`, its scope and traces.

    `owner`: the module it is a method of.  `makes`: it gives a function itself.  `through`: what makes the calls, if
    they aren't made as usual.
    """

    definition: syntax.Fn
    scope: Scope
    owner: str | None = None
    traces: list[Any] = field(default_factory=list)
    called: bool = False
    makes: bool = False
    through: Callable[..., Any] | None = None

    @property
    def name(self) -> str:
        name = self.definition.name.text
        return name if self.owner is None else f"{self.owner}.{name}"


@dataclass(eq=False, slots=True)
class ModuleType:
    """A `module` together with the scope it was defined in.  `making`: an instance of it is being made."""

    definition: syntax.Module
    scope: Scope
    making: bool = False
    made: bool = False

    @property
    def name(self) -> str:
        return self.definition.name.text


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An instance of a module, where it was first made: its members are the bindings of `scope`."""

    module: ModuleType
    path: str
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """An imported file: `losses.mse`.  `scope`: where the names of a file of the program are bound; see imports.py."""

    name: str
    member: Callable[[str], Meaning | None]
    members: tuple[str, ...]
    scope: Scope | None = None


Meaning: TypeAlias = (
    Value
    | Static
    | Items
    | Text
    | Nothing
    | DTypeName
    | OpFunction
    | Special
    | Function
    | Namespace
    | Iteration
    | Growing
    | ModuleType
    | Instance
    | State
)


def parts(meaning: Meaning | None) -> Iterator[Meaning | None]:
    """What is inside the lists of a meaning, in order; itself, if it is none."""
    stack = [meaning]
    while stack:
        part = stack.pop()
        if isinstance(part, Items):
            stack.extend(reversed(part.items))
        else:
            yield part


def leaves(meaning: Meaning) -> Iterator[Value | Static | Text]:
    """The tensors, numbers and strings inside a meaning, in order."""
    for part in parts(meaning):
        if isinstance(part, Value | Static | Text):
            yield part


def values_in(meaning: Meaning | None) -> Iterator[Value]:
    """The graph values that a meaning has by now, in order."""
    for part in parts(meaning):
        match part:
            case Value() as value:
                yield value
            case Static(node=Value() as node) | Text(node=Value() as node):
                yield node


@dataclass(frozen=True, slots=True)
class Partial:
    """A name that only one branch binds: where, and the other branch; or one that only a loop binds, and the loop.

    `function`: both may bind it, but it is a function, and which one is meant is not known before the program runs.
    `target`: a loop binds it in its head.  `kinds`: it would be of one or the other type, which don't join.
    """

    bound: Span
    missing: Span
    loop: bool = False
    function: bool = False
    target: bool = False
    kinds: tuple[str, str] | None = None


@dataclass(slots=True)
class Binding:
    """What a name means now, where that was said, and what it meant before (for "depends on an earlier w").

    `kind`: "name", "input", "variable", "function", "import", "parameter", "module", "instance", or "state", a variable
    of the module around.  `poisoned`: its statement failed.
    `read`: a binding or state update has read it, so it isn't a result by default.
    `partial`: it may not be used, because only one branch bound it.
    `target`: the head of a loop bound it.  Where it doesn't join with what it was, its use is an error, not the loop.
    """

    meaning: Meaning | None
    span: Span
    kind: str
    earlier: list[tuple[Meaning, Span]] = field(default_factory=list)
    poisoned: bool = False
    read: bool = False
    partial: Partial | None = None
    target: bool = False

    def copy(self) -> Binding:
        """As it is now."""
        return replace(self, earlier=self.earlier.copy())


class Scope:
    """A table of names; `frame` is where its code goes.

    `home`: what the paths of variables and instances that are made here begin with; None where state can't be made.
    """

    __slots__ = ("bindings", "dims", "frame", "home", "parent")

    def __init__(self, parent: Scope | None, frame: Frame, home: str | None = None) -> None:
        self.parent = parent
        self.frame = frame
        self.home = home
        self.bindings: dict[str, Binding] = {}
        self.dims: dict[str, Dim] = {}

    def find(self, name: str) -> tuple[Scope, Binding] | None:
        """The innermost binding of a name.  A binding of `w` hides a path `w.grad` from further outside."""
        head, dot, _ = name.partition(".")
        scope: Scope | None = self
        while scope is not None:
            binding = scope.bindings.get(name)
            if binding is not None:
                return scope, self.frame.sees(scope, name) or binding
            if dot and head in scope.bindings:
                return None
            scope = scope.parent
        return None

    def within(self, home: Scope) -> bool:
        """Is this scope `home`, or a branch of the code there?"""
        scope: Scope | None = self
        while scope is not None and scope is not home and scope.frame.branch:
            scope = scope.parent
        return scope is home

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
        earlier = [] if old is None else old.earlier  # of the binding that this one replaces for good
        if old is not None and old.meaning is not None:
            earlier.append((old.meaning, old.span))
        binding = Binding(meaning, span, kind, earlier, poisoned=meaning is None)
        self.bindings[name] = binding
        self.frame.written.setdefault(name)
        return binding


class Frame:
    """Code being built: its nodes, the last effect, and what it took from outside.

    `state` holds the current value of each variable written here (by the variable's first value); `captures` the
    bindings read from enclosing frames, by scope and name, with what they meant; `numbers` the values of parameters
    that are known now, by position, and `needs` those among them that the code looked at.
    `branch`: it is a branch or a loop's body in its parent's code, and `scope` has the names that it binds.
    `written`: the names and variables that it writes, in order. `assigned`: the variables that any code of the program
    has assigned so far. `loop`: the innermost loop around it in the same function; `around`: the innermost branch or
    loop, those of callers included. `flagged`: a `return` here sets a flag, as code outside the branch asks for it.
    `index()`: of the body of a loop or map, the number of the iteration, an i64 scalar of the run (a carried counter,
    perhaps); None for other code. `given`: the parameters of such a body. `unseen`: the derivatives in this code that
    depend on parameters.
    `calls`: the traces that it calls, and where; `calls_stay`: as one node each (see templates.py), for which it has
    `left_out` so many; `inherits`: the traces among them whose captures are also captures of this code.
    `call`: what this is the body of, if it stands in its caller's code.  `keys`: where its random numbers come from, if
    not from its parent's keys.  `place`: what the statement under way binds.
    """

    __slots__ = (
        "around",
        "assigned",
        "branch",
        "builder",
        "call",
        "calls",
        "calls_stay",
        "captures",
        "first_token",
        "flagged",
        "function",
        "given",
        "index",
        "inherits",
        "keys",
        "left_out",
        "loop",
        "needs",
        "numbers",
        "parameters",
        "parent",
        "place",
        "scope",
        "state",
        "token",
        "top",
        "unseen",
        "written",
    )

    def __init__(self, builder: Builder, parent: Frame | None, function: Function | None) -> None:
        self.builder = builder
        self.parent = parent
        self.around: Frame | None = parent if parent is None or parent.scope is not None else parent.around
        self.assigned: set[str] = set() if parent is None else parent.assigned
        self.function = function
        self.branch = False
        self.flagged = False
        self.calls_stay = False
        self.left_out = 0
        self.inherits: dict[Any, None] = {}
        self.index: Callable[[], Value] | None = None
        self.keys: Keys | None = None
        self.place = ""
        self.scope: Scope | None = None
        self.loop: Loop | None = None
        self.given: dict[Value, None] = {}
        self.unseen: list[Unseen] = []
        self.written: dict[str, None] = {}
        self.call: Call | None = None
        self.calls: list[tuple[Any, Span]] = []
        self.parameters: list[Value] = []
        self.top: Scope | None = None
        self.token: Value | None = None
        self.first_token: Value | None = None
        self.state: dict[str, Value] = {}
        self.captures: dict[tuple[int, str], Capture] = {}
        self.numbers: dict[int, Any] = {}
        self.needs: dict[int, Any] = {}

    @property
    def home(self) -> Frame:
        """The code of the function, or program, that this is part of: where its random numbers come from."""
        frame = self
        while frame.parent is not None and (frame.keys is None or not frame.keys.outermost):
            frame = frame.parent
        return frame

    def take(self, capture: Capture) -> None:
        """Code in here reads this from outside, and so does this code, unless it has bound or written it."""
        home, name = capture.scope, capture.name
        if home.frame is not self and not (name in self.state and home.bindings[name].kind == "variable"):
            self.captures.setdefault((id(home), name), capture)

    def within(self, other: Frame) -> bool:
        """Does this code stand in the other, or is it the same?"""
        frame: Frame | None = self
        while frame is not None and frame is not other:
            frame = frame.parent
        return frame is not None

    def sees(self, home: Scope, name: str) -> Binding | None:
        """What a name of `home` is bound to for this code: branches and loops on the way may have bound it anew."""
        frame: Frame | None = self if self.scope is not None else self.around
        while frame is not None and frame is not home.frame:
            inner = frame.scope
            if inner is not None and name in inner.bindings and inner.within(home):
                return inner.bindings[name]
            frame = frame.around
        return home.bindings.get(name)

    def assign(self, name: str, value: Value) -> None:
        """From here on, the variable has this value."""
        self.state[name] = value
        self.assigned.add(name)

    def value_of(self, name: str, home: Frame) -> Value | None:
        """The value that code from here out to `home` has given a variable; None if it is that of `home`."""
        if name not in self.assigned:
            return None
        frame: Frame | None = self
        while frame is not None and frame is not home:
            if name in frame.state:
                return frame.state[name]
            frame = frame.parent
        return None


@dataclass(frozen=True, slots=True)
class Capture:
    scope: Scope
    name: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop around statements.

    `body`: the frame of its body; `outer`: that of the code it stands in (the same for a loop that is unrolled).
    `pushed`: what this iteration has pushed, by the name of the stack.  `flagged`: a `continue` or `break` must set
    the flag `skipped`, because code outside its branch asks for it.
    """

    span: Span
    body: Frame
    outer: Frame
    pushed: dict[str, tuple[Value, Span]]
    flagged: bool = False

    @property
    def broken(self) -> str:
        """The name of the flag that ends the loop; no identifier, like those that follow."""
        return f"break {self.span.start}"

    @property
    def skipped(self) -> str:
        return f"continue {self.span.start}"

    @property
    def going(self) -> str:
        """Of the value of a condition that has effects."""
        return f"while {self.span.start}"
