"""The Python of a random program, run on floats and NumPy arrays.

In: Python, feeds, the state.  Out: a `Run`: what its names are in the end, what it printed, how it decided.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any

import numpy as np

MOST = 20_000


class TooLong(Exception):
    """More than MOST comparisons."""


@dataclass(frozen=True, slots=True)
class Run:
    """`said` are the arguments of each print, `decisions` the results of all comparisons, in order."""

    values: Mapping[str, Any]
    said: list[tuple[Any, ...]]
    decisions: list[bool]


def run(python: str, feeds: Mapping[str, Any], state: Mapping[str, Any]) -> Run:
    """Raises TooLong."""
    said: list[tuple[Any, ...]] = []
    decisions: list[bool] = []

    def decided(result: Any) -> bool:
        if len(decisions) > MOST:
            raise TooLong
        decisions.append(bool(result))
        return decisions[-1]

    def print_(*arguments: Any) -> None:
        said.append(tuple(np.copy(x) if isinstance(x, np.ndarray) else x for x in arguments))

    values: dict[str, Any] = {**FUNCTIONS, **feeds, **state, "print": print_, "decided": decided}
    exec(_compiled(python), values)
    return Run(values, said, decisions)


class _Decided(ast.NodeTransformer):
    """`a < b` becomes `decided(a < b)`."""

    def visit_Compare(self, node: ast.Compare) -> ast.Call:
        self.generic_visit(node)
        return ast.Call(ast.Name("decided", ast.Load()), [node], [])


@cache
def _compiled(python: str) -> CodeType:
    tree = ast.fix_missing_locations(_Decided().visit(ast.parse(python)))
    return compile(tree, "reference", "exec")


def _with_item(array: Any, index: int, value: Any) -> Any:
    array = array.copy()
    array[index] = value
    return array


def _fold(f: Callable[[Any, Any], Any], state: Any, over: Any) -> Any:
    for x in over:
        state = f(state, x)
    return state


def _scan(f: Callable[[Any, Any], Any], state: Any, over: Any, reverse: bool = False, checkpoint: int = 0) -> Any:
    collected = []
    for x in _reversed(over) if reverse else over:
        state, y = f(state, x)
        collected.append(y)
    return state, np.array(collected[::-1] if reverse else collected, float)


def _reversed(over: Any) -> list[Any]:
    return list(over)[::-1]


FUNCTIONS = {
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "sum": np.sum,
    "dot": np.dot,
    "stack": np.array,
    "with_item": _with_item,
    "fold": _fold,
    "scan": _scan,
    "reversed": _reversed,
    "true": True,
    "false": False,
}
