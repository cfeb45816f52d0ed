"""How a report is to look, and the colours for it.  Shared by the formats."""

from __future__ import annotations

from dataclasses import dataclass

from latest_guard.findings import Verdict

#: What each style is in ANSI's select graphic rendition (ECMA-48, 8.3.117). The sixteen colours follow the user's own theme.
STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "good": "32",
    "strong": "1",
    "faint": "2",
    "place": "34",
}

#: Verdicts, and the style in which a list of moves shows them.
VERDICTS = {
    Verdict.UNGATED: "error",
    Verdict.WEAK: "error",
    Verdict.OPAQUE: "warning",
    Verdict.MANUAL: "note",
    Verdict.BRANCH: "note",
    Verdict.GATED: "good",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is to look.

    `width` is in columns of the terminal; `links` makes rule names clickable (OSC 8); `quiet` leaves one line a finding;
    `show_all` lists the moves without a finding too.
    """

    colour: bool = False
    width: int = 100
    links: bool = False
    quiet: bool = False
    show_all: bool = False

    def paint(self, text: str, style: str) -> str:
        """`text` in a style of STYLES, or as it is where there are no colours."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text

    def link(self, text: str, address: str) -> str:
        """`text` as a link to `address`, or as it is where the terminal has none."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self.links else text
