"""A program as a tree of lines, which renders as graphc's text and as Python.

Most lines are the same in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A statement; `python` where it is another there.  An empty one is left out."""

    text: str
    python: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """`head` with statements under it."""

    head: str
    body: Sequence[Node]
    python: str | None = None


Node = Line | Block


def text_of(nodes: Sequence[Node]) -> str:
    return "".join(f"{line}\n" for line in _graphc(nodes, ""))


def python_of(nodes: Sequence[Node]) -> str:
    return "".join(f"{line}\n" for line in _python(nodes, ""))


def _graphc(nodes: Sequence[Node], indent: str) -> Iterator[str]:
    for node in nodes:
        match node:
            case Block(head, body):
                yield f"{indent}{head} {{"
                yield from _graphc(body, indent + "  ")
                yield f"{indent}}}"
            case Line(text):
                if text:
                    yield indent + text


def _python(nodes: Sequence[Node], indent: str) -> Iterator[str]:
    for node in nodes:
        match node:
            case Block(head, body, python):
                yield f"{indent}{head if python is None else python}:"
                yield from _python(body, indent + "    ")
            case Line(text, python):
                if line := text if python is None else python:
                    yield indent + line
