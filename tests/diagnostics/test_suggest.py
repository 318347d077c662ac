"""Did you mean …?"""

from __future__ import annotations

import pytest

from graphc.diagnostics.suggest import edits, suggest

VERBS = ["run", "grad", "show", "check", "train", "fmt"]


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("grd", VERBS, "grad"),
        ("singal", ["time", "signal", "err"], "signal"),
        ("Time", ["time", "signal"], "time"),
        ("loss_mean", ["mean_loss", "mean"], "mean_loss"),
        ("softamx", ["softmax", "softplus"], "softmax"),
        ("W", ["w", "x"], "w"),
        ("z", ["x", "y"], None),
        ("w", ["w1"], None),
        ("dw", ["db", "x"], "db"),
        ("wd", ["dw"], "dw"),
        ("dw", ["xw"], None),
        ("momentum", ["x", "loss"], None),
        ("x", ["x"], None),
        ("", ["x"], None),
        ("a" * 100, ["a" * 99], None),
        ("scale", [], None),
    ],
)
def test_suggest(name: str, candidates: list[str], expected: str | None) -> None:
    assert suggest(name, candidates) == expected


def test_ties_do_not_depend_on_order() -> None:
    names = ["w3", "w2", "w1"]
    assert suggest("w9", names) == suggest("w9", reversed(names)) == suggest("w9", set(names)) == "w1"


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "", 0), ("ab", "ba", 1), ("abcd", "badc", 2), ("ca", "abc", 3), ("kitten", "sitting", 3), ("x", "", 1)],
)
def test_edits(a: str, b: str, distance: int) -> None:
    assert edits(a, b, distance) == edits(b, a, distance) == distance
    assert distance == 0 or edits(a, b, distance - 1) is None
