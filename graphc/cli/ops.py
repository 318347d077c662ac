"""`graphc ops`: the reference of operations, from their records and from the standard library."""

from __future__ import annotations

from collections.abc import Iterator

import click

from graphc.cli.failure import Misuse
from graphc.cli.options import names_completion
from graphc.cli.reference import as_markdown, entries, families, in_detail
from graphc.cli.verb import verb
from graphc.diagnostics.suggest import suggest


@verb(
    "ops",
    "Look up an operation or a function of the library; without a name, list them all.",
    """
    graphc ops tanh
    graphc ops
    graphc ops --markdown > ops.md
    """,
)
@click.argument("name", required=False, metavar="[NAME]", shell_complete=names_completion(lambda: list(entries())))
@click.option("--markdown", is_flag=True, help="The whole reference as a page.")
def command(name: str | None, markdown: bool) -> None:
    if name is None:
        click.echo(as_markdown() if markdown else "\n".join(_listing()))
        return
    found = entries().get(name)
    if found is None:
        near = suggest(name, entries())
        raise Misuse(f"there is no operation {name}", f"graphc ops {near}" if near else "graphc ops")
    click.echo(in_detail(found))


def _listing() -> Iterator[str]:
    width = max(map(len, entries()))
    for family, found in families():
        yield family
        yield from (f"  {e.name:<{width}}  {e.summary or e.usage}".rstrip() for e in found)
        yield ""
    yield "graphc ops NAME says more"
