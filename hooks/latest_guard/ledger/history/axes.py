"""Where a time and a release line stand in the picture, and what is written at the sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from latest_guard.ledger.history.past import LineKey, Track

HOUR, DAY = 3600, 86400
#: Steps between the times at the side, the closest first: a unit and how many of it.
STEPS = (
    *((HOUR, number) for number in (1, 3, 6, 12)),
    *((DAY, number) for number in (1, 2, 7, 14)),
    *((0, months) for months in (1, 3, 6, 12, 24, 60, 120, 300, 600, 1200, 6000, 12000)),
)
#: The room that a time's label needs, and that a line's does, in pixels.
WIDE, HIGH = 76, 13
#: The heights of a release line, in pixels: the most, what one can still read, the least; and of all together, as wanted and at most.
TALL, LOW, LEAST, WANTED, MOST = 32.0, 7.0, 1.0, 900.0, 2800.0


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From the time `first` at the place `left` to `last` at `right`: seconds since 1970, and pixels."""

    first: int
    last: int
    left: float
    right: float

    def x(self, seconds: float) -> float:
        """Where a time stands; in the middle if there is but one."""
        if self.first == self.last:
            return (self.left + self.right) / 2
        return self.left + (seconds - self.first) / (self.last - self.first) * (self.right - self.left)

    def ticks(self) -> list[tuple[int, str]]:
        """Round times with their labels, as close as there is room for."""
        room = max(2, (self.right - self.left) // WIDE)
        span = max(1, self.last - self.first)
        unit, number = next((step for step in STEPS if span / ((step[0] or 30 * DAY) * step[1]) <= room), STEPS[-1])
        times = self._months(number) if unit == 0 else self._times(unit * number)
        return [(time, label(time, unit, number)) for time in times if time >= self.first]

    def _times(self, step: int) -> Iterator[int]:
        """Every multiple of `step` seconds since 1970."""
        yield from range(-(-self.first // step) * step, self.last + 1, step)

    def _months(self, step: int) -> Iterator[int]:
        """Every first day of a month that is a multiple of `step` since the year 0."""
        start, end = (at.year * 12 + at.month - 1 for at in map(day_of, (self.first, self.last)))
        for month in range(start - start % step, end + 1, step):
            yield (date(month // 12, month % 12 + 1, 1) - date(1970, 1, 1)).days * DAY


def day_of(seconds: int) -> date:
    """The day of a time, UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc).date()


def label(seconds: int, unit: int, number: int) -> str:
    """A time at the side, as exactly as the step asks."""
    text = str(datetime.fromtimestamp(seconds, timezone.utc))
    if unit == HOUR:
        return text[5:16]
    if unit == DAY:
        return text[:10]
    return text[:4] if number % 12 == 0 else text[:7]


@dataclass(frozen=True, slots=True)
class LineAxis:
    """The release lines from below upwards: the place of the highest, the height of each, and their order."""

    top: float
    step: float
    places: Mapping[LineKey, int]

    @classmethod
    def of(cls, track: Track, top: float) -> LineAxis:
        """As much height as can be had for the lines of `track`."""
        count = len(track.lines)
        step = min(TALL, max(WANTED / count, min(LOW, MOST / count), LEAST))
        return cls(top, step, {line: count - 1 - number for number, line in enumerate(track.lines)})

    @property
    def bottom(self) -> float:
        """The lower side of the lowest line."""
        return self.top + self.step * len(self.places)

    def y(self, line: LineKey) -> float:
        """The middle of a line."""
        return self.top + (self.places[line] + 0.5) * self.step

    def labelled(self, names: Mapping[LineKey, str]) -> Sequence[LineKey]:
        """The lines whose names have room: the highest, then those that begin a major version, then the others, from above."""
        lines = sorted(self.places, key=lambda line: (self.places[line] != 0, line[2][-1] != 0, self.places[line]))
        free = [True] * (len(lines) + 1)
        apart = int(HIGH / self.step)
        chosen = []
        for line in lines:
            place = self.places[line]
            if all(free[max(0, place - apart) : place + apart + 1]):
                free[place] = False
                chosen.append(line)
        return chosen
