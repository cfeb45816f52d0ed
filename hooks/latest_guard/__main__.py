"""`python -m latest_guard`."""

from __future__ import annotations

from latest_guard.cli import entry

if __name__ == "__main__":
    entry()
