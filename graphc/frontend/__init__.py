"""From text to a graph: lexing, parsing by the tables of `grammars/graphc.lark`, elaboration."""
