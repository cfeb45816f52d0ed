"""Shell text as trees, each parsed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.shell import parse
from latest_guard.shell.tree import Body

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Template
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Source, Text


def body(machine: Machine, script: Template | Text) -> Body:
    """A script's tree."""
    cache = machine.scene.cache
    found = cache.get(id(script))
    if found is None:
        found = cache[id(script)] = (script, parse.parse(script))
    tree = found[1]
    assert isinstance(tree, Body)
    return tree


def whole(machine: Machine, source: Source) -> Text:
    """A file's text, the same each time that it is asked for."""
    return machine.scene.once("whole", source, lambda source: source.whole())
