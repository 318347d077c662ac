"""The parser's tables, as shipped in `tables.json`.

What comes in: the JSON that `build_tables` wrote from grammars/graphc.lark.  What goes out: `Tables`, ready for
`lexing` (patterns and literals) and `lalr` (actions, gotos, rules).  Reading them takes a few milliseconds; Lark itself
is needed only to build them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

Gather = Callable[[list[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One production: `size` symbols become one `origin`, made by the builder's method `action`.

    `action` is None for a helper rule, whose value is the list of its children.  `gather` picks the children that
    count from the symbols' values (None: all of them).  `nests` is 1 for constructs that count towards the limit of
    nesting, else 0.
    """

    origin: str
    size: int
    action: str | None
    nests: int
    gather: Gather | None


@dataclass(frozen=True, slots=True)
class Tables:
    """`actions[state][terminal]` is the next state, or `~r` to reduce by rule r; `gotos[state][nonterminal]` leads on.

    `units[state][terminal]` names the nonterminal that a rule with one symbol and no meaning of its own turns the top
    of the stack into: most steps of an expression grammar, which the automaton takes without touching its stack.
    `starts` gives the first and the accepting state of each start symbol.
    """

    patterns: tuple[tuple[str, str], ...]
    literals: tuple[str, ...]
    rules: tuple[Rule, ...]
    actions: tuple[dict[str, int], ...]
    units: tuple[dict[str, str], ...]
    gotos: tuple[dict[str, int], ...]
    starts: dict[str, tuple[int, int]]


@cache
def load() -> Tables:
    """The shipped tables."""
    with open(os.path.join(os.path.dirname(__file__), "tables.json"), encoding="utf-8") as file:
        return decode(json.load(file))  # importlib.resources alone would take twice as long to import


def decode(data: dict[str, Any]) -> Tables:
    """What `build_tables.build` made, in the form the parser uses."""
    units: dict[int, str] = {
        number: origin for number, (origin, _, action, _, _) in enumerate(data["rules"]) if action == ""
    }
    actions = tuple(state["actions"] for state in data["states"])
    return Tables(
        patterns=tuple((name, pattern) for name, pattern in data["patterns"]),
        literals=tuple(data["literals"]),
        rules=tuple(
            Rule(o, size, action, nests, _gather(items, size)) for o, size, action, nests, items in data["rules"]
        ),
        actions=actions,
        units=tuple({t: units[~code] for t, code in row.items() if ~code in units} for row in actions),
        gotos=tuple(state["gotos"] for state in data["states"]),
        starts={name: (first, last) for name, (first, last) in data["starts"].items()},
    )


def _gather(items: list[int], size: int) -> Gather | None:
    """The function that picks `items` from the values of a rule's symbols.

    An item i >= 0 is child i, -1 a hole, and -2 - i stands for the members of child i, a helper's list.
    """
    if items == list(range(size)):
        return None
    if all(item >= 0 for item in items):
        return lambda values: [values[item] for item in items]
    if items[0] < -1 and all(item >= 0 for item in items[1:]):
        first, rest = -2 - items[0], items[1:]

        def extend(values: list[Any]) -> list[Any]:
            """A left-recursive helper: its list belongs to nobody else, so it grows in place, in constant time."""
            members: list[Any] = values[first]
            for item in rest:
                members.append(values[item])  # one or two items: a generator would cost more
            return members

        return extend

    def splice(values: list[Any]) -> list[Any]:
        children: list[Any] = []
        for item in items:
            if item >= 0:
                children.append(values[item])
            elif item == -1:
                children.append(None)
            else:
                children.extend(values[-2 - item])
        return children

    return splice
