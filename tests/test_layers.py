"""The architecture, enforced: what may import what, how long a file may be, and that ops have no names elsewhere.

Reads the source of graphc/ with `ast`.  Each rule is a function from modules to complaints, and is tried first on a few
lines that break it.  A last test imports every module, each in a process where it is the first.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from subprocess import run

import pytest

ROOT = Path(__file__).parents[1] / "graphc"

# Lowest first.  What stands in one row doesn't import its sibling.  "graphc" is graphc/__init__.py, the public face.
LAYERS = (
    ("version",),
    ("source",),
    ("diagnostics",),
    ("ir",),
    ("ops",),
    ("autodiff",),
    ("frontend", "passes", "executors", "exporters", "files"),
    ("driver",),
    ("api",),
    ("graphc",),
    ("cli", "lsp"),
    ("__main__",),
)
RANK = {unit: rank for rank, row in enumerate(LAYERS) for unit in row}

OPTIONAL_PACKAGES = {
    "scipy",
    "safetensors",
    "rich",
    "llvmlite",
    "jax",
    "readline",
    "matplotlib",
}  # slow to import, or not always installed
UNITS_WITH_OPTIONAL = {"ops", "executors", "exporters", "files", "cli"}
UNITS_BLIND_TO_NAMES = {"passes", "executors", "exporters", "autodiff"}
LONGEST_FILE = 450


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the package: its dotted name, path below graphc/, and tree."""

    name: str
    path: str
    tree: ast.Module
    lines: int

    @property
    def unit(self) -> str:
        """The room of the house it is in: the part of its name after `graphc.`."""
        return unit_of(self.name)

    @property
    def package(self) -> str:
        """What a relative import starts from."""
        return self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, absolute, and the function it stands in (None: the top level)."""

    target: str
    line: int
    function: str | None


def module(name: str, path: str, text: str) -> Module:
    return Module(name, path, ast.parse(text, path), text.count("\n"))


@cache
def package() -> dict[str, Module]:
    found = {}
    for file in sorted(ROOT.rglob("*.py")):
        path = file.relative_to(ROOT)
        parts = [part for part in ("graphc", *path.with_suffix("").parts) if part != "__init__"]
        found[".".join(parts)] = module(".".join(parts), path.as_posix(), file.read_text(encoding="utf-8"))
    return found


def unit_of(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def nodes_with_function(tree: ast.Module) -> Iterator[tuple[ast.AST, str | None]]:
    """Every node and the name of the innermost function around it."""
    stack: list[tuple[ast.AST, str | None]] = [(tree, None)]
    while stack:
        node, function = stack.pop()
        yield node, function
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        stack.extend((child, inner) for child in ast.iter_child_nodes(node))


def imports(m: Module, known: Iterable[str]) -> list[Import]:
    """What a module imports, type-checking blocks included.  `from p import x` means p.x where that is a module."""
    known = set(known)
    found = []
    for node, function in nodes_with_function(m.tree):
        match node:
            case ast.Import(names=names):
                found.extend(Import(alias.name, node.lineno, function) for alias in names)
            case ast.ImportFrom(module=base, names=names, level=level):
                if level:
                    anchor = m.package.rsplit(".", level - 1)[0] if level > 1 else m.package
                    base = f"{anchor}.{base}" if base else anchor
                for alias in names:
                    member = f"{base}.{alias.name}"
                    found.append(Import(member if member in known else str(base), node.lineno, function))
    return sorted(found, key=lambda i: (i.line, i.target))


# ---------------------------------------------------------------- the rules


def misplaced(modules: dict[str, Module]) -> list[str]:
    """Units without a layer, and imports that go up or sideways."""
    complaints = [f"{m.path}: {m.unit} has no layer" for m in modules.values() if m.unit not in RANK]
    for m in modules.values():
        for i in imports(m, modules):
            unit = unit_of(i.target)
            if not (i.target + ".").startswith("graphc.") or unit == m.unit:
                continue
            if m.name == "graphc" and i.function == "__getattr__":
                continue
            if RANK.get(unit, len(LAYERS)) >= RANK.get(m.unit, -1):
                complaints.append(f"{m.path}:{i.line}: {m.unit} imports {i.target}")
    return complaints


def cycles(modules: dict[str, Module]) -> list[str]:
    """Circles of modules that import each other."""
    return circles(imported(modules))


def imported(modules: dict[str, Module]) -> dict[str, set[str]]:
    """What each module runs before it.

    Whoever imports `a.b.c` runs `a` and `a.b`, but those that it stands in itself: they have begun already.
    """
    edges: dict[str, set[str]] = {name: set() for name in modules}
    for name, m in modules.items():
        for i in imports(m, modules):
            if not i.function:
                begun = set(packages_of(name))
                edges[name].update({i.target, *(p for p in packages_of(i.target) if p not in begun)} & modules.keys())
        edges[name].discard(name)
    return edges


def packages_of(name: str) -> list[str]:
    """The packages that a module stands in: of `a.b.c`, `a` and `a.b`."""
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def tangled_folders(modules: dict[str, Module]) -> list[str]:
    """Folders side by side that import each other in a circle, whatever the modules in them do."""
    folders = {m.package for m in modules.values()}
    edges: dict[str, set[str]] = {folder: set() for folder in folders}
    for m in modules.values():
        for i in imports(m, modules):
            pair = apart(m.name, i.target)
            if pair and folders.issuperset(pair):
                edges[pair[0]].add(pair[1])
    return circles(edges)


def apart(one: str, other: str) -> tuple[str, str] | None:
    """Of two dotted names the parts up to where they differ: (`a.b.c`, `a.d`) gives (`a.b`, `a.d`)."""
    mine, theirs = one.split("."), other.split(".")
    for depth, (a, b) in enumerate(zip(mine, theirs, strict=False), 1):
        if a != b:
            return ".".join(mine[:depth]), ".".join(theirs[:depth])
    return None


def circles(edges: dict[str, set[str]]) -> list[str]:
    """What remains after removing, again and again, who imports nobody; then who is imported by nobody."""
    while free := [name for name, targets in edges.items() if not targets]:
        for name in free:
            del edges[name]
        for targets in edges.values():
            targets.difference_update(free)
    while idle := [name for name in edges if not any(name in targets for targets in edges.values())]:
        for name in idle:
            del edges[name]
    return [f"{name} -> {', '.join(sorted(targets))}" for name, targets in sorted(edges.items())]


def hidden_imports(modules: dict[str, Module]) -> list[str]:
    """Imports inside functions, but for optional packages where they belong and the start-up of the command line."""

    def allowed(m: Module, i: Import) -> bool:
        root = i.target.split(".")[0]
        if root == "graphc":
            return m.unit == "cli" or (m.name == "graphc" and i.function == "__getattr__")
        return root in OPTIONAL_PACKAGES and m.unit in UNITS_WITH_OPTIONAL

    return [
        f"{m.path}:{i.line}: {i.function} imports {i.target}"
        for m in modules.values()
        for i in imports(m, modules)
        if i.function and not allowed(m, i)
    ]


def _is_op_name(node: ast.expr) -> bool:
    """`op.name`, `node.op.name`, `record.name`."""
    match node:
        case ast.Attribute(attr="name", value=ast.Attribute(attr="op" | "record")):
            return True
        case ast.Attribute(attr="name", value=ast.Name(id=variable)):
            return variable in ("op", "record") or variable.endswith("_op")
    return False


def _holds_names(node: ast.expr) -> bool:
    """A string, a display of strings, or a constant that stands for one."""
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return any(_holds_names(item) for item in items)
        case ast.Dict(keys=keys):
            return any(key is not None and _holds_names(key) for key in keys)
        case ast.Call(func=ast.Name(id="frozenset" | "set"), args=[items]):
            return _holds_names(items)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
    return False


def named_ops(modules: dict[str, Module]) -> list[str]:
    """Places that choose by an op's name, where they should ask its record.  The algebra rules may."""

    def chooses(node: ast.AST) -> bool:
        match node:
            case ast.Compare(left=left, comparators=rest):
                sides = [left, *rest]
                return any(map(_is_op_name, sides)) and any(map(_holds_names, sides))
            case ast.Match(subject=subject):
                return _is_op_name(subject)
            case ast.Subscript(value=table, slice=key):
                return _is_op_name(key) and _holds_names(table)
            case ast.Call(func=ast.Attribute(attr="get", value=table), args=[key, *_]):
                return _is_op_name(key) and _holds_names(table)
        return False

    return [
        f"{m.path}:{node.lineno}: {ast.unparse(node).splitlines()[0]}"
        for m in modules.values()
        if m.unit in UNITS_BLIND_TO_NAMES and not m.path.startswith("passes/algebra")
        for node in ast.walk(m.tree)
        if isinstance(node, ast.expr | ast.stmt) and chooses(node)
    ]


def too_long(modules: dict[str, Module]) -> list[str]:
    return [f"{m.path}: {m.lines} lines" for m in modules.values() if m.lines > LONGEST_FILE]


RULES = (misplaced, cycles, tangled_folders, hidden_imports, named_ops, too_long)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_package_obeys(rule):
    assert package(), f"no modules under {ROOT}"
    assert rule(package()) == []


# ---------------------------------------------------------------- the rules themselves

BAD = {
    "up": (misplaced, {"ir/graph.py": "from graphc.ops import add\n"}),
    "up, by name": (misplaced, {"ir/graph.py": "from graphc import ops\n", "ops/__init__.py": ""}),
    "up, relative": (misplaced, {"ir/graph.py": "from ..ops import add\n"}),
    "sideways": (misplaced, {"passes/fold.py": "import graphc.executors.numpy\n"}),
    "the public face from inside": (misplaced, {"driver.py": "import graphc\n"}),
    "no layer": (misplaced, {"helpers.py": ""}),
    "cycle": (cycles, {"ir/a.py": "from graphc.ir import b\n", "ir/b.py": "from graphc.ir.a import x\n"}),
    "cycle through a package": (
        cycles,
        {
            "ir/a.py": "from graphc.ir.p.low import x\n",
            "ir/p/__init__.py": "from graphc.ir.p.high import y\n",
            "ir/p/high.py": "from graphc.ir.a import z\n",
            "ir/p/low.py": "",
        },
    ),
    "folders in a circle": (
        tangled_folders,
        {
            "ir/a/b.py": "from graphc.ir.c import d\n",
            "ir/c/d.py": "",
            "ir/c/e.py": "from graphc.ir.a import f\n",
            "ir/a/f.py": "",
        },
    ),
    "import in a function": (hidden_imports, {"ir/a.py": "def f():\n    import json\n"}),
    "scipy in a pass": (hidden_imports, {"passes/a.py": "def f():\n    import scipy\n"}),
    "own module in a function": (hidden_imports, {"driver.py": "def f():\n    from graphc.ir import graph\n"}),
    "string": (named_ops, {"passes/a.py": "x = node.op.name == 'add'\n"}),
    "tuple": (named_ops, {"executors/a.py": "x = op.name in ('add', 'mul')\n"}),
    "constant": (named_ops, {"autodiff/a.py": "x = op.name not in LINEAR\n"}),
    "match": (named_ops, {"exporters/a.py": "match node.op.name:\n    case 'add': pass\n"}),
    "table": (named_ops, {"exporters/a.py": "x = SYMBOLS[op.name]\n"}),
    "table with a default": (named_ops, {"exporters/a.py": "x = SYMBOLS.get(op.name, '?')\n"}),
    "long": (too_long, {"ir/a.py": "x = 1\n" * (LONGEST_FILE + 1)}),
}

GOOD = {
    "down": (misplaced, {"ops/a.py": "from graphc.ir.graph import Graph\nimport numpy as np\n"}),
    "own unit": (misplaced, {"passes/a.py": "from graphc.passes.fold import fold\n"}),
    "lazy public face": (misplaced, {"__init__.py": "def __getattr__(n):\n    from graphc import driver\n"}),
    "a chain": (cycles, {"ir/a.py": "from graphc.ir import b\n", "ir/b.py": ""}),
    "a package that hands on": (
        cycles,
        {"ir/p/__init__.py": "from graphc.ir.p.b import x\n", "ir/p/b.py": "from graphc.ir.p.c import y\n"},
    ),
    "folders in a row": (
        tangled_folders,
        {"ir/a/b.py": "from graphc.ir.c import d\n", "ir/c/d.py": "", "ir/e.py": "from graphc.ir.a import b\n"},
    ),
    "scipy in an op": (hidden_imports, {"ops/a.py": "def f():\n    from scipy import special\n"}),
    "a verb of the command line": (hidden_imports, {"cli/a.py": "def f():\n    from graphc import driver\n"}),
    "the algebra rules": (named_ops, {"passes/algebra.py": "x = op.name == 'add'\n"}),
    "not an op": (named_ops, {"passes/a.py": "x = argument.name == 'axis'\n"}),
}


def small_package(files: dict[str, str]) -> dict[str, Module]:
    names = {
        path: ".".join(["graphc", *path.removesuffix(".py").split("/")]).removesuffix(".__init__") for path in files
    }
    return {names[path]: module(names[path], path, text) for path, text in files.items()}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_rule_finds(case):
    rule, files = BAD[case]
    assert rule(small_package(files))


@pytest.mark.parametrize("case", GOOD, ids=str)
def test_rule_allows(case):
    rule, files = GOOD[case]
    assert not rule(small_package(files))


# ---------------------------------------------------------------- the modules, imported


def test_each_module_can_be_imported_first() -> None:
    """Python asked what `cycles` says."""
    rank = {**RANK, "graphc": 0}  # being the package of all, it runs before them
    names = sorted(TopologicalSorter(imported(package())).static_order(), key=lambda name: rank[unit_of(name)])
    tried = run(
        [sys.executable, Path(__file__).with_name("imported_first.py")],
        input=json.dumps(names),
        env={**os.environ, "PYTHONPATH": str(ROOT.parent)},
        capture_output=True,
        text=True,
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr
