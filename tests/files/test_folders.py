"""Folders are written at once or not at all: whatever kills the writer, the old folder is there, or the new one."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graphc.diagnostics import Diagnostics
from graphc.files import folders
from graphc.files.folders import present, write_folder
from tests.forking import child

OLD = {"a.txt": b"old" * 1000, "in/b.txt": b"old b", "gone.txt": b""}
NEW = {"a.txt": b"new" * 2000, "in/b.txt": b"new b", "in/deep/c.txt": b"new c"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=["exchanged", "put aside"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways in which an old folder makes room."""
    if request.param == "put aside":

        def unable(one: Path, other: Path) -> None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

        monkeypatch.setattr(folders, "_exchange", unable)
    return str(request.param)


def contents(path: str | Path) -> dict[str, bytes]:
    found = present(path)
    return {f.relative_to(found).as_posix(): f.read_bytes() for f in sorted(found.rglob("*")) if f.is_file()}


def test_a_folder_is_made_and_replaced(way: str) -> None:
    write_folder("x.gm", OLD)
    assert contents("x.gm") == OLD
    os.chmod("x.gm", 0o750)
    write_folder("x.gm", NEW)
    assert contents("x.gm") == NEW
    assert stat.S_IMODE(os.stat("x.gm").st_mode) == 0o750
    assert os.listdir() == ["x.gm"]


def test_a_link_is_followed(way: str) -> None:
    write_folder("real.gm", OLD)
    os.symlink("real.gm", "link.gm")
    write_folder("link.gm", NEW)
    assert os.path.islink("link.gm")
    assert contents("real.gm") == contents("link.gm") == NEW
    assert sorted(os.listdir()) == ["link.gm", "real.gm"]


def test_places_that_cannot_be_written() -> None:
    Path("file.gm").write_text("")
    for path, message in (
        ("no/such/x.gm", "no/such/x.gm can't be written: there is no folder no/such"),
        ("file.gm", "file.gm can't be written: it is a file, not a folder"),
    ):
        with pytest.raises(Diagnostics) as error:
            write_folder(path, NEW)
        assert (error.value.items[0].code, error.value.items[0].message) == ("E0706", message)


# ---------------------------------------------------------------- kill -9


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that dies, as if by kill -9, before its `step`-th access to the file system."""

    def dying() -> None:
        left = step

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event == "open" or event.startswith(("os.", "shutil.", "ctypes.call", "fcntl.")):
                left -= 1
                if left < 0:
                    os._exit(9)

        real = os.fsync  # which has no event

        def fsync(descriptor: int) -> None:
            hook("os.fsync", ())
            real(descriptor)

        sys.addaudithook(hook)
        os.fsync = fsync  # type: ignore[assignment]
        work()

    _, status = os.waitpid(child(dying), 0)
    return os.waitstatus_to_exitcode(status) == 9


@pytest.mark.parametrize("old", [OLD, None], ids=["replaced", "made"])
def test_killed_at_every_step(way: str, old: dict[str, bytes] | None, tmp_path: Path) -> None:
    step, seen = 0, []
    while True:
        place = tmp_path / f"step{step}"
        place.mkdir()
        if old:
            write_folder(place / "x.gm", old)
        if not killed_at(step, lambda place=place: write_folder(place / "x.gm", NEW)):  # type: ignore[misc]
            break
        found = contents(place / "x.gm")
        assert found in ((old or {}), NEW)
        seen.append(found == NEW)
        write_folder(place / "x.gm", {"last.txt": b"last"})  # and it goes on from there, and cleans up
        assert contents(place / "x.gm") == {"last.txt": b"last"}
        assert os.listdir(place) == ["x.gm"]
        step += 1
    assert contents(place / "x.gm") == NEW
    assert seen == sorted(seen)  # first the old one, then the new one
    assert seen.count(False) > 10 and seen.count(True) > 1


def test_killed_at_many_random_moments(way: str, tmp_path: Path) -> None:
    place = tmp_path / "x.gm"
    write_folder(place, OLD)

    ready, begun = os.pipe()

    def for_ever() -> None:
        os.write(begun, b".")
        while True:
            write_folder(place, NEW)
            write_folder(place, OLD)

    rng = random.Random(0)
    for _ in range(60):
        pid = child(for_ever)
        os.read(ready, 1)
        time.sleep(rng.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert contents(place) in (OLD, NEW)
    os.close(ready)
    os.close(begun)
    write_folder(place, NEW)
    assert contents(place) == NEW
    assert os.listdir(tmp_path) == ["x.gm"]


# ---------------------------------------------------------------- a full disk


def full_after(times: int, real: Callable[..., object]) -> Callable[..., object]:
    """A function that finds the disk full after a number of calls."""
    left = iter(range(times))

    def call(*arguments: object) -> object:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    return call


def failures() -> Iterator[tuple[str, int]]:
    yield from (("fsync", n) for n in range(7))
    yield from (("mkdir", n) for n in range(3))


@pytest.mark.parametrize(("function", "times"), list(failures()))
def test_a_full_disk(function: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder("x.gm", OLD)
    with monkeypatch.context() as patch:
        patch.setattr(os, function, full_after(times, getattr(os, function)))
        with pytest.raises(Diagnostics) as error:
            write_folder("x.gm", NEW)
    assert error.value.items[0].message == "x.gm can't be written: no space left on device"
    assert contents("x.gm") in (OLD, NEW)
    assert os.listdir() == ["x.gm"]


def test_a_disk_that_fills_while_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder("x.gm", OLD)
    real = Path.open

    class Full:
        def __init__(self, path: Path) -> None:
            self.stream = real(path, "xb")

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            self.stream.close()

        def write(self, data: bytes) -> None:
            self.stream.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, *a: Full(path) if path.name == "c.txt" else real(path, *a))
        with pytest.raises(Diagnostics) as error:
            write_folder("x.gm", NEW)
    assert error.value.items[0].code == "E0706"
    assert contents("x.gm") == OLD
    assert os.listdir() == ["x.gm"]


# ---------------------------------------------------------------- others at work


def test_the_folder_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    ready, go_on = os.pipe(), os.pipe()

    def slow() -> None:
        with folders._Sibling(tmp_path / "x.gm"):
            os.write(ready[1], b".")
            os.read(go_on[0], 1)

    pid = child(slow)
    os.read(ready[0], 1)
    try:
        (sibling,) = os.listdir(tmp_path)
        write_folder(tmp_path / "x.gm", NEW)
        assert sorted(os.listdir(tmp_path)) == sorted([sibling, "x.gm"])
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        write_folder(tmp_path / "x.gm", OLD)
        assert os.listdir(tmp_path) == ["x.gm"]
    finally:
        for descriptor in (*ready, *go_on):
            os.close(descriptor)


def test_two_processes_write_at_the_same_time(tmp_path: Path) -> None:
    def often(what: dict[str, bytes]) -> None:
        for _ in range(30):
            write_folder(tmp_path / "x.gm", what)

    pids = [child(lambda what=what: often(what)) for what in (OLD, NEW)]  # type: ignore[misc]
    for _ in range(200):
        if (tmp_path / "x.gm").exists():
            assert (tmp_path / "x.gm" / "a.txt").read_bytes() in (OLD["a.txt"], NEW["a.txt"])
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0, 0]
    assert contents(tmp_path / "x.gm") in (OLD, NEW)
    assert os.listdir(tmp_path) == ["x.gm"]
