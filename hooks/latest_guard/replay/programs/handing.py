"""Values that code which is only read for its words hands on to later steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, Value
from latest_guard.replay.conditions import TRUE, Test
from latest_guard.replay.files import write_file
from latest_guard.replay.machine import Machine, scalar
from latest_guard.values import Colour, Literal, Symbol, text

if TYPE_CHECKING:
    from latest_guard.source import Span


def hand(machine: Machine, channel: str, name: str, span: Span, compared: Test | None) -> None:
    """Write `name=…`: true or false by the comparison that the code makes, else a value that cannot be read here."""
    conditions = machine.scene.conditions
    if compared is not None:
        holds = conditions.test(compared)
        value: Value = (Alternative(holds, text("true", span)), Alternative(conditions.no(holds), text("false", span)))
    else:
        reason = "the code that gives it is read for its words only"
        value = (Alternative(TRUE, (Symbol(f"{name} at {span}", Colour.UNREAD, span=span, reason=reason),)),)
    lines = machine.scene.algebra.each(value, lambda held: (Literal(f"{name}="), *held, Literal("\n")))
    where = machine.scene.algebra.each(machine.get(channel), scalar)
    write_file(machine, tuple(a for a in where if a.held), machine.chunks(lines), True)
