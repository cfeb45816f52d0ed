"""What a reader of one kind of file says: a version, a place elsewhere, or that the tag decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Found:
    """A version as the file writes it, and its line."""

    version: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class FromTag:
    """The version is taken from the tag, by the named tool."""

    tool: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The version stands in the first of `paths` that is there, to be read by `reader`; paths are relative to the file that says so."""

    paths: tuple[str, ...]
    reader: Reader


Reading: TypeAlias = "Found | FromTag | Elsewhere"
#: Reads a file's text; raises nothing: what it does not understand declares nothing.
Reader: TypeAlias = "Callable[[str], Iterable[Reading]]"

#: Versions that stand for "set at release time".
PLACEHOLDER = r"0\.0\.0(?:[-+.].*)?|0\.0|0|unspecified"


def line_with(text: str, *words: str) -> int:
    """The first line that holds all of `words`, starting at 1; 0 if none does."""
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if all(word in line for word in words)), 0)


def named_tool(text: str, tools: Iterable[str]) -> str:
    """The first of `tools` that `text` names, - and _ being one; "" for none."""
    plain = text.lower().replace("_", "-")
    return next((tool for tool in tools if tool in plain), "")


def plain_file(text: str) -> Iterable[Reading]:
    """VERSION and its like: one line that begins with a number, or `v` and a number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and re.fullmatch(r"[vV]?[0-9][0-9A-Za-z.+!_~-]*", lines[0], re.ASCII):
        yield Found(lines[0].lstrip("vV"), line_with(text, lines[0]))
