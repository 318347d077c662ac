"""What each rule of the grammar makes: the actions that build the syntax tree while the parser runs.

What comes in: the children of one construct and where it begins and ends.  What goes out: a node of `syntax`.  `make_x`
is the action of the rule or alias `x` of grammars/graphc.lark.  Mistakes that the grammar lets through on purpose
(chained comparisons, odd targets, bad escapes) are reported here, where the message can show what was written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from graphc.diagnostics import Diagnostic, Label
from graphc.frontend import syntax
from graphc.frontend.lexing import Report, Token
from graphc.frontend.syntax import Block, Expr, Name, Parameter, Stmt, String, TypeExpr
from graphc.ir.decimals import number
from graphc.ir.literal import shortened
from graphc.ir.strings import ESCAPE, unescape
from graphc.source import Source, Span

Children = list[Any]

_LONGEST_NUMBER = 4000  # digits


class Actions:
    """The actions for one source; `docs` maps the start of a statement to the documentation above it."""

    def __init__(self, source: Source, docs: dict[int, str], doc: str | None, report: Report) -> None:
        self.source, self.docs, self.doc, self.report = source, docs, doc, report

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def of(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def named(self, token: Token) -> Name:
        return Name(token.text, Span(self.source, token.start, token.end))

    def named_or_none(self, token: Token | None) -> Name | None:
        return None if token is None else self.named(token)

    # ------------------------------------------------------------ programs and blocks

    def make_program(self, c: Children, start: int, end: int) -> syntax.Program:
        return syntax.Program(tuple(c), self.doc, self.span(0, len(self.source.text)))

    def make_expression_only(self, c: Children, start: int, end: int) -> Expr:
        value: Expr = c[0]
        return value

    def make_block(self, c: Children, start: int, end: int) -> Block:
        return Block(tuple(c), self.span(start, end))

    # ------------------------------------------------------------ declarations

    def make_input(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.Input(self.named(c[0]), c[1], c[2], self.docs.get(start), self.span(start, end))

    def make_var(self, c: Children, start: int, end: int) -> Stmt:
        name, type, init, option, flag = c
        if option is not None and option.text != "trainable":
            label = Label(self.of(option), "not an option of var")
            self.report(Diagnostic("E0101", "a var has one option, trainable", label, hint="trainable=false"))
        trainable = flag is None or flag.value
        return syntax.Var(name, type, init, trainable, self.docs.get(start), self.span(start, end))

    def make_output(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.Output(c[0], c[1], self.docs.get(start), self.span(start, end))

    def make_dotted(self, c: Children, start: int, end: int) -> Name:
        return Name(".".join([token.text for token in c]), self.span(start, end))

    def make_short_fn(self, c: Children, start: int, end: int) -> Stmt:
        export, head, value = c
        body = Block((syntax.Return(value, value.span),), value.span)
        return self.function(export, head, body, None, self.span(start, end))

    def make_long_fn(self, c: Children, start: int, end: int) -> Stmt:
        export, head, body, vjp = c
        return self.function(export, head, body, vjp, self.span(start, end))

    def function(
        self,
        export: Token | None,
        head: tuple[Token, tuple[Parameter, ...], Span],
        body: Block,
        vjp: syntax.VjpRule | None,
        span: Span,
    ) -> Stmt:
        name, parameters, place = head
        doc = self.docs.get(span.start)
        return syntax.Fn(self.named(name), parameters, body, vjp, export is not None, doc, place, span)

    def make_head(self, c: Children, start: int, end: int) -> tuple[Token, tuple[Parameter, ...], Span]:
        return c[0], c[1], self.span(start, end)

    def make_parameters(self, c: Children, start: int, end: int) -> tuple[Parameter, ...]:
        return tuple(c)

    def make_parameter(self, c: Children, start: int, end: int) -> Parameter:
        return Parameter(self.named(c[0]), c[1], c[2], self.span(start, end))

    def make_vjp(self, c: Children, start: int, end: int) -> syntax.VjpRule:
        return syntax.VjpRule(c[0], c[1], self.span(start, end))

    def make_module(self, c: Children, start: int, end: int) -> Stmt:
        name, parameters, body = c
        head = self.span(start, start + len(self.source.text[start : body.span.start].rstrip()))
        return syntax.Module(self.named(name), parameters, body, self.docs.get(start), head, self.span(start, end))

    def make_test(self, c: Children, start: int, end: int) -> Stmt:
        token, body = c
        return syntax.Test(self.make_string([token], token.start, token.end), body, self.span(start, end))

    def make_import(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.Import(c[0], self.named_or_none(c[1]), self.span(start, end))

    def make_from_import(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.FromImport(c[0], tuple(c[1:]), self.span(start, end))

    def make_imported(self, c: Children, start: int, end: int) -> tuple[Name, Name | None]:
        return self.named(c[0]), self.named_or_none(c[1])

    # ------------------------------------------------------------ statements

    def make_assign(self, c: Children, start: int, end: int) -> Stmt:
        target, value = c
        self.check_target(target, value)
        return syntax.Assign(target, None, value, self.docs.get(start), self.span(start, end))

    def make_annotated(self, c: Children, start: int, end: int) -> Stmt:
        target, type, value = c
        if not isinstance(target, Name | syntax.Attribute):
            self.bad_target(target, "only a name can be given a type", "y: f32[n] = …")
        return syntax.Assign(target, type, value, self.docs.get(start), self.span(start, end))

    def make_augmented(self, c: Children, start: int, end: int) -> Stmt:
        target, op, value = c
        if isinstance(target, syntax.Tuple):
            self.bad_target(target, f"{op}= changes one thing at a time", f"{shown(target.items[0], 'a')} {op}= …")
        else:
            self.check_target(target, value)
        return syntax.AugAssign(target, op, value, self.span(start, end))

    def make_augmentation(self, c: Children, start: int, end: int) -> str:
        text: str = c[0].text
        return text[:-1]

    def make_alone(self, c: Children, start: int, end: int) -> Stmt:
        value = c[0]
        if not isinstance(value, syntax.CallExpr):
            self.report(
                Diagnostic(
                    "E0110",
                    "nothing is done with this value",
                    Label(value.span, "only a call can stand alone"),
                    hint=_use_of(value),
                )
            )
        return syntax.ExprStmt(value, self.span(start, end))

    def make_assert(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.Assert(c[0], c[1], self.span(start, end))

    def make_return(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.Return(c[0], self.span(start, end))

    def make_break(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.Break(self.span(start, end))

    def make_continue(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.Continue(self.span(start, end))

    def make_if(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.If(c[0], c[1], c[2], self.span(start, end))

    make_else_if = make_if

    def make_while(self, c: Children, start: int, end: int) -> Stmt:
        return syntax.While(c[0], c[1], self.span(start, end))

    def make_for(self, c: Children, start: int, end: int) -> Stmt:
        target, iterable, body = c
        parts: list[Expr] = [target]
        for part in parts:
            if isinstance(part, syntax.Tuple | syntax.List):
                parts.extend(part.items)
        if not all(isinstance(part, Name | syntax.Tuple | syntax.List) for part in parts):
            self.bad_target(target, "for binds a name", "for i in range(n) { … }")
        return syntax.For(target, iterable, body, self.span(start, end))

    def check_target(self, target: Expr, value: Expr) -> None:
        """Reports what can't stand left of an `=`."""
        parts = [target]
        while parts:
            match parts.pop():
                case Name():
                    pass
                case syntax.Tuple(items) if items:
                    parts += items
                case syntax.Index(inner) | syntax.Attribute(inner):
                    parts.append(inner)
                case syntax.CallExpr(Name(text)) as call if call is target:
                    arguments = ", ".join(shown(argument, "x") for argument in call.arguments)
                    self.bad_target(
                        call, "a call can't be assigned to", f"fn {text}({arguments}) = {shown(value, '…')}"
                    )
                case syntax.List(items) as list_ if items:
                    names = ", ".join(shown(item, "a") for item in items)
                    self.bad_target(list_, "a list can't be assigned to", f"{names} = {shown(value, '…')}")
                case syntax.Boolean() | syntax.NoneLiteral() as word:
                    text = word.span.text
                    label = Label(word.span, "can't be a name")
                    self.report(Diagnostic("E0102", f"{text} is a reserved word", label, hint=f"{text}_"))
                case other:
                    self.bad_target(other, f"{shown(other, 'this')} can't be assigned to", f"y = {shown(value, '…')}")

    def bad_target(self, target: Expr, message: str, hint: str) -> None:
        self.report(Diagnostic("E0109", message, Label(target.span, "not a name"), hint=hint))

    # ------------------------------------------------------------ types

    def make_shaped_type(self, c: Children, start: int, end: int) -> TypeExpr:
        return TypeExpr(self.named(c[0]), c[1] or (), self.span(start, end))

    def make_scalar_type(self, c: Children, start: int, end: int) -> TypeExpr:
        return TypeExpr(self.named(c[0]), None, self.span(start, end))

    def make_dimensions(self, c: Children, start: int, end: int) -> tuple[Expr, ...]:
        return tuple(c)

    def make_fresh(self, c: Children, start: int, end: int) -> Expr:
        return Name("?", self.span(start, end))

    def make_ellipsis(self, c: Children, start: int, end: int) -> Expr:
        return syntax.Ellipsis(self.span(start, end))

    # ------------------------------------------------------------ expressions

    def make_tuple(self, c: Children, start: int, end: int) -> Expr:
        return syntax.Tuple(tuple(c), self.span(start, end))

    make_bracketed_tuple = make_tuple

    def make_conditional(self, c: Children, start: int, end: int) -> Expr:
        then, condition, other = c
        return syntax.Conditional(condition, then, other, self.span(start, end))

    def make_sum(self, c: Children, start: int, end: int) -> Expr:
        pairs = tuple([(op.text, operand, self.of(op)) for op, operand in zip(c[1::2], c[2::2], strict=True)])
        return syntax.Chain(c[0], pairs, self.span(start, end))

    make_product = make_disjunction = make_conjunction = make_sum

    def make_comparison(self, c: Children, start: int, end: int) -> Expr:
        if len(c) > 3:
            a, op, b, then, d = c[:5]
            middle = shown(b, "b")
            self.report(
                Diagnostic(
                    "E0106",
                    "comparisons don't chain",
                    Label(self.of(then), "second comparison"),
                    (Label(self.of(op), "first comparison"),),
                    hint=f"{shown(a, 'a')} {op.text} {middle} and {middle} {then.text} {shown(d, 'c')}",
                )
            )
        return self.make_sum(c, start, end)

    def make_unary(self, c: Children, start: int, end: int) -> Expr:
        return syntax.Unary(c[0].text, c[1], self.span(start, end))

    make_negation = make_unary

    def make_raised(self, c: Children, start: int, end: int) -> Expr:
        return syntax.Power(c[0], c[1], self.span(start, end))

    def make_call(self, c: Children, start: int, end: int) -> Expr:
        return syntax.CallExpr(c[0], c[1] or (), self.span(start, end))

    def make_index(self, c: Children, start: int, end: int) -> Expr:
        return syntax.Index(c[0], c[1], self.span(start, end))

    def make_attribute(self, c: Children, start: int, end: int) -> Expr:
        return syntax.Attribute(c[0], self.named(c[1]), self.span(start, end))

    def make_arguments(self, c: Children, start: int, end: int) -> tuple[Any, ...]:
        return tuple(c)

    make_items = make_arguments

    def make_positional(self, c: Children, start: int, end: int) -> syntax.Argument:
        return syntax.Argument(None, c[0], c[0].span)

    def make_keyword(self, c: Children, start: int, end: int) -> syntax.Argument:
        return syntax.Argument(self.named(c[0]), c[1], self.span(start, end))

    def make_slice(self, c: Children, start: int, end: int) -> syntax.SliceItem:
        return syntax.SliceItem(c[0], c[1], c[2], self.span(start, end))

    # ------------------------------------------------------------ atoms

    def make_name(self, c: Children, start: int, end: int) -> Name:
        return Name(c[0].text, Span(self.source, start, end))

    def make_none(self, c: Children, start: int, end: int) -> Expr:
        return syntax.NoneLiteral(self.span(start, end))

    def make_boolean(self, c: Children, start: int, end: int) -> Expr:
        return syntax.Boolean(c[0].kind == "true", self.span(start, end))

    def make_list(self, c: Children, start: int, end: int) -> Expr:
        return syntax.List(tuple(c), self.span(start, end))

    def make_parenthesised(self, c: Children, start: int, end: int) -> Expr:
        """The value itself; its place includes the brackets, so that spans of what it is part of cover them."""
        value: Expr = replace(c[0], span=self.span(start, end))
        return value

    def make_number(self, c: Children, start: int, end: int) -> Expr:
        text = c[0].text.replace("_", "")
        span = self.span(start, end)
        if len(text) > _LONGEST_NUMBER:
            self.bad_number(span, f"a number of {len(text)} digits is too long", "1e300")
            return syntax.Number(0, span)
        if text.isdigit():
            if text[0] == "0" and text.strip("0"):
                self.bad_number(span, "a whole number can't begin with 0", str(int(text)))
            return syntax.Number(int(text), span)
        if text[:2] in ("0x", "0X"):
            return syntax.Number(int(text, 16), span)
        try:
            return syntax.Number(number(text), span)
        except OverflowError:
            self.bad_number(span, f"{shortened(text)} is too large for f64", "inf")
            return syntax.Number(float("inf"), span)

    def bad_number(self, span: Span, message: str, hint: str) -> None:
        self.report(Diagnostic("E0107", message, Label(span, "this number"), hint=hint))

    def make_string(self, c: Children, start: int, end: int) -> String:
        text = c[0].text[1:-1]
        if "\\" in text:
            text = ESCAPE.sub(lambda match: self.escape(match, start + 1), text)
        return String(text, self.span(start, end))

    def escape(self, match: re.Match[str], start: int) -> str:
        """The character that an escape in a string stands for."""
        character = unescape(match)
        if character is not None:
            return character
        if match[4] is None:
            message, hint = f"{match[0]} is no Unicode character", "\\u{1F600}, from \\u{0} to \\u{10FFFF}"
        else:
            message = f"{match[0]} is not an escape"
            hint = f'\\{match[0]} for a backslash, or one of \\n \\t \\r \\" \\xXX \\u{{…}}'
        place = self.span(start + match.start(), start + match.end())
        self.report(Diagnostic("E0104", message, Label(place, "unknown escape"), hint=hint))
        return ""


def shown(node: Expr | syntax.Argument, otherwise: str) -> str:
    """The text of an expression for a hint, if it is short enough to read there."""
    text = node.span.text
    return text if len(text) <= 24 and "\n" not in text else otherwise


def _use_of(value: Expr) -> str:
    """What the writer of a lone value may have meant."""
    match value:
        case syntax.Chain(Name(text), (("==", operand, _),)):
            return f"{text} = {shown(operand, '…')}"
        case Name(text):
            return {"pass": "an empty block: { }", "exit": "return", "quit": "return"}.get(text, f"output {text}")
        case String():
            return f"print({shown(value, '…')})"
        case _:
            return f"y = {shown(value, '…')}"
