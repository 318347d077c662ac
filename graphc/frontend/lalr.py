"""The automaton that runs the tables over the tokens.

What comes in: `Tables`, a list of tokens, and one action per rule.  What goes out: what the action of the start symbol
made.  No tree stands in between: actions run while parsing.  It does not recurse, so only the limit on nesting keeps
a tree shallow.  After a mistake it goes on at the end of the statement; `parse` tells what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from graphc.frontend.lexing import NESTING_LIMIT, StopNesting, Token
from graphc.frontend.tables import Tables

Action = Callable[[list[Any], int, int], Any]  # children, offset of the first character, offset behind the last


class _Stacks(NamedTuple):
    """Per symbol on the stack: the state it leads to, its value, its first offset, and how deeply it nests."""

    states: list[int]
    values: list[Any]
    starts: list[int]
    heights: list[int]

    def push(self, state: int, value: Any, start: int) -> None:
        self.states.append(state)
        self.values.append(value)
        self.starts.append(start)
        self.heights.append(0)

    def pop(self) -> Any:
        """Takes the top symbol away and returns its value."""
        self.states.pop()
        self.starts.pop()
        self.heights.pop()
        return self.values.pop()


def run(
    tables: Tables,
    actions: list[Action | None],
    tokens: list[Token],
    start: str,
    unexpected: Callable[[list[int], int], None],
    too_deep: Callable[[int], None],
) -> Any:
    """Parses `tokens`, which end with `$END`; None if a mistake left nothing to go on with.

    `unexpected(states, index)` hears of each token that can't stand where it does, with the stack of states there.
    `too_deep(offset)` hears of a construct over the limit of nesting; then StopNesting is raised.
    """
    steps, units, gotos = tables.actions, tables.units, tables.gotos
    rules = [(r.origin, r.size, r.nests, r.gather, action) for r, action in zip(tables.rules, actions, strict=True)]
    first, accepting = tables.starts[start]
    stacks = states, values, starts, heights = _Stacks([first], [None], [0], [0])
    index = end = 0
    while True:
        token = tokens[index]
        kind = token.kind
        code = steps[states[-1]].get(kind)
        if code is None:
            unexpected(states, index)
            index = _recover(tables, tokens, index, stacks)
            if index < 0:
                return None
            continue
        if code >= 0:
            stacks.push(code, token, token.start)
            end = token.end
            index += 1
            continue
        origin, size, nests, gather, action = rules[~code]
        if not size:  # only an empty program is made of nothing
            stacks.push(first, None, end)
        children = values[-size:] if size else []
        height = max(heights[-size:]) + nests if size > 1 else heights[-1] + nests
        if size > 1:
            size -= 1
            del states[-size:], values[-size:], starts[-size:], heights[-size:]
        if height > NESTING_LIMIT:
            too_deep(starts[-1])
            raise StopNesting
        if gather is not None:
            children = gather(children)
        values[-1] = children if action is None else action(children, starts[-1], end)
        heights[-1] = height
        goto = gotos[states[-2]]
        state = goto[origin]
        while (unit := units[state].get(kind)) is not None:
            state = goto[unit]
        states[-1] = state
        if state == accepting and kind == "$END" and len(states) == 2:
            return values[-1]


def _recover(tables: Tables, tokens: list[Token], index: int, stacks: _Stacks) -> int:
    """Drops the broken statement from the stacks, and the tokens up to its end; negative: nothing to go on with."""
    depth = 0
    while (kind := tokens[index].kind) != "$END":
        if kind == "{":
            depth += 1
        elif kind == "}":
            if depth == 0:
                break
            depth -= 1
        elif kind == "_END" and depth == 0 and tokens[index + 1].kind != "{":  # a block on its own line goes along
            break
        index += 1
    closed = 0  # blocks on the stack that are complete but not yet reduced
    while closed or "statement" not in tables.gotos[stacks.states[-1]]:
        value = stacks.pop()
        if not stacks.states:
            return -1
        if isinstance(value, Token):
            closed += (value.kind == "}") - (value.kind == "{" and closed > 0)
    stacks.push(tables.gotos[stacks.states[-1]]["statement"], None, tokens[index].start)
    return -1 if kind == "$END" else index


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
