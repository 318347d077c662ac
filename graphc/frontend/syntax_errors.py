"""What to say about a token that can't stand where it does.

What comes in: the tokens, the place of the unexpected one, and what could have stood there.  What goes out: one
`Diagnostic` with a sentence in the reader's words and a hint to type.  `explain` tries the known slips in order, the
plain "unexpected …" last.
"""

from __future__ import annotations

from collections.abc import Callable

from graphc.diagnostics import Diagnostic
from graphc.diagnostics.suggest import suggest
from graphc.frontend.lexing import CLOSING, OPERAND_ENDS, Token, reserved
from graphc.frontend.syntax_foreign import BEFORE_NAMES, FOREIGN
from graphc.frontend.syntax_mistake import FORMS, Mistake


def explain(mistake: Mistake) -> Diagnostic:
    """The diagnostic for an unexpected token."""
    for slip in _SLIPS:
        diagnostic = slip(mistake)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(mistake)


# ---------------------------------------------------------------- known slips


def _reserved_name(m: Mistake) -> Diagnostic | None:
    """A reserved word where a name belongs: `input = 3`, `fn var(x)`, `x = for + 1`."""
    assigns = ("=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", ".", ",", ":")
    word = None
    if m.token.kind in reserved() and "NAME" in m.expected:
        joining = ("and", "or", "if", "else", "in") if m.head == "for" else ("and", "or", "if", "else")
        joins = m.token.kind in joining and m.operand_missing
        if not joins or m.after.kind in assigns:
            word = m.token
    elif m.token.kind in assigns and m.before.kind in reserved() - {"true", "false", "None", "else"}:
        word = m.before
    if word is None:
        return None
    return m.say(f"{word.text} is a reserved word", "can't be a name", f"{word.text}_", "E0102", word)


def _equals_in_condition(m: Mistake) -> Diagnostic | None:
    head = m.tokens[m.first + 1].kind if m.head == "else" else m.head
    if m.token.kind != "=" or head not in ("if", "while", "assert"):
        return None
    a = m.before.text if m.before.kind in OPERAND_ENDS - {")", "]"} else "a"
    b = m.after.text if m.after.kind in OPERAND_ENDS else "b"
    return m.say("= assigns; a condition compares with ==", "an assignment here", f"{a} == {b}")


def _colon_for_block(m: Mistake) -> Diagnostic | None:
    opens = m.token.kind == ":" or (m.token.kind == "NAME" and m.token.text in ("then", "do"))
    if not opens or ("{" not in m.expected and m.before.kind != ")"):
        return None
    forms = {k: FORMS[k] for k in ("if", "while", "for", "module", "fn")} | {
        "else": "else { … }",
        "export": FORMS["fn"],
    }
    if m.head not in forms:
        return None
    return m.say("a block stands in braces", "expected {", forms[m.head])


def _misspelt_keyword(m: Mistake) -> Diagnostic | None:
    """`inptu x: f32`: a name before a name, nearly the word that begins a statement."""
    if m.token.kind != "NAME" or m.before.kind != "NAME" or m.before.start != m.tokens[m.first].start:
        return None
    keyword = suggest(m.before.text, (word for word in FORMS if word.isalpha()))
    if keyword is None:
        return None
    message = f"{m.before.text} begins no statement"
    return m.say(message, "not a word of the language", f"did you mean {keyword}?", at=m.before)


def _missing_comma(m: Mistake) -> Diagnostic | None:
    bracket = m.bracket()
    starts = m.token.kind in OPERAND_ENDS - {")", "]"} or m.token.kind in ("[", "(", "not")
    if bracket is None or bracket.kind == "{" or not starts or m.before.kind not in OPERAND_ENDS:
        return None
    left = ("…" if m.before.kind in CLOSING else "") + m.before.text
    return m.say("missing comma", "a comma belongs before this", f"{left}, {m.token.text}")


def _second_equals(m: Mistake) -> Diagnostic | None:
    if m.token.kind != "=" or not any(t.kind == "=" for t in m.tokens[m.first : m.index]) or m.bracket_inside():
        return None
    target, middle = m.tokens[m.first].text, m.before.text
    if m.before.kind == "=":
        value = m.after.text if m.after.kind in OPERAND_ENDS else "…"
        return m.say("one = in a statement", "second =", f"{target} = {value}, or {target} == {value} to compare")
    return m.say("one = in a statement", "second assignment", f"{middle} = …; {target} = {middle}")


def _increment(m: Mistake) -> Diagnostic | None:
    if not m.line_ends or m.index < 3:
        return None
    name, first, second = m.tokens[m.index - 3 : m.index]
    if name.kind != "NAME" or first.kind != second.kind or first.kind not in ("+", "-"):
        return None
    both = Token("", "", first.start, second.end)
    op = first.kind
    return m.say(f"{op}{op} is not an operator", "here", f"{name.text} {op}= 1", "E0105", both)


def _result_type(m: Mistake) -> Diagnostic | None:
    if m.token.kind != "-" or m.after.kind != ">" or m.head not in ("fn", "export"):
        return None
    return m.say("a fn has no written result type", "remove this", "fn f(x: f32[n]) = …")


def _rows(m: Mistake) -> Diagnostic | None:
    bracket = m.bracket()
    if m.token.kind != ";" or bracket is None or bracket.kind != "[":
        return None
    return m.say("each row of a matrix is a list", "not a row", "[[1, 2], [3, 4]]")


def _ternary(m: Mistake) -> Diagnostic | None:
    if m.token.kind != "?" or m.operand_missing:
        return None
    return m.say("a choice is written with if and else", "not an operator", "a if c else b", "E0105")


def _adjacent(m: Mistake) -> Diagnostic | None:
    """Two operands, or a block and a statement, with nothing between: `3 x`, `if c { } y = 1`."""
    starts = m.token.kind in OPERAND_ENDS - {")", "]"}
    if m.before.kind == "}" and (starts or m.token.kind in reserved()):
        return m.say(f"{_found(m.token)} begins a statement", "a new line belongs before this", f"}}; {m.token.text}")
    if not starts or m.before.kind not in OPERAND_ENDS or m.head in FORMS or m.bracket_inside() is not None:
        return None
    left = "(…)" if m.before.kind in CLOSING else m.before.text
    joined = f"{left}({m.token.text})" if m.before.kind == "NAME" else f"{left} * {m.token.text}"
    return m.say(f"unexpected {_found(m.token)}", "expected an operator or the end of the line", joined)


def _stray(m: Mistake) -> Diagnostic | None:
    """What can't begin a statement: `else`, a block of its own."""
    if m.before.kind not in ("_END", "{"):
        return None
    if m.token.kind == "else":
        return m.say("else without an if", "no if stands before it", FORMS["if"])
    if m.token.kind == "{":
        return m.say("a block needs a head", "expected a statement", "if c { … }, fn f(x) { … }")
    return None


_SLIPS: tuple[Callable[[Mistake], Diagnostic | None], ...] = (
    *BEFORE_NAMES, _reserved_name, _equals_in_condition, _colon_for_block, *FOREIGN, _misspelt_keyword,
    _missing_comma, _second_equals, _increment, _result_type, _rows, _ternary, _stray, _adjacent,
)  # fmt: skip

# ---------------------------------------------------------------- the plain message

_HUMAN = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "_END": "the end of the line",
    "$END": "the end of the file",
}


def _unexpected(m: Mistake) -> Diagnostic:
    """`unexpected )`, what could stand there, and the form of the statement as a hint."""
    wanted = _wanted(m)
    found = _found(m.token)
    if m.operand_missing and m.before.kind not in ("_END", "{", "}"):
        message = (
            f"an expression is missing before {found}"
            if not m.line_ends
            else f"an expression is missing after {_quote(m.before)}"
        )
    else:
        message = f"unexpected {found}"
    return m.say(message, f"expected {wanted}" if wanted else "can't stand here", _hint(m, wanted))


def _hint(m: Mistake, wanted: str) -> str:
    if m.head in FORMS:
        return FORMS[m.head]
    before = m.before.text
    if m.operand_missing and m.before.kind not in ("_END", "{", "}"):
        form = _OPERANDFORMS.get(m.before.kind, f"a {before} b")
        goes_on = m.line_ends and m.before.kind not in ("=", ",")
        return f"{form}, or put it all in ( ) to go on over several lines" if goes_on else form
    if wanted in _COMPLETIONS:
        return _COMPLETIONS[wanted]
    return "y = x" if m.line_ends or m.operand_missing else f"remove {m.token.text}"


# How an expression is to be completed behind a token, and how a single missing token is added.
_OPERANDFORMS = {
    "=": "y = x", ",": "a, b", "(": "f(x)", "[": "x[0]", "if": "a if c else b", "else": "a if c else b", "not": "not a",
    ":": "x[1:3]",
}  # fmt: skip
_COMPLETIONS = {
    "else": "a if c else b",
    "=": "y: f32 = x",
    ")": "add )",
    "]": "add ]",
    "{": "add {",
    "}": "add }",
    ":": "add :",
}


def _found(token: Token) -> str:
    match token.kind:
        case "NAME":
            return f"name {token.text}"
        case "NUMBER":
            return f"number {token.text}"
        case "STRING":
            return f"string {token.text if len(token.text) < 24 else token.text[:20] + '…'}"
        case "_END" if token.text == ";":
            return ";"
        case "_END":
            return "end of the line"
        case "$END":
            return "end of the file"
    return token.text


def _quote(token: Token) -> str:
    return token.text if token.kind not in ("_END", "$END") else "this"


def _wanted(m: Mistake) -> str:
    """What could stand here, if that is short to say."""
    if m.operand_missing:
        return "an expression" if m.before.kind not in ("_END", "{") else "a statement"
    kinds = m.expected
    if "+" in kinds:  # behind an operand any operator could stand: say only how it could end
        kinds &= {")", "]", "}", ",", "{", "=", "else", "in", "_END"}
    kinds -= {"$END"} if "_END" in kinds else set()
    kinds -= {"}", "."} if len(kinds) > 1 else set()
    kinds -= {",", "="} if "_END" in kinds else set()
    names = [
        _HUMAN.get(kind, kind.removeprefix("_").lower() if kind.startswith("_") else kind) for kind in sorted(kinds)
    ]
    if not names or len(names) > 4:
        return ""
    return " or ".join(names)
