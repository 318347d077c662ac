"""graphc: a compiler for tensor programs."""

from __future__ import annotations
