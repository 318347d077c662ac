"""Saved programs: a folder `name.gm` with a program, the values of its variables, and a manifest.

    name.gm/
      program.g                the source, as it was written; files that it imports stand in imports/
      variables.safetensors    the variables; strings, which the format lacks, stand in the manifest
      manifest.json            format, entry points with their signatures, which import means which file, size and
                               SHA-256 of each file

In: the contents.  Out: the folder, and the contents again, each byte checked, or Diagnostics E0704, E0706 and E0709 to
E0713.  A manifest can name nothing outside its folder, no link, and no file but programs and variables.  It ends with a
checksum of itself.
"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from graphc.files.folders import present, write_folder
from graphc.files.problems import damaged, problem, reason, unreadable
from graphc.files.variables import Packed, pack, unpack, well_described
from graphc.ir.types import DTYPES, Array

ENDING = ".gm"
FORMAT = 1
PROGRAM = "program.g"
_VARIABLES = "variables.safetensors"
_MANIFEST = "manifest.json"
_LARGEST = {"manifest": 64 << 20, "program": 64 << 20}  # bytes
_LARGEST_HEADER = 100 << 20  # of a safetensors file, by its specification


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """What a saved program holds.

    `sources`: programs by their path in the folder, `program.g` among them.  `default_float`: what `float` means.
    `entries`: a description of each entry point, as JSON has it.  `made_by`: the version of graphc that wrote it.
    `imports`: for each source the sources that it imports, by the paths that are written there.  `random`: the seed of
    the random numbers and how many runs have drawn some, if any have.
    """

    sources: Mapping[str, bytes]
    variables: Mapping[str, Array]
    default_float: str
    entries: Mapping[str, Any]
    made_by: str
    imports: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    random: tuple[int, int] | None = None


# ---------------------------------------------------------------- writing


def is_saved_program(path: str | os.PathLike[str]) -> bool:
    """Is it the folder of a saved program, by its name or by what it holds?"""
    try:
        folder = present(path)
        return folder.is_dir() and (Path(path).suffix == ENDING or {_MANIFEST, PROGRAM} <= set(os.listdir(folder)))
    except (OSError, ValueError):  # ValueError: a path with a null character
        return False


def write_saved(path: str | os.PathLike[str], saved: Saved) -> None:
    """Replace a saved program, or make one.  Raises Diagnostics E0706, and leaves what was there."""
    shown = os.fspath(path)
    if Path(shown).suffix != ENDING:
        raise problem("E0706", f"{shown} can't be written: the folder of a saved program is called NAME{ENDING}",
                      hint=f"name it {Path(shown).with_suffix(ENDING)}")  # fmt: skip
    for name in saved.sources:
        if _forbidden(name):
            raise problem("E0706", f"{shown} can't be written: it has no place for {name}, which {_forbidden(name)}")
    _refuse_strangers(shown)
    packed = pack(saved.variables)
    contents = {**saved.sources, _VARIABLES: packed.data}
    document: dict[str, Any] = {
        "format": FORMAT,
        "graphc": saved.made_by,
        "float": saved.default_float,
        "entries": saved.entries,
        "variables": packed.described,
        "strings": packed.strings,
        **({"imports": saved.imports} if saved.imports else {}),
        **({"random": list(saved.random)} if saved.random is not None else {}),
        "files": {k: {"bytes": len(v), "sha256": sha256(v).hexdigest()} for k, v in sorted(contents.items())},
    }
    write_folder(shown, {**contents, _MANIFEST: _text(document).encode()})


def _text(document: Mapping[str, Any]) -> str:
    """A manifest: the document, and a checksum of it as the last member."""
    body = {k: v for k, v in document.items() if k != "sha256"}
    text = json.dumps(body, indent=1, ensure_ascii=False)
    return json.dumps({**body, "sha256": sha256(text.encode()).hexdigest()}, indent=1, ensure_ascii=False) + "\n"


def _refuse_strangers(path: str) -> None:
    """Only the folder of a saved program is replaced: nothing else is lost with it."""
    folder = present(path)
    try:
        names = sorted(os.listdir(folder)) if folder.is_dir() else []
    except OSError as error:
        raise problem("E0706", f"{path} can't be written: {reason(error)}") from error
    strange = [
        n for n in names if n not in (_MANIFEST, _VARIABLES) and not n.endswith(".g") and not _of_programs(folder / n)
    ]
    if names and _MANIFEST not in names:
        raise problem(
            "E0706", f"{path} is a folder, but no saved program", hint=f"give another name, or mv {path} elsewhere"
        )
    if strange:
        raise problem("E0706", f"{path} would be replaced, and holds {strange[0]}, which is no part of a saved program",
                      hint=f"mv {Path(path) / strange[0]} .")  # fmt: skip


def _of_programs(folder: Path) -> bool:
    """Is it a folder with nothing but programs?"""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return all(f.endswith(".g") for _, _, files in os.walk(folder) for f in files)


# ---------------------------------------------------------------- reading


def read_saved(path: str | os.PathLike[str]) -> Saved:
    """The contents of a saved program.  Raises Diagnostics E0701, E0704 and E0709 to E0713."""
    shown = os.fspath(path)
    folder = present(shown)
    if not folder.is_dir():
        raise unreadable(shown, NotADirectoryError() if folder.exists() else FileNotFoundError())
    document = _manifest(folder, shown)
    contents = {name: _part(folder, shown, name, kept) for name, kept in document["files"].items()}
    data = contents.pop(_VARIABLES)
    packed = Packed(data, document["variables"], document["strings"])
    variables = unpack(packed, f"{shown}/{_VARIABLES}", f"{shown}/{_MANIFEST}")
    imports, random = document.get("imports", {}), document.get("random")
    return Saved(
        contents, variables, document["float"], document["entries"], document["graphc"], imports,
        None if random is None else tuple(random),
    )  # fmt: skip


def _manifest(folder: Path, shown: str) -> dict[str, Any]:
    """The manifest, checked by itself."""
    name = f"{shown}/{_MANIFEST}"
    if not os.path.lexists(folder / _MANIFEST):
        raise problem("E0709", f"{shown} is no saved program: it has no {_MANIFEST}",
                      hint=f"graphc save FILE {Path(shown).with_suffix(ENDING)}")  # fmt: skip
    data = _contents(folder, shown, _MANIFEST, None, _LARGEST["manifest"])
    try:
        text = data.decode()
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise damaged(name, "is damaged: it is no JSON") from None
    if not isinstance(document, dict) or type(document.get("format")) is not int:
        raise damaged(name, "is damaged: it is no manifest of a saved program")
    if document["format"] != FORMAT:
        message = f"{shown} is of format {document['format']}, and this version of graphc reads format {FORMAT}"
        made_by = document.get("graphc")
        notes = (f"it was saved by graphc {made_by}",) if isinstance(made_by, str) else ()
        raise problem("E0710", message, *notes, hint="save the program again, or use another version of graphc")
    if isinstance(document.get("files"), dict):
        for file in document["files"]:
            if why := (None if file == _VARIABLES else _forbidden(file)):
                raise problem("E0711", f"{name} names {json.dumps(file, ensure_ascii=False)}, which {why}")
    if not _is_whole(document):
        raise damaged(name, "is damaged: it is no manifest of a saved program")
    if _text(document) != text:
        raise damaged(name, "is damaged: its checksum is wrong")
    return document


def _forbidden(name: str) -> str | None:
    """Why a saved program can't have a file of this name, or None: only programs inside the folder may be named."""
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ":" in name or ".." in parts:
        return "is outside of its folder"
    if any(part in ("", ".") or not part.isprintable() for part in parts):
        return "is no plain path"
    return None if name.endswith(".g") else "is no program"


def _is_whole(document: dict[str, Any]) -> bool:
    match document:
        case {
            "graphc": str(), "float": "f32" | "f64", "entries": dict(entries), "variables": variables,
            "strings": dict(), "files": dict(files), "sha256": str(),
        }:  # fmt: skip
            kept = [v for v in files.values() if isinstance(v, dict)]
            return (
                well_described(variables)
                and all(v["dtype"] in DTYPES for v in variables.values())
                and all(isinstance(v, dict) for v in entries.values())
                and {PROGRAM, _VARIABLES} <= files.keys()
                and len(kept) == len(files)
                and all(type(v.get("bytes")) is int and isinstance(v.get("sha256"), str) for v in kept)
                and files[_VARIABLES]["bytes"] <= _room(variables)
                and _are_imports(document.get("imports", {}), files.keys() - {_VARIABLES})
                and _is_random(document.get("random"))
            )
    return False


def _is_random(random: Any) -> bool:
    """Is it a seed and a number of runs, or nothing?"""
    match random:
        case None:
            return True
        case [int(seed), int(runs)]:
            return 0 <= seed < 1 << 64 and runs >= 0
    return False


def _are_imports(imports: Any, sources: Set[str]) -> bool:
    """Do all imports stand in a source and mean one?"""
    return isinstance(imports, dict) and all(
        importer in sources
        and isinstance(found, dict)
        and all(isinstance(f, str) and f in sources for f in found.values())
        for importer, found in imports.items()
    )


def _room(variables: Mapping[str, Any]) -> int:
    """The most bytes that a file of these variables has."""
    total = _LARGEST_HEADER
    for v in variables.values():
        total += math.prod(v["shape"]) * int(DTYPES[v["dtype"]].numpy.itemsize)
    return total


def _part(folder: Path, shown: str, name: str, kept: Mapping[str, Any]) -> bytes:
    """The contents of a file of the manifest."""
    largest = kept["bytes"] if name == _VARIABLES else _LARGEST["program"]
    data = _contents(folder, shown, name, kept["bytes"], largest)
    if sha256(data).hexdigest() != kept["sha256"]:
        raise damaged(f"{shown}/{name}", "is damaged: its checksum is wrong")
    return data


def _contents(folder: Path, shown: str, name: str, size: int | None, largest: int) -> bytes:
    """The bytes of a regular file of the folder.  Its size is known before memory is taken."""
    path, file = f"{shown}/{name}", folder.joinpath(*name.split("/"))
    for link in (file, *file.parents):
        if link == folder:
            break
        if link.is_symlink():
            raise problem("E0711", f"{path} is a link, and a saved program has none")
    try:
        if not stat.S_ISREG(file.lstat().st_mode):  # before it is opened: a pipe would wait
            raise problem("E0711", f"{path} is no regular file")
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if size is not None and status.st_size != size:
                raise damaged(path, f"is damaged: it should have {size:,} bytes, but has {status.st_size:,}")
            if status.st_size > largest:
                raise damaged(path, f"has {status.st_size:,} bytes, and may have {largest:,}")
            return stream.read()
    except FileNotFoundError:
        raise problem("E0712", f"{path} is missing", hint="copy the saved program again, with all its files") from None
    except OSError as error:
        raise unreadable(path, error) from error
