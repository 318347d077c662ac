"""Builds the parser's tables from the grammar: `python -m graphc.frontend.build_tables`.

What comes in: grammars/graphc.lark.  What goes out: tables.json beside this file, byte for byte the same on every run.
For development only: Lark's strict mode, which refuses conflicts and overlapping terminals, needs interegular.  A test
compares the shipped file with a fresh build.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from graphc.frontend.lalr import build
from graphc.frontend.tables import Tables


def encode(tables: Tables) -> str:
    """JSON with one rule or state per line, so that a change of the grammar shows as a readable difference."""
    parts = []
    for key, value in asdict(tables).items():
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
