"""Assignments whose values only the run knows, `NAME=value` in each line: what a command prints for `eval`, or writes to be sourced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.catalog.strings import cut, strip, veiled
from latest_guard.replay.alternatives import literal, one
from latest_guard.replay.conditions import FALSE
from latest_guard.replay.files import content, resolve, spelled
from latest_guard.replay.texts import lines

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span
    from latest_guard.values import Str

_NAME = re.compile(r"(export\s+)?([A-Za-z_]\w*)=")
#: Signs that mean something in a shell where they stand bare, and where they stand in double quotes.
_BARE = re.compile(r"""[\s;&|<>()$`\\"'*?#]""")
_QUOTED = {"'": "'", '"': '"$`\\'}


def assign_lines(machine: Machine, script: Str) -> bool:
    """Set the variables that the lines of `script` assign; False, with nothing done, where it holds anything else.

    What only the run knows is taken for a value without signs of the shell's own.
    """
    found = [_assignment(strip(line)) for line in lines(script) if strip(line)]
    read = [assignment for assignment in found if assignment is not None]
    if not read or len(read) < len(found):
        return False
    for name, value, exported in read:
        machine.set(name, one(value))
        if exported:
            machine.exported.add(name)
    machine.finish(literal("0"))
    return True


def source_written(machine: Machine, name: Str, span: Span) -> bool:
    """Source a file that the run itself has written; False where it has not, or where the file holds more than assignments."""
    whole = spelled(name)
    if whole is None or not {whole, resolve(machine, whole)} & machine.scene.files.keys():
        return False
    start, conditions = machine.path, machine.scene.conditions
    read = True
    for a in content(machine, name, span):
        machine.path = conditions.both(start, a.when)
        read = read and (machine.path == FALSE or not a.held or assign_lines(machine, a.held))
    machine.path = start
    machine.finish(literal("0"))
    return read


def _assignment(line: Str) -> tuple[str, Str, bool] | None:
    """The name, the value without its quotes, and whether it is exported."""
    seen = veiled(line)
    head = _NAME.match(seen)
    if head is None:
        return None
    inner = seen[head.end() :]
    quote = inner[:1]
    if quote in _QUOTED and len(inner) > 1 and inner[-1] == quote:
        if any(sign in inner[1:-1] for sign in _QUOTED[quote]):
            return None
        return head[2], cut(line, head.end() + 1, len(seen) - 1), bool(head[1])
    return None if _BARE.search(inner) else (head[2], cut(line, head.end(), len(seen)), bool(head[1]))
