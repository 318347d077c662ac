"""`graphc doctor`: what graphc runs on, and whether its own parts fit each other."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import click
import numpy as np

from graphc import __version__
from graphc.cli.verb import verb
from graphc.diagnostics import Diagnostics
from graphc.frontend.library import IMPORTABLE, PRELUDE, load

_NEEDED = ("numpy", "scipy", "click", "lark", "rich", "safetensors")
_OPTIONAL = (("llvmlite", "for the native backend: pip install 'graphc[native]'"),)


@verb(
    "doctor",
    "Report on the installation: versions, processor, and whether graphc's own files fit each other.",
    """
    graphc doctor
    graphc doctor > report.txt
    graphc --version
    """,
)
def command() -> bool:
    problems = []
    for name, text, well in _report():
        click.echo(f"{name:<12} {text}")
        if not well:
            problems.append(name)
    click.echo(f"\n{'all is well' if not problems else 'to be repaired: ' + ', '.join(problems)}")
    return not problems


def _report() -> Iterator[tuple[str, str, bool]]:
    """Name, finding, and whether that is as it should be."""
    yield "graphc", __version__, True
    yield "python", f"{platform.python_version()}, {sys.executable}", sys.version_info >= (3, 11)
    yield "system", f"{platform.system()} {platform.machine()}, {_cores()}", True
    for package in _NEEDED:
        found = _version(package)
        shown = f"{found}, {_blas()}" if found and package == "numpy" else found
        yield package, shown or f"missing: pip install {package}", found is not None
    for package, purpose in _OPTIONAL:
        yield package, _version(package) or f"not installed ({purpose})", True
    yield "grammar", *_grammar()
    yield "library", *_library()


def _cores() -> str:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{count} core{'' if count == 1 else 's'}"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _blas() -> str:
    dependencies = np.show_config(mode="dicts").get("Build Dependencies", {})
    blas = dependencies.get("blas", {})
    return f"{blas.get('name', 'an unknown BLAS')} {blas.get('version', '')}".strip()


def _grammar() -> tuple[str, bool]:
    """Were the parser's tables built from the grammar that is here?"""
    folder = files("graphc")
    grammar = folder.joinpath("grammars/graphc.lark").read_bytes()
    tables = json.loads(folder.joinpath("frontend/tables.json").read_bytes())
    if hashlib.sha256(grammar).hexdigest() == tables["grammar"]:
        return "the parser's tables are those of the grammar", True
    return "the parser's tables are older than the grammar: python -m graphc.frontend.build_tables", False


def _library() -> tuple[str, bool]:
    """Do the functions of the standard library parse?"""
    count = 0
    try:
        for name in (*PRELUDE, *IMPORTABLE):
            count += len(dict(load(name)))
    except (Diagnostics, OSError) as error:
        return f"damaged: {error}", False
    return f"{count} functions", True
