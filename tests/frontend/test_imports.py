"""Imports of files: one module for one file, what may be read, and whose fault an error is.

The golden files in programs/imports and errors/imports show programs and messages; here are figures, links and files
that are no text.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

import graphc
from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.driver import Options, compile_source
from graphc.driver.sources import Files, read_source
from graphc.source import Source
from tests.commands import graphc as command

LAYERS = """\
var W: f32[2] = [1.0, 2.0]
var n: i64 = 0
fn count() { n += 1 }
fn f(x) {
  count()
  return sum(W * x)
}
fn step(x, rate) {
  loss = f(x) ** 2
  W -= rate * grad(loss, W)
}
fn repeated(k) {
  s = 0.0
  for i in range(k) { s += f([1.0, 1.0]) }
  return s
}
if true { n = n + 10 }
W += 1
"""
NET = """\
import "layers.g" as l
from "layers.g" import W, f as g
fn go(x) = l.f(x) + g(x) + sum(W)
fn set(v) { assign(l.W, v) }
fn also(v) { assign(W, v) }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    monkeypatch.chdir(place)
    Path("layers.g").write_text(LAYERS)
    Path("net.g").write_text(NET)
    return place


def outputs(text: str, **feeds: object) -> dict[str, object]:
    """What a program gives, the same when it is compiled and statement by statement."""
    program = graphc.loads(text)
    found = program.compile()(**feeds)
    eager = program.run_eagerly(**feeds)
    assert found.keys() == eager.keys()
    assert all(np.array_equal(found[name], eager[name]) for name in found)
    return {name: value.tolist() for name, value in found.items()}


def refused(text: str, **options: object) -> Diagnostic:
    with pytest.raises(Diagnostics) as error:
        graphc.loads(text, **options)  # type: ignore[arg-type]
    return error.value.items[0]


# ---------------------------------------------------------------- one module


def test_state_is_shared_however_it_is_reached() -> None:
    """The figures by hand: W starts as [2, 3], n as 10."""
    found = outputs("""
        import "net.g" as net
        import "layers.g" as layers
        from "layers.g" import W, n
        input x: f32[2] = [1.0, 1.0]
        output a = net.go(x)                  # 5 + 5 + 5
        output calls = [layers.n, n]          # 12
        net.set([0.5, 0.5])
        output b = W
        net.also([0.25, 0.5])
        layers.W[0] = 7
        W = W + 1
        output c = layers.W                   # [7 + 1, 0.5 + 1]
        layers.step(x, 0.1)                   # loss = 9.5 ** 2: W -= 0.1 * 19
        output d = W
        output e = layers.repeated(4)         # 4 * (6.1 - 0.4)
        if sum(x) > 1 { layers.count() } else { net.go(x) }
        for i in range(3) { layers.count() }
        output last = layers.n                # 12 + 1 + 4 + 1 + 3
    """)
    assert found["a"] == 15
    assert found["calls"] == [12, 12]
    assert found["b"] == [0.5, 0.5]
    assert found["c"] == [8, 1.5]
    np.testing.assert_allclose(found["d"], [6.1, -0.4], rtol=1e-6)
    np.testing.assert_allclose(found["e"], 22.8, rtol=1e-6)
    assert found["last"] == 21


def test_state_stays_from_run_to_run() -> None:
    program = graphc.loads('import "layers.g" as layers; output n = layers.n; layers.count()')
    step = program.compile()
    assert [int(step()["n"]) for _ in range(3)] == [10, 21, 32]
    assert step.state["layers.n"] == 33
    assert list(program.variables) == ["layers.W", "layers.n"]


def test_the_first_import_names_the_path() -> None:
    both = "output y = layers.f([1.0, 1.0])"
    assert "layers.W" in graphc.loads(f'import "layers.g" as layers; import "net.g"; {both}').variables
    assert "net.l.W" in graphc.loads(f'import "net.g"; import "layers.g" as layers; {both}').variables


def test_other_names_of_a_variable() -> None:
    """Gradients, optimisers and `.grad` find it by any of them."""
    found = outputs("""
        import "layers.g" as layers
        import "layers.g" as same
        from "layers.g" import W
        import optim
        loss = layers.f([1.0, 2.0]) ** 2      # (2 + 6) ** 2: the gradient is 16 * [1, 2]
        output g = grad(loss, same.W)
        backward(loss)
        output h = [W.grad, same.W.grad]
        same.W.grad = [1.0, 1.0]
        output i = layers.W.grad
        before = W
        loss2 = layers.f([1.0, 2.0]) ** 2
        minimize(loss2, with=optim.sgd(0.125), wrt=[same.W])
        output d = before - W
    """)
    assert found == {"g": [16, 32], "h": [[16, 32], [16, 32]], "i": [1, 1], "d": [2, 4]}


def test_a_nested_import_is_no_member() -> None:
    found = refused('import "net.g"; output y = net.l.f([1.0, 1.0])')
    assert (found.code, found.message) == ("E0206", "net has no member l")
    assert found.hint == "it has go, set, also"


def test_a_link_is_the_file_that_it_leads_to() -> None:
    os.symlink("layers.g", "other.g")
    assert outputs('import "layers.g" as a; import "other.g" as b; a.count(); output n = b.n')["n"] == 11
    Path("sub").mkdir()
    Path("sub/up.g").write_text('import "../layers.g" as l; fn n() = l.n')
    assert outputs('import "sub/up.g"; import "./sub/../layers.g" as l; l.count(); output n = up.n()')["n"] == 11


def test_gradients_agree_with_differences() -> None:
    Path("deep.g").write_text(
        "var V: f32[2, 2] = [[0.1, 0.2], [0.3, 0.4]]\nhalf = f32(0.5)\nfn f(x) = tanh(half * x @ V)"
    )
    Path("main.g").write_text('import "deep.g"; input x: f32[2]; output y = sum(deep.f(x) ** 2)')
    agreement = graphc.load("main.g").check(x=[1.0, 2.0])
    assert set(agreement) == {"dy_ddeep_V", "dy_dx"}
    assert all(a is not None and a.disagreement < 1e-9 for a in agreement.values())


def test_what_a_file_draws_moves_nothing() -> None:
    Path("noise.g").write_text("x = normal([3])\nfn f() = normal([3])")
    alone = outputs("x = normal([3]); output y = x")["y"]
    assert outputs('import "noise.g"; x = normal([3]); output y = x')["y"] == alone
    drawn = outputs('import "noise.g"; output a = noise.x; output b = noise.f(); output c = noise.x')
    assert drawn["a"] != alone
    assert drawn["a"] != drawn["b"]
    assert drawn["a"] == drawn["c"]


def test_an_entry_point_sees_the_initial_state() -> None:
    """What files assign and print at their top level is left out, as what the program itself does."""
    Path("k.g").write_text('import "layers.g" as l\nl.count()\nprint("read")\nthree = sum(l.W)\nfn n() = l.n')
    Path("main.g").write_text("""
        import "k.g"
        import "layers.g" as l
        l.count()
        export fn f(x: f32[2]) = (l.f(x), k.n(), k.three)
    """)
    entry = graphc.load("main.g").entry("f")
    assert entry.interface.effects == {}
    assert {name: a.tolist() for name, a in entry.compile()(x=[1.0, 1.0]).items()} == {"f_0": 3, "f_1": 1, "f_2": 3}


# ---------------------------------------------------------------- what may be read


def test_only_the_folder_of_the_program(folder: Path) -> None:
    (folder.parent / "shared").mkdir()
    outside = folder.parent / "shared" / "x.g"
    outside.write_text('import "y.g"; fn f(x) = y.g(x)')
    (folder.parent / "shared" / "y.g").write_text("fn g(x) = 3 * x")
    os.symlink(outside, "link.g")
    for written in ("../shared/x.g", str(outside), "link.g", "../nothing/x.g", "../project2/x.g"):
        found = refused(f'import "{written}" as x; output y = x.f(2.0)')
        assert found.code == "E0714", written
        assert found.primary is not None
        assert found.primary.span.text == f'"{written}"'
    for written in ("../shared/x.g", str(outside), "link.g"):
        program = graphc.loads(f'import "{written}" as x; output y = x.f(2.0)', allow_import=["../shared"])
        assert program.compile()()["y"] == 6
    assert refused('import "layers.g"; output y = 1.0', allow_import=["nowhere"]).code == "E0701"


def test_a_folder_like_the_name_of_another(folder: Path) -> None:
    (folder.parent / "project2").mkdir()
    (folder.parent / "project2" / "x.g").write_text("y = 1.0")
    assert refused('import "../project2/x.g" as x').code == "E0714"


def test_the_folder_is_that_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("main.g").write_text('import "layers.g"; output n = layers.n')
    monkeypatch.chdir(folder.parent)
    assert graphc.load("project/main.g").compile()()["n"] == 10
    assert command("run", "project/main.g").stdout == "n: i64 = 10\n"
    assert command("run", "-", stdin='import "project/layers.g"; output n = layers.n').stdout == "n: i64 = 10\n"
    assert command("run", "-", stdin='import "layers.g"; output n = layers.n').status == 1
    assert refused('import "layers.g"; output n = 1').code == "E0701"


@pytest.mark.parametrize("verb", ["run", "check", "show", "test", "grad --wrt w", "save"])
def test_every_verb_takes_a_folder(folder: Path, verb: str) -> None:
    (folder.parent / "x.g").write_text("fn f(x) = 2 * x")
    Path("main.g").write_text(
        'import "../x.g"; input w: f32 = 1.0; output y = x.f(w); test "t" { assert x.f(1.0) == 2 }'
    )
    words = [*verb.split(), "main.g", *(["main.gm"] if verb == "save" else [])]
    assert "--allow-import .." in (said := command(*words)).stdout + said.stderr
    assert command(*words, "--allow-import", "..").status == 0


def test_files_that_are_no_programs() -> None:
    Path("folder.g").mkdir()
    Path("bytes.g").write_bytes(b"y = 1.0 # \xe9\n")
    Path("wide.g").write_bytes("y = 1.0".encode("utf-16"))
    Path("mark.g").write_bytes(b"\xef\xbb\xbfy = 1.0\r\n")
    os.mkfifo("pipe.g")
    cases = {
        "folder.g": ("E0701", "folder.g is a folder, not a file"),
        "bytes.g": ("E0702", "bytes.g isn't UTF-8 text: line 1 has the byte 0xe9"),
        "wide.g": ("E0702", "wide.g isn't UTF-8 text: line 1 has the byte 0xff"),
        "pipe.g": ("E0701", "pipe.g is no regular file"),
        "nowhere/x.g": ("E0701", "there is no file nowhere/x.g"),
        "layers.g/x.g": ("E0701", "layers.g/x.g can't be read: there is no folder layers.g"),
        "x" * 300 + ".g": ("E0701", f"{'x' * 300}.g can't be read: file name too long"),
        "layers": ("E0714", '"layers" is no program: its name would end in .g'),
        "": ("E0714", '"" is no program: its name would end in .g'),
    }
    for written, said in cases.items():
        found = refused(f'import "{written}" as x')
        assert (found.code, found.message) == said
        assert found.primary is not None
        assert found.primary.span.text == f'"{written}"'
    assert refused(r'import "x\u{0}.g" as x').code in ("E0104", "E0701")
    assert outputs('import "mark.g"; output z = mark.y') == {"z": 1}


def test_a_source_without_a_place_imports_nothing() -> None:
    with pytest.raises(Diagnostics) as error:
        compile_source(Source("bare.g", 'import "layers.g"'), Options())
    assert error.value.items[0].code == "E0714"


# ---------------------------------------------------------------- errors


def test_a_file_is_blamed_once() -> None:
    Path("wrong.g").write_text("y = 1.0 + true\nfn f(x) = x + y")
    with pytest.raises(Diagnostics) as error:
        graphc.loads('import "wrong.g" as a; import "wrong.g" as b; output z = a.y + b.f(1.0)')
    (found,) = error.value.items
    assert found.primary is not None
    assert found.primary.span.where == "wrong.g:1:11"
    assert [(label.span.where, label.text) for label in found.secondary][-1] == ("<string>:1:8", "imported here")


def test_errors_can_be_pickled() -> None:
    Path("wrong.g").write_text("y = 1.0 + true")
    with pytest.raises(Diagnostics) as error:
        graphc.loads('import "wrong.g" as a; output z = a.y')
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)


def test_a_file_that_cannot_be_parsed_poisons_its_names() -> None:
    Path("wrong.g").write_text("fn f(x) = (")
    with pytest.raises(Diagnostics) as error:
        graphc.loads('import "wrong.g"; from "wrong.g" import f; output z = wrong.f(1.0) + f(2.0)')
    assert {d.code for d in error.value.items} <= {"E0101", "E0103"}
    assert len(error.value.items) == 1


def test_long_circles() -> None:
    for i in range(30):
        Path(f"c{i}.g").write_text(f'import "c{(i + 1) % 30}.g" as next')
    found = refused('import "c0.g" as c')
    assert found.code == "E0211"
    assert found.message.count(" -> ") == 30
    assert len(found.secondary) == 30


def test_a_deep_chain() -> None:
    Path("c0.g").write_text("fn f(x) = x + 1")
    for i in range(1, 150):
        Path(f"c{i}.g").write_text(f'import "c{i - 1}.g" as p\nfn f(x) = p.f(x)')
    assert outputs('import "c149.g" as c; output y = c.f(1.0)') == {"y": 2}


# ---------------------------------------------------------------- the interactive session


def test_a_session_imports_and_reads_again_what_failed() -> None:
    session = graphc.Session()
    Path("m.g").write_text("fn f(x) = x +")
    with pytest.raises(Diagnostics):
        session.run('import "m.g"')
    Path("m.g").write_text("var w: f32 = 1.0\nfn f(x) = x + w\nfn up() { w += 1 }")
    session.run('import "m.g"; m.up()')
    assert session.show("m.f(1.0)") == "3.0 : f32"
    session.run('import "m.g" as again; again.up()')
    assert session.show("m.w") == "3.0 : f32"
    with pytest.raises(Diagnostics):
        session.run('import "m.g" as third; third.v')
    assert session.show("m.w") == "3.0 : f32"


def test_a_file_is_read_once_by_its_real_path(folder: Path) -> None:
    files = Files()
    program = files.program("main.g", "", str(folder / "main.g"))
    assert program.imported is not None
    layers = program.imported("layers.g")
    assert program.imported(str(folder / "layers.g")) is layers
    assert layers.imported is not None
    assert layers.imported("main.g") is program
    other = read_source("net.g").imported
    assert other is not None
    assert other("layers.g") is not layers
