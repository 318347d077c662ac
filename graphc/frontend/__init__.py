"""From text to a graph: lexing, parsing by the tables of `grammars/graphc.lark`, elaboration.

`foreign` knows how other languages spell things, for the messages of both.
"""
