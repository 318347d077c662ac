"""The command line: one file per verb, each calling the driver.

In: arguments.  Out: results on stdout, everything else on stderr, and an exit status: 0 ok, 1 the program or its data
has an error, 2 usage, 70 a bug in graphc.  `graphc --help` imports click alone; a verb's file is imported when it is
used.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click
from click.shell_completion import shell_complete

from graphc import __version__
from graphc.cli.failure import NoSuchVerb, guarded
from graphc.cli.terminal import Manner
from graphc.cli.verb import Layout, common_options

VERBS = {
    "run": "run a program",
    "grad": "print the gradient of a program as a program",
    "show": "print a program's graph",
    "check": "check a program; with --grad, its gradients",
    "train": "train a program's variables on data",
    "save": "save a program with its variables, to be run elsewhere",
    "fmt": "format programs",
    "repl": "type a program, executed as it is typed",
    "bench": "measure how long a program takes to compile and to run",
    "test": "run the test blocks of programs",
    "ops": "look up operations",
    "explain": "explain an error code",
    "doctor": "report on the installation",
    "completion": "print a script that completes commands in your shell",
}

EXAMPLES = """
    graphc run poly.g --feed x=3.0
    graphc grad poly.g --wrt x
    graphc check --grad poly.g
"""


class Graphc(Layout, click.Group):
    """All verbs; each is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"graphc.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in VERBS and not ctx.resilient_parsing:
            raise NoSuchVerb(name, VERBS, next(iter(args[1:]), None))
        return name, self.get_command(ctx, name), args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run, and exit: always by itself, under the name graphc."""
        arguments = list(sys.argv[1:] if args is None else args)
        instruction = os.environ.get("_GRAPHC_COMPLETE")
        if instruction:
            sys.exit(shell_complete(self, {}, "graphc", "_GRAPHC_COMPLETE", instruction))
        manner = Manner(arguments)
        sys.exit(guarded(lambda: self._start(arguments, manner), manner))

    def _start(self, arguments: list[str], manner: Manner) -> int:
        with self.make_context("graphc", arguments, obj=manner) as ctx:
            self.invoke(ctx)
        return manner.status


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"graphc {__version__}")
        ctx.exit()


cli = Graphc(
    name="graphc",
    help="A compiler for tensor programs: from a formula to its value, its graph and its gradient.",
    examples=EXAMPLES,
    params=[
        click.Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_version,
                     help="Print the version."),
        *common_options(),
    ],
    no_args_is_help=True,
    subcommand_metavar="VERB …",
)  # fmt: skip


def main() -> NoReturn:
    """The entry point `graphc`."""
    for library in ("OPENBLAS", "MKL", "BLIS", "VECLIB"):
        # Before NumPy is imported: the bits of a matrix product depend on the number of threads.
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    gc.disable()  # a command is short and makes few cycles; `run` enables it before it repeats anything
    cli.main()
