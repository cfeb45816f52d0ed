"""The history in Markdown: what it comes to, each time that an unguarded `latest` goes back, and every release folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.ledger.history.words import aside, duration, logged, minute, sentence, summary
from latest_guard.report.markup import code, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.ledger.history.past import Past, Track
    from latest_guard.report.look import Look


def render(past: Past, look: Look) -> str:
    """A section for each component, what was left out, and the sentence."""
    lines = [line for track in past.tracks for line in section(track)]
    rest = aside(past)
    return "\n".join([*lines, *([plain(rest), ""] if rest else []), f"**{plain(sentence(past))}**"]) + "\n"


def section(track: Track) -> Iterator[str]:
    """A component."""
    yield from (f"## {plain(track.component) or 'Releases'}", "", f"{plain(summary(track))}", "")
    if track.setbacks:
        yield from (
            "### An unguarded `latest` goes back",
            "",
            "| date, UTC | from | to | lines down | for |",
            "| --- | --- | --- | --- | --- |",
        )
        for setback in track.setbacks:
            way = f"{tag(setback.before.tag)} | {tag(setback.after.tag)} | {setback.lines}"
            yield f"| {minute(setback.after.seconds)} | {way} | {duration(setback)} |"
        yield ""
    if track.logged:
        yield from ("### Moves of `latest` in the log", "")
        yield from (f"- {minute(move.seconds)} UTC: {plain(logged(move))}" for move in track.logged)
        yield ""
    yield from ("<details><summary>Every version tag</summary>", "", *releases(track), "", "</details>", "")


def releases(track: Track) -> Iterator[str]:
    """The table of version tags."""
    yield "| date, UTC | tag | line | kind | latest, guarded |"
    yield "| --- | --- | --- | --- | --- |"
    for release in track.releases:
        latest = tag(release.latest) if release.latest else ""
        yield f"| {minute(release.seconds)} | {tag(release.tag)} | {plain(track.lines[release.line])} | {release.kind} | {latest} |"


def tag(name: str) -> str:
    """A tag's name in a table."""
    return code(name, table=True)
