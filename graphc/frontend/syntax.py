"""The abstract syntax of a `.g` file: frozen records with spans.

What comes in: nothing.  What goes out: the tree that `parse` makes and `elaborate` and the formatter read.
Left-associative chains are flat (`Chain`), so a sum of 5,000 terms is one node and no traversal recurses over it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from graphc.source import Span

# ---------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Number:
    """An unsigned literal.  `value` is an int or float; `pi`, `inf` and `nan` are names, not numbers."""

    value: int | float
    span: Span


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class String:
    """`value` has its escapes resolved."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ellipsis:
    """`...`, in an index."""

    span: Span


@dataclass(frozen=True, slots=True)
class NoneLiteral:
    """`None` in an index (a new axis) or as an argument (`axis=None`)."""

    span: Span


@dataclass(frozen=True, slots=True)
class List:
    """`[a, b]`."""

    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Tuple:
    """`a, b` or `(a, b)` where an expression may be a tuple: a return, an assigned value, an argument, an index."""

    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`op` is `-`, `+` or `not`."""

    op: str
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Chain:
    """A left-associative chain of one precedence level: `first op1 x1 op2 x2 …`, at least one pair.

    `op` is one of `+ - * / // % @ and or == != < <= > >=`; comparisons have exactly one pair.  Each pair keeps the
    span of its operator; the span of the partial result after pair i is `first.span.to(pairs[i].operand.span)`.
    """

    first: Expr
    pairs: tuple[tuple[str, Expr, Span], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Power:
    """`base ** exponent`."""

    base: Expr
    exponent: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if condition else other`: lazy."""

    condition: Expr
    then: Expr
    other: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call; `keyword` is None for a positional one."""

    keyword: Name | None
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class CallExpr:
    """`function(arguments)`."""

    function: Expr
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value.name`: a member, `.T`, `.shape`, or the function of a method call."""

    value: Expr
    name: Name
    span: Span


@dataclass(frozen=True, slots=True)
class SliceItem:
    """`start:stop:step` inside an index, each part optional."""

    start: Expr | None
    stop: Expr | None
    step: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`value[items]`."""

    value: Expr
    items: tuple[Expr | SliceItem, ...]
    span: Span


Expr = (
    Number | Boolean | String | Name | Ellipsis | NoneLiteral | List | Tuple | Unary | Chain | Power | Conditional
    | CallExpr | Attribute | Index
)  # fmt: skip

# ---------------------------------------------------------------- types


@dataclass(frozen=True, slots=True)
class TypeExpr:
    """`f32`, `f32[n, 3]`, `f32[?, 3]`, `f32[..., d]`.

    `shape` is None for a scalar written without brackets; its items are dimension expressions, `Name("?")` for a
    fresh symbol and `Ellipsis` for any leading dimensions.
    """

    dtype: Name
    shape: tuple[Expr, ...] | None
    span: Span


# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Input:
    """`input NAME: TYPE [= default]`.  `doc` is the text of the `##` lines above a declaration, or None."""

    name: Name
    type: TypeExpr
    default: Expr | None
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Var:
    """`var NAME: TYPE = init [, trainable=false]`.  The name may be a path, `net.l1.W`."""

    name: Name
    type: TypeExpr
    init: Expr
    trainable: bool
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Output:
    """`output NAME` or `output NAME = EXPR` (a `value` of None is the former).  The name may be a variable's path."""

    name: Name
    value: Expr | None
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Assign:
    """`target [: TYPE] = value`.  A target is a Name, an Index of one, an Attribute, or a Tuple of targets."""

    target: Expr
    annotation: TypeExpr | None
    value: Expr
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class AugAssign:
    """`target op= value`; `op` is the operator without `=`: `+ - * / // % ** @`."""

    target: Expr
    op: str
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class ExprStmt:
    """A call that stands alone, for its effect."""

    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Assert:
    condition: Expr
    message: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Return:
    value: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """`{ … }`, newlines and `;` between statements.  `exits`: see `exits_of`."""

    statements: tuple[Stmt, ...]
    span: Span
    exits: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "exits", reduce(or_, map(exits_of, self.statements), 0))


@dataclass(frozen=True, slots=True)
class If:
    """`if c { } else …`; `other` is a Block, another If (else if), or None.  `exits`: see `exits_of`."""

    condition: Expr
    then: Block
    other: Block | If | None
    span: Span
    exits: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        then, other = self.then.exits, 0 if self.other is None else self.other.exits
        object.__setattr__(self, "exits", ((then | other) & ~ENDS) | (then & other & ENDS))


@dataclass(frozen=True, slots=True)
class While:
    condition: Expr
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    target: Expr
    iterable: Expr
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Break:
    span: Span


@dataclass(frozen=True, slots=True)
class Continue:
    span: Span


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a `fn` or `module`: `x`, `x: f32[n]`, `delta = 1.0`."""

    name: Name
    type: TypeExpr | None
    default: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class VjpRule:
    """`vjp (g) { … }` behind the body of a `fn`."""

    parameters: tuple[Parameter, ...]
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Fn:
    """`fn name(params) = expr` (an `expr` body is a Block with one Return) or `fn name(params) { … } [vjp (g) { … }]`.

    `head` is the span from `fn` to the closing parenthesis.
    """

    name: Name
    parameters: tuple[Parameter, ...]
    body: Block
    vjp: VjpRule | None
    exported: bool
    doc: str | None
    head: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Module:
    """`module M(args) { … }`; `head` is the span from `module` to the closing parenthesis."""

    name: Name
    parameters: tuple[Parameter, ...]
    body: Block
    doc: str | None
    head: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Import:
    """`import optim [as o]`, `import "layers.g" as layers`; `path` is a Name (standard library) or a String (file)."""

    path: Name | String
    alias: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class FromImport:
    """`from nn import Dense [as D], Dropout`: pairs of a name and its alias or None."""

    path: Name | String
    names: tuple[tuple[Name, Name | None], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Test:
    """`test "name" { … }`."""

    name: String
    body: Block
    span: Span


Stmt = (
    Input | Var | Output | Assign | AugAssign | ExprStmt | Assert | Return | If | While | For | Break | Continue
    | Fn | Module | Import | FromImport | Test
)  # fmt: skip

# ---------------------------------------------------------------- how statements leave the code around

RETURNS, BREAKS, CONTINUES, ENDS = 1, 2, 4, 8


def exits_of(statement: Stmt) -> int:
    """How a statement may leave the code it stands in, as bits; ENDS: every way through it leaves.

    The `break` of an inner loop leaves that loop only.  Blocks and branches know theirs from when they are made: a
    chain of `else if` would be walked again at each of its branches.
    """
    match statement:
        case Return():
            return RETURNS | ENDS
        case Break():
            return BREAKS | ENDS
        case Continue():
            return CONTINUES | ENDS
        case If(exits=exits):
            return exits
        case For(body=body) | While(body=body):
            return body.exits & RETURNS
        case _:
            return 0


@dataclass(frozen=True, slots=True)
class Program:
    """A whole file.  `doc` is the text of `##` lines that stand at the top, before a blank line."""

    statements: tuple[Stmt, ...]
    doc: str | None
    span: Span
