"""Saved programs on disk: what goes in comes out, and a folder that isn't what its manifest says is refused by name."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.files import saved
from graphc.files.saved import Saved, is_saved_program, read_saved, write_saved

SOURCES = {"program.g": b'import "lib/a.g"\n', "lib/a.g": b"fn f(x) = x\n"}
VARIABLES = {
    "w": np.float32([1, 2]),
    "n": np.asarray(3),
    "words": np.array([["a", "b c"], ["", "é"]], object),
    "net.b": np.zeros((0, 2)),
}
ENTRIES = {"f": {"inputs": {"x": {"dtype": "f32", "shape": ["n"]}}, "outputs": {}}}
WHOLE = Saved(SOURCES, VARIABLES, "f64", ENTRIES, "0.1.0")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_saved("x.gm", WHOLE)
    return tmp_path


def refused(work: Callable[..., object], *arguments: object) -> Diagnostic:
    with pytest.raises(Diagnostics) as error:
        work(*arguments)
    (diagnostic,) = error.value.items
    return diagnostic


def reading() -> tuple[str, str]:
    found = refused(read_saved, "x.gm")
    return found.code, found.message


def rewrite(change: Callable[[dict[str, Any]], object]) -> None:
    """A manifest that says other things, and is whole in itself."""
    path = Path("x.gm/manifest.json")
    document = json.loads(path.read_text())
    change(document)
    path.write_text(saved._text(document))


def same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return a.keys() == b.keys() and all(a[k].dtype == b[k].dtype and np.array_equal(a[k], b[k]) for k in a)


# ---------------------------------------------------------------- there and back


def test_it_comes_back() -> None:
    found = read_saved("x.gm")
    assert found.sources == SOURCES
    assert same(dict(found.variables), VARIABLES)
    assert (found.default_float, found.entries, found.made_by) == ("f64", ENTRIES, "0.1.0")
    assert sorted(os.listdir("x.gm")) == ["lib", "manifest.json", "program.g", "variables.safetensors"]
    assert os.listdir() == ["x.gm"]


def test_it_can_be_replaced_copied_and_linked() -> None:
    write_saved("x.gm", Saved({"program.g": b""}, {}, "f32", {}, "0.2.0"))
    assert read_saved("x.gm").sources == {"program.g": b""}
    shutil.copytree("x.gm", "y")
    os.symlink("y", "link.gm")
    assert is_saved_program("y")
    assert read_saved("y").made_by == read_saved("link.gm").made_by == "0.2.0"


def test_the_same_every_time() -> None:
    first = {p.name: p.read_bytes() for p in Path("x.gm").iterdir() if p.is_file()}
    write_saved(
        "x.gm", Saved(dict(reversed(SOURCES.items())), dict(reversed(VARIABLES.items())), "f64", ENTRIES, "0.1.0")
    )
    assert first == {p.name: p.read_bytes() for p in Path("x.gm").iterdir() if p.is_file()}


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("file", ["manifest.json", "variables.safetensors", "program.g", "lib/a.g"])
def test_every_changed_byte_is_noticed(file: str) -> None:
    path = Path("x.gm", file)
    good = path.read_bytes()
    for i in range(len(good)):
        for bit in (1, 128):
            path.write_bytes(good[:i] + bytes([good[i] ^ bit]) + good[i + 1 :])
            found = refused(read_saved, "x.gm")
            assert found.code in ("E0704", "E0710", "E0711"), (i, found)
            assert found.message.startswith("x.gm")
            assert file in found.message or found.code == "E0710"
    for bad in (good[:-1], good + b"\n", b""):
        path.write_bytes(bad)
        assert reading()[0] == "E0704"
    path.write_bytes(good)
    assert read_saved("x.gm").sources == SOURCES


def test_the_messages() -> None:
    Path("x.gm/lib/a.g").write_bytes(b"fn f(x) = y\n")
    assert reading() == ("E0704", "x.gm/lib/a.g is damaged: its checksum is wrong")
    Path("x.gm/lib/a.g").write_bytes(b"fn f(x) = 10 * x\n")
    assert reading() == ("E0704", "x.gm/lib/a.g is damaged: it should have 12 bytes, but has 17")
    os.remove("x.gm/lib/a.g")
    assert reading() == ("E0712", "x.gm/lib/a.g is missing")
    shutil.rmtree("x.gm/lib")
    assert reading() == ("E0712", "x.gm/lib/a.g is missing")
    os.remove("x.gm/manifest.json")
    assert reading() == ("E0709", "x.gm is no saved program: it has no manifest.json")
    shutil.rmtree("x.gm")
    assert reading() == ("E0701", "there is no file x.gm")
    assert not is_saved_program("x.gm")
    assert not is_saved_program("\0")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"format": "1"}',
        '{"format": 1}',
        '{"format": true}',
        "1e999",
        '"\\ud800"',
    ],
)
def test_malformed_manifests(text: str) -> None:
    Path("x.gm/manifest.json").write_text(text)
    code, message = reading()
    assert code == "E0704"
    assert message.startswith("x.gm/manifest.json is damaged: it is no ")


def test_a_manifest_that_is_no_text() -> None:
    Path("x.gm/manifest.json").write_bytes(b"\xff\xfe{}")
    assert reading() == ("E0704", "x.gm/manifest.json is damaged: it is no JSON")


def test_another_format() -> None:
    rewrite(lambda d: d.update(format=2, graphc="9.1"))
    found = refused(read_saved, "x.gm")
    assert (found.code, found.message) == ("E0710", "x.gm is of format 2, and this version of graphc reads format 1")
    assert found.notes == ("it was saved by graphc 9.1",)


# ---------------------------------------------------------------- what a manifest may not name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../a.g", "is outside of its folder"),
        ("lib/../../a.g", "is outside of its folder"),
        ("/etc/passwd", "is outside of its folder"),
        ("/a.g", "is outside of its folder"),
        ("..\\a.g", "is outside of its folder"),
        ("C:a.g", "is outside of its folder"),
        ("lib//a.g", "is no plain path"),
        ("./program.g", "is no plain path"),
        ("", "is no plain path"),
        ("a\0.g", "is no plain path"),
        ("a.py", "is no program"),
        ("lib", "is no program"),
        ("manifest.json", "is no program"),
    ],
)
def test_names_that_are_refused(name: str, why: str) -> None:
    Path("a.g").write_text("")
    rewrite(lambda d: d["files"].update({name: d["files"]["lib/a.g"]}))
    found = refused(read_saved, "x.gm")
    assert found.code == "E0711"
    assert found.message.endswith(f", which {why}")
    assert refused(write_saved, "y.gm", Saved({**SOURCES, name: b""}, {}, "f32", {}, "")).code == "E0706"


@pytest.mark.parametrize("file", ["manifest.json", "program.g", "variables.safetensors", "lib/a.g", "lib"])
def test_links_are_refused(file: str, tmp_path: Path) -> None:
    os.rename(f"x.gm/{file}", "elsewhere")
    os.symlink(tmp_path / "elsewhere", f"x.gm/{file}")
    code, message = reading()
    assert code == "E0711"
    assert message.endswith(" is a link, and a saved program has none")


def test_what_is_no_file_is_refused() -> None:
    os.remove("x.gm/lib/a.g")
    os.mkfifo("x.gm/lib/a.g")  # reading it would wait for ever
    assert reading() == ("E0711", "x.gm/lib/a.g is no regular file")
    os.remove("x.gm/lib/a.g")
    os.mkdir("x.gm/lib/a.g")
    assert reading() == ("E0711", "x.gm/lib/a.g is no regular file")


# ---------------------------------------------------------------- sizes before memory


def test_sizes_are_checked_before_memory_is_taken() -> None:
    huge = 1 << 40
    rewrite(lambda d: d["files"]["program.g"].update(bytes=huge))
    assert reading() == ("E0704", f"x.gm/program.g is damaged: it should have {huge:,} bytes, but has 17")
    os.truncate("x.gm/program.g", huge)  # takes no room on the disk
    assert reading() == ("E0704", f"x.gm/program.g has {huge:,} bytes, and may have 67,108,864")
    os.truncate("x.gm/manifest.json", huge)
    assert reading() == ("E0704", f"x.gm/manifest.json has {huge:,} bytes, and may have 67,108,864")


def test_variables_are_no_larger_than_they_say() -> None:
    huge = 1 << 40
    os.truncate("x.gm/variables.safetensors", huge)
    rewrite(lambda d: d["files"]["variables.safetensors"].update(bytes=huge))
    assert reading() == ("E0704", "x.gm/manifest.json is damaged: it is no manifest of a saved program")


@pytest.mark.parametrize(
    "described",
    [
        {"dtype": "f32", "shape": [1 << 40]},
        {"dtype": "f32", "shape": [1 << 62, 1 << 62]},
        {"dtype": "f64", "shape": [2]},
        {"dtype": "f32", "shape": [2, 1]},
        {"dtype": "str", "shape": [2]},
        None,
    ],
)
def test_variables_that_are_not_those_of_the_manifest(described: dict[str, Any] | None) -> None:
    def change(document: dict[str, Any]) -> None:
        if described is None:
            del document["variables"]["w"]
        else:
            document["variables"]["w"] = described

    rewrite(change)
    assert reading()[0] == "E0704"


@pytest.mark.parametrize(
    "described", [[], {"dtype": "f32"}, {"dtype": "f32", "shape": [-1]}, {"dtype": "c7", "shape": []}]
)
def test_variables_that_make_no_sense(described: object) -> None:
    rewrite(lambda d: d["variables"].update(w=described))
    assert reading() == ("E0704", "x.gm/manifest.json is damaged: it is no manifest of a saved program")


@pytest.mark.parametrize("strings", [{}, {"words": ["a"]}, {"words": 3}, {"words": ["a", "b", "c", 4]}, {"other": []}])
def test_strings_that_are_not_those_of_the_manifest(strings: object) -> None:
    rewrite(lambda d: d.update(strings=strings))
    assert reading() == ("E0704", "x.gm/manifest.json doesn't hold the strings that it lists")


# ---------------------------------------------------------------- what is replaced


def test_only_saved_programs_are_replaced() -> None:
    Path("x.gm/notes.txt").write_text("mine")
    found = refused(write_saved, "x.gm", WHOLE)
    assert found.code == "E0706"
    assert "holds notes.txt" in found.message
    assert Path("x.gm/notes.txt").read_text() == "mine"
    os.mkdir("y.gm")
    write_saved("y.gm", WHOLE)  # an empty folder is nobody's
    os.mkdir("z.gm")
    Path("z.gm/a.g").write_text("")
    assert refused(write_saved, "z.gm", WHOLE).message == "z.gm is a folder, but no saved program"
    assert refused(write_saved, "z", WHOLE).hint == "name it z.gm"


def test_a_damaged_one_can_be_replaced() -> None:
    Path("x.gm/manifest.json").write_text("{")
    os.remove("x.gm/program.g")
    write_saved("x.gm", WHOLE)
    assert read_saved("x.gm").sources == SOURCES
