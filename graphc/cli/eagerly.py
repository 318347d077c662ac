"""`run --eager`: the program is executed as it is read.

In: a source and the options of a run.  Out: what `running` gives for a compiled program; messages in another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphc.cli.compiling import say, warn
from graphc.cli.failure import Misuse
from graphc.cli.options import PassOptions, RunOptions
from graphc.cli.running import (
    Takers,
    advice,
    check_endings,
    check_outs,
    check_places,
    feeds_of,
    noted_once,
    print_results,
    printer,
    random_state,
    refuse_idle_steps,
    run_steps,
    save,
    saved_state,
    say_missing,
)
from graphc.driver import Options, parse
from graphc.driver.eager import Eager, Listeners
from graphc.driver.measure import count_operations
from graphc.driver.session import Session
from graphc.files import write_array
from graphc.frontend import syntax
from graphc.ir.graph import Graph
from graphc.ir.types import Array
from graphc.passes.pipelines import DEFAULT
from graphc.source import Source


def refuse_passes(passes: PassOptions) -> None:
    """Nothing is optimised: raise Misuse if passes are asked for."""
    if passes.pipeline != DEFAULT or passes.fast_math or passes.inspects:
        raise Misuse("--eager executes the program as it stands, without passes", "leave out --eager or the passes")


@dataclass(frozen=True, slots=True)
class _Folder:
    """The folder of `--state`, if it is given."""

    wanted: RunOptions

    @property
    def places(self) -> tuple[str, ...]:
        return () if self.wanted.state is None else (self.wanted.state,)

    def keep(self, session: Session | Eager, variables: Mapping[str, Array]) -> None:
        save(session, variables, self.wanted)


def execute_eagerly(source: Source, wanted: RunOptions, options: Options) -> None:
    """Run a program as the command line asks."""
    program = parse(source)
    inputs = [s for s in program.statements if isinstance(s, syntax.Input)]
    strings = {s.name.text for s in inputs if s.type.span.text == "str"}
    names = [s.name.text for s in inputs]
    texts = {s.name.text for s in inputs if s.type.span.text.startswith("str")}
    feeds = feeds_of(Takers(names, strings, texts), wanted.feeds, say if wanted.verbose else None)
    check_endings(wanted.out, [s.name.text for s in program.statements if isinstance(s, syntax.Output)])
    check_places(wanted.out, wanted.state)
    listeners = Listeners(
        printer(wanted), noted_once() if wanted.verbose else None, warn, advice(wanted.feeds.archive, names)
    )
    eager = Eager(options, feeds, listeners, random_state(wanted))
    saved = None if wanted.state is None else saved_state(wanted.state, must_exist=False)
    eager.state = saved or {}

    def step() -> dict[str, Array]:
        if eager.steps:
            return eager.again()
        outputs = eager.run(program, wanted.fetch)
        if wanted.fetch and eager.variables():
            refuse_idle_steps(wanted)
        check_outs(_graph(eager), wanted.out)
        return outputs

    outputs, seconds = run_steps(eager, step, eager.variables, wanted, _Folder(wanted))
    if wanted.state is not None:
        variables = eager.variables()
        if saved is not None:
            say_missing(wanted.state, list(variables), list(variables), list(saved))
        save(eager, variables, wanted)
    for name, path in wanted.out:
        write_array(path, outputs[name])
    if wanted.verbose:
        ops = count_operations(_graph(eager))
        say(f"run      numpy, eagerly, {ops} op{'' if ops == 1 else 's'}, {seconds * 1e3:.3g} ms")
    print_results(_graph(eager), outputs, wanted)


def _graph(eager: Eager) -> Graph:
    assert eager.graph is not None
    return eager.graph
