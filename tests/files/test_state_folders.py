"""States in folders: several processes at work, killed ones, and what stays when somebody else's variables change."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from graphc.diagnostics import Diagnostics
from graphc.files import load_random, load_state, load_training, save_state, update_state, write_array
from graphc.files.locks import locked
from tests.forking import child

SIZE = 2000


def values(number: int) -> dict[str, np.ndarray]:
    return {"w": np.full(SIZE, number), "s": np.array([str(number)], object)}


def check(folder: Path) -> None:
    """The arrays and the strings of a state are of one save."""
    found = load_state(folder)
    assert found["s"].tolist() == [str(found["w"][0])]
    assert (found["w"] == found["w"][0]).all()


def files(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


GOOD = ["manifest.json", "variables.safetensors"]

# ---------------------------------------------------------------- several processes


@pytest.mark.parametrize("save", [save_state, update_state])
def test_processes_that_save_at_the_same_time(tmp_path: Path, save: Callable[..., None]) -> None:
    def often(first: int) -> None:
        for i in range(40):
            save(tmp_path / "st", values(first + i))

    for _ in range(3):
        pids = [child(lambda first=first: often(first)) for first in (0, 100, 200)]  # type: ignore[misc]
        assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0, 0, 0]
        check(tmp_path / "st")
        assert files(tmp_path / "st") == GOOD


def test_updates_of_several_processes_are_all_kept(tmp_path: Path) -> None:
    def often(name: str) -> None:
        for i in range(20):
            update_state(tmp_path / "st", {name: np.asarray(i)})

    names = ["a", "b", "c", "d"]
    pids = [child(lambda name=name: often(name)) for name in names]  # type: ignore[misc]
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0] * 4
    assert {k: int(a) for k, a in load_state(tmp_path / "st").items()} == dict.fromkeys(names, 19)


def test_a_reader_beside_a_writer(tmp_path: Path) -> None:
    save_state(tmp_path / "st", values(0), (0, 0), {"epoch": 0})

    def for_ever() -> None:
        number = 0
        while True:
            number += 1
            save_state(tmp_path / "st", values(number), (0, number), {"epoch": number})

    pid = child(for_ever)
    try:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            check(tmp_path / "st")
            assert load_random(tmp_path / "st") and load_training(tmp_path / "st")
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    check(tmp_path / "st")


def test_a_reader_waits_for_a_first_save(tmp_path: Path) -> None:
    """Between its steps a new folder has no manifest."""
    (tmp_path / "st").mkdir()
    (tmp_path / "st" / "variables.safetensors").write_bytes(b"")
    ready, go_on = os.pipe(), os.pipe()

    def slow() -> None:
        with locked(tmp_path / "st") as alone:
            assert alone
            os.write(ready[1], b".")
            time.sleep(0.3)
            save_state(tmp_path / "other", values(1))
            for name in GOOD:
                os.rename(tmp_path / "other" / name, tmp_path / "st" / name)

    pid = child(slow)
    try:
        os.read(ready[0], 1)
        check(tmp_path / "st")
    finally:
        os.waitpid(pid, 0)
        for descriptor in (*ready, *go_on):
            os.close(descriptor)


# ---------------------------------------------------------------- kill -9


def test_killed_saves_leave_a_state_and_are_swept(tmp_path: Path) -> None:
    place = tmp_path / "st"
    save_state(place, values(0))

    def for_ever() -> None:
        number = 0
        while True:
            number += 1
            save_state(place, values(number))

    rng = random.Random(0)
    for _ in range(60):
        pid = child(for_ever)
        time.sleep(rng.uniform(0, 0.03))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        check(place)
    update_state(place, values(-1))
    assert files(place) == GOOD
    assert load_state(place)["w"][0] == -1


def test_a_folder_with_nothing_but_what_a_killed_save_left_is_empty(tmp_path: Path) -> None:
    place = tmp_path / "st"
    place.mkdir()
    left = [
        f".variables.safetensors.{'a' * 16}",
        f"..variables.safetensors.{'b' * 16}.12-0.tmp",
        ".manifest.json.12-0.tmp",
    ]
    for name in left:
        (place / name).write_bytes(b"half")
    assert load_state(place) == {}
    update_state(place, values(3))
    assert files(place) == GOOD
    check(place)


def test_files_that_killed_writes_left_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".y.npy.12-0.tmp").write_bytes(b"half")
    strangers = [".y.npy.notes.tmp", ".z.npy.12-0.tmp", "y.npy.tmp"]
    for name in strangers:
        (tmp_path / name).write_bytes(b"mine")
    write_array(tmp_path / "y.npy", np.ones(2))
    assert files(tmp_path) == sorted([*strangers, "y.npy"])


# ---------------------------------------------------------------- what stays


@pytest.fixture
def state(tmp_path: Path) -> Path:
    save_state(tmp_path / "st", {"w": np.ones(3), "opt.w.m": np.zeros(3)}, (7, 2), {"epoch": 3})
    return tmp_path / "st"


def stamps(folder: Path) -> Iterator[tuple[str, int]]:
    for name in files(folder):
        yield name, (folder / name).stat().st_mtime_ns


def test_an_update_keeps_the_rest(state: Path) -> None:
    update_state(state, {"w": np.full(3, 2.0), "more": np.asarray(5)})
    found = load_state(state)
    assert {k: a.tolist() for k, a in found.items()} == {"w": [2.0] * 3, "opt.w.m": [0.0] * 3, "more": 5}
    assert load_random(state) == (7, 2)
    assert load_training(state) == {"epoch": 3}
    update_state(state, {}, (7, 3))
    assert load_random(state) == (7, 3)
    assert load_training(state) == {"epoch": 3}


def test_nothing_is_written_where_nothing_changes(state: Path) -> None:
    before = list(stamps(state))
    update_state(state, {})
    update_state(state, {"w": np.ones(3)}, (7, 2))
    assert list(stamps(state)) == before
    update_state(state, {"w": np.ones(3, np.float32)})
    assert list(stamps(state)) != before


def test_a_damaged_state_is_not_updated(state: Path) -> None:
    (state / "manifest.json").write_text("{")
    with pytest.raises(Diagnostics) as error:
        update_state(state, {"w": np.ones(3)})
    assert error.value.items[0].code == "E0704"
    assert (state / "manifest.json").read_text() == "{"
