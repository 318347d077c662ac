"""The automaton that runs the tables over the tokens.

What comes in: `Tables`, a list of tokens, and one action per rule.  What goes out: what the action of the start symbol
made.  No tree stands in between: actions run while parsing.  It does not recurse, so only the limit on nesting keeps
a tree shallow.  After a mistake it goes on at the end of the statement; `parse` tells what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphc.frontend.lexing import NESTING_LIMIT, StopNesting, Token
from graphc.frontend.tables import Tables

Action = Callable[[list[Any], int, int], Any]  # children, offset of the first character, offset behind the last


def run(
    tables: Tables,
    actions: list[Action | None],
    tokens: list[Token],
    start: str,
    unexpected: Callable[[list[int], int], None],
    too_deep: Callable[[int], None],
) -> Any:
    """Parses `tokens`, which end with `$END`.

    `unexpected(states, index)` hears of each token that can't stand where it does, with the stack of states there.
    `too_deep(offset)` hears of a construct over the limit of nesting; then StopNesting is raised.
    The stacks hold, per symbol: the state it leads to, its value, its first offset, and how deeply it nests.
    """
    steps, units, gotos = tables.actions, tables.units, tables.gotos
    rules = [(r.origin, r.size, r.nests, r.gather, action) for r, action in zip(tables.rules, actions, strict=True)]
    first, accepting = tables.starts[start]
    states, values, starts, heights = [first], [None], [0], [0]
    index = end = 0
    token = tokens[0]
    kind = token.kind
    while True:
        code = steps[states[-1]].get(kind)
        if code is None:
            unexpected(states, index)
            index = _recover(tables, tokens, index, states, values, starts, heights)
            if index < 0:
                return None
            token = tokens[index]
            kind = token.kind
            continue
        if code >= 0:
            states.append(code)
            values.append(token)
            starts.append(token.start)
            heights.append(0)
            end = token.end
            index += 1
            token = tokens[index]
            kind = token.kind
            continue
        origin, size, nests, gather, action = rules[~code]
        if size > 1:
            children = values[-size:]
            height = max(heights[-size:]) + nests
            size -= 1
            del states[-size:], values[-size:], starts[-size:], heights[-size:]
        elif size:
            children = [values[-1]]
            height = heights[-1] + nests
        else:  # only an empty program is made of nothing
            children, height = [], 0
            states.append(first), values.append(None), starts.append(end), heights.append(0)
        if height > NESTING_LIMIT:
            too_deep(starts[-1])
            raise StopNesting
        if gather is not None:
            children = gather(children)
        values[-1] = children if action is None else action(children, starts[-1], end)
        heights[-1] = height
        goto = gotos[states[-2]]
        state = goto[origin]
        unit = units[state].get(kind)
        while unit is not None:
            state = goto[unit]
            unit = units[state].get(kind)
        states[-1] = state
        if state == accepting and kind == "$END" and len(states) == 2:
            return values[-1]


def _recover(
    tables: Tables, tokens: list[Token], index: int, states: list[int], values: list[Any], starts: list[int], heights: list[int]
) -> int:
    """Drops the broken statement from the stacks, and the tokens up to its end; negative: nothing to go on with."""
    depth = 0
    while (kind := tokens[index].kind) != "$END":
        if kind == "{":
            depth += 1
        elif kind == "}":
            if depth == 0:
                break
            depth -= 1
        elif kind == "_END" and depth == 0:
            break
        index += 1
    while "statement" not in tables.gotos[states[-1]]:
        states.pop(), values.pop(), starts.pop(), heights.pop()
        if not states:
            return -1
    states.append(tables.gotos[states[-1]]["statement"])
    values.append(None), starts.append(tokens[index].start), heights.append(0)
    return index if tokens[index].kind in tables.actions[states[-1]] else -1


def acceptable(tables: Tables, states: list[int]) -> frozenset[str]:
    """The tokens that could stand next: what the row of the top state promises, tried out."""
    return frozenset(kind for kind in tables.actions[states[-1]] if _accepts(tables, states, kind))


def _accepts(tables: Tables, states: list[int], kind: str) -> bool:
    stack = list(states)
    while True:
        code = tables.actions[stack[-1]].get(kind)
        if code is None:
            return kind == "$END" and len(stack) == 2 and stack[-1] in {last for _, last in tables.starts.values()}
        if code >= 0:
            return True
        rule = tables.rules[~code]
        if rule.size:
            del stack[-rule.size :]
        stack.append(tables.gotos[stack[-1]][rule.origin])
