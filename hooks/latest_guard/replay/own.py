"""latest-guard's own commands, each handed to the module that knows what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay import gating, promoting
from latest_guard.values import plain

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span
    from latest_guard.values import Str


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Run `latest-guard …`; False where nobody asks how it ends: it moves, or only works."""
    command = plain(words[1]) if len(words) > 1 else None
    if command in ("gate", "check-tag"):
        gating.follow(machine, words, span)
        return True
    if command in ("promote", "reconcile"):
        promoting.follow(machine, words, span)
    return False
