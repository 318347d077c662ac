"""Saved programs hold what they import: they run without the files, and without any other."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.files import saved
from tests.commands import graphc as command


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that imports beside it, below it and, where allowed, above it; files of one name among them."""
    place = tmp_path / "project"
    (place / "parts").mkdir(parents=True)
    (tmp_path / "shared").mkdir()
    monkeypatch.chdir(place)
    Path("main.g").write_text("""
import "program.g" as p
import "parts/x.g" as x
import "../shared/x.g" as y
export fn f(t: f32) = [p.f(t), x.f(t), y.f(t)]
""")
    Path("program.g").write_text("var w: f32 = 2.0\nfn f(t) = w * t")
    Path("parts/x.g").write_text('import "../program.g" as q\nfn f(t) = q.f(t) + 1')
    Path("../shared/x.g").write_text("var w: f32 = 5.0\nfn f(t) = w * t + 1")
    assert command("save", "main.g", "m.gm", "--allow-import", "../shared").status == 0
    return place


def run(path: str = "m.gm") -> list[float]:
    said = command("run", path, "--feed", "t=1.0", "--json")
    assert said.status == 0, said.stderr
    return [float(output["data"]) for output in json.loads(said.stdout)["outputs"].values()]


def refused(path: str = "m.gm") -> Diagnostic:
    with pytest.raises(Diagnostics) as error:
        graphc.load(path)
    (diagnostic,) = error.value.items
    return diagnostic


def files(path: str = "m.gm") -> list[str]:
    return sorted(p.relative_to(path).as_posix() for p in Path(path).rglob("*.g"))


def rewrite(change: Callable[[dict[str, Any]], object]) -> None:
    """A manifest that says other things, and is whole in itself."""
    path = Path("m.gm/manifest.json")
    document = json.loads(path.read_text())
    change(document)
    path.write_text(saved._text(document))


def test_it_runs_without_the_files(folder: Path) -> None:
    assert files() == ["imports/parts/x.g", "imports/program.g", "imports/shared/x.g", "program.g"]
    assert run() == [2, 3, 6]
    shutil.move("m.gm", folder.parent / "elsewhere.gm")
    shutil.rmtree(folder.parent / "shared")
    os.chdir(folder.parent)
    shutil.rmtree(folder)
    assert run("elsewhere.gm") == [2, 3, 6]
    assert command("check", "elsewhere.gm", "--grad", "--of", "f_1", "--entry", "f").status == 0


def test_it_can_be_saved_again() -> None:
    os.remove("parts/x.g")
    assert command("save", "m.gm", "n.gm").status == 0
    assert files("n.gm") == files()
    assert run("n.gm") == [2, 3, 6]
    step = graphc.load("m.gm").compile()
    step.state["p.w"] = np.float32(10)
    graphc.save(step, "n.gm")
    assert files("n.gm") == files()
    assert run("n.gm") == [10, 11, 6]


def test_other_files_beside_it_mean_nothing() -> None:
    """It is what it was when it was saved, whatever stands where its imports once stood."""
    Path("program.g").write_text("fn f(t) = 0.0")
    Path("m.gm/x.g").write_text("fn f(t) = 0.0")
    assert run() == [2, 3, 6]


@pytest.mark.parametrize("file", ["program.g", "imports/program.g", "imports/shared/x.g"])
def test_a_changed_byte_is_refused_by_name(file: str) -> None:
    path = Path("m.gm", file)
    good = path.read_bytes()
    path.write_bytes(good.replace(b"1", b"2") if b"1" in good else good.replace(b"2", b"3"))
    found = refused()
    assert (found.code, found.message) == ("E0704", f"m.gm/{file} is damaged: its checksum is wrong")
    path.unlink()
    assert (refused().code, refused().message) == ("E0712", f"m.gm/{file} is missing")
    path.symlink_to(Path("program.g").resolve())
    assert refused().code == "E0711"


@pytest.mark.parametrize(
    "imports",
    [
        [],
        {"program.g": "imports/program.g"},
        {"program.g": {"program.g": "../project/program.g"}},
        {"program.g": {"program.g": "imports/nothing.g"}},
        {"program.g": {"program.g": "variables.safetensors"}},
        {"program.g": {"program.g": ["imports/program.g"]}},
        {"other.g": {}},
    ],
)
def test_a_manifest_names_no_other_file(imports: object) -> None:
    rewrite(lambda document: document.update(imports=imports))
    assert refused().code == "E0704"


def test_an_import_that_the_folder_lacks() -> None:
    rewrite(lambda document: document["imports"]["program.g"].pop("program.g"))
    found = refused()
    assert (found.code, found.message) == ("E0712", "m.gm holds no file that program.g imports as program.g")
    assert found.primary is not None
    assert found.primary.span.where == "m.gm/program.g:2:8"


def test_without_imports_nothing_is_said() -> None:
    Path("plain.g").write_text("export fn f(t: f32) = t")
    assert command("save", "plain.g", "plain.gm").status == 0
    assert "imports" not in json.loads(Path("plain.gm/manifest.json").read_text())


def test_names_that_would_be_the_same() -> None:
    Path("imports").mkdir()
    Path("imports/x.g").write_text("y = 1.0")
    Path("x.g").write_text("y = 2.0")
    Path("../x.g").write_text("y = 3.0")
    Path("three.g").write_text("""
import "imports/x.g" as a
import "x.g" as b
import "../x.g" as c
output y = [a.y, b.y, c.y]
""")
    assert command("save", "three.g", "three.gm", "--allow-import", "..").status == 0
    assert files("three.gm") == ["imports/x.g", "imports/x_2.g", "imports/x_3.g", "program.g"]
    assert command("run", "three.gm").stdout == "y: f32[3] = [1.0, 2.0, 3.0]\n"
