"""Dates, spans of time and sentences.  Shared by the formats."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from latest_guard.report.counts import several
from latest_guard.report.screen import clean

if TYPE_CHECKING:
    from latest_guard.ledger.history.past import Kind, Logged, Past, Setback, Track

#: The kinds of version tags as they are counted.
COUNTED: dict[Kind, str] = {
    "release": "release",
    "back-port": "back-port",
    "late": "late one",
    "prerelease": "prerelease",
    "again": "repeated tag",
}
#: Units of time in seconds, the longest first.
UNITS = ((365.25 * 86400, "year"), (86400, "day"), (3600, "hour"), (60, "minute"))


class _Days(dict[int, str]):
    """Days since 1970 as dates, remembered: releases come several a day."""

    def __missing__(self, day: int) -> str:
        self[day] = text = date.fromordinal(_EPOCH + day).isoformat()
        return text


_DAYS = _Days()
_EPOCH = date(1970, 1, 1).toordinal()
_MINUTES = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]


def minute(seconds: int) -> str:
    """A time for people, UTC: 2025-03-17 17:17."""
    days, rest = divmod(seconds, 86400)
    return f"{_DAYS[days]} {_MINUTES[rest // 60]}"


def stamp(seconds: int) -> str:
    """A time for programs: 2025-03-17T17:17:29Z."""
    days, rest = divmod(seconds, 86400)
    return f"{_DAYS[days]}T{_MINUTES[rest // 60]}:{rest % 60:02}Z"


def span(seconds: int) -> str:
    """How long: 9.9 days, 4 hours, 25 minutes."""
    length, unit = next((pair for pair in UNITS if seconds >= 2 * pair[0]), UNITS[-1])
    number = f"{seconds / length:.1f}".removesuffix(".0")
    return several(int(number), unit) if number.isdigit() else f"{number} {unit}s"


def worst(past: Past) -> Setback | None:
    """The furthest way back, the first of equal ones; None without any."""
    most = max((setback.lines for setback in past.setbacks), default=0)
    return max((setback for setback in past.setbacks if setback.lines == most), key=lambda setback: setback.badness, default=None)


def sentence(past: Past) -> str:
    """What the history comes to."""
    found, times = worst(past), len(past.setbacks)
    if found is None:
        return "pushing `latest` on every release, this project would never have sent its users back"
    way = f"from {name(past, found.before.tag)} to {name(past, found.after.tag)}"
    often = f"once, {way}" if times == 1 else f"{times} times, the worst {way}"
    return f"pushing `latest` on every release, this project would have sent its users back {often}"


def name(past: Past, tag: str) -> str:
    """A version as the sentence names it; where there are several components, its tag."""
    return clean(tag if len(past.tracks) > 1 else past.version(tag))


def fall(setback: Setback) -> str:
    """What an unguarded `latest` does: back from v1.28.0, 1 line down, for 9.9 days."""
    down = f", {several(setback.lines, 'line')} down" if setback.lines else ""
    during = duration(setback)
    return f"back from {clean(setback.before.tag)}{down}, {during if setback.until is None else f'for {during}'}"


def duration(setback: Setback) -> str:
    """How long an unguarded `latest` is lower than it was."""
    return "to this day" if setback.until is None else span(setback.until - setback.after.seconds)


def summary(track: Track) -> str:
    """A component's numbers: 127 version tags on 58 lines, 2022-05-30 to 2026-08-06: 120 releases, 7 back-ports."""
    counts = Counter(release.kind for release in track.releases)
    parts = [several(counts[kind], noun) for kind, noun in COUNTED.items() if counts[kind]]
    first, last = (minute(track.releases[at].seconds)[:10] for at in (0, -1))
    when = first if first == last else f"{first} to {last}"
    head = f"{several(len(track.releases), 'version tag')} on {several(len(track.lines), 'line')}, {when}"
    return f"{clean(track.component)}: {head}: {', '.join(parts)}" if track.component else f"{head}: {', '.join(parts)}"


def aside(past: Past) -> str:
    """What was left out: other tags, and versions without a date; empty for nothing."""
    parts = []
    if past.others:
        parts.append(f"{several(past.others, 'tag')} that {'is' if past.others == 1 else 'are'} no version, or left out on purpose")
    if past.undated:
        example = clean(past.undated[0]) + (", …" if past.undated[1:] else "")
        parts.append(f"{several(len(past.undated), 'version tag')} without a date ({example})")
    return f"not in here: {' and '.join(parts)}" if parts else ""


def logged(move: Logged) -> str:
    """A move in the log: promote moved latest 1.27.3 -> 1.28.0 at ghcr.io/example/app."""
    why = f": {clean(move.why)}" if move.why else ""
    return f"{move.command} moved latest {clean(move.was) or 'none'} -> {clean(move.to) or 'unknown'} at {clean(move.place)}{why}"
