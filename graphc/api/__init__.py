"""The Python interface: programs as objects.

In: files and text.  Out: `Program`, whose methods are the stages of the driver, compiled programs to call, and sessions
that execute as they are told.  Errors are `graphc.Diagnostics`; their text is what the command line prints.
`graphc/__init__.py` hands it on.
"""

from __future__ import annotations

from graphc.api.compiled import Compiled, State
from graphc.api.flat import Flat
from graphc.api.program import Program, load, loads, save
from graphc.api.session import Session

__all__ = ["Compiled", "Flat", "Program", "Session", "State", "load", "loads", "save"]
