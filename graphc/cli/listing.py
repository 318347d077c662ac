"""What a program takes and gives: signatures, variables, submodules, entry points.

In: a program that was compiled.  Out: lines for people, or a document for JSON.  `check` and `show --all` print them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graphc.cli.program import Opened
from graphc.cli.terminal import columns
from graphc.diagnostics.terminal import escape
from graphc.diagnostics.terminal import width as display_width
from graphc.driver import Options
from graphc.driver.interface import Interface, Signature, interface
from graphc.driver.saved import described
from graphc.frontend.elaborate.session import Elaborated


def entries(opened: Opened, program: Elaborated, options: Options) -> dict[str, Interface]:
    """The signatures of the entry points, each of which is checked.  Raises Diagnostics."""
    return {name: interface(opened.compile(options, name).graph) for name in program.entries}


# ---------------------------------------------------------------- for people


def table(title: str, program: Elaborated, entries: Mapping[str, Interface]) -> Iterator[str]:
    """The title, then a line or more for each kind of thing that the program has, as wide as the terminal."""
    yield title
    room = columns(sys.stdout, 120) - 12
    seen = interface(program.graph)
    trainable = [v for v in seen.variables.values() if v.trainable]
    fixed = [v for v in seen.variables.values() if not v.trainable]
    rows = [
        ("inputs", _listed(seen.inputs.values()), ""),
        ("state", _listed(trainable), "trainable"),
        ("" if trainable else "state", _listed(fixed), "not trainable"),
        ("modules", [f"{path}: {name}" for path, name in program.submodules.items()], ""),
        ("outputs", _listed(seen.outputs.values()), ""),
        ("effects", [_effects(seen)], ""),
        *(("" if i else "entries", [_call(n, s)], "") for i, (n, s) in enumerate(entries.items())),
        ("tests", [", ".join(map(escape, program.tests))] if program.tests else [], ""),
    ]
    for head, parts, remark in rows:
        for i, line in enumerate(_lines(parts, remark, room)):
            yield f"  {'' if i else head:<9} {line}"


def _lines(parts: Sequence[str], remark: str, width: int) -> Iterator[str]:
    """The parts side by side, as many as there is room for, the remark behind the last."""
    line = ""
    for part in [*parts, *([" " + remark] if remark and parts else [])]:
        longer = f"{line}   {part}" if line else part
        if line and display_width(longer) > width:
            yield line
            longer = part.strip()
        line = longer
    if line:
        yield line


def _listed(signatures: Iterable[Signature]) -> list[str]:
    return [f"{s.name}: {s}{' = …' if s.optional else ''}" for s in signatures]


def _call(name: str, seen: Interface) -> str:
    """`predict(x: f32[n, 4]) -> f32[n]`."""
    inputs = ", ".join(f"{s.name}: {s}{' = …' if s.optional else ''}" for s in seen.inputs.values())
    results = ", ".join(map(str, seen.outputs.values()))
    return f"{name}({inputs})" + (f" -> {results}" if results else "")


def _effects(seen: Interface) -> str:
    shown = [name if count == 1 else f"{name} ({count})" for name, count in seen.effects.items()]
    return ", ".join(shown) or "none"


# ---------------------------------------------------------------- for programs


def document(program: Elaborated, entries: Mapping[str, Interface]) -> dict[str, Any]:
    """The same as JSON has it."""
    seen = interface(program.graph)
    return {
        "inputs": {s.name: {**_type(s), "optional": s.optional} for s in seen.inputs.values()},
        "state": {s.name: {**_type(s), "trainable": s.trainable} for s in seen.variables.values()},
        "modules": dict(program.submodules),
        "outputs": {s.name: _type(s) for s in seen.outputs.values()},
        "effects": seen.effects,
        "entries": {name: described(found) for name, found in entries.items()},
    }


def _type(signature: Signature) -> dict[str, Any]:
    return {"dtype": signature.dtype, "shape": list(signature.shape)}
