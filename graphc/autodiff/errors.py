"""What can't be differentiated, or not in the way asked for.  The frontend turns it into a diagnostic."""

from __future__ import annotations

from graphc.source import Origin


class DerivativeError(Exception):
    """`code` is in the error index (E04xx); `origin` is the place of the op that stands in the way."""

    def __init__(self, code: str, message: str, origin: Origin | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.origin, self.hint = code, message, origin, hint
