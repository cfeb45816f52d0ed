"""The marks of releases: a shape for each kind, and what is said of each.  Shared by the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.ledger.history.words import fall, minute
from latest_guard.report.drawing import told
from latest_guard.report.screen import clean

if TYPE_CHECKING:
    from latest_guard.ledger.history.past import Kind, Release, Setback

#: What the legend says of each kind.
LEGEND: dict[Kind, str] = {
    "release": "release",
    "back-port": "back-port",
    "late": "late: lower than another of its line",
    "prerelease": "prerelease",
    "again": "the same version again",
}


def shape(kind: Kind, x: float, y: float, size: float) -> str:
    """A mark with its middle at a place, about `size` pixels from there to its side; kinds differ in more than their colours."""
    if kind == "release":
        return f'<circle class="release" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
    if kind in ("back-port", "late"):
        far = size * 1.3
        return f'<path class="{kind}" d="M{x:.1f} {y - far:.1f}l{far:.1f} {far:.1f}l-{far:.1f} {far:.1f}l-{far:.1f} -{far:.1f}z"/>'
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{size * 0.7:.1f}"/>'


def title(release: Release, line: str, setback: Setback | None) -> str:
    """What a mark says under the mouse, and in words where nothing is seen."""
    latest = f"a guarded latest is at {clean(release.latest)}" if release.latest else "there is no final version yet"
    back = f"; an unguarded one goes {fall(setback)}" if setback else ""
    return told(f"{clean(release.tag)}, {minute(release.seconds)} UTC, {release.kind} on line {line}; {latest}{back}")
