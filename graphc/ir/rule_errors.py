"""How an op refuses: its type rule its operands, its evaluation their values.

Raised by op records; the elaborator and the executors add the source line.  `graphc.ir.op` exports them, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say about operand `operand` (its position), or about dimension `axis` of its type."""

    operand: int
    text: str
    axis: int | None = None


class TypeRuleError(Exception):
    """An op doesn't accept its operands or attributes.

    `notes` become labels at the operands' places (at the declared dimension, where one is named), `label` the one at
    the op itself.  `{0}`, `{1}` in the hint stand for the operands as they were written.
    """

    def __init__(
        self, code: str, message: str, notes: Sequence[Note] = (), hint: str | None = None, label: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.notes, self.hint, self.label = code, message, tuple(notes), hint, label


class EvaluationError(Exception):
    """`evaluate` has no result for these values.  The executor adds the source line and the operands' types."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
