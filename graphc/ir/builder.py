"""Building graphs: nodes with inferred types, and terms that read like the mathematics.

A `Builder` appends typed nodes to a list; it never shares or simplifies.  VJP rules and the differentiator write with
`Term`s, values that know their builder: `g * (1 - y * y)`, `b.where(x > 0, g, 0)`.  The builder finds ops by name in
the catalogue it is given, so families of ops don't import each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, overload

from graphc.ir.constant import Constant
from graphc.ir.dims import Dim, Poly
from graphc.ir.graph import Graph, Node, Value, named
from graphc.ir.op import REQUIRED, Attribute, Op, Operand
from graphc.ir.types import F32, I64, WEAK_FLOAT, DType, TensorType, promote
from graphc.source import BUILTIN, Origin

Catalogue = Mapping[str, Op]


class Term:
    """A value with operators.  Python numbers beside it become constants of its dtype."""

    __slots__ = ("b", "value")

    def __init__(self, b: Builder, value: Value) -> None:
        self.b = b
        self.value = value

    @property
    def type(self) -> TensorType:
        return self.value.type  # type: ignore[no-any-return]

    @property
    def shape(self) -> tuple[Dim, ...]:
        return self.value.type.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> DType:
        return self.value.type.dtype  # type: ignore[no-any-return]

    @property
    def rank(self) -> int:
        return len(self.value.type.shape)

    @property
    def constant(self) -> Constant | None:
        """The data, if the term is a constant."""
        node = self.value.node
        return node.attrs[0] if not node.inputs and node.op.name == "constant" else None

    def __add__(self, other: Any) -> Term:
        term: Term = self.b.apply("add", self, other)
        return term

    def __radd__(self, other: Any) -> Term:
        term: Term = self.b.apply("add", other, self)
        return term

    def __sub__(self, other: Any) -> Term:
        term: Term = self.b.apply("subtract", self, other)
        return term

    def __rsub__(self, other: Any) -> Term:
        term: Term = self.b.apply("subtract", other, self)
        return term

    def __mul__(self, other: Any) -> Term:
        term: Term = self.b.apply("multiply", self, other)
        return term

    def __rmul__(self, other: Any) -> Term:
        term: Term = self.b.apply("multiply", other, self)
        return term

    def __truediv__(self, other: Any) -> Term:
        term: Term = self.b.apply("divide", self, other)
        return term

    def __rtruediv__(self, other: Any) -> Term:
        term: Term = self.b.apply("divide", other, self)
        return term

    def __matmul__(self, other: Any) -> Term:
        term: Term = self.b.apply("matmul", self, other)
        return term

    def __neg__(self) -> Term:
        term: Term = self.b.apply("negative", self)
        return term

    def __pow__(self, exponent: int) -> Term:
        term: Term = self.b.apply("integer_pow", self, exponent)
        return term

    def __lt__(self, other: Any) -> Term:
        term: Term = self.b.apply("less", self, other)
        return term

    def __le__(self, other: Any) -> Term:
        term: Term = self.b.apply("less_equal", self, other)
        return term

    def __gt__(self, other: Any) -> Term:
        term: Term = self.b.apply("greater", self, other)
        return term

    def __ge__(self, other: Any) -> Term:
        term: Term = self.b.apply("greater_equal", self, other)
        return term


class Builder:
    """Appends nodes to `nodes`, each with the current `origin`.

    `enclosing` builds the code around, whose values these nodes may read.  `made`: the nodes that it has made itself;
    those of a graph that it goes on with are others'.  `derivatives`: what the differentiator has found in this code,
    so that derivatives of derivatives go on from there.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        default_float: DType = F32,
        origin: Origin = BUILTIN,
        enclosing: Builder | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.default_float = default_float
        self.origin = origin
        self.enclosing = enclosing
        self.nodes: list[Node] = []
        self.made: set[Node] = set()
        self.derivatives: Any = None
        self._constant = catalogue["constant"]
        self._cast = catalogue["cast"]

    def visible_nodes(self) -> tuple[Node, ...]:
        """The nodes that values here can depend on, in order: those of the code around, then its own."""
        around: list[list[Node]] = []
        builder: Builder | None = self
        while builder is not None:
            around.append(builder.nodes)
            builder = builder.enclosing
        return tuple([n for nodes in reversed(around) for n in nodes])

    def backwards(self) -> Iterator[Node]:
        """The same from the last to the first, without those that are appended meanwhile."""
        builder: Builder | None = self
        while builder is not None:
            yield from reversed(builder.nodes)
            builder = builder.enclosing

    # ------------------------------------------------------------ values

    def emit(
        self,
        op: Op,
        inputs: Sequence[Value],
        attrs: Sequence[Any] = (),
        regions: tuple[Graph, ...] = (),
        names: Sequence[str | None] = (),
    ) -> Node:
        """Append a node whose operands already have accepted, equal dtypes.  Raises TypeRuleError."""
        values = tuple(inputs)
        inferred = op.infer(tuple([v.type for v in values]), tuple(attrs), regions)
        node = Node(op, values, inferred.attrs, regions, inferred.types, self.origin, names)
        self.add(node)
        return node

    def add(self, node: Node) -> None:
        """Append a node that was made for here."""
        self.nodes.append(node)
        self.made.add(node)

    def name(self, value: Value, name: str | None) -> None:
        """Call a value by a name, if this builder has made it, or one around it: others' values stay as they are."""
        builder: Builder | None = self
        while builder is not None:
            if value.node in builder.made:
                named(value, name)
                return
            builder = builder.enclosing

    def constant(self, data: Constant) -> Value:
        return self.emit(self._constant, (), (data,)).results[0]

    def number(self, value: bool | int | float, dtype: DType) -> Value:
        """A scalar constant of a dtype that it fits."""
        return self.constant(Constant.scalar(value, dtype))

    @overload
    def cast(self, value: Value, dtype: DType) -> Value: ...
    @overload
    def cast(self, value: Term, dtype: DType) -> Term: ...
    def cast(self, value: Value | Term, dtype: DType) -> Value | Term:
        """`value` in `dtype`: itself, or a cast."""
        if value.type.dtype is dtype:
            return value
        if isinstance(value, Term):
            return Term(self, self.cast(value.value, dtype))
        return self.emit(self._cast, (value,), (dtype,)).results[0]

    # ------------------------------------------------------------ terms

    def term(self, value: Value) -> Term:
        return Term(self, value)

    def size(self, dims: Dim | Sequence[Dim], dtype: DType) -> Term:
        """The product of dimensions as a scalar of `dtype`: a constant, or computed from the symbols."""
        product: Dim = 1
        for d in (dims,) if isinstance(dims, int | Poly) else dims:
            product = product * d
        if isinstance(product, int):
            return Term(self, self.number(product, dtype))
        size = self.emit(self.catalogue["dim"], (), (product,)).results[0]
        return Term(self, self.cast(size, dtype))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """`b.exp(x)`: the catalogue's op of that name, on terms, numbers and attributes.  A trailing `_` is dropped."""
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(self.apply, name.rstrip("_"))

    def apply(self, name: str, *args: Any, **keywords: Any) -> Any:
        """Apply an op to arguments in the order of its parameters: a Term, or a tuple of them for several results."""
        op = self.catalogue[name]
        if len(args) == len(op.operands) == len(op.params) and not op.variadic:
            results = self.emit(op, self._coerce(op, args)).results
            return Term(self, results[0]) if len(results) == 1 else tuple(Term(self, r) for r in results)
        inputs: list[Any] = []
        attrs: list[Any] = []
        for i, param in enumerate(op.params):
            given = args[i] if i < len(args) else keywords.get(param.name, REQUIRED)
            if isinstance(param, Attribute):
                given = param.default if given is REQUIRED else given
                attrs.append(self.default_float if given is None and param.kind == "dtype" else given)
            elif param.variadic:
                inputs.extend(given)
            else:
                inputs.append(given)
        results = self.emit(op, self._coerce(op, inputs), attrs).results
        return Term(self, results[0]) if len(results) == 1 else tuple(Term(self, r) for r in results)

    def value_of(self, name: str, *args: Any) -> Value:
        """Apply an op that has one result."""
        term: Term = self.apply(name, *args)
        return term.value

    def _coerce(self, op: Op, inputs: Sequence[Any]) -> list[Value]:
        """Numbers become constants of their group's dtype, weak terms are cast to it."""
        operands: Sequence[Operand] = op.operands * len(inputs) if op.variadic else op.operands
        dtypes = [a.value.type.dtype for a, p in zip(inputs, operands, strict=False) if type(a) is Term and p.group]
        common = dtypes[0] if dtypes else None
        if len(dtypes) == len(inputs) and dtypes.count(common) == len(dtypes):
            return [a.value for a in inputs]
        if dtypes.count(common) < len(dtypes):
            common = promote(dtypes)
        values = []
        for argument, operand in zip(inputs, operands, strict=False):
            if isinstance(argument, Term):
                value = argument.value
                values.append(self.cast(value, common) if operand.group and common else value)
            elif operand.group and common:
                values.append(self.number(argument, common))
            else:
                values.append(self.number(argument, I64 if isinstance(argument, int) else WEAK_FLOAT))
        return values
