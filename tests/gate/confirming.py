"""`latest-guard promote` with a person in front of it."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def on_a_terminal(answer: str, *options: str) -> tuple[int, str]:
    """Run `latest-guard promote` on a pseudo-terminal, type `answer` at the question; exit code and screen."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ["PYTHONPATH"] = str(ROOT / "hooks")
        os.execv(sys.executable, [sys.executable, "-m", "latest_guard", "promote", *options])
    screen = b""
    while b"]" not in screen.rpartition(b"Move")[2] and b"to go on: " not in screen:
        screen += os.read(terminal, 4096)
    os.write(terminal, answer.encode() + b"\n")
    while True:
        try:
            screen += os.read(terminal, 4096)
        except OSError:
            break
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), screen.decode()
