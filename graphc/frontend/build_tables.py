"""Builds the parser's tables from the grammar: `python -m graphc.frontend.build_tables`.

What comes in: grammars/graphc.lark.  What goes out: tables.json beside this file, byte for byte the same on every run.
For development only: it needs Lark and, for the strict mode that refuses conflicts and overlapping terminals,
interegular.  A test compares the shipped file with a fresh build.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.grammar import Rule, Terminal
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Shift

STARTS = ("expression_only", "program")

# The constructs that count towards the limit of nesting: each adds a level to the tree without adding one elsewhere.
NESTING = frozenset(
    {"attribute", "block", "bracketed_tuple", "call", "conditional", "else_if", "index", "list", "negation"}
    | {"parenthesised", "raised", "unary"}
)


class _PostLex:
    """Says that a post-lexer stands between lexer and parser; `lexing.arrange` is the real one."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


def build(grammar: str) -> dict[str, Any]:
    """The tables of a grammar as plain JSON values; raises Lark's GrammarError on a conflict or an overlap."""
    lark = Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        strict=True,
        start=list(STARTS),
        postlex=_PostLex(),
        maybe_placeholders=True,
    )
    spell = {t.name: t.pattern.value if isinstance(t.pattern, PatternStr) else t.name for t in lark.terminals}
    rules = sorted(lark.rules, key=lambda r: (r.origin.name, [s.name for s in r.expansion], r.alias or ""))
    patterns = sorted((t for t in lark.terminals if not isinstance(t.pattern, PatternStr)), key=_priority)
    states, starts = _states(lark, spell, {rule: number for number, rule in enumerate(rules)})
    return {
        "grammar": hashlib.sha256(grammar.encode()).hexdigest(),
        "patterns": [[t.name, t.pattern.to_regexp()] for t in patterns],
        "literals": sorted(t.pattern.value for t in lark.terminals if isinstance(t.pattern, PatternStr)),
        "rules": [_rule(rule) for rule in rules],
        "starts": starts,
        "states": states,
    }


def _priority(terminal: TerminalDef) -> tuple[int, str]:
    return -terminal.priority, terminal.name


def _rule(rule: Rule) -> list[Any]:
    """`[origin, size, action, nests, items]`, as `tables.decode` reads it; the action "" passes the only child on."""
    items: list[int] = []
    holes = "".join(str(int(hole)) for hole in rule.options.empty_indices).split("0")
    for index, symbol in enumerate(rule.expansion):
        if rule.options.empty_indices:
            items += [-1] * len(holes[index])
        if isinstance(symbol, Terminal) and symbol.filter_out and not rule.options.keep_all_tokens:
            continue
        items.append(-2 - index if not symbol.is_term and symbol.name.startswith("_") else index)
    if rule.options.empty_indices:
        items += [-1] * len(holes[-1])
    origin, action = str(rule.origin.name), rule.alias or str(rule.origin.name)
    if origin.startswith("_"):
        return [origin, len(rule.expansion), None, 0, items]
    if rule.options.expand1 and not rule.alias and len(items) == 1:
        assert items == [0] and len(rule.expansion) == 1, f"{rule} passes a part of itself on; give it a name with ->"
        return [origin, 1, "", 0, items]
    return [origin, len(rule.expansion), action, int(action in NESTING), items]


def _states(
    lark: Lark, spell: dict[str, str], rules: dict[Rule, int]
) -> tuple[list[dict[str, dict[str, int]]], dict[str, list[int]]]:
    """The automaton, its states numbered in breadth-first order so that every build gives the same file."""
    table = lark.parser.parser._parse_table
    order = [table.start_states[start] for start in STARTS]
    number = {state: index for index, state in enumerate(order)}
    states = []
    for state in order:  # grows while we walk
        actions: dict[str, int] = {}
        gotos: dict[str, int] = {}
        for symbol, (action, target) in sorted(table.states[state].items()):
            if action is not Shift:
                actions[spell.get(symbol, symbol)] = ~rules[target]
                continue
            if target not in number:
                number[target] = len(order)
                order.append(target)
            if symbol in spell or symbol.isupper():
                actions[spell.get(symbol, symbol)] = number[target]
            else:
                gotos[symbol] = number[target]
        states.append({"actions": dict(sorted(actions.items())), "gotos": gotos})
    return states, {start: [number[table.start_states[start]], number[table.end_states[start]]] for start in STARTS}


def encode(data: dict[str, Any]) -> str:
    """JSON with one rule or state per line, so that a change of the grammar shows as a readable difference."""
    parts = []
    for key, value in data.items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in value)
            parts.append(f'"{key}": [\n{lines}\n]')
        else:
            parts.append(f'"{key}": {json.dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    grammar = files("graphc").joinpath("grammars/graphc.lark").read_text("utf-8")
    Path(__file__).with_name("tables.json").write_text(encode(build(grammar)), "utf-8")


if __name__ == "__main__":
    main()
