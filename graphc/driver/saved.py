"""Saved programs: what is in the folder, compiled and checked against what it declares; and writing one.

In: the path of a folder, or a program and the values of its variables.  Out: a `SavedProgram`, whose `compile` gives
the graph of an entry point; or the folder.  The command line and the Python API call it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.driver import Elaborated, Options, compile_source
from graphc.driver.interface import Interface, Signature, interface
from graphc.driver.sources import ENDING, decode
from graphc.executors.numpy import default_of
from graphc.files.problems import problem
from graphc.files.saved import PROGRAM, Saved, read_saved, write_saved
from graphc.ir.dims import Dim
from graphc.ir.graph import Node
from graphc.ir.literal import dtype_of
from graphc.ir.types import DEFAULT_FLOATS, Array, DType
from graphc.source import Source
from graphc.version import __version__

IMPORTS = "imports"


@dataclass(frozen=True, slots=True, eq=False)
class SavedProgram:
    """A saved program that was read and verified.  `variables` are the values that it starts from."""

    folder: str
    source: Source
    contents: Saved

    @property
    def variables(self) -> Mapping[str, Array]:
        return self.contents.variables

    @property
    def default_float(self) -> DType:
        return DEFAULT_FLOATS[self.contents.default_float]

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(self.contents.entries)

    def choose(self, asked: str | None) -> str | None:
        """The entry point that is meant: the one asked for, else the only one, else (None) the whole program.

        Raises Diagnostics E0210 if there are several, and nothing that the program itself gives out.
        """
        if asked is not None or not self.entries:
            return asked
        if len(self.entries) == 1:
            return self.entries[0]
        if self.compile(Options()).graph.outputs:
            return None
        message = f"{self.folder} has several entry points: {', '.join(self.entries)}"
        raise Diagnostics([Diagnostic("E0210", message, hint=f"--entry {self.entries[0]}")])

    def compile(self, options: Options, *, entry: str | None = None) -> Elaborated:
        """The graph of an entry point, or of the whole program.  Raises Diagnostics."""
        program = compile_source(self.source, replace(options, default_float=self.default_float), entry=entry)
        check_variables(program.variables, self.variables, self.folder)
        return program

    def keep(self, variables: Mapping[str, Array], random: tuple[int, int] | None = None) -> None:
        """Write other values of (some of) its variables into the folder, and where its random numbers stand.

        Raises Diagnostics E0706.
        """
        kept = {**self.variables, **variables}
        write_saved(self.folder, replace(self.contents, variables=kept, random=random or self.contents.random))


def load_saved(path: str | os.PathLike[str]) -> SavedProgram:
    """Read and verify a saved program.  Raises Diagnostics."""
    folder = os.fspath(path).rstrip("/") or "/"
    contents = read_saved(folder)
    return SavedProgram(folder, _Sources(contents, folder)[PROGRAM], contents)


class _Sources:
    """The programs of a folder.  They import each other, as they did when they were saved, and nothing else."""

    def __init__(self, contents: Saved, folder: str) -> None:
        self._folder, self._imports = folder, contents.imports
        self._known = {name: self._source(name, data) for name, data in contents.sources.items()}

    def __getitem__(self, name: str) -> Source:
        return self._known[name]

    def _source(self, name: str, data: bytes) -> Source:
        shown = f"{self._folder}/{name}"
        return Source(shown, decode(data, shown), imported=partial(self._find, name))

    def _find(self, importer: str, written: str) -> Source:
        found = self._imports.get(importer, {}).get(written)
        if found is None:
            raise problem("E0712", f"{self._folder} holds no file that {importer} imports as {written}")
        return self._known[found]


def save_program(
    path: str | os.PathLike[str],
    source: Source,
    options: Options,
    variables: Mapping[str, Array],
    *,
    kept_in: str = "the state",
) -> tuple[str, ...]:
    """Save a program with these values of its variables, the others' initial ones.  Gives the entry points.

    Everything is compiled first: what is saved is right.  `kept_in`: what messages call the place that the values are
    from.  Raises Diagnostics.
    """
    program = compile_source(source, options)
    check_variables(program.variables, variables, kept_in, partly=True)
    state = {**initial_values(program.variables), **variables}
    entries = {
        name: described(interface(compile_source(source, options, entry=name).graph)) for name in program.entries
    }
    default_float = options.default_float.name
    names = file_names(source, program.imports)
    sources = {name: s.text.encode() for s, name in names.items()}
    imports = {names[s]: {path: names[f] for path, f in found.items()} for s, found in program.imports.items()}
    write_saved(path, Saved(sources, state, default_float, entries, __version__, imports))
    return program.entries


def file_names(program: Source, imports: Mapping[Source, Mapping[str, Source]]) -> dict[Source, str]:
    """The names that a program and the files that it imports have in the folder: `imports/layers.g`."""
    names = {program: PROGRAM}
    for source in (s for found in imports.values() for s in found.values()):
        if source in names:
            continue
        parts = os.path.relpath(source.name, os.path.dirname(program.name) or os.curdir).split(os.sep)
        inside = [part for part in parts if part != os.pardir]
        name = "/".join(inside if inside[0] == IMPORTS and inside[1:] else [IMPORTS, *inside])
        stem, number = name.removesuffix(ENDING), 2
        while name in names.values():
            name, number = f"{stem}_{number}{ENDING}", number + 1
        names[source] = name
    return names


def initial_values(variables: Sequence[Node]) -> dict[str, Array]:
    """What variables start with; those whose size only a run tells are left out."""
    return {n.attrs[0]: default_of(n, {}) for n in variables if n.results[0].type.is_static}


def described(seen: Interface) -> dict[str, Any]:
    """A signature as JSON has it."""

    def typed(s: Signature) -> dict[str, Any]:
        return {"dtype": s.dtype, "shape": list(s.shape)}

    inputs = {s.name: {**typed(s), "optional": s.optional} for s in seen.inputs.values()}
    return {"inputs": inputs, "outputs": {s.name: typed(s) for s in seen.outputs.values()}}


def check_variables(declared: Sequence[Node], values: Mapping[str, Array], where: str, *, partly: bool = False) -> None:
    """Raise Diagnostics E0713 unless these are values of the declared variables.  `partly`: some may be missing."""
    problems = []
    nodes = {n.attrs[0]: n for n in declared}
    for name in values:
        if name not in nodes:
            problems.append(Diagnostic("E0713", f"{where} holds {name}, which the program doesn't declare"))
    for name, node in nodes.items():
        wanted, place = node.results[0].type, Label(node.origin.span, "declared here")
        if name in values:
            array = values[name]
            if dtype_of(array) is not wanted.dtype or not _fits(array.shape, wanted.shape):
                found = f"{dtype_of(array)}{list(array.shape) or ''}"
                problems.append(
                    Diagnostic("E0713", f"{name} is {found} in {where}, but {wanted} in the program", place)
                )
        elif wanted.is_static and not partly:
            problems.append(Diagnostic("E0713", f"{where} has no value of {name}", place))
    if problems:
        raise Diagnostics(problems)


def _fits(found: tuple[int, ...], wanted: tuple[Dim, ...]) -> bool:
    """Could it be the shape of the variable, once sizes are known?"""
    return len(found) == len(wanted) and all(
        d == size or not isinstance(d, int) for d, size in zip(wanted, found, strict=True)
    )
