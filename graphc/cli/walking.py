"""Back-propagation as a table, for `grad --walk`.

In: a `Walk`.  Out: a line per contribution on stdout, or JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from graphc.cli.failure import Misuse
from graphc.cli.options import RunOptions
from graphc.diagnostics.terminal import escape
from graphc.driver.walk import Part, Row, Walk, shown
from graphc.ir.literal import json_value
from graphc.ir.types import Array, DType

_HEADS = ("value", "from", "contribution", "adjoint")
_MOST = 12  # elements of an array that is shown; of a larger one, its type
_WIDTH = 64  # columns of an expression


def check_walk(wanted: RunOptions, form: str, order: int, runs: bool) -> None:
    """Refuse what has no meaning beside `--walk`."""
    others = {
        "--run": runs,
        f"--{form}": form in ("core", "dot"),
        "--fetch": bool(wanted.fetch),
        "--out": bool(wanted.out),
        "--steps": wanted.steps > 1,
        "--state": wanted.state is not None,
        "--effects": wanted.effects,
    }
    for option, given in others.items():
        if given:
            raise Misuse(f"--walk shows one pass backwards: {option} is for something else", "graphc grad … --walk")
    if order > 1:
        raise Misuse("--walk shows the first derivative", "graphc grad --wrt x | graphc grad --wrt x --of dy_dx --walk")


def print_walk(walk: Walk, as_json: bool) -> None:
    """The table, and below it what its own names stand for."""
    if as_json:
        click.echo(json.dumps(_document(walk), ensure_ascii=False, allow_nan=False))
        return
    lines = [_HEADS, *(line for row in walk.rows for line in _lines(row))]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_HEADS))]
    for line in lines:
        click.echo("   ".join([text.ljust(w) for text, w in zip(line, widths, strict=True)]).rstrip())
    for remark in _remarks(walk):
        click.echo(remark)


def _lines(row: Row) -> Iterator[tuple[str, str, str, str]]:
    """A line per contribution; the first has the value, the last the adjoint."""
    for i, part in enumerate(row.parts):
        value = f"{_short(row.value)} = {_number(row.number, row.dtype)}" if i == 0 else ""
        adjoint = _number(row.adjoint, row.dtype) if i == len(row.parts) - 1 else ""
        yield value, "seed" if part.user is None else _short(part.user), _contribution(part, row.dtype), adjoint


def _contribution(part: Part, dtype: DType) -> str:
    number = _number(part.number, dtype)
    return part.formula if part.user is None or part.formula == number else f"{_short(part.formula)} = {number}"


def _remarks(walk: Walk) -> Iterator[str]:
    used = {part.user: None for row in walk.rows for part in row.parts if part.user is not None}
    remarks = [f"{name} is {_short(text)}" for name, text in walk.made_up.items()]
    if any(row.value in used and row.adjoint.ndim for row in walk.rows):
        remarks.append("g is the adjoint of the value in the column `from`")
    if remarks:
        yield ""
        yield from remarks


def _short(text: str) -> str:
    text = escape(text)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _number(number: Array, dtype: DType) -> str:
    """`4.0`, `[[-2, -2], [0, 2]]`; of a large array its type."""
    if not number.ndim:
        return shown(number, dtype)
    if number.size > _MOST:
        return f"{dtype}[{', '.join(map(str, number.shape))}]"
    return _nested(number, dtype)


def _nested(number: Array, dtype: DType) -> str:
    if not number.ndim:
        return shown(number, dtype).removesuffix(".0")
    return f"[{', '.join([_nested(row, dtype) for row in number])}]"


# ---------------------------------------------------------------- for programs


def _document(walk: Walk) -> dict[str, Any]:
    return {
        "of": walk.of,
        "wrt": list(walk.wrt),
        "steps": [
            {
                "value": row.value,
                "forward": _data(row.number, row.dtype),
                "contributions": [
                    {"from": part.user, "formula": part.formula, "number": _data(part.number, row.dtype)}
                    for part in row.parts
                ],
                "adjoint": _data(row.adjoint, row.dtype),
            }
            for row in walk.rows
        ],
        "names": dict(walk.made_up),
    }


def _data(number: Array, dtype: DType) -> dict[str, Any]:
    return json_value(number, None if dtype.weak else dtype)
