"""What all verbs look like: help that begins with examples, and the options that each of them takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from textwrap import dedent, indent
from typing import Any

import click

from graphc.cli.deadline import in_time, timeout_option
from graphc.cli.terminal import Manner, manner


def common_options() -> list[click.Parameter]:
    """`--color` and `--debug`, which stand before the verb or after it."""
    return [
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            is_eager=True,
            callback=_set_color,
            help="Colours in messages.",
        ),
        click.Option(["--debug"], is_flag=True, expose_value=False, help="A traceback, if graphc has a bug."),
    ]


def _set_color(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    found: Any = ctx.find_root().obj
    if value and isinstance(found, Manner):
        found.color = value


class Layout(click.Command):
    """A command whose help is a sentence, three examples, and the options."""

    def __init__(self, *args: Any, examples: str, **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"], "max_content_width": 100})
        super().__init__(*args, **kwargs)
        self.examples = indent(dedent(examples).strip(), "  ")

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(f"{self.examples}\n\n")
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(self.help or "")
        self.format_options(ctx, formatter)


class Verb(Layout):
    """A verb.  Its function may return False: what it was asked to check doesn't hold, and the exit status is 1."""

    def __init__(self, *args: Any, timed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend([timeout_option()] if timed else [])
        self.params.extend(common_options())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click forgets of which verb an option without a value is
            raise

    def invoke(self, ctx: click.Context) -> Any:
        held = in_time(ctx, partial(super().invoke, ctx))
        if held is False:
            manner().status = 1
        return held


def verb(
    name: str, summary: str, examples: str, *, timed: bool = False
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a verb.  `timed`: it takes `--timeout`."""
    return click.command(name, cls=Verb, help=summary, examples=examples, timed=timed)
