"""`graphc explain`: what an error code means, with a bad program and its repair."""

from __future__ import annotations

import click

from graphc.cli.failure import Misuse
from graphc.cli.options import names_completion
from graphc.cli.verb import verb
from graphc.diagnostics.index import INDEX, UnknownCode, explain, listing


@verb(
    "explain",
    "Explain an error code; without one, list them all.",
    """
    graphc explain E0301
    graphc explain no-path
    graphc explain
    """,
)
@click.argument("code", required=False, metavar="[CODE]", shell_complete=names_completion(lambda: list(INDEX)))
def command(code: str | None) -> None:
    if code is None:
        click.echo(listing())
        return
    try:
        click.echo(explain(code))
    except UnknownCode as error:
        hint = f"graphc explain {error.suggestion}" if error.suggestion else "graphc explain"
        raise Misuse(str(error).partition(";")[0], hint) from None
