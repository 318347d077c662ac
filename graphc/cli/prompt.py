"""The prompt of `graphc repl`: lines in, values and messages out, and the commands that begin with a colon.

At a terminal lines can be edited and recalled; other input is read as it comes, and the exit status says whether all
of it was accepted.  A statement that fails or is interrupted leaves the session as it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import click

from graphc import __version__
from graphc.cli.compiling import trace_teller, warn
from graphc.cli.editing import Editor, Plain
from graphc.cli.terminal import columns, is_terminal, manner, remark
from graphc.diagnostics import Diagnostics
from graphc.diagnostics.render import render
from graphc.diagnostics.suggest import suggest
from graphc.driver import Options
from graphc.driver.eager import Listeners
from graphc.driver.interactive import Interactive, incomplete
from graphc.driver.sources import read_source
from graphc.driver.tree import Line
from graphc.executors.binding import Advice
from graphc.executors.random_state import RandomState
from graphc.exporters.dot import to_dot
from graphc.files import parse_feed
from graphc.files.atomic import write_file
from graphc.frontend import syntax
from graphc.ir.types import TensorType

PROMPT, MORE = "> ", ". "

HELP = """\
a statement runs at once; a value alone is shown; open brackets go on in the next line
:graph            the values so far, each above what it was computed from
:dot [FILE]       the graph for Graphviz
:type EXPRESSION  its type, without computing it
:save FILE        write the program so far
:load FILE        run a program here
:quit             leave, like Ctrl-D; Ctrl-C stops a computation"""


class Prompt:
    """The conversation.  `run` gives False if the input was no terminal and something in it failed."""

    def __init__(self, options: Options, random: RandomState, allow_import: Sequence[str] = ()) -> None:
        self._talks = is_terminal(sys.stdin) and is_terminal(sys.stdout)
        listeners = Listeners(lambda text: click.echo(text, nl=False), None, warn, _default)
        self._session = Interactive(
            replace(options, traced=trace_teller(remark)),
            listeners,
            ask=self._ask if self._talks else None,
            width=columns(sys.stdout, 100),
            random=random,
            allow_import=allow_import,
        )
        self._input: Editor | Plain = Editor(self._words) if self._talks else Plain()
        self._failed = False
        self._commands: dict[str, Callable[[str], None]] = {
            "help": lambda rest: click.echo(HELP),
            "graph": self._graph,
            "dot": self._dot,
            "type": lambda rest: click.echo(self._session.type_of(rest)),
            "save": self._save,
            "load": self._load,
        }

    def run(self) -> bool:
        if self._talks:
            click.echo(f"graphc {__version__} · eager · :help")
        with self._input:
            while True:
                try:
                    text = self._read()
                    if text is None or text.split()[:1] in ([":quit"], [":q"]):
                        break
                    self._do(text)
                except KeyboardInterrupt:
                    if not self._talks:
                        raise
                    click.echo("\ninterrupted", err=True)
        return self._talks or not self._failed

    # ------------------------------------------------------------ in

    def _read(self) -> str | None:
        """A statement, of as many lines as it has; None at the end."""
        text = self._input.read(PROMPT)
        while text is not None and not text.startswith(":") and incomplete(text):
            more = self._input.read(MORE)
            if more is None:
                break
            text += "\n" + more
        return text

    def _ask(self, declared: syntax.Input) -> object:
        """The value of an input."""
        name, type = declared.name.text, declared.type.span.text
        text = self._input.read(f"{name}: {type} = ")
        return None if text is None or not text.strip() else parse_feed(text, name, bare=type == "str")

    def _words(self) -> list[str]:
        """What can be completed."""
        e = self._session.eager.session.e
        commands = [f":{name}" for name in (*self._commands, "quit")]
        return [*self._session.names(), *e.builtin_names(), *commands]

    # ------------------------------------------------------------ what is done

    def _do(self, text: str) -> None:
        try:
            if text.startswith(":"):
                self._command(text[1:].strip())
            elif text.strip():
                for shown in self._session.enter(text):
                    click.echo(shown)
        except Diagnostics as errors:
            self._failed = True
            painted = manner().paints(sys.stderr)
            click.echo(render(errors.items, color=painted, width=columns(sys.stderr, 140)), err=True, color=painted)

    def _command(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        command = self._commands.get(name)
        if command is not None:
            command(rest.strip())
            return
        self._failed = True
        near = suggest(name, [*self._commands, "quit"])
        click.echo(f"there is no :{name}: {f'did you mean :{near}?' if near else 'see :help'}", err=True)

    def _graph(self, rest: str) -> None:
        lines = self._session.tree()
        width = max((len(line.text) for line in lines), default=0)
        places = max((len(f"{line.line}") for line in lines), default=0)
        for line in lines:
            click.echo(_laid_out(line, width, places))

    def _dot(self, path: str) -> None:
        text = to_dot(self._session.graph(), title="repl")
        if path:
            _write(path, text)
        else:
            click.echo(text, nl=not text.endswith("\n"))

    def _save(self, path: str) -> None:
        if not path:
            click.echo("save where? :save NAME.g", err=True)
            return
        _write(path, self._session.text)

    def _load(self, path: str) -> None:
        if not path:
            click.echo("load what? :load NAME.g", err=True)
            return
        source = read_source(Path(path))
        for shown in self._session.enter(source.text, source.name, path):
            click.echo(shown)


def _write(path: str, text: str) -> None:
    def write(stream: IO[bytes]) -> None:
        stream.write(text.encode())

    write_file(path, write)


def _laid_out(line: Line, width: int, places: int) -> str:
    return f"{line.text:<{width}}   line {line.line:<{places}}   {line.value}"


def _default(name: str, type: TensorType) -> Advice:
    """How an input gets a value at a prompt that nobody answers."""
    return Advice(f"give it a default: input {name}: {type} = {'ones([…])' if type.shape else '1.0'}")
