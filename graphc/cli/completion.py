"""`graphc completion`: a script for the shell, which asks graphc itself what can follow."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from graphc.cli.failure import Misuse
from graphc.cli.verb import verb


@verb(
    "completion",
    "Print a script that completes verbs, options, programs, operations and codes.",
    """
    graphc completion bash >> ~/.bashrc
    graphc completion zsh >> ~/.zshrc
    graphc completion fish > ~/.config/fish/completions/graphc.fish
    """,
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    found = get_completion_class(shell)
    if found is None:
        raise Misuse(f"there is no completion for {shell}")
    complete = found(ctx.find_root().command, {}, "graphc", "_GRAPHC_COMPLETE")
    click.echo(complete.source_template % complete.source_vars())
