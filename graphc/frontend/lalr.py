"""Lark's LALR parser: made of grammars/graphc.lark, or read from the tables, and run over our tokens.

This is the one module that imports Lark.  Lark's tables and its `ParserState` do the parsing, its `ParseTreeBuilder`
drops and splices children as the grammar says, and the result of a rule `x` is made by the action `make_x`: no tree
stands in between.  Three things are ours.  The tokens come from `lexing` and `postlex`, fed one by one.  An action gets
the offsets of its construct, for which stacks run along with Lark's.  And after a mistake the parser goes on at the end
of the statement.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from operator import itemgetter
from typing import Any

import lark
from lark.exceptions import UnexpectedToken
from lark.grammar import Rule
from lark.lexer import PatternStr, TerminalDef
from lark.parse_tree_builder import ParseTreeBuilder
from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
from lark.parsers.lalr_parser_state import ParseConf, ParserState

from graphc.frontend.actions import Actions
from graphc.frontend.lexing import NESTING_LIMIT, StopNesting, Token
from graphc.frontend.tables import Tables, load

STARTS = ("expression_only", "program")

# The constructs that count towards the limit of nesting: each adds a level to the tree without adding one elsewhere.
NESTING = frozenset(
    {"attribute", "block", "bracketed_tuple", "call", "conditional", "else_if", "index", "list", "negation"}
    | {"parenthesised", "raised", "unary"}
)

Reduction = Callable[[list[Any]], Any]
Expected = Callable[[], frozenset[str]]


class Parser:
    """The automaton with its callbacks, for one thread.

    Beside Lark's stack of values run two more: the offset where each begins, and how deeply it nests.
    """

    def __init__(self, tables: Tables) -> None:
        rules = [Rule.deserialize(rule, {}) for rule in tables.rules]
        self._types = {text: name for name, text in tables.literals.items()}
        self._texts = tables.literals
        self._terminals = {t for row in tables.states for t in row if t.isupper() or t == "$END"}
        self._states: dict[int, dict[str, tuple[Any, Any]]] = {
            number: {s: (Shift, code) if code >= 0 else (Reduce, rules[~code]) for s, code in row.items()}
            for number, row in enumerate(tables.states)
        }
        first, last = ({start: ends[i] for start, ends in tables.starts.items()} for i in range(2))
        make: Any = IntParseTable
        self._table: IntParseTable = make(self._states, first, last)
        self._starts: list[int] = []
        self._heights: list[int] = []
        self._end = 0  # behind the token that was read last
        self._actions: Actions | None = None
        self._too_deep: Callable[[int], None] = _nothing
        build: Any = ParseTreeBuilder
        made = build(rules, lark.Tree, maybe_placeholders=True).create_callback(_Transformer(self))
        self._callbacks = {rule: self._reduction(rule, made_by) for rule, made_by in made.items()}

    def run(
        self,
        actions: Actions,
        tokens: list[Token],
        start: str,
        unexpected: Callable[[Expected, int], None],
        too_deep: Callable[[int], None],
    ) -> Any:
        """Parses `tokens`, which end with `$END`; None if a mistake left nothing to go on with.

        `unexpected(expected, index)` hears of each token that can't stand where it does, and can ask what could.
        `too_deep(offset)` hears of a construct over the limit of nesting; then StopNesting is raised.
        """
        self._actions, self._too_deep, self._end = actions, too_deep, 0
        starts, heights = self._starts, self._heights
        starts.clear()
        heights.clear()
        state = _begun(ParseConf(self._table, self._callbacks, start))
        feed, values = state.feed_token, state.value_stack
        types = self._types
        shown = _Shown()
        index = 0
        while index >= 0:
            token = tokens[index]
            try:
                shown.type = types.get(token.kind, token.kind)
                if shown.type == "$END":
                    return feed(shown, True)
                feed(shown)
            except UnexpectedToken:
                unexpected(partial(self._expected, state, start), index)
                index = self._recover(state, tokens, index)
                continue
            values[-1] = token
            starts.append(token.start)
            heights.append(0)
            self._end = token.end
            index += 1
        return None

    def make(self, action: str, children: list[Any]) -> Any:
        """What an action makes of the children of the construct on top of the stacks."""
        return getattr(self._actions, action)(children, self._starts[-1], self._end)

    def _reduction(self, rule: Rule, build: Reduction) -> Reduction:
        """The callback of a rule: `build`, which Lark made, after our stacks have followed."""
        size = len(rule.expansion)
        nests = (rule.alias or rule.origin.name) in NESTING
        starts, heights = self._starts, self._heights
        if size == 1:
            passes_on = rule.options.expand1 and not rule.alias
            return itemgetter(0) if passes_on else build

        def reduce(children: list[Any]) -> Any:
            if size == 0:  # an empty program
                starts.append(self._end)
                heights.append(0)
                return build(children)
            height = max(heights[-size:]) + nests
            del heights[-size:], starts[1 - size :]
            heights.append(height)
            if height > NESTING_LIMIT:
                self._too_deep(starts[-1])
                raise StopNesting
            return build(children)

        return reduce

    # ------------------------------------------------------------ mistakes

    def _recover(self, state: Any, tokens: list[Token], index: int) -> int:
        """Drops the broken statement from the stacks, and the tokens up to its end; -1: nothing to go on with."""
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
        while closed or "statement" not in self._states[state.position]:
            if not state.value_stack:
                return -1
            state.state_stack.pop()
            value = state.value_stack.pop()
            self._starts.pop()
            self._heights.pop()
            if isinstance(value, Token):
                closed += (value.kind == "}") - (value.kind == "{" and closed > 0)
        state.state_stack.append(self._states[state.position]["statement"][1])
        state.value_stack.append(None)
        self._starts.append(tokens[index].start)
        self._heights.append(0)
        return -1 if kind == "$END" else index

    def _expected(self, state: Any, start: str) -> frozenset[str]:
        """The tokens that could stand next: what the row of the state promises, tried out without values."""
        conf = ParseConf(self._table, {}, start)
        row = [t for t in self._states[state.position] if t in self._terminals]
        types = [t for t in row if _accepts(_begun(conf, list(state.state_stack)), t)]
        return frozenset([self._texts.get(t, t) for t in types])


def _begun(conf: ParseConf[int], states: list[int] | None = None) -> Any:
    """A `ParserState` to which tokens are fed: it has no lexer, and reads no more of a token than its type."""
    make: Any = ParserState
    return make(conf, None, states)


def _accepts(state: Any, type: str) -> bool:
    try:
        state.feed_token(_Shown(type), type == "$END")
    except UnexpectedToken:
        return False
    return True


class _Shown:
    """What Lark sees of a token."""

    __slots__ = ("type",)

    def __init__(self, type: str = "") -> None:
        self.type = type


class _Transformer:
    """What Lark asks for the callback of a rule or alias by its name; a helper rule has none."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser

    def __getattr__(self, name: str) -> Reduction:
        action = f"make_{name}"
        if not hasattr(Actions, action):
            raise AttributeError(name)
        return partial(self._parser.make, action)


def _nothing(offset: int) -> None:
    pass


# ---------------------------------------------------------------- making the tables


class _PostLex:
    """Says that a post-lexer stands between lexer and parser; `postlex.arrange` is the real one."""

    always_accept = ()

    def process(self, stream: Iterator[lark.Token]) -> Iterator[lark.Token]:
        return stream


def build(grammar: str, *, strict: bool = True) -> Tables:
    """The tables of a grammar, the same on every run; raises Lark's GrammarError on a conflict or an overlap.

    For `strict` interegular must be installed.
    """
    made = lark.Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        strict=strict,
        start=list(STARTS),
        postlex=_PostLex(),
        maybe_placeholders=True,
    )
    rules = sorted(made.rules, key=lambda r: (r.origin.name, [s.name for s in r.expansion], r.alias or ""))
    patterns = [t for t in made.terminals if not isinstance(t.pattern, PatternStr)]
    literals = {t.name: t.pattern.value for t in made.terminals if isinstance(t.pattern, PatternStr)}
    states, starts = _numbered(made.parser.parser._parse_table, {rule: number for number, rule in enumerate(rules)})
    return Tables(
        lark=lark.__version__,
        grammar=hashlib.sha256(grammar.encode()).hexdigest(),
        patterns=[(t.name, t.pattern.to_regexp()) for t in sorted(patterns, key=_priority)],
        literals=dict(sorted(literals.items())),
        rules=[rule.serialize() for rule in rules],
        states=states,
        starts=starts,
    )


def _priority(terminal: TerminalDef) -> tuple[int, str]:
    return -terminal.priority, terminal.name


def _numbered(table: IntParseTable, rules: dict[Rule, int]) -> tuple[list[dict[str, int]], dict[str, tuple[int, int]]]:
    """The states in breadth-first order; Lark's own numbers differ from run to run."""
    order = [table.start_states[start] for start in STARTS]
    number = {state: index for index, state in enumerate(order)}
    states = []
    for state in order:  # grows while we walk
        row: dict[str, int] = {}
        for symbol, (action, target) in sorted(table.states[state].items()):
            if action is Shift and target not in number:
                number[target] = len(order)
                order.append(target)
            row[symbol] = number[target] if action is Shift else ~rules[target]
        states.append(row)
    return states, {start: (number[table.start_states[start]], number[table.end_states[start]]) for start in STARTS}


# ---------------------------------------------------------------- the parser of this thread

_OF_THREAD = threading.local()


def parser() -> Parser:
    """The parser of the shipped grammar.  Another Lark than the one that wrote the tables makes them anew."""
    found: Parser | None = getattr(_OF_THREAD, "parser", None)
    if found is None:
        tables = load()
        if tables.lark != lark.__version__:
            tables = build(files("graphc").joinpath("grammars/graphc.lark").read_text("utf-8"), strict=False)
        found = _OF_THREAD.parser = Parser(tables)
    return found
