"""The state of a program in a folder: the variables, and a manifest that says what they must be.

In: arrays by the path of their variable.  Out: `variables.safetensors` and `manifest.json`, and arrays again.  The
manifest holds a checksum; a folder that doesn't agree with itself is refused.  Strings, which safetensors lacks, stand
in the manifest.

A save is good once its manifest is in place: the arrays are first written under a name with their checksum, then
the manifest, then the arrays get their final name.  If the last step is missing, loading finds them under the first.
The folder is locked meanwhile: one process saves at a time.  A load takes no lock unless what it reads changes under
its hands.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

from graphc.diagnostics import Diagnostics
from graphc.files.atomic import sync_folder, write_all, write_file
from graphc.files.locks import locked
from graphc.files.problems import damaged, unreadable, unwritable
from graphc.files.variables import Packed, digest_of, pack, unpack, well_described
from graphc.ir.types import Array

FORMAT = 1
_VARIABLES = "variables.safetensors"
_MANIFEST = "manifest.json"
_STRINGS = "strings"
_RANDOM = "random"
_TRAINING = "training"
_TEMPORARY = re.compile(r"\.+variables\.safetensors\.[0-9a-f]{16}(\.\d+-\d+\.tmp)?|\.manifest\.json\.\d+-\d+\.tmp")
_PAUSES = (0.0, 0.01, 0.1)  # seconds before a folder that doesn't agree with itself is read again

_R = TypeVar("_R")


def save_state(
    folder: str | os.PathLike[str],
    variables: Mapping[str, Array],
    random: tuple[int, int] | None = None,
    training: Mapping[str, Any] | None = None,
) -> None:
    """Replace the state in a folder, which is made if need be.  Raises Diagnostics E0706, the old state unharmed.

    `random`: the seed of the random numbers, and how many runs have drawn some.  `training`: how far a training is, as
    JSON.
    """
    path = _made(folder)
    with locked(path) as alone:
        _replace(path, variables, random, training, alone=alone)


def update_state(
    folder: str | os.PathLike[str], variables: Mapping[str, Array], random: tuple[int, int] | None = None
) -> None:
    """Give (some of) the variables in a folder other values; what else it holds stays: other variables, a training.

    Nothing is written where nothing changes.  Raises Diagnostics E0704 and E0706, the old state unharmed.
    """
    path = _made(folder)
    with locked(path) as alone:
        if not is_state(path):
            _replace(path, variables, random, None, alone=alone)
            return
        held, drawn, training = _load_state(path), _load_random(path), _load_training(path)
        changed = {**held, **variables}
        if (random or drawn) != drawn or not _same(held, changed):
            _replace(path, changed, random or drawn, training, alone=alone)


def _same(held: Mapping[str, Array], changed: Mapping[str, Array]) -> bool:
    """Are they the same bits?"""
    return pack(held) == pack(changed)


def _made(folder: str | os.PathLike[str]) -> Path:
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(str(path), NotADirectoryError() if isinstance(error, FileExistsError) else error) from error
    return path


def _replace(
    path: Path,
    variables: Mapping[str, Array],
    random: tuple[int, int] | None,
    training: Mapping[str, Any] | None,
    *,
    alone: bool,
) -> None:
    """The three steps of a save.  `alone`: no other process saves here, so what temporary files there are, are old."""
    packed = pack(variables)
    digest = sha256(packed.data).hexdigest()
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "sha256": {_VARIABLES: digest},
        "variables": packed.described,
    }
    if random is not None:
        manifest[_RANDOM] = dict(zip(("seed", "runs"), random, strict=True))
    if packed.strings:
        manifest[_STRINGS] = packed.strings
        manifest["sha256"][_STRINGS] = digest_of(packed.strings)
    if training is not None:
        manifest[_TRAINING] = training
        manifest["sha256"][_TRAINING] = digest_of(training)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    pending = path / _pending(digest)
    write_file(pending, lambda stream: write_all(stream, packed.data))
    write_file(path / _MANIFEST, lambda stream: write_all(stream, text.encode()))
    try:
        os.replace(pending, path / _VARIABLES)
        if alone:
            _sweep(path)
        sync_folder(path)
    except OSError as error:
        raise unwritable(str(path / _VARIABLES), error) from error


def _sweep(path: Path) -> None:
    """Remove what killed processes have left."""
    for name in filter(_TEMPORARY.fullmatch, os.listdir(path)):
        with suppress(FileNotFoundError):
            (path / name).unlink()


def _pending(digest: str) -> str:
    return f".{_VARIABLES}.{digest[:16]}"


def is_state(folder: str | os.PathLike[str]) -> bool:
    """Has a state been saved in this folder?"""
    return (Path(folder) / _MANIFEST).exists()


def load_state(folder: str | os.PathLike[str]) -> dict[str, Array]:
    """The variables saved in a folder; none if it isn't there or empty.  Raises Diagnostics E0701 and E0704."""
    return _steadily(_load_state, folder)


def load_random(folder: str | os.PathLike[str]) -> tuple[int, int] | None:
    """The seed and the number of runs that a saved state tells, if any.  Raises Diagnostics E0701 and E0704."""
    return _steadily(_load_random, folder)


def load_training(folder: str | os.PathLike[str]) -> dict[str, Any] | None:
    """What a training has left in a folder, if it did.  Raises Diagnostics E0701 and E0704."""
    return _steadily(_load_training, folder)


def _steadily(load: Callable[[Path], _R], folder: str | os.PathLike[str]) -> _R:
    """What a folder holds, although others may be saving there: if it seems damaged it is read again, at last while
    nobody writes."""
    path = Path(folder)
    for pause in _PAUSES:
        try:
            return load(path)
        except Diagnostics as error:
            if error.items[0].code != "E0704":
                raise
        sleep(pause)
    with locked(path, shared=True):
        return load(path)


def _load_state(path: Path) -> dict[str, Array]:
    try:
        if not path.exists() or all(_TEMPORARY.fullmatch(name) for name in os.listdir(path)):
            return {}
    except OSError as error:
        raise unreadable(str(path), error) from error
    name = str(path / _VARIABLES)
    manifest = _manifest(path)
    data = _variables(path, manifest["sha256"][_VARIABLES])
    strings = manifest.get(_STRINGS, {})
    if strings and digest_of(strings) != manifest["sha256"].get(_STRINGS):
        raise damaged(str(path / _MANIFEST), "is damaged: the checksum of its strings is wrong")
    return unpack(Packed(data, manifest["variables"], strings), name, str(path / _MANIFEST))


def _load_random(path: Path) -> tuple[int, int] | None:
    if not is_state(path):
        return None
    match _manifest(path).get(_RANDOM):
        case None:
            return None
        case {"seed": int(seed), "runs": int(runs)} if 0 <= seed < 1 << 64 and runs >= 0:
            return seed, runs
    raise damaged(str(path / _MANIFEST), "is damaged: its seed or number of runs is none")


def _load_training(path: Path) -> dict[str, Any] | None:
    if not is_state(path):
        return None
    manifest = _manifest(path)
    training = manifest.get(_TRAINING)
    if training is None:
        return None
    if not isinstance(training, dict) or digest_of(training) != manifest["sha256"].get(_TRAINING):
        raise damaged(str(path / _MANIFEST), "is damaged: the checksum of its training is wrong")
    return training


def _manifest(path: Path) -> dict[str, Any]:
    """The manifest, its form checked."""
    shown = str(path / _MANIFEST)
    try:
        manifest = json.loads((path / _MANIFEST).read_bytes())
    except FileNotFoundError:
        raise damaged(str(path), f"is no saved state: it has no {_MANIFEST}") from None
    except OSError as error:
        raise unreadable(shown, error) from error
    except (ValueError, RecursionError):
        raise damaged(shown, "is damaged: it is no JSON") from None
    match manifest:
        case {"format": int(version)} if version != FORMAT:
            raise damaged(shown, f"is of version {version}, and this is version {FORMAT}")
        case {"format": int(), "sha256": {"variables.safetensors": str()}, "variables": variables} if well_described(
            variables
        ):
            return manifest  # type: ignore[no-any-return]
    raise damaged(shown, "is no manifest of a saved state")


def _variables(path: Path, digest: str) -> bytes:
    """The contents that the manifest means: of the file, or of the one that was about to take its place."""
    for name in (_VARIABLES, _pending(digest)):
        try:
            data = (path / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise unreadable(str(path / name), error) from error
        if sha256(data).hexdigest() == digest:
            return data
    if not (path / _VARIABLES).exists():
        raise damaged(str(path), f"is damaged: {_VARIABLES} is missing")
    raise damaged(str(path / _VARIABLES), "is damaged: its checksum is wrong")
