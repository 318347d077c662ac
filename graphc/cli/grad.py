"""`graphc grad`: the gradient of a program, as a program; `--run`: its results; `--walk`: step by step."""

from __future__ import annotations

from itertools import groupby, islice, product
from typing import Any

import click

from graphc.cli.compiling import driver_options, optimised, say
from graphc.cli.failure import Misuse
from graphc.cli.options import (
    comma_list,
    entry_option,
    file_argument,
    hidden_import_option,
    pass_options,
    run_options,
    take_pass_options,
    take_run_options,
)
from graphc.cli.printing import format_options, print_in, short_name, the_format
from graphc.cli.program import open_program
from graphc.cli.running import Home, execute, random_state, read_feeds, refuse_idle_steps, starting_values
from graphc.cli.verb import verb
from graphc.cli.walking import check_walk, print_walk
from graphc.driver import CATALOGUE, derive, subject
from graphc.driver.starting import starting_from
from graphc.driver.walk import walk
from graphc.ir.graph import Graph


@verb(
    "grad",
    "Print the gradient of a program as a program, pruned and simplified.",
    """
    graphc grad poly.g --wrt x --walk
    graphc grad --wrt w,b --of loss --run --feeds data.npz
    graphc grad --wrt x | graphc grad --wrt x --of dy_dx
    """,
    timed=True,
)
@file_argument
@entry_option
@hidden_import_option
@click.option("--wrt", multiple=True, metavar="NAME,…", callback=comma_list, help="What to differentiate by.")
@click.option("--of", metavar="NAME", help="Of what; else the only output, or loss.")
@click.option("--order", type=click.IntRange(1, 16), default=1, metavar="N", help="2 for the second derivative.")
@format_options
@click.option("--walk", "walks", is_flag=True, help="Show each step, with numbers.")
@click.option("--run", "runs", is_flag=True, help="Run it, with these options:")
@run_options
@pass_options
def command(
    file: str | None,
    entry: str | None,
    wrt: tuple[str, ...],
    of: str | None,
    order: int,
    walks: bool,
    runs: bool,
    core: bool,
    dot: bool,
    default_float: str,
    **given: Any,
) -> None:
    passes, wanted = take_pass_options(given), take_run_options(given)
    form = the_format(core, dot, wanted.as_json and not runs)
    if walks:
        check_walk(wanted, form, order, runs)
    elif not runs and (
        wanted.feeds.feeds or wanted.feeds.archive or wanted.fetch or wanted.out or wanted.seed is not None
    ):
        raise Misuse("feeds and fetches are for a run", "graphc grad … --run")
    opened = open_program(file, stdin_is_data=wanted.feeds.from_stdin)
    told = opened.source if wanted.verbose else None
    options = driver_options(passes, opened.float_name(default_float), told=told, show=say)
    program = opened.compile(options, opened.chosen(entry))
    if not wrt:
        raise Misuse("--wrt says what to differentiate by", _wrt_hint(program.graph))
    if walks:
        feeds, state = read_feeds(program.graph, wanted.feeds), opened.variables(program.graph)
        print_walk(walk(program.graph, options, wrt, of, feeds, random_state(wanted), state), wanted.as_json)
        return
    derived = derive(program.graph, CATALOGUE, wrt, of, order=order, effects=wanted.effects)
    if runs:
        if program.graph.updates:
            refuse_idle_steps(wanted, "a gradient alone updates no variable")
        execute(derived.graph, wanted, options, passes, Home(opened, program.variables))
        return
    of = subject(program.graph, of).name
    title = f"{_derivatives(of, wrt, order)} of {short_name(opened.name)}"
    values = starting_values(program.graph, wanted, opened)
    graph = starting_from(optimised(derived.graph, options, passes, keep=derived.wrt), values)
    print_in(form, graph, header=title, title=title)


_LISTED = 12  # derivatives in the title of a program


def _wrt_hint(graph: Graph) -> str:
    names = [n.attrs[0] for n in (*graph.variables(), *graph.inputs()) if n.results[0].type.dtype.is_float]
    return f"--wrt {names[0] if names else 'x'}"


def _derivatives(of: str, wrt: tuple[str, ...], order: int) -> str:
    """`d loss / d w, d loss / d b`; of order 2 `d2 loss / d w2, d2 loss / d w d b` and so on, the first dozen."""
    listed: list[str] = []
    for k in range(1, order + 1):
        for chosen in islice(product(wrt, repeat=k), _LISTED + 1 - len(listed)):
            runs = [(x, len(list(same))) for x, same in groupby(chosen)]
            below = " ".join(f"d {x}{count if count > 1 else ''}" for x, count in runs)
            listed.append(f"d{k if k > 1 else ''} {of} / {below}")
    return ", ".join(listed[:_LISTED] + ["…"] * (len(listed) > _LISTED))
