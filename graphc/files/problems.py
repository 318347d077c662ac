"""What can be wrong with a file, in words.

In: paths and what happened.  Out: Diagnostics to raise, with codes E0701 to E0706.  Called by the readers and writers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.diagnostics.suggest import suggest

_SHOWN_NAMES = 12


def problem(code: str, message: str, *notes: str, hint: str | None = None) -> Diagnostics:
    return Diagnostics([Diagnostic(code, message, notes=notes, hint=hint)])


def unreadable(path: str, error: OSError) -> Diagnostics:
    """E0701, with a file of a similar name if there is one."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            folder = Path(path).parent
            if not folder.is_dir():
                return problem("E0701", f"{path} can't be read: there is no folder {folder}")
            near = suggest(Path(path).name, _names_in(folder))
            hint = f"did you mean {folder / near}?" if near else None
            return problem("E0701", f"there is no file {path}", hint=hint)
        case IsADirectoryError():
            return problem("E0701", f"{path} is a folder, not a file")
        case PermissionError():
            return problem("E0701", f"{path} may not be read by you", hint=f"chmod u+r {path}")
    return problem("E0701", f"{path} can't be read: {reason(error)}")


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:  # may be entered but not listed: no suggestion
        return []


def unwritable(path: str, error: OSError) -> Diagnostics:
    """E0706."""
    folder = Path(path).parent
    match error:
        case FileNotFoundError() | NotADirectoryError() if not folder.is_dir():
            return problem("E0706", f"{path} can't be written: there is no folder {folder}", hint=f"mkdir -p {folder}")
        case IsADirectoryError():
            return problem("E0706", f"{path} is a folder, not a file")
        case PermissionError():
            return problem("E0706", f"{path} may not be written by you")
    return problem("E0706", f"{path} can't be written: {reason(error)}")


def reason(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).lower()


def damaged(path: str, what: str, *, hint: str | None = None) -> Diagnostics:
    return problem("E0704", f"{path} {what}", hint=hint)


def pickled(path: str) -> Diagnostics:
    return problem(
        "E0705",
        f"{path} holds Python objects, which are never read, as reading them can run code",
        hint="save plain numbers instead: numpy.save(path, array.astype(float))",
    )


def no_such_key(path: str, key: str, names: Iterable[str], kind: str) -> Diagnostics:
    """E0703; `kind` is "column" or "array"."""
    listed = list(names)
    near = suggest(key, listed)
    return problem(
        "E0703",
        f'{path} has no {kind} "{key}"',
        f"its {kind}s are {_shown(listed)}" if listed else f"it has no {kind}s with names",
        hint=f"did you mean {near}?" if near else None,
    )


def no_keys(path: str, key: str) -> Diagnostics:
    return problem("E0703", f'{path} holds a single array, and no "{key}"', hint=f"@{path}")


def no_names(path: str) -> Diagnostics:
    return problem("E0703", f"{path} holds a single array without a name", hint=f"--feed x=@{path}")


def key_needed(path: str, names: Iterable[str]) -> Diagnostics:
    listed = list(names)
    if not listed:
        return problem("E0703", f"{path} holds no arrays")
    note = f"its arrays are {_shown(listed)}"
    return problem("E0703", f"{path} holds {len(listed)} arrays", note, hint=f"choose one: @{path}:{listed[0]}")


def _shown(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN_NAMES]) + (", …" if len(names) > _SHOWN_NAMES else "")
