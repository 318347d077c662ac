"""`python -m graphc`."""

from __future__ import annotations

from graphc.cli import main

if __name__ == "__main__":
    main()
