"""XML, read for values and for places; nothing in it is looked up elsewhere, and what declares entities is not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.source import Source, Span

#: Longer files, and deeper ones, are not read.
LONGEST, DEEPEST = 2_000_000, 60


class _RefusedError(Exception):
    """The document declares types of its own, or is nested too deeply."""


@dataclass(slots=True, eq=False)
class Element:
    """An element: its name without a namespace, its own text, where that begins (a line and a column from 0), and what stands in it."""

    name: str
    source: Source
    at: tuple[int, int] = (1, 0)
    text: str = ""
    inner: list[Element] = field(default_factory=list)

    def child(self, *path: str) -> Element | None:
        """The first element on a path."""
        here: Element | None = self
        for name in path:
            here = next((one for one in here.inner if one.name == name), None) if here is not None else None
        return here

    def all(self, name: str) -> Iterator[Element]:
        """The elements of this name anywhere inside, in order."""
        waiting = list(reversed(self.inner))
        while waiting:
            one = waiting.pop()
            if one.name == name:
                yield one
            waiting += reversed(one.inner)

    def said(self, *path: str) -> str:
        """The text of the element on a path; empty where there is none."""
        found = self.child(*path)
        return found.text.strip() if found is not None else ""

    def span(self) -> Span:
        """Where its text stands, without the blanks around it."""
        starts = self.source.starts()
        begin = starts[min(self.at[0], len(starts)) - 1] + self.at[1]
        found = self.source.text.find(self.text.strip(), begin) if self.text.strip() else begin
        first = found if found >= 0 else begin
        return self.source.span(first, first + len(self.text.strip()))


def read(source: Source) -> Element | None:
    """The document's element; None where it is no XML that is read here."""
    if len(source.text) > LONGEST:
        return None
    parser = expat.ParserCreate()
    root = Element("", source)
    stack = [root]

    def start(name: str, _: object) -> None:
        if len(stack) > DEEPEST:
            raise _RefusedError
        element = Element(name.rpartition(":")[2], source, (parser.CurrentLineNumber, parser.CurrentColumnNumber))
        stack[-1].inner.append(element)
        stack.append(element)

    def refuse(*_: object) -> None:
        raise _RefusedError

    def words(held: str) -> None:
        stack[-1].text += held

    parser.StartElementHandler, parser.EndElementHandler = start, lambda _: stack.pop()
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = words, refuse, refuse
    try:
        parser.Parse(source.text, True)
    except (expat.ExpatError, _RefusedError, ValueError):
        return None
    return root.inner[0] if root.inner else None
