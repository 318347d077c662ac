"""Which graphc this is, as `graphc --version` and saved programs say it.  Nothing below this module."""

from __future__ import annotations

__version__ = "0.1.0"
