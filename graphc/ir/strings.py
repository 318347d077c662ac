"""String literals: what stands between the quotes, and the characters that it means.

In: a literal's text, or characters.  Out: the other.  The parser, the reader of feeds and the printers call it; NumPy
is not needed here, as formatting a program should not wait for it.
"""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)

_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", '"': '\\"'}
_CHARACTERS = {escape[1]: character for character, escape in _ESCAPES.items()}


def quote(text: str) -> str:
    """A string literal, without control characters."""
    if text.isprintable() and "\\" not in text and '"' not in text:
        return f'"{text}"'
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in text) + '"'


def unescape(match: re.Match[str]) -> str | None:
    """The character that a match of `ESCAPE` stands for; None for an unknown escape and for what is no character."""
    digits = match[1] or match[2] or match[3]
    if digits is None:
        return _CHARACTERS.get(match[4])
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None
