"""Graphs as DOT, for Graphviz: `graphc show --dot | dot -Tsvg`.

The program runs down the left.  Adjoints run up the right, so that a value and its adjoint are at about one height, in
the same tint, one per source line; blue borders compute the program, vermilion ones adjoints, purple ones tangents
(colours that the colour-blind can tell apart).  Green slanted boxes are inputs, orange drums variables, and a dashed
drum takes a variable's new value.  Dashed edges order effects, and what a function computes after one of its effects.
Calls and the regions of ops are clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from graphc.exporters.labels import Labels, is_small
from graphc.ir.graph import Graph, Node, Value
from graphc.ir.nesting import nesting_reported
from graphc.ir.op import Control, Effect, Placeholder
from graphc.ir.text.origins import printable, source_line
from graphc.ir.types import TokenType
from graphc.source import Call, Source, Span

FONT = "Helvetica,Arial,sans-serif"
BORDERS = {"": "#0072B2", "adjoint": "#D55E00", "tangent": "#9B4F96"}
INPUT, VARIABLE, GREY = "#009E73", "#B97A00", "#6B6B6B"
TINTS = ("#DCEBF7", "#FCE9D4", "#DDF1E4", "#F6E1EE", "#FBF5CF", "#E4E4F6", "#DDF0F2", "#EFE6DC")

BREAK = '<br align="left"/>'

Attributes = Mapping[str, str]

_ORDER = {"style": "dashed", "color": GREY, "arrowhead": "vee"}


def to_dot(graph: Graph, *, title: str | None = None) -> str:
    """A graph as a drawing.  Raises Diagnostics E0901 if its regions are nested too deeply."""
    drawing = _Drawing()
    with nesting_reported(graph):
        _Part(drawing, graph, "n", {}).draw()
    head = [
        "digraph program {",
        f'  graph [rankdir=TB, fontname="{FONT}", fontsize=11, nodesep=0.3, ranksep=0.35, labelloc=t, labeljust=l,'
        f" label={_heading(title, drawing.kinds)}]",
        f'  node [fontname="{FONT}", fontsize=11, shape=box, style="rounded,filled", penwidth=1.3, margin="0.12,0.06",'
        " height=0.3]",
        f'  edge [fontname="{FONT}", fontsize=9, color="{GREY}", fontcolor="{GREY}", arrowsize=0.6]',
    ]
    return "\n".join([*head, *drawing.clustered(), *drawing.edges, "}"]) + "\n"


def _heading(title: str | None, kinds: Mapping[str, str]) -> str:
    """The title, and what the colours of the borders mean if there are several."""
    lines = [] if title is None else [f'<font point-size="14"><b>{_html(title)}</b></font>']
    if len(kinds) > 1:
        shown = [f'<font color="{color}">■</font> {kind}' for kind, color in kinds.items()]
        lines.append("&#160;&#160;".join(shown))
    return f"<{BREAK.join(lines)}{BREAK}>" if lines else '""'


def _html(text: str) -> str:
    return escape(printable(text))


def _quoted(text: str) -> str:
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _attributes(given: Attributes) -> str:
    """An attribute list; labels that start with `<` are HTML.  (A tooltip may start so, too: `<stdin>:1`.)"""
    return ", ".join(f"{k}={v if k == 'label' and v.startswith('<') else _quoted(v)}" for k, v in given.items())


# ---------------------------------------------------------------- clusters


@dataclass(slots=True)
class _Cluster:
    """A box around statements; `parent` is an index among all clusters."""

    label: str
    parent: int | None
    lines: list[str] = field(default_factory=list)


class _Drawing:
    """Statements collected by cluster, and edges."""

    def __init__(self) -> None:
        self.clusters: list[_Cluster] = [_Cluster("", None)]
        self.edges: list[str] = []
        self.tints: dict[tuple[Source, int], str] = {}
        self.kinds: dict[str, str] = {}

    def cluster(self, label: str, parent: int) -> int:
        self.clusters.append(_Cluster(label, parent))
        return len(self.clusters) - 1

    def node(self, cluster: int, name: str, attributes: Attributes) -> None:
        self.clusters[cluster].lines.append(f"{name} [{_attributes(attributes)}]")

    def edge(self, tail: str, head: str, attributes: Attributes) -> None:
        shown = f" [{_attributes(attributes)}]" if attributes else ""
        self.edges.append(f"  {tail} -> {head}{shown}")

    def tint(self, node: Node) -> str:
        """The colour of the source line of a node, in the order of appearance."""
        span = node.origin.span
        return self.tints.setdefault((span.source, span.line), TINTS[len(self.tints) % len(TINTS)])

    def clustered(self) -> list[str]:
        """All clusters as nested subgraphs."""
        inside: list[list[int]] = [[] for _ in self.clusters]
        for i, cluster in enumerate(self.clusters):
            if cluster.parent is not None:
                inside[cluster.parent].append(i)
        lines: list[str] = []
        stack: list[tuple[int, int, bool]] = [(0, 0, False)]
        while stack:
            i, depth, closing = stack.pop()
            margin = "  " * (depth + 1)
            if closing:
                lines.append(f"{'  ' * depth}}}")
                continue
            cluster = self.clusters[i]
            if i:
                lines.append(f"{'  ' * depth}subgraph cluster_{i} {{")
                lines.append(f"{margin}graph [{_attributes(_CLUSTER | {'label': cluster.label})}]")
                stack.append((i, depth, True))
            lines += [margin + line for line in cluster.lines]
            stack += [(j, depth + 1, False) for j in reversed(inside[i])]
        return lines


_CLUSTER = {
    "style": "rounded,dashed", "color": "#9A9A9A", "fontcolor": GREY, "fontsize": "10", "margin": "8", "labeljust": "l"
}  # fmt: skip

_DRUM = {"shape": "cylinder", "color": VARIABLE, "margin": "0.12,0.1"}
_SLANTED = {"shape": "parallelogram", "color": INPUT, "margin": "0.02"}

# ---------------------------------------------------------------- one graph


class _Part:
    """A graph, or a region in the cluster of its op.  `outer`: the names of drawn values around it."""

    def __init__(
        self, drawing: _Drawing, graph: Graph, prefix: str, params: Mapping[Value, str], cluster: int = 0
    ) -> None:
        self.drawing = drawing
        self.graph = graph
        self.prefix = prefix
        self.params = params  # for a region: where each parameter's value comes from
        self.cluster = cluster
        self.labels = Labels(graph)
        self.names: dict[Value, str] = {}
        self.calls: dict[tuple[str, Call], int] = {}
        self.after: set[Node] = set()
        self.primals: dict[Span, str] = {}
        self.labelled: set[Value] = set()
        self.variables = set(graph.variables())
        self.effects: dict[Call, str] = {}
        self.ordered: dict[Node, set[str]] = {}

    def draw(self) -> None:
        crowded = self._crowded()
        for i, node in enumerate(self.graph.nodes):
            name = f"{self.prefix}{i}"
            value = node.results[0]
            if self.labels.is_nested(value) or (isinstance(value.type, TokenType) and not node.inputs):
                continue
            for result in node.results:
                self.names[result] = name
            if isinstance(node.op, Placeholder):
                self._placeholder(node, name)
            else:
                self._operation(node, name, crowded)
        self._ends()

    # ------------------------------------------------------------ nodes

    def _placeholder(self, node: Node, name: str) -> None:
        value = node.results[0]
        label = f"<<b>{_html(value.name or '·')}</b><br/>{_small(str(value.type))}>"
        style = {"label": label, "style": "filled", "fillcolor": "white"}
        style |= _DRUM if node in self.variables else _SLANTED
        self.drawing.node(self.cluster, name, style | {"tooltip": _tooltip(node)})
        source = self.params.get(value)
        if source is not None:
            self.drawing.edge(source, name, {"style": "dotted", "constraint": "false"})

    def _operation(self, node: Node, name: str, crowded: Mapping[Call, bool]) -> None:
        how = _how(node)
        text = _html(self.labels.text(node))
        named = ", ".join(filter(None, map(self.labels.name, node.results)))
        label = f"<<b>{_html(named)}</b><br/>{_small(text, escaped=True)}>" if named else f"<{text}>"
        constant = not node.inputs
        style = {
            "label": label,
            "color": GREY if constant or isinstance(node.op, Effect) else BORDERS.get(how, GREY),
            "fillcolor": "#F3F3F3" if constant or isinstance(node.op, Effect) else self.drawing.tint(node),
            "tooltip": _tooltip(node),
        }
        if constant:
            style["shape"], style["style"] = "note", "filled"
        elif isinstance(node.op, Effect):
            style["style"] = "rounded,filled,dashed"
        else:
            self.drawing.kinds.setdefault(how or "program", style["color"])
        cluster = self._cluster(how, node.origin.call, crowded)
        self.drawing.node(cluster, name, style)
        if any(_how(v.node) == "adjoint" or v.node in self.after for v in node.inputs) and how != "adjoint":
            self.after.add(node)
        for v in node.inputs:
            self._edge(v, node, name)
        if not how and not constant:
            self._after_effects(node, name)
        self._beside(node, how, name)
        for i, (region, label) in enumerate(zip(node.regions, _labels(node), strict=True)):
            self._region(node, region, label, f"{name}r{i}_", name, cluster)

    def _region(self, node: Node, region: Graph, label: str, prefix: str, name: str, cluster: int) -> None:
        """A region in a cluster of its own, its results going into the op's node."""
        offset = len(node.inputs) - len(region.params)
        sources = {}
        for i, p in enumerate(region.params):
            if 0 <= i + offset < len(node.inputs):
                source = self._drawn(node.inputs[i + offset])
                if source is not None:
                    sources[p] = source
        part = _Part(self.drawing, region, prefix, sources, self.drawing.cluster(label, cluster))
        call = node.origin.call
        while call is not None:  # the region stands in their clusters as a whole
            part.calls.update({(how, call): part.cluster for how in ("", *BORDERS) if (how, call) in self.calls})
            call = call.caller
        part.draw()
        for o in region.outputs:
            tail = part._drawn(o.value)
            if tail is not None:
                self.drawing.edge(tail, name, {"style": "dotted", "arrowhead": "odot"})

    def _drawn(self, value: Value) -> str | None:
        """The node that shows a value; None for numbers that its users show."""
        while value not in self.names and len(value.node.inputs) == 1 and is_small(value.node):
            value = value.node.inputs[0]
        return self.names.get(value)

    # ------------------------------------------------------------ edges

    def _beside(self, node: Node, how: str, name: str) -> None:
        """Keep an adjoint at the height of what it is the adjoint of, or below."""
        if how == "":
            self.primals.setdefault(node.origin.span, name)
        elif how == "adjoint" and (primal := self.primals.get(node.origin.span)) is not None:
            self.drawing.edge(primal, name, {"style": "invis", "minlen": "0"})

    def _edge(self, value: Value, node: Node, head: str) -> None:
        while value not in self.names and len(value.node.inputs) == 1 and is_small(value.node):
            value = value.node.inputs[0]
        tail = self.names.get(value)
        if tail is None:
            return
        if isinstance(value.type, TokenType):
            self.drawing.edge(tail, head, _ORDER)
            return
        attributes = self._type_label(value)
        source, target = _how(value.node), _how(node)
        attributes["color"] = BORDERS.get(target, GREY)
        if target == "adjoint" and source == "adjoint" and node not in self.after:
            # Drawn backwards: the layout puts adjoints of what comes later further down.
            self.drawing.edge(head, tail, attributes | {"dir": "back"})
        elif target == "adjoint":
            self.drawing.edge(tail, head, attributes | {"minlen": "0"})
        else:
            self.drawing.edge(tail, head, attributes)

    def _after_effects(self, node: Node, name: str) -> None:
        """A dashed edge from the last effect of a call to what that computes after it, unless other edges say so."""
        calls = []
        call = node.origin.call
        while call is not None:
            calls.append(call)
            call = call.caller
        if isinstance(node.results[-1].type, TokenType):
            self.effects.update(dict.fromkeys(calls, name))
            return
        known = set().union(*(self.ordered.get(v.node, ()) for v in node.inputs))
        last = next((self.effects[c] for c in calls if c in self.effects), None)
        if last is not None and last not in known:
            self.drawing.edge(last, name, _ORDER)
            known.add(last)
        self.ordered[node] = known

    def _type_label(self, value: Value) -> dict[str, str]:
        """The type, at the first edge of a value whose type is not that of an operand."""
        node = value.node
        attributes = {"edgetooltip": f"{value.name or ''}: {value.type}".removeprefix(": ")}
        new = all(v.type != value.type for v in node.inputs) or len(node.results) > 1
        if node.inputs and new and value not in self.labelled:
            self.labelled.add(value)
            attributes["label"] = f" {value.type} "
        return attributes

    # ------------------------------------------------------------ ends

    def _ends(self) -> None:
        if self.params or self.cluster:
            return
        for i, o in enumerate(self.graph.outputs):
            name = f"out{i}"
            style = {
                "shape": "oval",
                "style": "filled",
                "fillcolor": "#303030",
                "fontcolor": "white",
                "color": "#303030",
            }
            self.drawing.node(0, name, {"label": o.name, **style, "tooltip": f"output {o.name}: {o.value.type}"})
            tail = self._drawn(o.value)
            if tail is not None:
                self.drawing.edge(tail, name, self._type_label(o.value) | {"color": "#303030"})
        for i, u in enumerate(self.graph.updates):
            name, variable = f"new{i}", self.names.get(u.variable)
            label = f"<<b>{_html(u.variable.name or '')}</b><br/>{_small('new value')}>"
            style = _DRUM | {"label": label, "style": "filled,dashed", "fillcolor": "white"}
            self.drawing.node(0, name, style)
            tail = self._drawn(u.value)
            if tail is not None:
                self.drawing.edge(tail, name, {"color": VARIABLE, "penwidth": "1.6"})
            if variable is not None:
                self.drawing.edge(name, variable, {"color": VARIABLE, "style": "dashed", "constraint": "false"})

    # ------------------------------------------------------------ calls

    def _crowded(self) -> dict[Call, bool]:
        """Which calls have more than one node to show."""
        count: dict[Call, int] = {}
        for node in self.graph.nodes:
            call = None if self.labels.is_nested(node.results[0]) else node.origin.call
            while call is not None:
                count[call] = count.get(call, 0) + 1
                call = call.caller
        return {call: n > 1 for call, n in count.items()}

    def _cluster(self, how: str, call: Call | None, crowded: Mapping[Call, bool]) -> int:
        """The cluster of a call (one for its values, one for their adjoints), inside that of its caller."""
        missing: list[Call] = []
        found = self.cluster
        while call is not None:
            if (how, call) in self.calls:
                found = self.calls[how, call]
                break
            if crowded.get(call, False):
                missing.append(call)
            call = call.caller
        for frame in reversed(missing):
            prefix = f"{how} of " if how else ""
            found = self.drawing.cluster(f"{prefix}{frame.function}, line {frame.span.line}", found)
            self.calls[how, frame] = found
        return found


def _how(node: Node) -> str:
    derived = node.origin.derived
    return derived.how if derived is not None and derived.how in BORDERS else ""


def _small(text: str, escaped: bool = False) -> str:
    return f'<font point-size="9" color="#404040">{text if escaped else _html(text)}</font>'


def _tooltip(node: Node) -> str:
    """`poly.g:3  y = a * x ** 2`, and what it is derived from."""
    derived = f"{node.origin.derived.how} of " if node.origin.derived is not None else ""
    span = node.origin.span
    if not span.source.text:
        return node.op.name
    return f"{derived}{span.source.name}:{span.line}  {source_line(span.source, span.line)}"


def _labels(node: Node) -> list[str]:
    """What the clusters of an op's regions are called."""
    shown = node.results[0].name or node.op.name
    if isinstance(node.op, Control) and node.op.choose is not None:
        return [f"{shown}: if", f"{shown}: else"]
    if isinstance(node.op, Control) and node.op.loop is not None:
        counts = len(node.regions) > 1 or node.op.loop(*node.attrs).index
        parts = ("while", "each step") if counts else ("each row",)
        return [f"{shown}: {part}" for part in parts[-len(node.regions) :]]
    return [f"function of {shown}" for _ in node.regions]
