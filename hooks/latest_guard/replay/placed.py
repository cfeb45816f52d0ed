"""From texts to strings and back, each character keeping its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.source import Source, Span, Text
from latest_guard.values import Literal, Str

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.scene import Scene


def literals(text: Text, start: int = 0, end: int | None = None) -> Iterator[Literal]:
    """The characters from `start` up to `end`, one literal for each run that stands side by side in the file."""
    at, stop = start, len(text.value) if end is None else end
    for piece, origin, length in text.pieces:
        low, high = max(piece, start), min(piece + length, stop)
        if low >= high:
            continue
        if at < low:
            yield Literal(text.value[at:low], text.span(at, at))
        first = origin + low - piece
        yield Literal(text.value[low:high], text.source.span(first, first + high - low))
        at = high
    if at < stop:
        yield Literal(text.value[at:stop], text.span(at, at))


def string(text: Text) -> Str:
    """The whole text as a string."""
    return tuple(literals(text))


def placed(scene: Scene, value: str, span: Span | None) -> Text:
    """Text at its place in a file: letter by letter where it stands there so, else all of it at the place's start."""
    source = (scene.tree.source(span.path) or scene.tree.read(span.path)) if span is not None else None
    if span is None or source is None:
        return Text(value, Source("", value), ())
    starts = source.starts()
    if span.line > len(starts):
        return Text(value, source, ())
    at = starts[span.line - 1] + span.column - 1
    return Text(value, source, ((0, at, len(value) if source.text.startswith(value, at) else 0),))
