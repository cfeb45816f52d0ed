"""What the terminal that a report goes to can show.  Shared by the formats."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, TextIO

from latest_guard.report.look import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Variables by which terminals that know OSC 8 links can be told.
LINKS = ("VTE_VERSION", "WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "FORCE_HYPERLINK")
PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"})


def detect(stream: TextIO, environment: Mapping[str, str], colour: str = "auto") -> Look:
    """The look for a stream: plain where it is no terminal.

    `colour` is auto, always or never; auto obeys NO_COLOR (no-color.org), FORCE_COLOR and CLICOLOR_FORCE, and TERM=dumb.
    """
    terminal = stream.isatty()
    painted = coloured(terminal, environment) if colour == "auto" else colour == "always"
    fallback = (100, 24)
    width = shutil.get_terminal_size(fallback).columns if terminal or environment.get("COLUMNS") else fallback[0]
    return Look(colour=painted, width=max(40, width), links=terminal and painted and linked(environment))


def coloured(terminal: bool, environment: Mapping[str, str]) -> bool:
    """Whether to use colours where nobody said so on the command line."""
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and environment.get("TERM") != "dumb"


def linked(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is one that shows links."""
    return any(environment.get(name) for name in LINKS) or environment.get("TERM_PROGRAM") in PROGRAMS


def write(stream: TextIO, text: str) -> None:
    """Write `text` out, whatever characters it holds: those that the stream cannot show become escapes."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
