"""Parsing: from a `Source` to the syntax tree.

What comes in: program text.  What goes out: `syntax.Program`, or `Diagnostics` with every syntax error that was found.
The driver and the eager session call it; the standard library is read through `parse_declarations`, function by
function, as a program needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.frontend import lexing, postlex, syntax
from graphc.frontend.actions import Actions
from graphc.frontend.lalr import Expected, parser
from graphc.frontend.lexing import ERROR, StopNesting
from graphc.frontend.syntax_errors import explain
from graphc.frontend.syntax_mistake import Mistake
from graphc.source import Source, Span

MOST_ERRORS = 20  # further ones are rarely worth reading


def parse(source: Source) -> syntax.Program:
    """The syntax tree of a program; raises `Diagnostics`."""
    program: syntax.Program = _parse(source, "program", _first(source), len(source.text))
    return program


def parse_expression(source: Source) -> syntax.Expr:
    """The syntax tree of a single expression (a tuple, with commas); raises `Diagnostics`."""
    expression: syntax.Expr = _parse(source, "expression_only", _first(source), len(source.text))
    return expression


def _first(source: Source) -> int:
    """Behind the empty lines at the start; a line typed in a session has one for each line before it."""
    return len(source.text) - len(source.text.lstrip("\n"))


def _parse(source: Source, goal: str, start: int, end: int) -> Any:
    """What stands between two offsets of a source; spans count from the beginning of the source."""
    problems: list[Diagnostic] = []
    report = problems.append

    def unexpected(expected: Expected, index: int) -> None:
        if tokens[index].kind != ERROR:
            report(explain(Mistake(source, tokens, index, expected())))
        if len(problems) >= MOST_ERRORS:
            raise StopNesting

    def too_deep(offset: int) -> None:
        report(lexing.too_deep(Span(source, offset, offset + 1)))

    result = None
    try:
        arranged = postlex.arrange(source, lexing.scan(source, report, start, end), end, report)
        tokens = arranged.tokens
        actions = Actions(source, arranged.docs, arranged.doc, report)
        result = parser().run(actions, tokens, goal, unexpected, too_deep)
    except StopNesting:
        pass
    if problems:
        raise Diagnostics(_worth_reading(problems)[:MOST_ERRORS])
    return result


def _worth_reading(problems: list[Diagnostic]) -> list[Diagnostic]:
    """In the order of the text, without those that only follow from another."""
    unclosed = [(p.secondary[0].span.start, _position(p)) for p in problems if p.code == "E0103" and p.secondary]
    broken = {_line(p) for p in problems if p.code != "E0110"}
    kept: dict[int, Diagnostic] = {}
    for problem in sorted(problems, key=_position):
        place = _position(problem)
        if problem.code == "E0110" and not broken.isdisjoint((_line(problem), _line(problem) - 1)):
            continue  # the rest of a statement that broke off on the line above
        if problem.code == "E0101" and any(opened < place <= noticed for opened, noticed in unclosed):
            continue
        kept.setdefault(place, problem)
    return list(kept.values())


def _line(problem: Diagnostic) -> int:
    return problem.primary.span.line if problem.primary is not None else 0


def _position(problem: Diagnostic) -> int:
    return problem.primary.span.start if problem.primary is not None else -1


# ---------------------------------------------------------------- libraries, read lazily

_DECLARED = re.compile(r"^(?:##[^\n]*\n)*(?:(?:export[ \t]+)?fn|module)[ \t]+([^\W\d]\w*)", re.MULTILINE)
_NEXT = re.compile(r"^(?!else\b|vjp\b)[^\W\d]", re.MULTILINE)


class Declarations(Mapping[str, syntax.Fn | syntax.Module]):
    """The functions and modules of a library by name, found by the first column, each parsed when first asked for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._places = {match[1]: match.span() for match in _DECLARED.finditer(source.text)}
        self._parsed: dict[str, syntax.Fn | syntax.Module] = {}

    def __getitem__(self, name: str) -> syntax.Fn | syntax.Module:
        """What `name` declares, its spans those of the whole source; raises `KeyError`, and `Diagnostics`."""
        if name not in self._parsed:
            start, head_end = self._places[name]
            following = _NEXT.search(self.source.text, head_end)
            end = following.start() if following else len(self.source.text)
            self._parsed[name] = _parse(self.source, "program", start, end).statements[0]
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places


def parse_declarations(source: Source) -> Declarations:
    """The functions and modules at the outermost level of `source`, without parsing any."""
    return Declarations(source)
