"""Golden tests: a program, the commands to run on it and what they print stand together in one `.g` file.

    input x: f32
    y = x ** 2                   # a program, with `# error: E0301` on each line that is wrong

    #$ graphc run square.g --feed x=3.0
    #> y: f32 = 9.0

`#$` is a command, run in the file's folder; `#>` are the lines of its stdout, `#!` those of its stderr, and `#=` is its
exit status unless that is 0.  `make bless` rewrites these.  What it doesn't touch: every error and warning of a file
must be announced on its line by `# error: CODE` or `# warning: CODE`, several codes if there are several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.index import INDEX
from graphc.driver import Options, compile_source
from graphc.driver.sources import read_source
from graphc.source import Source
from tests.commands import Said, run_command

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.g"))
IDS = [str(f.relative_to(HERE)) for f in FILES]
ANNOTATION = re.compile(r"# (error|warning): ([EW]\d{4}(?: [EW]\d{4})*)")


def split(text: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """The program, and each command with the lines that are expected of it."""
    head, *rest = re.split(r"^#\$ ", text, flags=re.MULTILINE)
    blocks = []
    for block in rest:
        command, *lines = block.splitlines()
        assert all(line[:2] in ("#>", "#!", "#=") for line in lines if line), f"what is this line of {command}?"
        blocks.append((command, [line for line in lines if line]))
    return head, blocks


def shown(said: Said) -> Iterator[str]:
    """What a command said, as comments."""
    for mark, text in (("#>", said.stdout), ("#!", said.stderr)):
        for line in text.splitlines():
            yield f"{mark} {line}".rstrip()
    if said.status:
        yield f"#= {said.status}"


def joined(head: str, blocks: list[tuple[str, list[str]]]) -> str:
    return head + "\n".join(f"#$ {command}\n" + "".join(f"{line}\n" for line in lines) for command, lines in blocks)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_commands(path: Path, bless: bool) -> None:
    """Each command prints what stands below it."""
    text = path.read_text()
    head, blocks = split(text)
    assert blocks, "a golden file has a command: #$ graphc check FILE"
    found = [(command, list(shown(run_command(command, path.parent)))) for command, _ in blocks]
    assert not any("internal error" in line for _, lines in found for line in lines)
    if bless:
        path.write_text(joined(head, found))
    else:
        assert found == blocks


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_annotations(path: Path) -> None:
    """The errors and warnings of a program are those that are announced, on their lines."""
    source = read_source(path)
    announced: list[tuple[int, str]] = []
    for number, line in enumerate(split(source.text)[0].splitlines(), 1):
        for match in ANNOTATION.finditer(line):
            announced += [(number, code) for code in match[2].split()]
    found: list[Diagnostic]
    try:
        found = list(compile_source(source, Options()).warnings)
    except Diagnostics as errors:
        found = list(errors.items)
    assert sorted((_line(d, source), d.code) for d in found) == sorted(announced)


def _line(diagnostic: Diagnostic, program: Source) -> int:
    """The first place in the program itself: of an error in an imported file, where that is imported or called."""
    calls = []
    call = diagnostic.call
    while call is not None:
        calls.append(call.span)
        call = call.caller
    labels = [label.span for label in (diagnostic.primary, *diagnostic.secondary) if label is not None]
    return next((span.line for span in (*labels[:1], *calls, *labels) if span.source is program), 0)


def test_every_code_of_a_program_has_a_golden_file() -> None:
    """Each code that `check` can find in a program is found in some file."""
    announced = {code for f in FILES for _, codes in ANNOTATION.findall(f.read_text()) for code in codes.split()}
    by_check = {e.code for e in INDEX.values() if not e.bad.startswith("$ ")}
    assert sorted(by_check - announced - {"E0901", "E0904"}) == []
