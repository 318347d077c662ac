"""How the operands of loops are laid out, so that nobody needs to know a loop by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphc.ir.dims import Dim


@dataclass(frozen=True, slots=True)
class Loop:
    """How the operands and results of an op that repeats its last region are laid out.

    Operands: `head` that no region sees, `mapped` whose slices it gets (`least` of them, for their length), `carried`
    that start what goes from step to step, then the captures.  The region's parameters: `index` for the step, slices,
    carried, captures.  Its outputs and the op's results: the carried, then what is collected from all steps.  A region
    before it decides whether there is another step; it reads the carried and the captures.
    `length`: of how many steps, if that is known.  `resized(mapped, carried)`: the attributes for other numbers.
    """

    head: int
    index: int
    mapped: int
    carried: int
    least: int
    length: Dim | None
    resized: Callable[[int, int], tuple[Any, ...]]
