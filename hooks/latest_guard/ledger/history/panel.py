"""A component's part of the picture: where its releases stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latest_guard.ledger.history.axes import LineAxis, TimeAxis
    from latest_guard.ledger.history.past import Release, Track

#: A letter's width at the sides, in pixels.
LETTER = 6.6


@dataclass(frozen=True, slots=True)
class Panel:
    """A component's part of the picture; `first` is the number of its first release among those of all."""

    track: Track
    first: int
    time: TimeAxis
    lines: LineAxis

    @property
    def size(self) -> float:
        """How far a mark reaches from its middle."""
        return min(4.4, max(1.6, self.lines.step * 0.3))

    def place(self, release: Release) -> tuple[float, float]:
        """The middle of a release's mark."""
        return self.time.x(release.seconds), self.lines.y(release.line)
