"""Where every pointer of an image is, and where it should be: at the highest published final version of its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.pointers.plan import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latest_guard.gate.naming import Template
    from latest_guard.pointers.image_place import ImagePlace
    from latest_guard.sources.contract import Released


@dataclass(frozen=True, slots=True)
class Level:
    """One pointer: the version that it should be with its digest (`goal`), and the digest that it has (`mark`, empty for none)."""

    place: str
    pointer: str
    version: Released
    goal: str
    mark: str

    @property
    def right(self) -> bool:
        """Whether it is where it should be."""
        return self.mark == self.goal


@dataclass(frozen=True, slots=True)
class Ruler:
    """What levels are measured by: the pointers' templates, how tags are read, and which texts are versions without forgiveness.

    With `missing` pointers that are not there are measured as well; without it only the first one is.
    """

    templates: Sequence[Template]
    read: Callable[[Sequence[str]], list[Released]]
    is_version: Callable[[str], bool]
    missing: bool = True

    def levels(self, place: ImagePlace) -> list[Level]:
        """The pointers of the image, the configured order first; raises UserError where no version is published.

        It asks for the tags, for each pointer that is there, and for each version that one should be.
        """
        tags = place.image.registry.tags() or []
        there = frozenset(tags)
        released = [version for version in self.read(tags) if self.is_version(version.text)]
        if not released:
            raise UserError("no version is published here", place.name)
        found = [(pointer.name, version) for _, pointer, version in lines_of(self.templates, released)]
        measured = [(name, version) for at, (name, version) in enumerate(found) if self.missing or name in there or at == 0]
        return [
            Level(place.name, name, version, place.goal(version), place.mark(name) if name in there else "") for name, version in measured
        ]
