"""An error says the same each time: neither the hashes of strings nor where objects lie in memory choose its words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAMS = {
    "an argument that several inputs make": (
        "check",
        "module M(k) { fn call(x) = x * k }\n"
        + "".join(f"input x{i}: f32\n" for i in range(8))
        + f"m = M({' + '.join(f'x{i} * sin(x{i})' for i in range(8))})\noutput y = m(x0)\n",
    ),
    "several earlier values of a name": (
        "grad --wrt v --of y",
        "input x: f32\n"
        + "".join(f"v = x * {i + 2}\na{i} = v * sin(x)\n" for i in range(8))
        + f"output y = {' + '.join(f'a{i}' for i in range(8))}\nv = x + 1\n",
    ),
    "several undefined names": ("check", "input width: f32\ninput weight: f32\noutput y = weigth + widht + heigth\n"),
    "an initial value that several inputs make": (
        "check",
        "input a: f32\ninput b: f32\ninput c: f32\nvar w: f32 = a * b + b * c + sin(c)\noutput w\n",
    ),
}
# Commands that each stand on a line, with so many objects in memory before the first node.
CODE = """
import sys
from graphc.cli import cli
junk = [object() for _ in range(int(sys.argv[1]))]
del junk[::3]
for line in sys.stdin:
    try:
        cli(line.split())
    except SystemExit as done:
        assert done.code == 1
"""


def said(commands: str, seed: int) -> str:
    """What the commands say in a process of their own."""
    settings = {"PYTHONHASHSEED": str(seed), "PYTHONMALLOC": ("pymalloc", "malloc")[seed % 2], "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(997 * seed)],
        input=commands,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **settings},
    )
    return done.stderr


def test_the_same_in_each_process(tmp_path: Path) -> None:
    commands = ""
    for i, (command, text) in enumerate(PROGRAMS.values()):
        file = tmp_path / f"e{i}.g"
        file.write_text(text)
        commands += f"{command} {file}\n"
    found = {said(commands, seed) for seed in range(4)}
    assert len(found) == 1
    assert found.pop().count("error[") >= len(PROGRAMS)
