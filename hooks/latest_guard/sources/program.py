"""Asking through a program of the user's own: a package client, whose registry, mirrors and credentials then hold."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.sources.web import Deadline


@dataclass(frozen=True, slots=True)
class Said:
    """What a program left behind: its exit code and its two outputs."""

    code: int
    output: str
    complaint: str

    def last_words(self) -> str:
        """The last line of its complaint that says something, in printable characters, for a message."""
        lines = [line.strip() for line in self.complaint.splitlines() if line.strip()]
        return "".join(letter if letter.isprintable() else "?" for letter in lines[-1] if lines)[:200] if lines else "without a word"


def installed(program: str, where: str) -> str:
    """The path of `program`; raises UserError where it is not installed."""
    found = shutil.which(program)
    if found is None:
        raise UserError(f"{program} is not installed here; install it or leave this source out", where)
    return found


def run(command: Sequence[str], deadline: Deadline, where: str) -> Said:
    """Run `command` to its end, with no input and its outputs read as text; kill it with its children at the `deadline`."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ, start_new_session=True
    )
    try:
        output, complaint = process.communicate(timeout=deadline.left())
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise UserError(f"{os.path.basename(command[0])} gives no answer within {deadline.seconds:g} s; see --timeout", where) from error  # noqa: PTH119
    return Said(process.returncode, output.decode("utf-8", "replace"), complaint.decode("utf-8", "replace"))
