"""What the tags tell: every release in the order of time, the way of a guarded `latest`, and each time an unguarded one went back.

One module an output format.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from latest_guard.ledger.history.past import Past
    from latest_guard.report.look import Look

#: Every format: its module below `latest_guard.ledger.history` and its line in the help.
FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "a table for people"),
    "markdown": ("markdown", "for pages and summaries"),
    "json": ("json", "for programs, stable"),
    "csv": ("csv", "a row for each release"),
    "svg": ("svg", "a picture: time against release lines"),
    "html": ("html", "the picture and the table as a page that stands alone"),
}


class Format(Protocol):
    """What a module of a format offers."""

    def render(self, past: Past, look: Look) -> str:
        """The whole history, ready to be written out."""


def render(name: str, past: Past, look: Look) -> str:
    """The history in the format `name`, one of FORMATS."""
    module = cast("Format", import_module(f"latest_guard.ledger.history.{FORMATS[name][0]}"))
    return module.render(past, look)
