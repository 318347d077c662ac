"""Which modules can't be imported before all others?  A program of its own: nothing of graphc may be loaded before.

In, on stdin: the modules, as JSON, in any order.  Out: what went wrong, and exit status 1.

Each module is imported by a process of its own, forked from this one, where nothing is loaded but third-party packages
and modules that this has been tried with and which, in their turn, load none that it hasn't.  Those know nothing of the
module, so that they make no difference to a circle of imports; having them saves loading them hundreds of times, if the
order is about that of what imports what.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module

THIRD_PARTY = ("click", "lark", "numpy", "scipy.linalg", "scipy.special", "rich.console", "safetensors.numpy")


def imported(name: str, known: set[str]) -> bool | None:
    """Whether a process that imports it first gets to the end; None: and loads what isn't known."""
    pid = os.fork()
    if pid:
        return {0: True, 2: None}.get(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), False)
    status = 1
    try:
        import_module(name)
        status = 0 if ours() <= known else 2
    except Exception:
        print(f"import {name}", traceback.format_exc(limit=-3), sep="\n", flush=True)
    finally:
        os._exit(status)


def ours() -> set[str]:
    """What is loaded of graphc."""
    return {name for name in sys.modules if name.partition(".")[0] == "graphc"}


def main(names: list[str]) -> int:
    """Tries all; the exit status."""
    for package in THIRD_PARTY:
        import_module(package)
    tried: set[str] = set()
    failed = False
    for name in names:
        tried.add(name)
        found = imported(name, tried)
        failed |= found is False
        if found:
            import_module(name)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
