"""The history for a terminal: a row for each version tag, what was logged in between, and the sentence that matters."""

from __future__ import annotations

from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING

from latest_guard.ledger.history.words import aside, fall, logged, minute, sentence, summary
from latest_guard.report.screen import clean, columns, cut, harmless, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    width = min(WIDEST, max(3, widest([release.tag for release in track.releases])))
    line = max(4, *map(len, track.lines.values()))
    yield look.paint(f"{'date, UTC':<16}  {fitted('tag', width)}  {'line':<{line}}  {'kind':<{KIND}}  latest, guarded", "faint")
    rows = told(track, look, width, line)
    if track.logged:
        timed = zip((release.seconds for release in track.releases), rows, strict=True)
        moves = [(move.seconds, entry(move, look)) for move in track.logged]
        rows = (row for _, row in merge(timed, moves, key=itemgetter(0)))
    yield from rows


def widest(texts: Sequence[str]) -> int:
    """The columns of the widest text."""
    every = "".join(texts)
    plain = every.isascii() and every.isprintable()
    return max(map(len, texts)) if plain else max(columns(clean(text)) for text in texts)


def told(track: Track, look: Look, width: int, line: int) -> Iterator[str]:
    """A row for each release. No tag holds what a CI system would take for a command, as git allows neither `[` nor `:` in a name."""
    falls = {setback.after.tag: look.paint(f"  unguarded: {fall(setback)}", "error") for setback in track.setbacks}
    names = {key: f"{name:<{line}}" for key, name in track.lines.items()}
    kinds = {kind: look.paint(f"{kind:<{KIND}}", style) for kind, style in STYLES.items()}
    at, shown, bare = "", "-", "-"
    for name, seconds, _, line_key, kind, latest in track.releases:
        tag = fitted(name, width)
        if latest != at:
            at, shown, bare = latest, tag, tag.rstrip()
        end = shown + falls[name] if name in falls else bare
        yield f"{minute(seconds)}  {tag}  {names[line_key]}  {kinds[kind]}  {end}"


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
