"""Names of pointers: `latest`, `{major}`, `{major}.{minor}`, `stable`, `v{major}-lts`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.sources.contract import Pointer, Released

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What every release moves unless a higher one is there.
DEFAULT = ("latest", "{major}", "{major}.{minor}")
FIELDS = ("major", "minor", "patch")
FIELD = re.compile(r"\{([^{}]*)\}")
#: A name that is a docker tag, a dist-tag's characters, and a word in every shell.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
LEADING = re.compile(r"(?:[0-9]+!)?([0-9]+(?:[.-][0-9]+)*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Template:
    """A pointer's name with fields in it. The fields say which line it belongs to; `channel` lets prereleases in.

    Raises UserError for a field that there is none of, and for a name that could be no tag.
    """

    text: str
    channel: bool = False

    def __post_init__(self) -> None:
        for field in FIELD.findall(self.text):
            if field not in FIELDS:
                raise UserError(f"{{{field}}} is no part of a version; there are {', '.join(FIELDS)}", f"pointer {self.text!r}")
        if not NAME.fullmatch(FIELD.sub("1", self.text)):
            raise UserError("a pointer's name is letters, digits and . _ -, and at most 128 of them", f"pointer {self.text[:140]!r}")

    @property
    def depth(self) -> int:
        """How many of a version's numbers name the line: 0 for all versions, 2 for 1.27."""
        return max((FIELDS.index(field) + 1 for field in FIELD.findall(self.text)), default=0)

    def name(self, version: Released) -> str:
        """The pointer's name for `version`, its numbers as that one writes them: 2024.01 stays 2024.01."""
        numbers = numbers_of(version)
        return FIELD.sub(lambda field: numbers[FIELDS.index(field[1])], self.text)

    def pointer(self, version: Released) -> Pointer:
        """The pointer that `version` may move: it stands for the versions on the same line."""
        depth, channel = self.depth, self.channel
        line = line_of(version, depth)
        return Pointer(self.name(version), lambda other: (other.final or channel) and line_of(other, depth) == line)


def line_of(version: Released, depth: int) -> tuple[object, ...]:
    """What two versions on one line have in common: all of nothing, or era, epoch and the first numbers."""
    era, epoch, release, _ = version.key
    return (era, epoch, release[:depth]) if depth else ()


def numbers_of(version: Released) -> list[str]:
    """The first numbers of `version` as they are written, zero where there is none."""
    found = LEADING.match(version.text)
    written = re.split(r"[.-]", found[1]) if found else []
    return [*written, "0", "0", "0"][: len(FIELDS)]


def templates(names: Iterable[str], channels: Iterable[str]) -> tuple[Template, ...]:
    """Every configured pointer, each once; raises UserError for one that is both a pointer and a channel."""
    found: dict[str, Template] = {}
    for text, channel in [*((name, False) for name in names), *((name, True) for name in channels)]:
        if text in found and found[text].channel != channel:
            raise UserError("this is a pointer and a channel; let it be one of them", f"pointer {text!r}")
        found[text] = Template(text, channel)
    return tuple(found.values())


def pointers_for(version: Released, every: Iterable[Template]) -> list[tuple[Template, Pointer]]:
    """The pointers that `version` could move; a name that is the version itself is none (1.27 under a scheme of two numbers)."""
    found: dict[str, tuple[Template, Pointer]] = {}
    for template in every:
        pointer = template.pointer(version)
        if pointer.name not in (version.text, version.name):
            found.setdefault(pointer.name, (template, pointer))
    return list(found.values())
