"""`graphc fmt`: programs in the house style, in place, or from the standard input to the standard output."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import click

from graphc.cli.compiling import say
from graphc.cli.failure import Misuse
from graphc.cli.options import ProgramFile
from graphc.cli.program import STDIN, only_program_here, read_program, stdin_is_redirected
from graphc.cli.verb import verb
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver.sources import read_source
from graphc.files.atomic import write_file
from graphc.files.saved import ENDING, is_saved_program
from graphc.frontend.format import format_source
from graphc.source import Source


@verb(
    "fmt",
    "Format programs in place.  A program from the standard input goes to the standard output.",
    """
    graphc fmt poly.g
    graphc fmt --check .
    graphc fmt - < poly.g
    """,
)
@click.argument("paths", type=ProgramFile(), nargs=-1, metavar="[FILE]…")
@click.option("--check", "checks", is_flag=True, help="Only say which programs would change; exit 1 if any would.")
@click.option("--diff", is_flag=True, help="Print the changes instead of making them.")
def command(paths: tuple[str, ...], checks: bool, diff: bool) -> bool:
    changed = 0
    problems: list[Diagnostic] = []
    for source in _sources(paths):
        try:
            text = format_source(source)
        except Diagnostics as error:
            problems.extend(error.items)
            continue
        changes = _is_changed(source, text)
        changed += changes
        if diff:
            _print_diff(source, text)
        elif checks:
            if changes:
                say(f"would format {source.name}")
        elif source.name == STDIN:
            click.echo(text, nl=False)
        elif changes:
            _rewrite(source.name, text)
            say(f"formatted {source.name}")
    if problems:
        raise Diagnostics(problems)
    return not (checks and changed)


def _sources(paths: Iterable[str]) -> Iterator[Source]:
    given = list(paths)
    if not given:
        yield read_program("-") if stdin_is_redirected() else read_source(only_program_here())
    for path in given:
        if path == "-":
            yield read_program("-")
        elif is_saved_program(path):
            raise Misuse(f"{path} is a saved program, which stays as it is", "graphc fmt FILE && graphc save FILE")
        elif Path(path).is_dir():
            yield from (read_source(str(file)) for file in programs_below(Path(path)))
        else:
            yield read_source(path)


def programs_below(folder: Path) -> list[Path]:
    """All `.g` files of a folder and those inside it, but for hidden ones and those of saved programs."""
    found = (p for p in sorted(folder.rglob("*.g")) if p.is_file())
    inside = [(p, p.relative_to(folder).parts) for p in found]
    return [p for p, parts in inside if not any(part.startswith(".") or part.endswith(ENDING) for part in parts)]


def _is_changed(source: Source, text: str) -> bool:
    """Compared with the bytes of the file, whose line ends and byte order mark a `Source` doesn't have."""
    if source.name == STDIN:
        return source.text != text
    return Path(source.name).read_bytes() != text.encode()


def _rewrite(path: str, text: str) -> None:
    data = text.encode()

    def write(stream: IO[bytes]) -> None:
        stream.write(data)

    write_file(path, write)


def _print_diff(source: Source, text: str) -> None:
    before, after = (t.splitlines(keepends=True) for t in (source.text, text))
    for line in difflib.unified_diff(before, after, source.name, f"{source.name}, formatted"):
        click.echo(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", nl=False)
