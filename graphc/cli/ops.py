"""`graphc ops`: the reference of operations, from their records and from the standard library."""

from __future__ import annotations

from collections.abc import Iterator

import click

from graphc.cli.failure import Misuse
from graphc.cli.options import names_completion
from graphc.cli.reference import Entry, as_markdown, entries, families, in_detail, members, named
from graphc.cli.verb import verb
from graphc.diagnostics.suggest import suggest
from graphc.frontend.elaborate.core.elsewhere import fill
from graphc.frontend.foreign import FUNCTIONS


@verb(
    "ops",
    "Look up an operation or a function of the library; without a name, list them all.",
    """
    graphc ops tanh
    graphc ops optim
    graphc ops --markdown > ops.md
    """,
)
@click.argument("name", required=False, metavar="[NAME]", shell_complete=names_completion(lambda: list(entries())))
@click.option("--markdown", is_flag=True, help="The whole reference as a page.")
def command(name: str | None, markdown: bool) -> None:
    if name is None:
        click.echo(as_markdown() if markdown else "\n".join(_listing()))
        return
    found = named(name)
    if found:
        click.echo("\n\n".join(map(in_detail, found)))
        return
    listed = members(name)
    if not listed:
        raise Misuse(f"there is no operation {name}", _hint(name))
    click.echo("\n".join(_in_a_line(listed)))


def _hint(name: str) -> str:
    if name in FUNCTIONS:
        return fill(FUNCTIONS[name], ())
    near = suggest(name, [*entries(), *(f for f, _ in families())])
    return f'graphc ops "{near}"' if near and " " in near else f"graphc ops {near}" if near else "graphc ops"


def _in_a_line(listed: tuple[Entry, ...]) -> Iterator[str]:
    """Each with how it is called and what it does, as one after the other is read."""
    if listed[0].imported_from:
        yield f"import {listed[0].imported_from}"
        yield ""
    for e in listed:
        yield e.usage
        yield from (f"  {line}".rstrip() for line in e.doc.splitlines())


def _listing() -> Iterator[str]:
    width = max(map(len, entries()))
    for family, found in families():
        yield family
        yield from (f"  {e.name:<{width}}  {e.summary or e.usage}".rstrip() for e in found)
        yield ""
    yield "graphc ops NAME says more"
