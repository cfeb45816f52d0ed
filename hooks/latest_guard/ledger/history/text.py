"""The history for a terminal: a row for each version tag, what was logged in between, and the sentence that matters."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING

from latest_guard.ledger.history.words import aside, fall, logged, minute, sentence, summary
from latest_guard.report.screen import clean, columns, cut, harmless, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.ledger.history.past import Logged, Past, Track
    from latest_guard.report.look import Look

#: The widest that a tag is shown, in columns, and the width of a kind.
WIDEST, KIND = 36, 10
STYLES = {"release": "strong", "back-port": "note", "late": "warning", "prerelease": "faint", "again": "faint"}


def render(past: Past, look: Look) -> str:
    """A table for each component, its numbers, what was left out, and the sentence."""
    lines = [line for track in past.tracks for line in (*table(track, look), "", harmless(summary(track)), "")]
    lines += [harmless(line) for line in (aside(past),) if line]
    return "\n".join([*lines, look.paint(harmless(sentence(past)), "strong")]) + "\n"


def table(track: Track, look: Look) -> Iterator[str]:
    """The rows of a component in the order of time."""
    width = min(WIDEST, max(3, *(columns(clean(release.tag)) for release in track.releases)))
    line = max(4, *map(len, track.lines.values()))
    yield look.paint(f"{'date, UTC':<16}  {fitted('tag', width)}  {'line':<{line}}  {'kind':<{KIND}}  latest, guarded", "faint")
    rows = list(told(track, look, width, line))
    if track.logged:
        rows = list(merge(rows, [(move.seconds, entry(move, look)) for move in track.logged], key=lambda row: row[0]))
    yield from (row for _, row in rows)


def told(track: Track, look: Look, width: int, line: int) -> Iterator[tuple[int, str]]:
    """Each release with its time. No git tag holds what a CI system would take for a command, as no name may hold `[`, and `::` neither."""
    falls = {setback.after.tag: f"  unguarded: {fall(setback)}" for setback in track.setbacks}
    names = {key: f"{name:<{line}}" for key, name in track.lines.items()}
    kinds = {kind: look.paint(f"{kind:<{KIND}}", style) for kind, style in STYLES.items()}
    latest, shown = "", "-"
    for release in track.releases:
        tag = fitted(release.tag, width)
        if release.latest != latest:
            latest, shown = release.latest, tag
        row = f"{minute(release.seconds)}  {tag}  {names[release.line]}  {kinds[release.kind]}  {shown}"
        yield release.seconds, row + look.paint(falls[release.tag], "error") if release.tag in falls else row.rstrip()


def fitted(text: str, width: int) -> str:
    """`text`, harmless and exactly so wide."""
    if len(text) <= width and text.isascii() and text.isprintable():
        return text.ljust(width)
    short = squeeze(clean(text), width)
    return short + " " * (width - columns(short))


def entry(move: Logged, look: Look) -> str:
    """A move that the log has."""
    text = cut(f"{minute(move.seconds)}  log: {logged(move)}", max(look.width, 60))
    return look.paint(harmless(text), "error" if move.back else "good")
