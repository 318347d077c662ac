"""Reverse mode: one sweep over the nodes between `wrt` and `ys`, last to first, that writes ordinary nodes.

    cotangent(y) = seed                                            for the ys
    cotangent(v) = sum over uses k of v:  vjp_k(cotangent(result of k))

Contributions to a value are kept until the sweep reaches it, and added: its seeds, then in the order of its uses in the
program.  Cost: linear in what lies between.  Called by the elaborator for `grad` and `backward`, by the other modes,
and for the regions of control ops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphc.autodiff.activity import Flows, activity, differentiable_places, flow
from graphc.autodiff.masked import Cotangent, add_up, materialise
from graphc.autodiff.naming import derivative_name
from graphc.autodiff.pull import Context, pull
from graphc.autodiff.record import Record
from graphc.autodiff.regions import Derivations, asked_at, asked_by, derived_region, given_parameters, opened
from graphc.autodiff.zeros import Finiteness
from graphc.ir.builder import Builder, Catalogue
from graphc.ir.derivation import DerivedRegion, Flags
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.loops import cast, filled_like
from graphc.ir.narrowing import without_unread
from graphc.source import Origin, Span


def gradient(
    b: Builder,
    ys: Sequence[Value],
    wrt: Sequence[Value],
    seeds: Sequence[Value | None],
    *,
    asked: Span | None = None,
    nodes: Sequence[Node] | None = None,
    record: Record | None = None,
) -> list[Value | None]:
    """The cotangents of `wrt`, for `seeds` at `ys` (None: ones); several ys add up.  None where there is no path.

    `nodes` are those to differentiate, in program order: all that `b` sees unless given.  The derivative is appended
    to `b`, each node with the origin of its primal.  `record` is told of every contribution and sum.  Raises
    DerivativeError E0406.
    """
    given = [None if s is None else Cotangent(s) for s in seeds]
    mark = len(b.nodes)
    found = cotangents(b, ys, wrt, given, Request(asked=asked, record=record), nodes=nodes)
    results = [None if g is None else g.value for g in found]
    return results if record is not None else without_unread_masks(b, mark, results)


def without_unread_masks(b: Builder, mark: int, results: Sequence[Value | None]) -> list[Value | None]:
    """The results of a sweep that wrote the nodes from `mark` on, without unread masks of loops."""
    b.nodes[mark:], mapping = without_unread(b.nodes[mark:], [v for v in results if v is not None])
    return [None if v is None else mapping.get(v, v) for v in results]


@dataclass(frozen=True, slots=True)
class Request:
    """What a sweep is told: the span that asked for it, who watches, what is known of the regions that it meets and of
    the finiteness of values, and whether zeros are put into the place that results say they have."""

    asked: Span | None = None
    record: Record | None = None
    derivations: Derivations = field(default_factory=dict)
    finiteness: Finiteness = field(default_factory=Finiteness)
    clean: bool = True


def cotangents(
    b: Builder,
    ys: Sequence[Value],
    wrt: Sequence[Value],
    seeds: Sequence[Cotangent | None],
    request: Request,
    *,
    nodes: Sequence[Node] | None = None,
) -> list[Cotangent | None]:
    """`gradient` with masks on seeds and results."""
    found = activity(b.backwards() if nodes is None else reversed(nodes), ys, wrt)
    sweep = _Sweep(b, found.values, wrt, ys[0].name if len(ys) == 1 else None, request)
    here = b.origin
    try:
        for y, seed in zip(ys, seeds, strict=True):
            if y in found.values:
                sweep.seed(y, Cotangent(ones_like(b, y)) if seed is None else seed)
        for node in reversed(found.nodes):
            sweep.visit(node)
        return sweep.finish()
    finally:
        b.origin = here


def ones_like(b: Builder, y: Value) -> Value:
    """The seed of a value that brings none."""
    return filled_like(b, 1, y, y.type.dtype)


class _Sweep:
    """The state of a reverse sweep: contributions that have arrived, and the cotangents of `wrt`."""

    def __init__(
        self,
        b: Builder,
        active: set[Value],
        wrt: Sequence[Value],
        y_name: str | None,
        request: Request,
    ) -> None:
        self.b = b
        self.active = active
        self.wrt = wrt
        self.wanted = set(wrt)
        self.y_name = y_name
        self.asked = request.asked
        self.record = request.record
        self.clean = request.clean
        self.seeds: dict[Value, list[Cotangent]] = {}
        self.arrived: dict[Value, list[Cotangent]] = {}
        self.found: dict[Value, Cotangent] = {}
        flows: Flows = {}
        self.context = Context(
            lambda *args: region_vjp(b.catalogue, b.origin, request.derivations, *args),
            lambda region: flow(region, flows),
            request.finiteness,
        )
        self._derived: dict[int, tuple[Origin, Origin]] = {}

    def seed(self, value: Value, part: Cotangent) -> None:
        self.seeds.setdefault(value, []).append(part)
        if self.record is not None:
            self.record.receive(value, None, part)

    def receive(self, value: Value, part: Cotangent) -> None:
        parts = self.arrived.get(value)
        if parts is None:
            self.arrived[value] = [part]
        else:
            parts.append(part)

    def visit(self, node: Node) -> None:
        """Complete the cotangents of the node's results, and send theirs to its operands."""
        self.b.origin = self._adjoint_origin(node.origin)
        gs = [self._complete(r) for r in node.results]
        if all(g is None for g in gs):
            return
        active = self.active
        places = differentiable_places(node)
        wanted = [v in active and i in places for i, v in enumerate(node.inputs)]
        if True not in wanted:
            return
        pulled = pull(self.b, node, gs, wanted, self.context)
        for value, part in zip(reversed(node.inputs), reversed(pulled), strict=True):
            if part is not None:
                self.receive(value, part)
                if self.record is not None:
                    self.record.receive(value, node, part)

    def finish(self) -> list[Cotangent | None]:
        """The cotangents of `wrt`; those that no visited node has made are complete by now."""
        for value in dict.fromkeys(self.wrt):
            if value in self.arrived or value in self.seeds:
                self.b.origin = self._adjoint_origin(value.node.origin)
                self._complete(value)
        return [self.found.get(v) for v in self.wrt]

    def _complete(self, value: Value) -> Cotangent | None:
        parts = self.arrived.pop(value, [])
        parts.reverse()
        if value in self.seeds:
            parts = self.seeds.pop(value) + parts
        if not parts:
            return None
        total = add_up(self.b, parts)
        dtype = value.type.dtype
        if total.value.type.dtype is not dtype and not dtype.weak:
            total = Cotangent(cast(self.b, total.value, dtype), total.mask, total.dirt)
        if value in self.wanted:
            if self.clean:
                total = Cotangent(materialise(self.b, total), total.mask)
            self.found[value] = total
        if self.y_name and value.name and total.dirt is None:
            self._name(total.value, derivative_name(self.y_name, value.name))
        if self.record is not None:
            self.record.complete(value, total)
        return total

    def _name(self, cotangent: Value, name: str) -> None:
        """A hint for printing, on what this sweep has computed."""
        computed = cotangent.node.inputs and cotangent.node.origin.derived is not None
        if computed and cotangent.name is None:
            self.b.name(cotangent, name)

    def _adjoint_origin(self, origin: Origin) -> Origin:
        known = self._derived.get(id(origin))
        if known is None:
            known = self._derived[id(origin)] = (origin, origin.derive("adjoint", self.asked))
        return known[1]


def region_vjp(
    catalogue: Catalogue,
    origin: Origin,
    derivations: Derivations,
    region: Graph,
    wanted: Sequence[bool],
    given: Flags,
    finite: Sequence[bool],
) -> DerivedRegion:
    """The region (params, cotangents of the outputs, masks) -> cotangents of the wanted params, masks; see
    DerivedRegion."""
    key = ("vjp", region, tuple(wanted), given, tuple(finite), *asked_at(origin))
    if key in derivations:
        return derivations[key]
    b, params, outputs = opened(catalogue, region, origin)
    seeds, own = given_parameters(b, "g", outputs, given)
    ys = [y for y, s in zip(outputs, seeds, strict=True) if s is not None]
    wrt = [p for p, w in zip(params, wanted, strict=True) if w]
    unknown = Finiteness(p for p, known in zip(params, finite, strict=True) if not known)
    request = Request(asked=asked_by(origin), derivations=derivations, finiteness=unknown)
    found = cotangents(b, ys, wrt, [s for s in seeds if s is not None], request)
    derivations[key] = made = derived_region(b, (*params, *own), found, wrt)
    return made
