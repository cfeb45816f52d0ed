"""Programs in other languages, read and not run: what they print, set and move, on the values that the replay knows.

Python, JavaScript and TypeScript come as one small tree (`tree`); one interpreter walks it over guarded alternatives.  What cannot
be read so is read for its words (`words`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.replay.programs.program import Program
    from latest_guard.source import Span
    from latest_guard.values import Str


def read_program(machine: Machine, program: Program, tool: str, arguments: tuple[Str, ...], span: Span) -> None:
    """Replay a program: what it prints, sets, runs and moves happens on `machine`, and so does its exit status.

    `tool` is what runs it, with the option by which it gets it (`node -p`).
    """
    from latest_guard.replay.programs.reader import read

    read(machine, program, tool, arguments, span)
