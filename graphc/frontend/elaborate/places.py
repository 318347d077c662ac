"""Places: names, and paths that are one name because a variable is declared so (`net.l1.W`).

What comes in: the syntax of a name or of a chain of attributes.  What goes out: one name, as the scopes know it.
"""

from __future__ import annotations

from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import Elaborator
from graphc.frontend.elaborate.values import Failure, Scope


def dotted(node: syntax.Expr) -> syntax.Name | None:
    """A name, or a chain of attributes of one, as a path; None for anything else."""
    words = []
    inner = node
    while isinstance(inner, syntax.Attribute):
        words.append(inner.name.text)
        inner = inner.value
    if not isinstance(inner, syntax.Name):
        return None
    return syntax.Name(".".join((inner.text, *reversed(words))), node.span)


def path(scope: Scope, node: syntax.Attribute) -> syntax.Name | None:
    """The attribute as one name, if that is bound."""
    name = dotted(node)
    return name if name is not None and scope.find(name.text) is not None else None


def target(e: Elaborator, scope: Scope, node: syntax.Expr) -> syntax.Name | None:
    """The name that an assignment to `node` binds; None if it is no name.  Raises Failure for an unknown path."""
    if isinstance(node, syntax.Name):
        return node
    if not isinstance(node, syntax.Attribute):
        return None
    found = path(scope, node)
    if found is not None:
        return found
    check_known(e, scope, node)
    raise e.fail(
        "E0109", f"{node.span.text} can't be assigned to", node.span, "no variable", hint="assign to a name, or to x[i]"
    )


def check_known(e: Elaborator, scope: Scope, node: syntax.Expr) -> None:
    """Raise E0201 if the first word means nothing, but paths begin with it."""
    name = dotted(node)
    if name is None:
        return
    words = name.text.split(".")
    paths = [other for other in e.variables if other.startswith(f"{words[0]}.")]
    if not paths or scope.find(words[0]) is not None or e.builtins(words[0]) is not None:
        return
    if all(scope.find(".".join(words[:count])) is None for count in range(2, len(words) + 1)):
        raise unknown(e, name, paths)


def unknown(e: Elaborator, name: syntax.Name, paths: list[str]) -> Failure:
    meant = suggest(name.text, paths)
    head = name.text.partition(".")[0]
    hint = f"did you mean {meant}?" if meant else f"{head} has {', '.join(p.partition('.')[2] for p in paths)}"
    return e.fail("E0201", f"{name.text} is not defined", name.span, hint=hint)
