"""Files that a program imports: what is known of each, and the way to it.

`imports` fills the table; `elaborator` asks it how a message from inside a file is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from graphc.diagnostics import Diagnostic, Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.scopes import Scope
from graphc.source import Call, Source, Span


@dataclass(slots=True, eq=False)
class File:
    """An imported file.  `span`: where it was imported first; `scope`: its names; `whole`: it has been read to its end.

    `statements` also keeps the syntax alive, whose identities the elaborator knows.  `broken`: they can't be parsed.
    """

    source: Source
    span: Span
    scope: Scope
    statements: tuple[syntax.Stmt, ...] = ()
    whole: bool = False
    broken: bool = False

    @property
    def prefix(self) -> str:
        """What the paths of its variables begin with."""
        return self.scope.home or ""


@dataclass(slots=True)
class ImportedFiles:
    """`known`: the files by their sources, in the order of import; `links`: what a source imports, by written path.

    `between` is called after each of their statements.
    """

    known: dict[Source, File] = field(default_factory=dict)
    links: dict[Source, dict[str, Source]] = field(default_factory=dict)
    between: Callable[[], None] | None = None

    def chain(self, source: Source) -> Iterator[File]:
        """The file, the one that imports it first, and so on; nothing for the program itself."""
        file = self.known.get(source)
        while file is not None:
            yield file
            file = self.known.get(file.span.source)

    def reached(self, diagnostic: Diagnostic) -> Diagnostic:
        """A message from inside a file says by which imports it is reached, unless it leads to the program itself."""
        if diagnostic.primary is None:
            return diagnostic
        source = diagnostic.primary.span.source
        others = [*(label.span for label in diagnostic.secondary), *_calls(diagnostic.call)]
        if any(s.source not in self.known and not s.source.library for s in others):
            return diagnostic
        labels = [Label(file.span, "imported here") for file in self.chain(source)]
        return replace(diagnostic, secondary=(*diagnostic.secondary, *labels))


def _calls(call: Call | None) -> Iterator[Span]:
    while call is not None:
        yield call.span
        call = call.caller
