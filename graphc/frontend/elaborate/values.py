"""What an expression can mean while a program is elaborated.

A tensor is a graph `Value`.  A `Static` is a number or size known at compile time, a `Text` a string; they become nodes
when something needs one.  The rest exists at compile time only: lists, dtypes, functions, namespaces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphc.diagnostics import Diagnostic
from graphc.frontend import syntax
from graphc.ir.builder import Builder
from graphc.ir.dims import Dim, Poly
from graphc.ir.graph import Value
from graphc.ir.op import Op
from graphc.ir.types import BOOL, I64, WEAK_FLOAT, WEAK_INT, DType
from graphc.source import Span


class Failure(Exception):
    """An elaboration error on its way to the statement that collects it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Poisoned(Exception):
    """An expression used a name whose own statement failed; that was reported already."""


class Static:
    """A number, boolean or size whose value the compiler knows.

    `op` and `operands` say how it was computed (None: it was written, or is a size), so that the graph can show it.
    `node` is its value in the graph once it has one; `named` ones share one node among all their uses.
    `needs` are the parameters of functions that the number depends on, as (frame, position): a trace that looks at the
    number is good for that number only.
    """

    __slots__ = ("dtype", "named", "needs", "node", "op", "operands", "span", "value")

    def __init__(
        self,
        value: bool | int | float | Poly,
        span: Span,
        op: Op | None = None,
        operands: tuple[Static, ...] = (),
        needs: tuple[tuple[Any, int], ...] = (),
        dtype: DType | None = None,
    ) -> None:
        self.value = value
        self.dtype = dtype or static_dtype(value, operands)
        self.span = span
        self.op = op
        self.operands = operands
        self.needs = needs
        self.node: Value | None = None
        self.named: str | None = None

    @property
    def literal(self) -> bool:
        """Written where it is used: takes the dtype of what it meets."""
        return self.op is None and self.node is None and self.named is None and not isinstance(self.value, Poly)


def static_dtype(value: bool | int | float | Poly, operands: tuple[Static, ...] = ()) -> DType:
    """Sizes are i64, and so is what is computed from them (`n * 0`); other numbers are weak."""
    match value:
        case bool():
            return BOOL
        case int():
            return I64 if any(s.dtype is I64 for s in operands) else WEAK_INT
        case float():
            return WEAK_FLOAT
        case _:
            return I64


@dataclass(frozen=True, slots=True)
class Items:
    """A compile-time list or tuple.  `depth`: how many levels of lists it is."""

    items: tuple[Meaning, ...]
    span: Span
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A string that the compiler knows: an attribute as it stands, a constant where a tensor is wanted.

    `node` is that of a string with a name, for the code of `frame`; elsewhere a string gets a node for each use.
    """

    value: str
    span: Span
    node: Value | None = None
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """`None`."""


@dataclass(frozen=True, slots=True)
class DTypeName:
    """A dtype as a value and as a cast; None is `float`, the run's default."""

    dtype: DType


@dataclass(frozen=True, slots=True)
class OpFunction:
    """A builtin that is an op of the catalogue."""

    op: Op


@dataclass(frozen=True, slots=True)
class Special:
    """A builtin that elaborates its own call (`grad`, `map`, `print`): `call(elaborator, call_expression)`."""

    name: str
    signature: str
    call: Callable[..., Any]


@dataclass(eq=False, slots=True)
class Function:
    """A `fn`, its scope and traces.  `owner`: the module it is a method of.  `makes`: it gives a function itself."""

    definition: syntax.Fn
    scope: Scope
    owner: str | None = None
    traces: list[Any] = field(default_factory=list)
    tracing: bool = False
    called: bool = False
    makes: bool = False

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


@dataclass(frozen=True, slots=True)
class State:
    """A variable that a module or an imported file declares under a name of its own; `path` is its name for all."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """An imported file: `losses.mse`."""

    name: str
    member: Callable[[str], Meaning | None]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """`x.f`, about to be called: `f(x, …)`."""

    function: Meaning
    receiver: Meaning
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """What only a `for` goes over: `range(n)`, `zip(X, Y)`; see iteration.py."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Growing:
    """`stack()`, to which a loop pushes a value in each iteration."""

    span: Span


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
    | Method
    | Iteration
    | Growing
    | ModuleType
    | Instance
    | State
)


def values_in(meaning: Meaning | None) -> Iterator[Value]:
    """The graph values that a meaning has by now, in order."""
    stack = [meaning]
    while stack:
        match stack.pop():
            case Value() as value:
                yield value
            case Static(node=Value() as node) | Text(node=Value() as node):
                yield node
            case Items(items):
                stack.extend(reversed(items))


@dataclass(frozen=True, slots=True)
class Partial:
    """A name that only one branch binds: where, and the other branch; or one that only a loop binds, and the loop."""

    bound: Span
    missing: Span
    loop: bool = False


@dataclass(slots=True)
class Binding:
    """What a name means now, where that was said, and what it meant before (for "depends on an earlier w").

    `kind`: "name", "input", "variable", "function", "import", "parameter", "module", "instance", or "state", a variable
    of the module around.  `poisoned`: its statement failed.
    `read`: a binding or state update has read it, so it isn't a result by default.
    `partial`: it may not be used, because only one branch bound it.
    """

    meaning: Meaning | None
    span: Span
    kind: str
    earlier: list[tuple[Meaning, Span]] = field(default_factory=list)
    poisoned: bool = False
    read: bool = False
    partial: Partial | None = None


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
                return scope, binding
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
    `written`: the names and variables that it writes, in order.  `loop`: the innermost loop around it in the same
    function.  `index()`: of the body of a loop or map, the number of the iteration, an i64 scalar of the run (it may
    cost a carried counter); None for other code.  `carried`: of such a body, the parameters for what goes from
    iteration to iteration, with their names; `asked` the derivatives in it that depend on them.
    `calls`: the traces that it calls, and where.  `keys`: where its random numbers come from, if not from its parent's
    keys.  `place`: what the statement under way binds.
    """

    __slots__ = (
        "asked",
        "branch",
        "builder",
        "calls",
        "captures",
        "carried",
        "first_token",
        "function",
        "index",
        "keys",
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
        "written",
    )

    def __init__(self, builder: Builder, parent: Frame | None, function: Function | None) -> None:
        self.builder = builder
        self.parent = parent
        self.function = function
        self.branch = False
        self.index: Callable[[], Value] | None = None
        self.keys: Keys | None = None
        self.place = ""
        self.scope: Scope | None = None
        self.loop: Loop | None = None
        self.carried: dict[Value, str] = {}
        self.asked: list[Any] = []
        self.written: dict[str, None] = {}
        self.calls: list[tuple[Any, Span]] = []
        self.parameters: list[Value] = []
        self.top: Scope | None = None
        self.token: Value | None = None
        self.first_token: Value | None = None
        self.state: dict[str, Value] = {}
        self.captures: dict[tuple[int, str], Capture] = {}
        self.numbers: dict[int, Any] = {}
        self.needs: dict[int, Any] = {}


@dataclass(slots=True)
class Keys:
    """Where the random numbers of some code come from (see `keys`).

    `make` gives its key, once it needs one; `key` is that.  `counts`: how many places have a name so far.
    `of_run`: the key of the run, of code that isn't inside other code; `outermost`: it is such code.
    """

    make: Callable[[Span], Value]
    outermost: bool
    key: Value | None = None
    of_run: Value | None = None
    counts: dict[str, int] = field(default_factory=dict)


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
