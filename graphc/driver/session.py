"""A program that runs again and again, its variables carried from one run to the next.

In: a graph, then feeds.  Out: the outputs of each run; `state` holds the variables.  The command line's `run` and the
Python API's compiled programs are sessions.  Threads may share one: a run and what it leaves are one step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from threading import RLock

from graphc.executors.binding import Advise, Binding, bind, option
from graphc.executors.numpy import Executable, default_of
from graphc.executors.random_state import FIRST, RandomState
from graphc.ir.graph import Graph, Node
from graphc.ir.types import Array


class Session:
    """`state` has the variables by name, those that no run or load has set left out; `steps` counts the runs.

    `random` says what the next run draws.

    `program` is the graph before pruning: its inputs may all be fed, and so may the nodes `dropped`, inputs that the
    program had once.  `write` gets what the program prints, `note` what is worth a remark about feeds.  `advise` says
    how an input without a value is fed.  Who reads or sets several of these together holds `lock`.
    """

    def __init__(
        self,
        program: Graph,
        executable: Executable,
        *,
        dropped: Iterable[Node] = (),
        random: RandomState = FIRST,
        write: Callable[[str], object] | None = None,
        note: Callable[[str], None] | None = None,
        advise: Advise = option,
    ) -> None:
        self.program = program
        self.state: dict[str, Array] = {}
        self.steps = 0
        self.random = random
        self.lock = RLock()
        self._executable = executable
        self._write = write  # None: what is the standard output when something is printed
        self._note, self._advise = note, advise
        needed = set(executable.graph.nodes)
        self._pruned: tuple[Node, ...] = (*(n for n in program.inputs() if n not in needed), *dropped)

    def bind(self, feeds: Mapping[str, object]) -> Binding:
        """Feeds and the state, checked against the declarations.  Raises Diagnostics."""
        graph = self._executable.graph
        with self.lock:
            binding = bind(graph, feeds, self.state, pruned=self._pruned, note=self._note, advise=self._advise)
            self.state = {**self.state, **binding.state}
            return binding

    def prepare(self, binding: Binding) -> None:
        """Do now what the first step would do once: specialise, plan, evaluate initial values.  Raises Diagnostics."""
        self._executable.initial_state(binding.sizes, self.random)

    def step(self, binding: Binding) -> dict[str, Array]:
        """One run.  Raises Diagnostics, the state as it was."""
        with self.lock:
            result = self._executable.run(binding, self.state, write=self._write, random=self.random)
            state, steps, random = {**self.state, **result.state}, self.steps + 1, self.random.next()
            self.state, self.steps, self.random = (
                state,
                steps,
                random,
            )  # together: an interrupt comes before both or after both
            return result.outputs

    def variables(self, binding: Binding) -> dict[str, Array]:
        """All variables: those that no run has set have their initial values.  Raises Diagnostics."""
        return {
            n.attrs[0]: self.state[n.attrs[0]]
            if n.attrs[0] in self.state
            else default_of(n, binding.sizes, self.random)
            for n in self.program.variables()
        }
