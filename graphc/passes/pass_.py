"""What a pass is, what it is given, and how it says what it did.

A `Pass` maps a graph to a graph that computes the same.  Its `Context` brings the catalogue, the limits and the values
to keep; every `Rewrite` it reports is a line of `-v`: `fold     line 2   2 * 3 + 4  ->  10`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from graphc.ir.builder import Catalogue
from graphc.ir.graph import Graph, Value
from graphc.source import BUILTIN, Call, Origin, Source, Span


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Something a pass did: to what `origin` stands for, in words."""

    pass_name: str
    origin: Origin
    text: str


@dataclass(frozen=True, slots=True)
class Budget:
    """How much `fold` may compute: bytes of one result, operations in all."""

    bytes: int = 1 << 20
    flops: int = 20_000_000


@dataclass(slots=True)
class Context:
    """What a pipeline brings to its passes.

    `keep`: values that stay what they are, as the `wrt` values of a derivative: they aren't replaced, and nothing is
    concluded from what they hold.  A pass that moves one onto other operands has it followed.
    `sizes`: the sizes of symbols, where they are bound.  `report`: who wants to hear of rewrites, if anybody does.
    """

    catalogue: Catalogue
    fast_math: bool = False
    budget: Budget = field(default_factory=Budget)
    keep: frozenset[Value] = frozenset()
    sizes: Mapping[str, int] | None = None
    report: Callable[[Rewrite], None] | None = None

    def tell(self, pass_name: str, origin: Origin, text: Callable[[], str]) -> None:
        """Report a rewrite; an empty text is none."""
        if self.report is not None and (words := text()):
            self.report(Rewrite(pass_name, origin, words))

    def follow(self, mapping: Mapping[Value, Value]) -> None:
        """Kept values are now what `mapping` says."""
        if self.keep:
            self.keep = frozenset(mapping.get(v, v) for v in self.keep)


@dataclass(frozen=True, slots=True)
class Pass:
    """`name` is the module's and the command line's; `summary` is one line for `--help`."""

    name: str
    summary: str
    run: Callable[[Graph, Context], Graph]


def describe(rewrite: Rewrite, main: Source | None = None) -> str:
    """`cse      lines 4, 7   sin(x) computed once`.

    Places outside `main`, the program, are those of the calls that lead there.
    """
    where = _places(_in(main, rewrite.origin) if main else rewrite.origin.spans, main)
    return f"{rewrite.pass_name:<8} {where}{'   ' if where else ''}{rewrite.text}"


def _in(main: Source, origin: Origin) -> list[Span]:
    calls: list[Call] = []
    call = origin.call
    while call is not None:
        calls.append(call)
        call = call.caller
    inside = [c.span for c in calls if c.span.source is main]
    return [inside[0] if s.source is not main and inside else s for s in origin.spans]


def _places(spans: Iterable[Span], main: Source | None) -> str:
    """`line 2`, `lines 4, 7`, `lines 4, nn.g:7`, `nn.g:7`; nothing for what no program wrote."""
    written = [s for s in spans if s.source is not BUILTIN.span.source]
    if not written:
        return ""
    home = main or written[0].source
    lines = dict.fromkeys((s.source, s.line) for s in written)
    texts = [str(line) if source is home else f"{source.name}:{line}" for source, line in lines]
    if not texts[0].isdigit():
        return ", ".join(texts)
    return f"line{'s' if len(texts) > 1 else ''} {', '.join(texts)}"
