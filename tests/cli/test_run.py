"""`graphc run`: feeds, fetches, steps, state, files, and what `-v` says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from graphc.files import load_state
from tests.commands import graphc, run_command

POLY = "input x: f32 = 0.0\na = 1.0; b = -2.0; c = 1.0\ny = a * x ** 2 + b * x + c\noutput y\n"
COUNTER = "var n: i64 = 0, trainable=false\nn += 1\nprint(n)\noutput twice = 2 * n\n"
DESCENT = """
input x: f32[n]
input rate: f32 = 0.5
var w: f32 = 0.0
loss = mean((w - x) ** 2)
dw = grad(loss, w)
output loss
w -= rate * dw
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("poly.g", POLY), ("counter.g", COUNTER), ("descent.g", DESCENT)):
        Path(name).write_text(text)
    return tmp_path


def out(*arguments: str, status: int = 0) -> str:
    said = graphc("run", *arguments)
    assert said.status == status, said.stderr
    assert said.stderr == ""
    return said.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "y: f32 = 1.0\n"),
        (["--feed", "x=3.0"], "y: f32 = 4.0\n"),
        (["--feed", "x=3"], "y: f32 = 4.0\n"),
        (["--feed", "a=4", "--feed", "x=2.0"], "y: f32 = 13.0\n"),
        (["--fetch", "b"], "b: f32 = -2.0\n"),
        (["--fetch", "a,b", "--fetch", "y"], "a: f32 = 1.0\nb: f32 = -2.0\ny: f32 = 1.0\n"),
        (["--float", "f64", "--fetch", "a"], "a: f64 = 1.0\n"),
        (["--backend", "numpy", "--no-fold", "--no-cse"], "y: f32 = 1.0\n"),
        (["--passes", "prune,fold", "--fast-math", "--verify-each"], "y: f32 = 1.0\n"),
    ],
)
def test_run(arguments: list[str], expected: str) -> None:
    assert out("poly.g", *arguments) == expected


def test_names_are_compared_composed() -> None:
    Path("u.g").write_text("input \u00e9: f32\noutput y = 2 * \u00e9\n")
    assert out("u.g", "--feed", "e\u0301=2", "--fetch", "y") == "y: f32 = 4.0\n"


def test_json() -> None:
    assert json.loads(out("poly.g", "--json", "--feed", "x=inf")) == {
        "outputs": {"y": {"dtype": "f32", "shape": [], "data": "nan"}}
    }


def test_prints_go_to_stderr_with_json() -> None:
    said = graphc("run", "counter.g", "--json")
    assert json.loads(said.stdout) == {"outputs": {"twice": {"dtype": "i64", "shape": [], "data": 2}}}
    assert said.stderr == "1\n"


def test_steps_carry_the_state() -> None:
    assert out("counter.g", "--steps", "3") == "1\n2\n3\ntwice: i64 = 6\n"


def test_steps_descend() -> None:
    assert out("descent.g", "--feed", "x=[1, 3]", "--steps", "2") == "loss: f32 = 1.0\n"


@pytest.mark.parametrize(
    "command",
    [
        "run descent.g --fetch loss",
        "run descent.g --fetch loss --eager",
        "grad descent.g --wrt w --run",
        "grad descent.g --wrt w --run --fetch loss",
    ],
)
def test_steps_that_would_train_nothing(command: str) -> None:
    feeds = ["--feed", "x=[1, 3]"]
    said = graphc(*command.split(), "--steps", "5", *feeds)
    assert said.status == 2
    assert "so 5 steps would train nothing" in said.stderr
    assert "hint: --steps 5 --effects" in said.stderr
    assert graphc(*command.split(), *feeds).status == 0
    if "--eager" not in command:
        assert "loss: f32 = 1.0\n" in graphc(*command.split(), "--steps", "5", *feeds, "--effects").stdout


def test_steps_of_a_program_that_updates_nothing() -> None:
    Path("still.g").write_text("var w: f64 = 2.0\noutput y = w ** 2\n")
    assert out("still.g", "--steps", "3") == out("still.g", "--steps", "3", "--fetch", "y") == "y: f64 = 4.0\n"


def test_fetch_is_without_effects() -> None:
    assert out("counter.g", "--fetch", "n", "--state", "s", "--effects") == "1\nn: i64 = 0\n"
    assert out("counter.g", "--fetch", "twice", "--state", "s") == "twice: i64 = 4\n"
    assert out("counter.g", "--fetch", "n", "--state", "s") == "n: i64 = 1\n"


def test_state_survives() -> None:
    assert out("counter.g", "--state", "s") == "1\ntwice: i64 = 2\n"
    assert out("counter.g", "--state", "s", "--steps", "2") == "2\n3\ntwice: i64 = 6\n"


def test_a_failed_run_keeps_the_state() -> None:
    Path("counter.g").write_text(COUNTER + 'assert n < 3, "enough"\n')
    assert graphc("run", "counter.g", "--state", "s", "--steps", "2").status == 0
    said = graphc("run", "counter.g", "--state", "s")
    assert (said.status, said.stdout) == (1, "3\n")
    assert "error[E0601]: enough" in said.stderr
    assert out("counter.g", "--state", "s", "--fetch", "n") == "n: i64 = 2\n"


def test_state_of_a_mistyped_folder() -> None:
    said = graphc("run", "counter.g", "--fetch", "n", "--state", "nowhere")
    assert said.status == 1
    assert "nowhere" in said.stderr
    assert "--effects" in said.stderr


def test_state_that_lacks_a_variable() -> None:
    assert graphc("run", "counter.g", "--state", "s").status == 0
    Path("counter.g").write_text(COUNTER + "var more: f32 = 1.5\noutput more\n")
    said = graphc("run", "counter.g", "--state", "s")
    assert "more: f32 = 1.5" in said.stdout
    assert "s has no more, which starts from the initial value" in said.stderr


def test_a_state_keeps_what_the_program_does_not_declare() -> None:
    assert graphc("run", "counter.g", "--state", "s").status == 0
    Path("renamed.g").write_text("var m: i64 = 0, trainable=false\nm += 1\noutput m2 = 2 * m\n")
    for eager in ([], ["--eager"]):
        said = graphc("run", "renamed.g", "--state", "s", *eager)
        assert said.stdout.startswith("m2: i64 = ")
        if not eager:
            note = "s has no m, which starts from the initial value; it keeps n, which the program doesn't declare"
            assert note in said.stderr
    assert {k: int(a) for k, a in load_state("s").items()} == {"n": 1, "m": 2}


def test_a_run_without_updates_writes_nothing() -> None:
    Path("still.g").write_text("var w: f32 = 1.5\noutput y = 2 * w\n")
    assert out("still.g", "--state", "s") == "y: f32 = 3.0\n"
    before = {p: p.stat().st_mtime_ns for p in Path("s").iterdir()}
    assert out("still.g", "--state", "s") == "y: f32 = 3.0\n"
    assert {p: p.stat().st_mtime_ns for p in Path("s").iterdir()} == before


@pytest.mark.parametrize("eager", [[], ["--eager"]])
@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (["--out", "twice=no/y.npy"], "E0706", "no/y.npy can't be written: there is no folder no"),
        (["--out", "twice=folder.npy"], "E0706", "folder.npy is a folder, not a file"),
        (["--state", "poly.g"], "E0701", "poly.g is a file, not a folder with a state"),
        (["--state", "poly.g/s"], "E0706", "poly.g/s can't be written: there is no folder poly.g"),
    ],
)
def test_places_are_checked_before_the_run(given: list[str], code: str, message: str, eager: list[str]) -> None:
    Path("folder.npy").mkdir()
    said = graphc("run", "counter.g", *given, *eager)
    assert (said.status, said.stdout) == (1, "")
    assert f"error[{code}]: {message}" in said.stderr


@pytest.mark.parametrize("eager", [[], ["--eager"]])
def test_the_state_is_kept_although_an_output_cannot_be_written(eager: list[str]) -> None:
    Path("text.g").write_text('var n: i64 = 0, trainable=false\nn += 1\noutput s = "a" + "b"\n')
    said = graphc("run", "text.g", "--out", "s=s.safetensors", "--state", "s", *eager)
    assert said.status == 1
    assert "s.safetensors can't be written" in said.stderr
    assert load_state("s")["n"] == 1


def test_feeds_by_name_and_from_files() -> None:
    np.savez("data.npz", x=np.array([1.0, 3.0]), other=np.zeros(2))
    assert out("descent.g", "--feeds", "data.npz") == "loss: f32 = 5.0\n"
    assert out("descent.g", "--feed", "x=@data.npz:x") == "loss: f32 = 5.0\n"
    assert out("descent.g", "--feeds", "data.npz", "--feed", "x=[2]") == "loss: f32 = 4.0\n"
    said = graphc("run", "descent.g", "--feeds", "data.npz", "-v")
    assert "data.npz has other, which is no input" in said.stderr
    assert "x: rounded from f64 to f32" in said.stderr


def test_an_archive_that_feeds_nothing() -> None:
    np.savez("data.npz", X=np.array([1.0, 3.0]))
    said = graphc("run", "descent.g", "--feeds", "data.npz")
    assert said.status == 1
    assert "data.npz has nothing that is named like an input" in said.stderr
    assert "--feed x=@data.npz:X" in said.stderr


@pytest.mark.parametrize("eager", [[], ["--eager"]])
def test_an_archive_with_a_name_that_is_no_input(eager: list[str]) -> None:
    Path("two.g").write_text("input x: f32\ninput k: f32\noutput y = k * x\n")
    np.savez("d2.npz", xx=np.float32(2), k=np.float32(3))
    said = graphc("run", "two.g", "--feeds", "d2.npz", *eager)
    assert said.status == 1
    assert "input x has no value" in said.stderr
    assert "note: d2.npz holds xx, k" in said.stderr
    assert "hint: did you mean xx? --feed x=@d2.npz:xx" in said.stderr
    assert out("two.g", "--feeds", "d2.npz", "--feed", "x=@d2.npz:xx", *eager) == "y: f32 = 6.0\n"
    np.savez("d2.npz", a=np.float32(2), b=np.float32(2), k=np.float32(3))
    said = graphc("run", "two.g", "--feeds", "d2.npz", *eager)
    assert "note: d2.npz holds a, b, k" in said.stderr
    assert "hint: --feed x=1.0" in said.stderr


@pytest.mark.parametrize("eager", [[], ["--eager"]])
def test_words_in_a_table(eager: list[str]) -> None:
    Path("sum.g").write_text("input x: f32[n]\noutput y = sum(x)\n")
    Path("join.g").write_text("input x: str[n]\noutput y = x\n")
    Path("t.csv").write_text("x,y\n1,one\n2,two\n")
    Path("w.csv").write_text("x\none\n")
    said = graphc("run", "sum.g", "--feed", "x=@t.csv:y", *eager)
    assert said.status == 1
    assert 'error[E0704]: t.csv:2: "one" in column "y" is no number' in said.stderr
    said = graphc("run", "sum.g", "--feeds", "w.csv", *eager)
    assert 'error[E0704]: w.csv:2: "one" in column "x" is no number' in said.stderr
    assert out("join.g", "--feed", "x=@t.csv:y", *eager) == 'y: str[2] = ["one", "two"]\n'
    assert out("join.g", "--feeds", "w.csv", *eager) == 'y: str[1] = ["one"]\n'


def test_a_table_for_a_vector() -> None:
    Path("sum.g").write_text("input x: f32[n]\noutput y = sum(x)\n")
    Path("t.csv").write_text("a,b\n1,2\n2,3\n")
    said = graphc("run", "sum.g", "--feed", "x=@t.csv")
    assert said.status == 1
    assert "error[E0303]: input x takes a vector, but t.csv is a table with the columns a, b" in said.stderr
    assert "hint: --feed x=@t.csv:a" in said.stderr
    Path("t.csv").write_text("1,2\n2,3\n")
    assert "to take matrices" in graphc("run", "sum.g", "--feed", "x=@t.csv").stderr


def test_out() -> None:
    Path("y.npy").write_text("old")
    assert out("poly.g", "--out", "y=y.npy", "--feed", "x=3") == ""
    assert np.load("y.npy") == np.float32(4)
    assert np.load("y.npy").dtype == np.float32


def test_pruned_inputs_need_no_feed() -> None:
    Path("unused.g").write_text("input x: f32; input big: f32[2000, 2000]\ni = inv(big)\noutput y = 2 * x\n")
    assert out("unused.g", "--feed", "x=2") == "y: f32 = 4.0\n"


def test_verbose_says_what_the_passes_did() -> None:
    Path("unused.g").write_text(
        "input x: f32; input big: f32[9, 9]\nscale = 2 * 3 + 4\nwave = sin(x)\ni = inv(big)\nramp = scale * x\n"
        "again = sin(x)\ny = ramp + (wave - again)\noutput y\n"
    )
    said = graphc("run", "-v", "unused.g", "--feed", "x=2.0")
    assert said.stdout == "y: f32 = 20.0\n"
    lines = said.stderr.splitlines()
    assert lines[0] == "prune    line 4   inv(big): nothing needs it; input big needs no feed"
    assert lines[1].startswith("fold     line 2   2 * 3 + 4  ->  10")
    assert lines[2].startswith("cse      lines 3, 6   sin(x) computed once")
    assert lines[-1].startswith("run      numpy, ")
    assert lines[-1].endswith("peak 12 B")


def test_verbose_says_traces() -> None:
    Path("f.g").write_text("input x: f32[n]\nfn sq(p, k=2) = p ** k\noutput s = sum(sq(x)) + sum(sq(x, 3))\n")
    said = graphc("run", "-v", "f.g", "--feed", "x=[1, 2]")
    assert "trace    sq(p: f32[n], k: int = 2)\ntrace    sq(p: f32[n], k: int = 3); k was 2\n" in said.stderr


def test_time_passes_and_print_after() -> None:
    said = graphc("run", "poly.g", "--time-passes", "--print-after", "fold")
    assert said.stdout == "y: f32 = 1.0\n"
    assert "# after fold, 1\ninput x: f32 = 0.0\n" in said.stderr
    assert "\nfold " in said.stderr
    assert "\nall " in said.stderr


def test_warnings_come_once() -> None:
    Path("w.g").write_text("input a: f32[3, 1]\ninput b: f32[1, 3]\noutput s = mean((a - b) ** 2)\n")
    said = graphc("run", "w.g", "--feed", "a=[[1], [2], [3]]", "--feed", "b=[[1, 2, 3]]", "--steps", "5")
    assert said.status == 0
    assert said.stderr.count("warning[W0301]") == 1


def test_no_animation_off_a_terminal() -> None:
    said = graphc("run", "counter.g", "--steps", "200")
    assert said.stderr == ""
    assert "\x1b" not in said.stdout


def test_data_from_the_standard_input() -> None:
    assert graphc("run", "poly.g", "--feed", "x=@-", stdin="3.0").stdout == "y: f32 = 4.0\n"
    said = graphc("run", "-", "--feed", "x=@-", stdin=POLY)
    assert said.status == 2
    assert "can't be both the program and a feed" in said.stderr


def test_timeout(tmp_path):
    text = """
        input n: i64 = 3
        var w: f32 = 1.0
        w = 2.0
        fn f(a) {
          x = a
          for i in range(n) {
            while x > 0 { x = x + 1; for j in range(3) { x = x * 1.0 } }
          }
          return x
        }
        output x = f(w)
    """
    (tmp_path / "endless.g").write_text(text)
    for how in ("", "--eager"):
        said = run_command(f"graphc run endless.g --timeout 2 --state st {how}", tmp_path)
        assert said.status == 1
        assert "error[E0611]: timed out after 2 s" in said.stderr
        assert "while x > 0" in said.stderr.splitlines()[3]
        assert not (tmp_path / "st").exists()
    for odd, status in (("0", 2), ("inf", 2), ("nan", 2), ("-1", 2), ("5s", 2), ("1e-9", 1), ("1e-5", 1)):
        assert run_command(f"graphc run endless.g --timeout={odd}", tmp_path).status == status, odd
    said = run_command("graphc run endless.g --timeout 20 --feed n=0", tmp_path)
    assert (said.status, said.stdout) == (0, "x: f32 = 2.0\n")


@pytest.mark.parametrize("how", [[], ["--eager"]], ids=["static", "eager"])
def test_a_name_of_a_number_is_fed(how):
    """A literal is computed like other values: what is fed for its name is what it means."""
    Path("p.g").write_text("x = 1.0\noutput y = x\noutput x\noutput c = 2.0\noutput z = c * x\n")
    assert graphc("run", "p.g", "--feed", "x=3", *how).stdout.splitlines() == [
        "y: f32 = 3.0", "x: f32 = 3.0", "c: f32 = 2.0", "z: f32 = 6.0",
    ]  # fmt: skip
    assert graphc("run", "p.g", "--feed", "c=3", *how).stdout.splitlines()[2:] == ["c: f32 = 3.0", "z: f32 = 3.0"]


def test_a_stack_is_fed_whole_or_refused():
    Path("p.g").write_text("ys = stack()\nfor i in range(3) { push(ys, i) }\noutput s = sum(ys)\n")
    assert graphc("run", "p.g", "--feed", "ys=[1, 2, 5]").stdout == "s: i64 = 8\n"
    said = graphc("run", "p.g", "--feed", "ys=[1, 2, 5]", "--eager")
    assert said.status == 1
    assert "error[E0604]: ys can't be fed to an eager run" in said.stderr
