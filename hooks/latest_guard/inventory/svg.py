"""The inventory as a picture: scenarios, jobs, gates and pointers from left to right, ungated ways in red."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.findings import Verdict
from latest_guard.inventory.pointers import ORDER
from latest_guard.inventory.ways import ways
from latest_guard.report.drawing import document, sheet, told
from latest_guard.report.screen import clean, columns, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from latest_guard.findings import Report
    from latest_guard.inventory.ways import Way
    from latest_guard.report.look import Look

HEADS = ("starts on", "job", "stands in the way", "pointer")
#: Sizes in pixels; a character of the 13-pixel font is about LETTER wide.
LETTER, LINE, PAD, GAP, BETWEEN, TOP, LONGEST = 7.9, 30, 10, 12, 90, 56, 48

CLASSES = {
    Verdict.UNGATED: "bad",
    Verdict.WEAK: "bad",
    Verdict.OPAQUE: "unsure",
    Verdict.MANUAL: "other",
    Verdict.BRANCH: "other",
    Verdict.GATED: "good",
}
STYLE = sheet(
    """\
.words { font: 13px ui-monospace, Menlo, Consolas, monospace }
.head { font: 600 13px ui-monospace, Menlo, Consolas, monospace }
.way { fill: none; stroke-width: 1.8 }
.unsure { stroke-dasharray: 6 4 }
.other { stroke-dasharray: 2 4 }
rect.box { stroke-dasharray: none }""",
    """\
.page { fill: $page }
.box { fill: $box; stroke: $edge }
.words { fill: $words }
.head { fill: $faint }
.bad { stroke: $bad }
.unsure { stroke: $unsure }
.good { stroke: $good }
.other { stroke: $edge }""",
)


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a way: its column, its text, and what else makes it another one than those of the same text."""

    column: int
    text: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A stop, drawn: where it stands, and its class in the style sheet."""

    stop: Stop
    x: float
    y: float
    width: float
    look: str

    @property
    def middle(self) -> float:
        """The height at which ways arrive and leave."""
        return self.y + LINE / 2


def render(report: Report, look: Look) -> str:
    """The picture as one SVG document."""
    found = ways(report)
    boxes = placed(found)
    width = max((box.x + box.width for box in boxes.values()), default=300.0) + GAP
    height = max((box.y + LINE for box in boxes.values()), default=TOP) + GAP * 2
    on_top = sorted(found, key=lambda way: -ORDER.index(way.verdict))  # the worst is drawn last, over the others
    body = [*heads(boxes), *(curve for way in on_top for curve in curves(way, boxes)), *map(drawn, boxes.values())]
    if not found:
        body = [f'<text class="words" x="{GAP}" y="{TOP}">nothing here moves a pointer</text>']
    return document(width, height, STYLE, body, "scenarios, jobs, gates and pointers")


def stops(way: Way) -> tuple[Stop, ...]:
    """The stops of a way from left to right. Every job has a gate of its own before every pointer, so that one sees who is stopped."""
    gate = Stop(2, way.gate, f"{way.path} {way.job} {way.pointer}")
    return Stop(0, way.scenario), Stop(1, way.job, way.path), gate, Stop(3, way.pointer)


def placed(found: Sequence[Way]) -> dict[Stop, Box]:
    """Every stop as a box: columns as wide as their longest text, and each in an order that keeps ways from crossing."""
    order = ordered(found)
    looks = {stops(way)[2]: CLASSES[way.verdict] for way in found}
    tallest = max(map(len, order)) * (LINE + GAP)
    boxes, x = {}, float(GAP)
    for head, column in zip(HEADS, order, strict=True):
        width = max([columns(head), *(columns(shown(stop.text)) for stop in column)]) * LETTER + PAD * 2
        y = TOP + (tallest - len(column) * (LINE + GAP)) / 2
        for row, stop in enumerate(column):
            boxes[stop] = Box(stop, x, y + row * (LINE + GAP), width, looks.get(stop, ""))
        x += width + BETWEEN
    return boxes


def ordered(found: Sequence[Way]) -> list[list[Stop]]:
    """The stops of each column, put near those that they are joined to by the mean of their places, to and fro a few times."""
    order: list[list[Stop]] = [[], [], [], []]
    near: dict[Stop, list[Stop]] = {}
    for way in found:
        line = stops(way)
        for stop in line:
            if stop not in near:
                order[stop.column].append(stop)
            near.setdefault(stop, []).extend(line[max(0, stop.column - 1) : stop.column] + line[stop.column + 1 : stop.column + 2])
    for _ in range(4):
        for number in (2, 1, 0, 1, 2, 3):
            places = {stop: row / max(1, len(column)) for column in order for row, stop in enumerate(column)}
            order[number].sort(key=lambda stop: sum(places[other] for other in near[stop]) / len(near[stop]))
    return order


def heads(boxes: dict[Stop, Box]) -> Iterator[str]:
    """What each column holds."""
    firsts = {box.stop.column: box.x for box in boxes.values()}
    for column, x in firsts.items():
        yield f'<text class="head" x="{x:.1f}" y="{TOP - 22}">{HEADS[column]}</text>'


def curves(way: Way, boxes: dict[Stop, Box]) -> Iterator[str]:
    """A way as curves from stop to stop; what is to be said of it shows under the mouse."""
    line = [boxes[stop] for stop in stops(way)]
    title = f"<title>{told(f'{way.verdict.value}: {way.reason}')}</title>"
    for left, right in zip(line, line[1:], strict=False):
        yield f'<path class="way {CLASSES[way.verdict]}" d="{curve(left, right)}">{title}</path>'


def curve(left: Box, right: Box) -> str:
    """A curve from the right side of a box to the left side of another."""
    start, end = left.x + left.width, right.x
    middle = (start + end) / 2
    return f"M{start:.1f} {left.middle:.1f} C{middle:.1f} {left.middle:.1f} {middle:.1f} {right.middle:.1f} {end:.1f} {right.middle:.1f}"


def drawn(box: Box) -> str:
    """A box with its text, the whole of which shows under the mouse."""
    rectangle = f'<rect class="box {box.look}" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{LINE}" rx="6"/>'
    words = f'<text class="words" x="{box.x + PAD:.1f}" y="{box.middle + 4.5:.1f}">{told(shown(box.stop.text))}</text>'
    return f"<g><title>{told(box.stop.text)}</title>{rectangle}{words}</g>"


def shown(text: str) -> str:
    """What fits in a box."""
    return squeeze(clean(text), LONGEST)
