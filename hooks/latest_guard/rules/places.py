"""The places where lines are to be pasted: how they are indented, and the words that stand there now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.source import Source, Span

#: Commands of more lines than this are named, not repeated.
LINES = 12
#: What may stand before a command: a script's key, an entry of a list, nothing.
FRONT = re.compile(r"(?P<inset>\s*)(?P<dash>- )?(?P<key>run: )?")


@dataclass(frozen=True, slots=True)
class Command:
    """A command that fills its lines: them, without what stands in front, and what stands in front."""

    lines: tuple[str, ...]
    inset: str
    dash: str
    key: str


def command(sources: Mapping[str, Source], span: Span) -> Command | None:
    """The command that stands at a span; None where its lines hold something else too, are joined by YAML, or are many."""
    source = sources.get(span.path)
    if source is None or not 0 <= span.end_line - span.line < LINES:  # what is put together of several places may end above
        return None
    lines = [source.line(number) for number in range(span.line, span.end_line + 1)]
    front = FRONT.fullmatch(lines[0][: span.column - 1])
    if front is None or lines[-1][span.end_column - 1 :].strip() or not all(line.endswith("\\") for line in lines[:-1]):
        return None
    inset = front["inset"]
    words = [lines[0][span.column - 1 :].rstrip(), *(line.removeprefix(inset).rstrip() for line in lines[1:])]
    return Command(tuple(words), inset, front["dash"] or "", front["key"] or "")


def words(sources: Mapping[str, Source], span: Span) -> str:
    """The words at a span within one line; empty where it is longer, or not read."""
    source = sources.get(span.path)
    return source.line(span.line)[span.column - 1 : span.end_column - 1] if source and span.line == span.end_line else ""


def dash(sources: Mapping[str, Source], span: Span | None) -> str:
    """The spaces in front of the entry of a list that a span begins; six where it is not known, as in most workflows."""
    source = sources.get(span.path) if span else None
    line = source.line(span.line) if source and span else ""
    return line[: len(line) - len(line.lstrip())] if line.lstrip().startswith("- ") else " " * 6


def margin(sources: Mapping[str, Source], span: Span) -> str:
    """The spaces in front of the line of a span; none where it is not read, or begins an entry or a key of YAML."""
    source = sources.get(span.path)
    line = source.line(span.line) if source else ""
    words = line.lstrip(" ")
    return "" if words.startswith("- ") or words[:5] == "run: " else line[: len(line) - len(words)]


def fenced(language: str, lines: list[str]) -> str:
    """A block of lines to paste."""
    return "\n".join([f"```{language}", *lines, "```"])
