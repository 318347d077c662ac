"""What is special about random ops: their kind, and keys that a call may leave out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from graphc.ir.op import Ruled


class Implied(Enum):
    """What an omitted operand stands for, where that is no number: a key of random numbers."""

    PLACE = "the key of this place in the program"
    RUN = "the key of the run"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Random(Ruled):
    """Random numbers, or another key, as a function of a key (`graphc/ir/philox.py`).

    Operands of the group "T" take the dtype of the attribute `dtype` if both are floats; without it, that of the
    operands, in which numbers become the default float or i64.
    """
