"""The door to the shell parser: text of a script in, a tree out. It never raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.shell.tree import Body, Number, Unread
from latest_guard.source import Text

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Template
    from latest_guard.shell.read_commands import CommandReader

MAX_LENGTH = 1_000_000
"""Scripts with more characters than this are not read."""


def parse(template: Template | Text) -> Body:
    """The statements of a script.

    A statement that is no shell, or that is nested deeper than `cursor.MAX_DEPTH`, is an `Unread`; those before and behind it stand.
    A script longer than `MAX_LENGTH` is one `Unread`. Time is linear in the length of the script.
    """
    if _length(template) > MAX_LENGTH:
        span = template.span(0, 1) if isinstance(template, Text) else template.span
        return Body((Unread("longer than what is read of a script", span),), span)
    return _reader(template).everything()


def number(template: Template | Text) -> Number:
    """An arithmetic expression by itself, such as the offset in `${name:offset}`; one that makes no sense is an unreadable `Hole`."""
    from latest_guard.shell.cursor import Unparsed

    reader = _reader(template)
    try:
        return reader.number_up_to("", whole=True)
    except (Unparsed, RecursionError):
        reader.at = reader.end
        return reader.unreadable_number(0)


def _length(template: Template | Text) -> int:
    parts = (template,) if isinstance(template, Text) else template.parts
    return sum(len(part.value) if isinstance(part, Text) else 1 for part in parts)


def _reader(template: Template | Text) -> CommandReader:
    from latest_guard.shell.read_commands import CommandReader
    from latest_guard.shell.script import script_of

    return CommandReader(script_of(template))
