"""What to write for a name of another library: the table of `foreign`, with the arguments that were given.

In: a name that isn't there, alone or behind `np.`, and the arguments if it is called.  Out: a hint, or None.
Called by `names` and `members`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Function, Meaning, Namespace
from graphc.frontend.elaborate.core.values import DTypeName, OpFunction, Special
from graphc.frontend.foreign import (
    ADVICE,
    ARGUMENTS,
    DTYPES,
    EXAMPLES,
    FUNCTIONS,
    KEYWORDS,
    METHODS,
)
from graphc.ir.op import Attribute

Arguments = Sequence[syntax.Argument]

_LONGEST = 60  # columns of the arguments in a hint
_WORDS = re.compile(r"(?<![\w.\"])([^\W\d]\w*\b|(?<=\[)\*)(?!=[^=])")
_ALONE = re.compile(r"[\w.]+(\[[^\[\]]*\]|\([^()]*\))?|-?[\d.]+|\[.*\]|\([^()]*\)")  # needs no ( ) beside an operator
_SIZE = re.compile(r"-?\w+")
_LISTS = ("shape", "ints", "axes")
_CALL = re.compile(r"\w+\([^()]*\)")
_KEYWORD = re.compile(r"\w+=[^=]")


def hint(e: Elaborator, name: str, arguments: Arguments | None, written: str = "") -> str | None:
    """What to write for `name`, or None.  `written`: the whole of it, if it has more parts."""
    short = name.rstrip("_") or name
    template = next((FUNCTIONS[n] for n in (written, name, short) if n in FUNCTIONS), None)
    if name in ADVICE:
        return ADVICE[name]
    if template is not None:
        return fill(template, texts(arguments))
    if name in DTYPES:
        return f"{DTYPES[name]}({given(arguments)})" if arguments else f"did you mean {DTYPES[name]}?"
    return library(e, short)


def library(e: Elaborator, name: str) -> str | None:
    """`from losses import mse`, if a file of the library has it, however its words are joined."""
    found = []
    for file in e.import_names:
        module = e.imports(file)
        members = module.members if isinstance(module, Namespace) else ()
        exact = [m for m in members if m == name] or [m for m in members if _joined(m) == _joined(name)]
        found += [f"from {file} import {member}" for member in exact]
    return ", or ".join(found) or None


def _joined(name: str) -> str:
    return name.replace("_", "").casefold()


def unprefixed(e: Elaborator, path: str, arguments: Arguments | None, suggest: Callable[[str], str | None]) -> str:
    """The hint for `np.sum(x)`: without what stands in front.  `suggest` gives the nearest name of graphc's own."""
    root, _, rest = path.partition(".")
    name = path.rpartition(".")[2]
    found = next((h for h in (_of_table(rest, arguments), _of_table(path, arguments)) if h is not None), None)
    if found is not None:
        return found
    own = e.builtins(name)
    front = path.removesuffix(name)
    if own is not None or name in ("pi", "inf", "nan"):
        what = name if arguments is None else f"{name}({', '.join(bracketed(own, texts(arguments)))})"
        return f"graphc's own {'names' if own is None else 'functions'} need no {front}: {what}"
    meant = hint(e, name, arguments, path)
    if meant is not None:
        return meant
    near = suggest(name)
    return near or f"graphc has no {root}; graphc ops lists its own functions"


def _of_table(path: str, arguments: Arguments | None) -> str | None:
    """The template for a name of several parts: `random.normal` isn't called as normal is."""
    return fill(FUNCTIONS[path], texts(arguments)) if "." in path and path in FUNCTIONS else None


def bracketed(own: Meaning | None, arguments: Sequence[str]) -> list[str]:
    """The arguments `[3, 4]` for `3, 4`: sizes and axes that are the last arguments are one list."""
    params = own.op.params if isinstance(own, OpFunction) else ()
    first = next((i for i, p in enumerate(params) if isinstance(p, Attribute) and p.kind in _LISTS), len(params))
    sizes = list(takewhile(_SIZE.fullmatch, arguments[first:]))
    if len(sizes) < 2:
        return list(arguments)
    return [*arguments[:first], f"[{', '.join(sizes)}]", *arguments[first + len(sizes) :]]


# ---------------------------------------------------------------- methods


def method(e: Elaborator, receiver: syntax.Expr, name: str, arguments: Arguments | None) -> str | None:
    """The hint for `x.detach()`, or for `x.ndim`."""
    x = receiver.span.text
    after = None if arguments is None else [x, *texts(arguments)]
    if name in ("astype", "to", "type") and arguments:
        wanted = arguments[-1].value.span.text.rpartition(".")[2].strip("\"'")
        dtype = DTYPES.get(wanted, wanted)
        return f"{dtype}({x})" if isinstance(e.builtins(dtype), DTypeName) else fill(METHODS["astype"], [x])
    if name in ("append", "extend"):
        return f"to collect values: {x} = stack() before the loop, push({x}, {given(arguments) or 'y'}) in it"
    if name == "size" and arguments:
        return f"{x}.shape[{arguments[0].value.span.text}]"
    if name in METHODS:
        return fill(METHODS[name], after or [x])
    own = e.builtins(name)
    if isinstance(own, Special | Function | DTypeName):
        return f"{'call it: ' if arguments is None else ''}{name}({', '.join(after or [x])})"
    if isinstance(own, OpFunction):
        return f"call it: {x}.{name}()"
    if name in ADVICE:
        return ADVICE[name]
    short = name.rstrip("_")
    template = FUNCTIONS.get(name) or FUNCTIONS.get(short)
    if template is not None:
        return fill(template, after or [x])
    if name in DTYPES:
        return f"{DTYPES[name]}({x})"
    if isinstance(e.builtins(short), OpFunction):
        return f"{x} = {x}.{short}({given(arguments or ())})"
    return None


# ---------------------------------------------------------------- filling in


def texts(arguments: Arguments | None) -> list[str]:
    """The arguments as they were written, with graphc's keywords; none if they are long."""
    found = [_text(a) for a in arguments or ()]
    return found if sum(map(len, found)) <= _LONGEST else []


def _text(argument: syntax.Argument) -> str:
    text = " ".join(argument.value.span.text.split())
    return text if argument.keyword is None else f"{KEYWORDS.get(argument.keyword.text, argument.keyword.text)}={text}"


def given(arguments: Arguments | None) -> str:
    """All arguments as they were written, or … if they are long."""
    return ", ".join(texts(arguments)) or ("…" if arguments else "")


def operand(text: str) -> str:
    """An expression as it may stand beside an operator."""
    return text if _ALONE.fullmatch(text) else f"({text})"


def fill(template: str, arguments: Sequence[str]) -> str:
    """The template with arguments in place of its words; a template that is one call takes the others, too."""
    words = [w for w in ARGUMENTS if w in _WORDS.findall(template)]
    positional = [a for a in arguments if not _KEYWORD.match(a)]
    meant = EXAMPLES | {w: operand(a) for w, a in zip(words, positional, strict=False)}
    others = positional[len(words) :]
    if len(others) == 1 and others[0][0] in "([":
        others = [others[0][1:-1].rstrip(", ")]
    listed = ", ".join(others) or "n, m"
    filled = _WORDS.sub(lambda m: listed if m[1] == "*" else meant.get(m[1], m[1]), template)
    if not words or "*" in template or not _CALL.fullmatch(template):
        return filled
    more = [*others, *(a for a in arguments if _KEYWORD.match(a))]
    return f"{filled.removesuffix(')')}{''.join(f', {a}' for a in more)})"
