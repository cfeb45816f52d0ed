"""Not yet."""

from __future__ import annotations

from latest_guard.shell.tools.options import CannotTell, Output


def jq(words: list[str], stdin: str) -> Output:
    """Not yet."""
    raise CannotTell("not yet")
