"""What a derivative doesn't see: paths that come into an iteration, or into a function, from outside.

In the body of a loop the names that it carries are parameters, in a function its arguments are.  A derivative by a
value from further outside ends at them, and is wrong if what they stand for depends on that value:

    for i in range(3) { y = s * a; t += grad(y, a); s = s * a }

Whether it does is known when the loop is complete, or the function is called.  `note` remembers such a derivative;
`leave` and `called` follow its parameters to what they stand for, and raise Failure E0415.  A derivative by a parameter
itself, or by what the body has computed, is complete as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from graphc.autodiff.activity import carries_derivative, passing_inputs
from graphc.diagnostics import Label
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.remembered import Unseen
from graphc.frontend.elaborate.core.scopes import Frame
from graphc.frontend.elaborate.core.tape import local_nodes
from graphc.frontend.elaborate.core.values import Failure
from graphc.frontend.elaborate.derivatives.lineage import is_parameter
from graphc.ir.graph import Node, Value
from graphc.source import Span


class Reach:
    """What values depend on differentiably: which of `xs`, which parameters, and which values that aren't `local`.

    `recent`: the nodes that can depend on xs at all, if that is known.
    """

    __slots__ = ("captured", "hits", "parameters")

    def __init__(
        self,
        values: Iterable[Value],
        xs: Collection[Value],
        *,
        local: Collection[Node] | None = None,
        recent: Collection[Node] | None = None,
    ) -> None:
        self.hits: dict[Value, None] = {}
        self.parameters: dict[Value, None] = {}
        self.captured: dict[Value, None] = {}
        seen: set[Value] = set()
        stack = [(v, True) for v in values]
        while stack:
            value, inside = stack.pop()
            if value in seen or not carries_derivative(value):
                continue
            seen.add(value)
            node = value.node
            if value in xs:
                self.hits[value] = None
                continue
            if is_parameter(node):
                self.parameters[value] = None
                continue
            if inside and local is not None and node not in local:
                self.captured[value] = None
                inside = False
            if recent is None or node in recent:
                stack.extend((v, inside) for v in reversed(passing_inputs(node)))


def owns(frame: Frame, value: Value) -> bool:
    """Is the value a parameter of this code, or computed in it?"""
    return value in frame.given or value in frame.parameters or value.node in frame.builder.nodes


def since(frame: Frame, xs: Collection[Value]) -> set[Node]:
    """The nodes that code in `frame` sees and that are younger than one of `xs`."""
    found: set[Node] = set()
    missing = {x.node for x in xs}
    walk: Frame | None = frame
    while walk is not None and missing:
        for node in reversed(walk.builder.nodes):
            if node in missing:
                missing.discard(node)
                if not missing:
                    break
            found.add(node)
        walk = walk.parent
    return found


# ---------------------------------------------------------------- noting


def note(frame: Frame, ys: Sequence[Value], wrt: Iterable[tuple[Value, str]], place: Span, text: str) -> None:
    """A derivative of `ys` (written `text`) by values with names, asked for at `place`."""
    if frame.parent is None:
        return
    xs = {x: name for x, name in wrt if not owns(frame, x)}
    if xs:
        reach = Reach(ys, xs, local=local_nodes(frame))
        add(frame, Unseen(xs, tuple(reach.parameters), dependence(frame, reach, xs), place, text))


def dependence(frame: Frame, reach: Reach, xs: Collection[Value]) -> dict[Value, bool]:
    """The values from outside the function that were met, and whether they depend on xs."""
    if not reach.captured:
        return {}
    recent = since(frame, xs)
    return {v: bool(Reach([v], xs, recent=recent).hits) for v in reach.captured}


def add(frame: Frame, unseen: Unseen) -> None:
    if unseen.parameters or unseen.captured:
        frame.unseen.append(unseen)


# ---------------------------------------------------------------- following


def leave(e: Elaborator, inner: Frame, outer: Frame, sources: Mapping[Value, tuple[Value, ...]]) -> None:
    """The code of `inner` is complete: its parameters stand for `sources`, in its own code and that around.

    Raises Failure E0415.
    """
    for unseen in inner.unseen:
        further: dict[Value, None] = {}
        captured = dict(unseen.captured)
        queue = list(unseen.parameters)
        seen = set(queue)
        local = local_nodes(inner)
        for parameter in queue:
            if parameter not in sources:
                further[parameter] = None
                continue
            for value in sources[parameter]:
                reach = Reach([value], unseen.xs, local=local)
                if reach.hits:
                    raise hidden(e, unseen, parameter, value, next(iter(reach.hits)))
                captured.update(dependence(outer, reach, unseen.xs))
                queue.extend(p for p in reach.parameters if p not in seen)
                seen.update(reach.parameters)
        xs = {x: name for x, name in unseen.xs.items() if not owns(outer, x)}
        if xs and outer.parent is not None:
            add(outer, Unseen(xs, tuple(further), captured, unseen.place, unseen.text))


def called(
    e: Elaborator, frame: Frame, noted: Iterable[Unseen], own: Sequence[Value], mapping: Mapping[Value, Value]
) -> None:
    """A function with such derivatives is called in the code of `frame`; `own` are its parameters.

    Raises Failure E0415.
    """
    for unseen in noted:
        xs = {mapping.get(x, x): name for x, name in unseen.xs.items()}
        recent = since(frame, xs)
        local = local_nodes(frame)
        parameters: dict[Value, None] = {}
        captured: dict[Value, None] = {}
        for parameter in unseen.parameters:
            if parameter not in own:
                continue  # of code around, met behind a captured value: they are met again
            value = mapping.get(parameter)
            if value is None:
                continue  # a number
            reach = Reach([value], xs, local=local, recent=recent)
            if reach.hits:
                x = next(iter(reach.hits))
                here = Unseen(xs, (), {}, unseen.place, unseen.text)
                raise hidden(e, here, parameter, value, x, "function")
            parameters.update(reach.parameters)
            captured.update(reach.captured)
        reach = Reach([mapping.get(v, v) for v in unseen.captured], xs, local=local, recent=recent)
        parameters.update(reach.parameters)
        captured.update(reach.captured)
        outer = {x: name for x, name in xs.items() if not owns(frame, x)}
        if outer and frame.parent is not None:
            again = {v: bool(Reach([v], xs, recent=recent).hits) for v in captured}
            add(frame, Unseen(outer, tuple(parameters), again, unseen.place, unseen.text))


def serves(frame: Frame, noted: Iterable[Unseen], changed: Mapping[Value, Value]) -> bool:
    """Are the derivatives in a trace right for captures that mean something else now?"""
    for unseen in noted:
        xs = {changed.get(x, x) for x in unseen.xs}
        moved = not xs.issubset(unseen.xs)
        others = [(v, depended) for v, depended in unseen.captured.items() if moved or v in changed]
        if any(depended for _, depended in others):
            return False
        if others and Reach([changed.get(v, v) for v, _ in others], xs, recent=since(frame, xs)).hits:
            return False
    return True


# ---------------------------------------------------------------- the message


def cut(
    e: Elaborator, frame: Frame, ys: Sequence[Value], x: Value, name: str, place: Span, text: str
) -> Failure | None:
    """E0415, if the only path from ys to x comes from outside, as far as that is known before a loop is complete."""
    if frame.parent is None or owns(frame, x):
        return None
    queue = list(Reach(ys, (x,)).parameters)
    seen = set(queue)
    for parameter in queue:
        value = e.arguments.get(parameter)
        if value is None:
            continue
        found = Reach([value], (x,))
        if found.hits:
            where = "iteration" if in_a_loop(frame, parameter) else "function"
            return hidden(e, Unseen({x: name}, (), {}, place, text), parameter, value, x, where)
        queue.extend(p for p in found.parameters if p not in seen)
        seen.update(found.parameters)
    return None


def in_a_loop(frame: Frame, parameter: Value) -> bool:
    walk: Frame | None = frame
    while walk is not None and parameter not in walk.given:
        walk = walk.parent
    return walk is not None


def hidden(
    e: Elaborator, unseen: Unseen, parameter: Value, value: Value, x: Value, where: str = "iteration"
) -> Failure:
    """E0415: what `unseen` is a derivative of depends on x through a parameter, which stands for `value`."""
    name, by = parameter.name or "a value", unseen.xs[x]
    through = "" if unseen.text == name else f" through {name}"
    here = Label(value.node.origin.span, f"{name} depends on {by} here")
    if value is x:
        here = Label(parameter.node.origin.span, f"{name} stands for {by}")
    return e.fail(
        "E0415",
        f"{unseen.text} depends on {by}{through} by a path from outside the {where}",
        unseen.place,
        f"sees the {where} only",
        secondary=[here],
        hint=f"stop_grad({name}) leaves that path out; else take the derivative outside the {where}",
    )
