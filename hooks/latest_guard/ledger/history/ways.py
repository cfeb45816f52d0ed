"""The ways of `latest` in the picture: guarded, unguarded, and as the log has it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from latest_guard.ledger.history.panel import LETTER
from latest_guard.ledger.history.words import logged, minute, name
from latest_guard.report.drawing import told
from latest_guard.report.screen import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.ledger.history.panel import Panel
    from latest_guard.ledger.history.past import Past, Setback


def guarded(panel: Panel) -> Iterator[str]:
    """The way of a guarded `latest`: it stays, or goes up."""
    steps = [panel.place(release) for release in panel.track.releases if release.kind == "release"]
    if steps:
        way = "".join(f"H{x:.1f}V{y:.1f}" for x, y in steps[1:])
        path = f"M{steps[0][0]:.1f} {steps[0][1]:.1f}{way}H{panel.time.x(panel.time.last):.1f}"
        yield f'<path class="guarded" d="{path}"><title>a guarded latest</title></path>'


def astray(panel: Panel) -> Iterator[str]:
    """Where an unguarded `latest` is not where a guarded one is: how it falls, stays behind, and comes back."""
    falls = {setback.after.tag: setback for setback in panel.track.setbacks}
    moving = [release for release in panel.track.releases if release.moves]
    path, arrows = "", []
    for release, following in zip_longest(moving, moving[1:]):
        x, y = panel.place(release)
        if release.tag in falls:
            arrows.append(arrow(panel, falls[release.tag]))
        if release.kind != "release":
            right, up = panel.place(following) if following else (panel.time.x(panel.time.last), y)
            back = following is not None and following.tag in falls
            path += f"M{x:.1f} {y:.1f}H{right:.1f}" + ("" if back else f"V{up:.1f}")
    yield from ([f'<path class="astray" d="{path}"/>'] if path else [])
    yield from arrows


def arrow(panel: Panel, setback: Setback) -> str:
    """A fall, with a ring around the release that it ends at."""
    (x, y), (_, start) = panel.place(setback.after), panel.place(setback.before)
    far = panel.size * 1.3 + 2
    fall = f'<path class="fall" d="M{x:.1f} {start:.1f}V{y - far:.1f}"/>' if y - far > start else ""
    return f'{fall}{tip(x, y - far) if fall else ""}<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{far:.1f}"/>'


def tip(x: float, y: float) -> str:
    """The point of an arrow downwards."""
    return f'<path class="tip" d="M{x - 3.5:.1f} {y - 5:.1f}h7l-3.5 6z"/>'


def records(panel: Panel) -> Iterator[str]:
    """The way of `latest` as the log has it, in each place, with a wedge at each move."""
    ways: dict[str, str] = {}
    wedges = []
    for move in panel.track.logged:
        if move.line is not None and move.line in panel.lines.places and panel.time.first <= move.seconds:
            x, y = panel.time.x(min(move.seconds, panel.time.last)), panel.lines.y(move.line)
            ways[move.place] = f"{ways[move.place]}H{x:.1f}V{y:.1f}" if move.place in ways else f"M{x:.1f} {y:.1f}"
            wedges.append(f"<g><title>{told(f'{minute(move.seconds)} UTC, {logged(move)}')}</title>{wedge(x, y)}</g>")
    yield from (f'<path class="logged" d="{way}"/>' for way in ways.values())
    yield from wedges


def wedge(x: float, y: float) -> str:
    """The mark of a move in the log."""
    return f'<path class="record" d="M{x:.1f} {y:.1f}l-4 -8h8z"/>'


def worst(panel: Panel, past: Past) -> Iterator[str]:
    """The worst fall of a panel, named below its end: old lines end early, so there is room more often than not."""
    if panel.track.setbacks:
        setback = max(panel.track.setbacks, key=lambda one: one.badness)
        (x, y), text = panel.place(setback.after), f"{name(past, setback.before.tag)} → {name(past, setback.after.tag)}"
        half = columns(text) * LETTER / 2 + 6
        middle = min(max(x, panel.time.left + half), panel.time.right - half)
        yield f'<text class="worst" x="{middle:.1f}" y="{y + panel.size * 1.3 + 15:.1f}">{told(text)}</text>'
