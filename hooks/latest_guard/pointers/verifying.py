"""Whether every pointer is where it should be, in every registry, with the same content. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.pointers.levels import Level


@dataclass(frozen=True, slots=True)
class Fault:
    """One pointer that is not right: what is wrong in words, and the version that mends it, empty where promoting does not."""

    place: str
    pointer: str
    what: str
    mend: str = ""


def faults(images: Sequence[Sequence[Level]]) -> list[Fault]:
    """What is wrong with the levels of each image, and between them."""
    return [fault for levels in images for level in levels if (fault := fault_of(level)) is not None] + between(images)


def fault_of(level: Level) -> Fault | None:
    """What is wrong with one pointer, None for nothing."""
    if level.right:
        return None
    what = f"is not {level.version.text}, the highest" if level.mark else f"is missing; {level.version.text} is the highest"
    return Fault(level.place, level.pointer, what, level.version.text)


def between(images: Sequence[Sequence[Level]]) -> list[Fault]:
    """Pointers that should be the same in two images and are not: one lacks the version, or has another build of it."""
    found = []
    for levels in images[1:]:
        first = {level.pointer: level for level in images[0]}
        for level in levels:
            other = first.get(level.pointer)
            if other is not None and other.goal != level.goal:
                found.append(Fault(level.place, level.pointer, difference(level, other)))
    return found


def difference(level: Level, other: Level) -> str:
    """How one pointer's goals differ between two images."""
    if level.version.key != other.version.key:
        return f"the highest is {level.version.text}, and {other.version.text} in {other.place}"
    return f"{level.version.text} is not the same content as in {other.place}"
