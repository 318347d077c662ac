"""The reference of operations, made from what the compiler itself reads.

In: op records, the functions of the standard library, the forms of the language.  Out: `Entry` for each, as text for
a terminal or as Markdown.  `graphc ops` prints it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from inspect import cleandoc

from graphc.driver import Options, compile_source, optimise
from graphc.frontend import library
from graphc.frontend.elaborate.builtins.prelude import callable_op
from graphc.frontend.elaborate.builtins.specials import SPECIALS
from graphc.ir.op import (
    REQUIRED,
    Attribute,
    Elementwise,
    Infix,
    NotDifferentiable,
    Op,
    Operand,
    Prefix,
)
from graphc.ir.random import Implied
from graphc.ir.strings import quote
from graphc.ir.text import print_graph
from graphc.ir.types import BOOL, F32, FLOATS, INTS, STR, STRINGS, STRONG, DType
from graphc.ops import FAMILIES
from graphc.source import Source


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a program can call: an op, a function of the library (with its `source`), or built in."""

    name: str
    family: str
    usage: str
    doc: str
    op: Op | None = None
    source: str | None = None
    imported_from: str | None = None

    @property
    def summary(self) -> str:
        """The first sentence or line."""
        first = self.doc.partition("\n")[0]
        return first.partition(".  ")[0].rstrip(".")


@cache
def families() -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """All entries by family, those of the language itself first."""
    language = tuple(Entry(s.name, "language", s.signature, s.doc) for s in SPECIALS.values())
    ops = [
        (family.replace("_", " "), tuple(_of_op(family, r) for r in records if callable_op(r.name)))
        for family, records in FAMILIES
    ]
    functions = [(f"{file}.g", _of_library(file)) for file in (*library.PRELUDE, *library.IMPORTABLE)]
    return tuple((name, found) for name, found in (("language", language), *ops, *functions) if found)


@cache
def entries() -> dict[str, Entry]:
    """All entries by name."""
    return {e.name: e for _, found in reversed(families()) for e in found}


def named(text: str) -> list[Entry]:
    """The entries called so: by name, by path (`optim.cosine`), or by the operator they are written with."""
    file, _, name = text.rpartition(".")
    everything = [e for _, found in families() for e in found]
    if file:
        return [e for e in everything if e.name == name and e.family == f"{file}.g"]
    return [e for e in everything if e.name == text or (e.op is not None and _symbol(e.op) == text)]


def members(text: str) -> tuple[Entry, ...]:
    """The entries of a family, or of a file of the library."""
    listed = dict(families())
    return listed.get(text) or listed.get(f"{text.removesuffix('.g')}.g") or listed.get(text.replace("_", " ")) or ()


def _symbol(op: Op) -> str | None:
    return op.spelling.symbol if isinstance(op.spelling, Infix | Prefix) else None


def _of_library(file: str) -> tuple[Entry, ...]:
    found = []
    imported = file in library.IMPORTABLE
    for name, fn in library.load(file).items():
        usage = fn.head.text.removeprefix("export ").partition(" ")[2]
        found.append(Entry(name, f"{file}.g", usage, fn.doc or "", None, fn.span.text, file if imported else None))
    return tuple(found)


# ---------------------------------------------------------------- ops


def _of_op(family: str, op: Op) -> Entry:
    return Entry(op.name, family.replace("_", " "), _usage(op), cleandoc(op.doc), op)


def facts(entry: Entry) -> list[tuple[str, str]]:
    """Rows of a name and a text."""
    rows = []
    if entry.imported_from:
        rows.append(("import", f"import {entry.imported_from}, or from {entry.imported_from} import {entry.name}"))
    if entry.op is not None:
        rows += [("operands", _accepted(entry.op)), ("derivative", _derivative(entry.op))]
        rows.append(("convention", entry.op.subgradient or ""))
    return [row for row in rows if row[1]]


def _usage(op: Op) -> str:
    """`sum(x, axis=None, keepdims=false)`, and the symbol where there is one."""
    several = "{}, …" if op.operands and op.operands[0].accepts == STRINGS else "[{}, …]"
    shown = [
        _attribute(p) if isinstance(p, Attribute) else several.format(p.name) if p.variadic else _operand(p)
        for p in op.params
    ]
    call = f"{op.name}({', '.join(shown)})"
    match op.spelling:
        case Infix(symbol=symbol):
            a, b = (p.name for p in op.params[:2])
            return f"{a} {symbol} {b}, {call}"
        case Prefix(symbol=symbol):
            return f"{symbol}{' ' if symbol.isalpha() else ''}{op.operands[0].name}, {call}"
    return call


def _operand(operand: Operand) -> str:
    match operand.default:
        case default if default is REQUIRED:
            return operand.name
        case Implied():
            return f"{operand.name}=…"
        case default:
            return f"{operand.name}={default}"


def _attribute(attribute: Attribute) -> str:
    match attribute.default:
        case default if default is REQUIRED:
            return attribute.name
        case bool(value):
            return f"{attribute.name}={'true' if value else 'false'}"
        case str(text):
            return f"{attribute.name}={quote(text)}"
        case None if attribute.kind == "dtype":
            return f"{attribute.name}=float"
        case default:
            return f"{attribute.name}={default}"


def _accepted(op: Op) -> str:
    """The dtypes that the operands may have, in words."""
    sets = list(dict.fromkeys(p.accepts for p in op.operands))
    return "; ".join(_in_words(s) for s in sets)


def _in_words(accepted: frozenset[DType]) -> str:
    words = []
    rest = set(accepted)
    for group, word in ((FLOATS, "floats"), (INTS, "integers")):
        if group <= rest:
            words.append(word)
            rest -= group
    if BOOL in rest:
        words.append("booleans")
        rest.discard(BOOL)
    if STR in rest:
        words.append("strings")
        rest.discard(STR)
    words += [t.name for t in STRONG if t in rest]
    words += sorted(t.name for t in rest if t not in STRONG and not t.weak)
    return ", ".join(words)


def _derivative(op: Op) -> str:
    if isinstance(op.vjp, NotDifferentiable):
        return f"{'0' if op.vjp.zero else 'none'}: {op.vjp.reason}"
    formula = _formula(op)
    return formula or "yes"


def _formula(op: Op) -> str:
    """What `grad` gives for an elementwise op of floats, printed from its rule; g is the cotangent of the result."""
    names = [p.name for p in op.operands]
    if not isinstance(op, Elementwise) or op.result is not None or op.attributes:
        return ""
    if not names or not all(F32 in p.accepts for p in op.operands):
        return ""
    inputs = "".join(f"input {n}: f32\n" for n in ("g", *names))
    rows = []
    for n in names:
        text = f"{inputs}result = {op.name}({', '.join(names)})\noutput d{n} = grad(result, {n}, seed=g)\n"
        graph = optimise(compile_source(Source(f"{op.name}.g", text), Options()).graph, Options()).graph
        lines = print_graph(graph, width=1000).splitlines()
        rows += [line for line in lines if line.partition(" ")[0] not in ("input", "output", "result")]
    return "\n".join(dict.fromkeys(rows))


# ---------------------------------------------------------------- text


def in_detail(entry: Entry) -> str:
    """What `graphc ops NAME` prints."""
    head = f"{entry.usage:<50} {entry.family}"
    doc = [f"  {line}".rstrip() for line in entry.doc.splitlines()]
    rows = []
    for name, text in facts(entry):
        first, *more = text.splitlines()
        rows += [f"  {name:<12} {first}", *(f"  {'':<12} {line}" for line in more)]
    source = ["", *(f"  {line}".rstrip() for line in (entry.source or "").splitlines())] if entry.source else []
    return "\n".join([head, *doc, *rows, *source])


def as_markdown() -> str:
    """The whole reference as a page, with the table of conventions at kinks and poles."""
    lines = ["# Operations", "", "Made by `graphc ops --markdown` from the records of the compiler.", ""]
    for family, found in families():
        lines += [f"## {family[:1].upper()}{family[1:]}", ""]
        for e in found:
            lines += [f"### `{e.usage}`", ""]
            lines += [e.doc, ""] if e.doc else []
            rows = [line for name, text in facts(e) for line in _fact_in_markdown(name, text)]
            lines += [*rows, ""] if rows else []
            lines += ["```", e.source, "```", ""] if e.source else []
    lines += ["## Derivatives at kinks and poles", "", "| operation | convention |", "|---|---|"]
    conventions = [(op.name, op.subgradient) for _, records in FAMILIES for op in records if op.subgradient]
    lines += [f"| `{name}` | {text.replace('|', chr(92) + '|')} |" for name, text in conventions]
    return "\n".join(lines)


def _fact_in_markdown(name: str, text: str) -> list[str]:
    formula = name == "derivative" and " = " in text
    shown = "; ".join(f"`{line}`" for line in text.splitlines()) if formula else " ".join(text.splitlines())
    return [f"- {name}: {shown}"]
