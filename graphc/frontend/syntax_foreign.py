"""What Python and other languages write, and graphc doesn't: lambda, f-strings, dictionaries, lists of imports.

In: a `Mistake`.  Out: a `Diagnostic` with what to type instead, or None.  `syntax_errors` tries them in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from graphc.diagnostics import Diagnostic
from graphc.frontend.foreign import PREFIXES
from graphc.frontend.lexing import CLOSING, OPENING, OPERAND_ENDS, Token
from graphc.frontend.syntax_mistake import Mistake

Slip = Callable[[Mistake], Diagnostic | None]


def word(m: Mistake) -> Diagnostic | None:
    """Words of other languages: `let x = 1`, `def f(x)`, `elif c`, `x is None`, `print x`."""
    if m.token.kind == "NAME" and m.token.text in ("elif", "elsif", "elseif"):
        return m.say(f"{m.token.text} is written else if", "here", "} else if c {")
    if m.before.kind != "NAME":
        return None
    word, what = m.before.text, m.token.text if m.token.kind in OPERAND_ENDS else "x"
    if m.before.start == m.tokens[m.first].start and word in _OTHER_WORDS:
        message, hint = _OTHER_WORDS[word]
        return m.say(message, "not a word of the language", hint.replace("@", what), at=m.before)
    if m.token.kind == "NAME" and m.token.text == "is":
        return m.say("is is written ==", "here", f"{word} == …")
    return None


def comment(m: Mistake) -> Diagnostic | None:
    """`// a comment`, `/* a comment */`."""
    slashes = m.token.kind == "//" or (m.token.kind == "/" and m.after.kind in ("*", "**"))
    if not slashes or m.before.kind not in ("_END", "{"):
        return None
    return m.say("a comment begins with #", "not a comment", "# a comment")


def comment_behind(m: Mistake) -> Diagnostic | None:
    """`y = 3 // a comment`."""
    if m.index < 2 or m.tokens[m.index - 2].kind != "//" or m.before.kind != "NAME" or not m.token.text.isidentifier():
        return None
    text = m.source.text[m.before.start : m.tokens[end_of_line(m)].start].partition("#")[0].strip()
    return m.say("a comment begins with #", "not a comment", f"# {text}")


def named_function(m: Mistake) -> Diagnostic | None:
    """`lambda x: x + 1`."""
    if m.before.kind != "NAME" or m.before.text != "lambda":
        return None
    rest = m.tokens[m.index : end_of_operand(m, m.index)]
    colon = next((i for i, t in enumerate(rest) if t.kind == ":"), None)
    where = m.tokens[m.first : m.index - 1]
    name = where[0].text if [t.kind for t in where] == ["NAME", "="] else "f"
    hint = f"fn {name}(x) = …"
    if colon is not None and len(rest) > colon + 1:
        parameters, body = between(m, rest[:colon]), between(m, rest[colon + 1 :])
        hint = f"fn {name}({parameters}) = {body}"
    return m.say("a function is written fn", "not a word of the language", hint, at=m.before)


def end_of_operand(m: Mistake, index: int) -> int:
    """The index of what ends the expression that begins here: a bracket, a line's end, or a comma behind a colon."""
    depth, colon = 0, False
    for i, token in enumerate(m.tokens[index:], index):
        depth -= token.kind in CLOSING
        if depth < 0 or token.kind in ("_END", "$END") or (depth == 0 and colon and token.kind == ","):
            return i
        depth += token.kind in OPENING
        colon = colon or token.kind == ":"
    return len(m.tokens)


def between(m: Mistake, tokens: list[Token]) -> str:
    """The text of some tokens in a row."""
    return " ".join(m.source.text[tokens[0].start : tokens[-1].end].split()) if tokens else ""


def formatted_string(m: Mistake) -> Diagnostic | None:
    """`f"step {t}"`: printed, or joined by +."""
    prefix = m.before
    if m.token.kind != "STRING" or prefix.kind != "NAME" or prefix.end != m.token.start:
        return None
    if prefix.text.lower() not in ("f", "fr", "rf"):
        return m.say(f"a string has no {prefix.text} before it", "remove this", m.token.text, at=prefix)
    pieces = [p for p in re.split(r"(\{[^{}]*\})", m.token.text[1:-1]) if p]
    values = [re.sub(r"(=|![rsa])?(:[^\]]*)?\}$", "", p[1:]) if p[0] == "{" else None for p in pieces]
    opened, called = m.index >= 3 and m.tokens[m.index - 2].kind == "(", m.tokens[m.index - 3].text
    if opened and called == "print":
        shown = [v if v is not None else f'"{p.strip()}"' for p, v in zip(pieces, values, strict=True)]
        hint = f"print({', '.join(shown)})"
    else:
        shown = [f"format({v})" if v is not None else f'"{p}"' for p, v in zip(pieces, values, strict=True)]
        hint = " + ".join(shown) or '""'
    return m.say("a string holds no expressions", "remove this", hint, at=prefix)


def dictionary(m: Mistake) -> Diagnostic | None:
    """`y = {"a": 1}`."""
    if m.token.kind != "{" or not m.operand_missing or m.before.kind in ("_END", "{", "}"):
        return None
    key, colon, value = (*m.tokens[m.index + 1 : m.index + 4], m.token, m.token, m.token)[:3]
    plain = key.kind == "STRING" and key.text[1:-1].isidentifier() and colon.kind == ":" and value.kind in OPERAND_ENDS
    hint = f"{key.text[1:-1]} = {value.text}" if plain else "[a, b]"
    return m.say("there are no dictionaries and sets: values have names", "expected an expression", hint)


def imports(m: Mistake) -> Diagnostic | None:
    """`import optim, losses`, `from "layers.g" import *`, `import torch.nn as nn`."""
    statement = m.tokens[m.first : m.index]
    if m.head not in ("import", "_FROM") or len(statement) < 2:
        return None
    path = statement[1]
    if path.text in PREFIXES and path.text != "nn":
        message = f"graphc has no {path.text}"
        return m.say(
            message, "not a module of the library", "leave it out: graphc's own functions need no import", at=path
        )
    if m.token.kind == "*" and m.head == "_FROM":
        whole = f"import {path.text} as {stem(path)}" if path.kind == "STRING" else f"import {path.text}"
        return m.say("names are imported one by one", "can't stand here", whole)
    if m.token.kind == "," and m.head == "import" and len(statement) == 2:
        rest = m.tokens[m.index : end_of_line(m)]
        named = [path, *(t for t in rest if t.kind in ("NAME", "STRING"))]
        return m.say("an import takes one module", "one too many", "; ".join(f"import {t.text}" for t in named))
    return None


def end_of_line(m: Mistake) -> int:
    return next(i for i, t in enumerate(m.tokens) if i >= m.index and t.kind in ("_END", "$END"))


def stem(path: Token) -> str:
    """`layers` of `"parts/layers.g"`."""
    found = re.sub(r"\W", "_", path.text.strip('"').rpartition("/")[2].removesuffix(".g"))
    return found if found.isidentifier() else "layers"


def variance(m: Mistake) -> Diagnostic | None:
    """`x.var()`, `var(x)`, `np.var(x)`."""
    if m.token.kind != "var" or m.after.kind != "(" or not (m.before.kind == "." or m.operand_missing):
        return None
    closing = end_of_operand(m, m.index + 2)
    inside = between(m, m.tokens[m.index + 2 : closing])
    receiver = m.tokens[m.index - 2] if m.before.kind == "." else None
    if receiver is not None and receiver.text not in PREFIXES:
        x = receiver.text if receiver.kind == "NAME" else "x"
        inside = f"{x}, {inside}" if inside else x
    return m.say("var is a reserved word", "can't be a name", f"variance({inside})", "E0102", m.token)


def function_as_value(m: Mistake) -> Diagnostic | None:
    """`f = fn(x) = x + 1`."""
    if m.token.kind != "fn" or m.before.kind != "=" or m.index != m.first + 2 or m.after.kind != "(":
        return None
    name = m.tokens[m.first].text
    rest = m.source.text[m.after.start : m.tokens[end_of_line(m)].start].strip()
    message = "a function is declared, not assigned"
    return m.say(message, "can't stand here", f"fn {name}{rest}" if "\n" not in rest else f"fn {name}(x) {{ … }}")


NO_IMPORT = "leave it out: graphc's own functions need no import"

BEFORE_NAMES: tuple[Slip, ...] = (variance, function_as_value, comment_behind)
FOREIGN: tuple[Slip, ...] = (imports, named_function, formatted_string, word, comment, dictionary)

_OTHER_WORDS = {
    **dict.fromkeys(("let", "const", "val", "auto", "local", "global"), ("a name is bound with = alone", "@ = …")),
    **dict.fromkeys(("def", "func", "function", "fun"), ("a function is written fn", "fn @(x) = …")),
    **dict.fromkeys(("class", "struct"), ("state and functions are grouped by a module", "module @(n) { … }")),
    "print": ("print is a function", "print(@)"),
    "del": ("names are never deleted", "@ = …"),
    "unless": ("unless is written if not", "if not @ { … }"),
    "loop": ("an endless loop is a while", "while true { … }"),
    "pub": ("an entry point of a saved program is exported", "export fn f(x) = …"),
    "use": ("modules are imported", "import @"),
    "include": ("modules are imported", "import @"),
}
