"""Reading lines: with editing, history and completion at a terminal, as they come otherwise.

In: prompts.  Out: lines without their newline, None at the end.  History is kept in the user's state folder
($XDG_STATE_HOME/graphc/history) where that can be written; nothing depends on it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_MOST = 1000  # lines of history
_WORD = re.compile(r"[\w.:]*$")


class Plain:
    """Lines of a pipe or file."""

    def __init__(self) -> None:
        self._ahead: str | None = None

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def read(self, prompt: str) -> str | None:
        """The next line, with those behind it that begin with `else` or `vjp`, which belong to it."""
        line = self._next()
        while line is not None:
            following = self._next()
            if following is None or following.split()[:1] not in (["else"], ["vjp"]):
                self._ahead = following
                return line
            line += "\n" + following
        return None

    def _next(self) -> str | None:
        if self._ahead is not None:
            line, self._ahead = self._ahead, None
            return line
        line = sys.stdin.readline()
        return line.removesuffix("\n") if line else None


class Editor:
    """Lines of a terminal.  `words` are what the Tab key completes."""

    def __init__(self, words: Callable[[], Sequence[str]]) -> None:
        self._words = words
        self._found: list[str] = []

    def __enter__(self) -> Editor:
        with suppress(ImportError):
            import readline

            readline.set_history_length(_MOST)
            readline.set_completer(self._complete)
            readline.set_completer_delims(" \t\n()[]{},;=+-*/%@<>!\"'")
            readline.parse_and_bind("tab: complete")
            with suppress(OSError):
                readline.read_history_file(_history())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(ImportError, OSError):
            import readline

            path = _history()
            path.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(path)

    def read(self, prompt: str) -> str | None:
        sys.stdout.flush()
        try:
            return input(prompt)
        except EOFError:
            print()
            return None

    def _complete(self, text: str, state: int) -> str | None:
        if state == 0:
            self._found = sorted({w for w in self._words() if w.startswith(text)})
        return self._found[state] if state < len(self._found) else None


def _history() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "graphc" / "history"
