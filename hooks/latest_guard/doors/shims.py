"""The shell scripts that git runs: small, POSIX, and able to tell a refusal from a guard that is no longer there."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

#: A file that has this in its second line is ours.
MARK = "# latest-guard door: "
#: Goes up when an installed shim should be written again; `doctor` compares whole texts, this number is for people.
SHIM = 1
#: A hook that was there before ours keeps its name with this ending.
BEFORE = ".before-latest-guard"

#: Answers of `latest-guard hook`: the exit code plus this, so that no failure of Python itself looks like a verdict.
VERDICT = 64
#: Answer of START when the package cannot be imported; `latest-guard hook` adds one when a part that it needs is missing, for by then
#: it has read what git says, and no other installation can be tried.
ABSENT = 97

#: Run by `python -E -c`: the current folder is the user's repository, and must not be imported from.
START = f"""import sys
sys.path[:] = [folder for folder in sys.path if folder]
try:
    from latest_guard.cli import main
except ImportError:
    sys.exit({ABSENT})
sys.exit(main())"""


@dataclass(frozen=True, slots=True)
class Shim:
    """One kind of shim: the door that it calls, the hook of git that runs it, and what it is put together from."""

    door: str
    event: str
    body: str
    absent: str


PRE_TAG = Shim("pre-tag", "reference-transaction", "pre-tag", "absent-pass")
PRE_PUSH = Shim("pre-push", "pre-push", "push", "absent-pass")
PRE_RECEIVE = Shim("pre-receive", "pre-receive", "push", "absent-refuse")
BACKSTOP = Shim("backstop", "reference-transaction", "pre-tag", "absent-refuse")
SHIMS = (PRE_TAG, PRE_PUSH, PRE_RECEIVE, BACKSTOP)


def text(shim: Shim, *, chained: bool, python: str = sys.executable) -> str:
    """Write a shim out.

    `python` is the interpreter that has this package. A `chained` shim, a file among git's hooks, also runs the hook that was
    there before it; one that is called from elsewhere (a configured hook, a hook manager) has none to run.
    """
    earlier = f'"${{0%/*}}/{shim.event}{BEFORE}"' if chained else "''"
    head = (
        f"#!/bin/sh\n{MARK}{shim.door} (shim {SHIM}, written by `latest-guard install`, taken away by `latest-guard uninstall`)\n"
        f"door={shim.door}\npython={shlex.quote(python)}\nstart={shlex.quote(START)}\nnext={earlier}\n"
    )
    guard = part("guard") + part(shim.absent)
    return head + part(shim.body).replace("@GUARD@\n", guard)


def part(name: str) -> str:
    """The text of one file of the folder `scripts`."""
    return (Path(__file__).parent / "scripts" / f"{name}.sh").read_text(encoding="utf-8")


def door_of(script: str) -> str:
    """The door that a hook's text calls; empty when the text is not ours."""
    for line in script.splitlines()[:3]:
        if line.startswith(MARK):
            return line[len(MARK) :].split(" ", 1)[0]
    return ""
