"""The picture: time from left to right, release lines from below upwards, the way of a guarded `latest`, and where an unguarded one falls.

It is readable from ten releases to some thousand: lines get lower, marks smaller and names fewer. Shared by the pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from typing import TYPE_CHECKING

from latest_guard.ledger.history.axes import LineAxis, TimeAxis
from latest_guard.ledger.history.marks import LEGEND, shape, title
from latest_guard.ledger.history.panel import LETTER, Panel
from latest_guard.ledger.history.ways import astray, guarded, records, tip, wedge, worst
from latest_guard.ledger.history.words import aside, sentence, summary
from latest_guard.report.drawing import sheet, told
from latest_guard.report.screen import columns, cut, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from latest_guard.ledger.history.past import Past

#: Sizes in pixels: the room at the left for names, at the right, above a panel, below it for times, between panels.
LEFT, RIGHT, ABOVE, BELOW, BETWEEN = 70.0, 24.0, 96.0, 30.0, 28.0
#: From which height on the times stand above a panel, too.
HIGH = 640.0
#: The width for few releases, what it grows by with the square root of their number, so that two thousand fit most windows, and at most;
#: the width of a letter of the larger font, and the height of its lines.
NARROW, GROWTH, WIDE, LARGE, LINE = 920.0, 8.0, 2400.0, 7.9, 20.0
STYLE = sheet(
    """\
svg { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
text.line, text.time { font-size: 11px }
text.line { text-anchor: end }
text.time { text-anchor: middle }
text.head, text.sentence { font-size: 14px; font-weight: 600 }
text.worst { font-weight: 600; text-anchor: middle; paint-order: stroke; stroke-width: 3px }
.grid { stroke-width: 1 }
.life { stroke-width: 1 }
.guarded, .astray, .fall, .logged, .ring { fill: none }
.guarded { stroke-width: 2.2; stroke-linejoin: round }
.astray { stroke-width: 1.1; stroke-dasharray: 3 2 }
.fall { stroke-width: 1.6 }
.logged { stroke-width: 1.4; stroke-dasharray: 6 3 }
.ring { stroke-width: 1.5 }
.prerelease, .late { stroke-width: 1.2 }""",
    """\
.page, .prerelease, .late { fill: $page }
.band { fill: $box }
.grid { stroke: $grid }
.life { stroke: $edge }
text { fill: $words }
text.line, text.time, text.more { fill: $faint }
text.worst { fill: $bad; stroke: $page }
.guarded { stroke: $good }
.astray, .fall, .ring { stroke: $bad }
.tip { fill: $bad }
.logged { stroke: $record }
.record { fill: $record }
.release { fill: $plain }
.back-port { fill: $unsure }
.late { stroke: $unsure }
.prerelease { stroke: $faint }
.again { fill: $edge }""",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture: its size, without what closes it, and its panels."""

    width: float
    height: float
    panels: Sequence[Panel]
    past: Past

    def drawn(self, linked: bool = False) -> Iterator[str]:
        """Every panel; with `linked` each mark is a link to the row of its release."""
        for panel in self.panels:
            yield from drawn(panel, self.past, self.width, linked)

    def closing(self) -> list[str]:
        """The sentence that matters and what is not in here, in lines below the panels."""
        lines = [("sentence", line) for line in wrap(sentence(self.past), int((self.width - LEFT * 2 / 3) / LARGE))]
        rest = [("more", line) for line in wrap(aside(self.past), int((self.width - LEFT * 2 / 3) / LETTER)) if line]
        return [
            f'<text class="{kind}" x="{LEFT / 3:.0f}" y="{self.height + 6 + number * LINE:.0f}">{told(line)}</text>'
            for number, (kind, line) in enumerate(lines + rest)
        ]


def picture(past: Past) -> Picture:
    """What there is to draw, and where."""
    most = max(len(track.releases) for track in past.tracks)
    width = min(WIDE, NARROW + GROWTH * sqrt(most))
    first = min(track.releases[0].seconds for track in past.tracks)
    last = max(track.releases[-1].seconds for track in past.tracks)
    names = max(len(line) for track in past.tracks for line in track.lines.values())
    time = TimeAxis(first, last, min(240.0, max(LEFT, names * LETTER + 24)), width - RIGHT)
    panels, top, number = [], 0.0, 0
    for track in past.tracks:
        panels.append(Panel(track, number, time, LineAxis.of(track, top + ABOVE)))
        top, number = panels[-1].lines.bottom + BELOW + BETWEEN, number + len(track.releases)
    return Picture(width, top - BETWEEN + 10, panels, past)


def drawn(panel: Panel, past: Past, width: float, linked: bool) -> Iterator[str]:
    """A panel, from what lies below to what lies above."""
    head = cut(summary(panel.track), int((width - LEFT * 2 / 3) / LARGE))
    yield f'<text class="head" x="{LEFT / 3:.0f}" y="{panel.lines.top - 72:.0f}">{told(head)}</text>'
    yield from legend(panel)
    yield from bands(panel, width)
    yield from sides(panel)
    yield from lives(panel)
    yield from astray(panel)
    yield from guarded(panel)
    yield from records(panel)
    yield from marks(panel, linked)
    yield from worst(panel, past)


def legend(panel: Panel) -> Iterator[str]:
    """What the marks, and below them the ways, mean, as far as they are there."""
    kinds = {release.kind for release in panel.track.releases}
    yield from row(panel.lines.top - 50, [(shape(kind, 0, 0, 4), words) for kind, words in LEGEND.items() if kind in kinds])
    ways = [('<path class="guarded" d="M-8 0h16"/>', "a guarded latest")]
    if panel.track.setbacks:
        ways.append((f'<path class="fall" d="M0 -7v9"/>{tip(0, 7)}', "an unguarded one goes back"))
        ways.append(('<path class="astray" d="M-8 0h16"/>', "and stays behind"))
    if panel.track.logged:
        ways.append((f'<path class="logged" d="M-8 0h16"/>{wedge(0, 0)}', "moves in the log"))
    yield from row(panel.lines.top - 30, ways)


def row(y: float, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A row of drawings, each with its words."""
    x = LEFT / 3
    for drawing, words in entries:
        yield f'<g transform="translate({x + 8:.0f} {y - 4:.0f})">{drawing}</g><text x="{x + 21:.0f}" y="{y:.0f}">{words}</text>'
        x += 40 + columns(words) * LETTER


def bands(panel: Panel, width: float) -> Iterator[str]:
    """Every other major version's lines on a darker ground."""
    lines, left = panel.lines, panel.time.left - 12
    for number, (_, group) in enumerate(groupby(lines.places, key=lambda line: (*line[:2], line[2][:1]))):
        members = list(group)
        if number % 2 == 0 and len(members[0][2]) > 1:
            top, height = lines.y(members[-1]) - lines.step / 2, lines.step * len(members)
            yield f'<rect class="band" x="{left:.1f}" y="{top:.1f}" width="{width - left - RIGHT / 2:.1f}" height="{height:.1f}"/>'


def sides(panel: Panel) -> Iterator[str]:
    """The names of lines at the left, and times below, of a high panel above as well, with a thin line at each time."""
    top, bottom = panel.lines.top, panel.lines.bottom
    heights = (top - 8, bottom + 19) if bottom - top > HIGH else (bottom + 19,)
    for seconds, text in panel.time.ticks():
        x = panel.time.x(seconds)
        yield f'<path class="grid" d="M{x:.1f} {top:.1f}V{bottom + 5:.1f}"/>'
        yield from (f'<text class="time" x="{x:.1f}" y="{y:.1f}">{text}</text>' for y in heights)
    for line in panel.lines.labelled(panel.track.lines):
        y = panel.lines.y(line) + 4
        yield f'<text class="line" x="{panel.time.left - 18:.1f}" y="{y:.1f}">{told(panel.track.lines[line])}</text>'


def lives(panel: Panel) -> Iterator[str]:
    """A thin line from a release line's first version to its last."""
    ends: dict[object, tuple[float, float]] = {}
    for release in panel.track.releases:
        x, _ = panel.place(release)
        ends[release.line] = (ends.get(release.line, (x, x))[0], x)
    for line, y in ((line, panel.lines.y(line)) for line in panel.lines.places):
        start, end = ends[line]
        yield f'<path class="life" d="M{start:.1f} {y:.1f}H{end:.1f}"/>'


def marks(panel: Panel, linked: bool) -> Iterator[str]:
    """Every release, the most telling ones last, over the others."""
    falls = {setback.after.tag: setback for setback in panel.track.setbacks}
    order = ("again", "prerelease", "release", "late", "back-port")
    numbered = sorted(enumerate(panel.track.releases, panel.first), key=lambda pair: order.index(pair[1].kind))
    for number, release in numbered:
        setback = falls.get(release.tag)
        drawing = shape(release.kind, *panel.place(release), panel.size)
        inside = f"<title>{title(release, panel.track.lines[release.line], setback)}</title>{drawing}"
        back = ' data-back=""' if setback else ""
        yield f'<a class="mark" id="m{number}" href="#r{number}"{back}>{inside}</a>' if linked else f"<g>{inside}</g>"
