"""`latest-guard hook`: what the shims and hooks of git call.

The answer is the exit code plus 64, so that a shim never takes a Python that cannot start for a verdict.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from latest_guard.guard import told

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from latest_guard.doors.ruling import Ruling


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the doors' names and what git gives to each."""
    parser.add_argument("door", choices=["pre-tag", "pre-push", "pre-receive", "backstop", "framework"], help="the door that calls")
    parser.add_argument("words", nargs="*", help="what git gave to the hook")


def run(options: argparse.Namespace) -> int:
    """Judge what git shows, tell it on standard error, and answer 64 (pass), 65 (refused), 66 (told the user), 98 (a part is missing).

    The framework, which has no shim, gets the plain exit code.
    """
    from latest_guard.doors.shims import ABSENT, VERDICT
    from latest_guard.errors import UserError

    try:
        code = ruled(options.door, options.words)
    except UserError as error:
        tell(told.clean(f"{error}"))
        code = 2
    except ImportError as error:
        tell(f"this installation is not whole: {error}")
        return ABSENT + 1
    return code if options.door == "framework" else VERDICT + code


def ruled(door: str, words: list[str]) -> int:
    """Judge what a door shows, and tell it; the exit code."""
    import os

    offline = os.environ.get("LATEST_GUARD_OFFLINE", "").lower() in {"1", "true", "yes"}
    ruling, way_round = judged(door, words, {"offline": True} if offline else {})
    for line in ruling.words():
        tell(line)
    if ruling.code:
        tell(way_round)
    return ruling.code


def judged(door: str, words: list[str], flags: Mapping[str, object]) -> tuple[Ruling, str]:
    """The ruling of a door, and the way round it, for those who know better."""
    from latest_guard.doors import updates

    lines = (line for line in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n") if line) if door != "framework" else ()
    if door == "pre-tag":
        from latest_guard.doors import pre_tag

        return pre_tag.judge_tags([*updates.received([" ".join(words)]), *updates.received(lines)], flags), pre_tag.WAY_ROUND
    if door == "pre-push":
        from latest_guard.doors import pre_push

        return pre_push.judge_push(list(updates.pushed(lines)), words[1], words[2], flags), pre_push.WAY_ROUND
    if door == "framework":
        import os

        from latest_guard.doors import framework

        return framework.judge_framework(os.environ, flags), framework.LIMITS
    from latest_guard.doors import server

    if door == "pre-receive":
        return server.judge_received(list(updates.received(lines)), int(words[0])), "the whole push is refused: no ref was changed"
    first = updates.received([" ".join(words)])
    return server.judge_backstop([*first, *updates.received(lines)]), "the server's guard refuses it"


def tell(line: str) -> None:
    """One line to the user."""
    print(f"latest-guard: {line}", file=sys.stderr)
