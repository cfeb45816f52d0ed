"""How far a long run has come: one line on a terminal, gone when the run ends. In a log there is none.

It is drawn when the work says where it is, by no thread of its own, and not before the work has taken a while: a short run draws nothing.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, TextIO

from latest_guard.report.screen import clean, cut
from latest_guard.report.terminal import write

if TYPE_CHECKING:
    from types import TracebackType

#: How long the work goes on without a line, and how long a line stays as it is, in seconds.
PATIENCE, PAUSE = 0.5, 0.1
#: Back to the first column, and erase to the end of the line (ECMA-48, 8.3.41).
ERASE = "\r\x1b[K"


class Progress:
    """The line on the terminal that `stream` is; nothing at all where it is none. Inside `with`, it is called as the work goes on."""

    def __init__(self, stream: TextIO, wanted: bool = True) -> None:
        self.stream = stream
        self.wanted = wanted and stream.isatty() and os.environ.get("TERM") != "dumb"
        self.drawn = False
        self.due = time.monotonic() + PATIENCE

    def __enter__(self) -> Progress:
        return self

    def __call__(self, number: int, total: int, what: str) -> None:
        """`what` is looked at now, which is the part `number` of `total`."""
        now = time.monotonic()
        if self.wanted and now >= self.due:
            write(self.stream, ERASE + cut(f"looking at {number} of {total}: {clean(what)}", self._width()))
            self.drawn, self.due = True, now + PAUSE

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the terminal as it was, whatever happened."""
        if self.drawn:
            write(self.stream, ERASE)

    def _width(self) -> int:
        """The columns that can be used: in the last one a terminal may go on to the next line."""
        try:
            return os.get_terminal_size(self.stream.fileno()).columns - 1
        except (OSError, ValueError):
            return 79
