"""Pointers in a registry: the manifest or index of a version put under another tag, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from latest_guard.sources.contract import Answer, Question, Released
    from latest_guard.sources.oci import Image
    from latest_guard.sources.registry.client import Manifest


class NotThereError(UserError):
    """A version whose tag is listed and whose manifest is not there: it is being published, or removed, at this moment."""


@dataclass(slots=True)
class ImagePlace:
    """An image, whose registry lets us push."""

    image: Image

    @property
    def name(self) -> str:
        """The image."""
        return self.image.name

    def holds(self, pointer: str) -> bool:
        """Every pointer's name is a tag's."""
        return bool(pointer)

    def ask(self, question: Question) -> Answer:
        """The image's versions and pointers."""
        return self.image.ask(question)

    def goal(self, version: Released) -> str:
        """The digest of the version's own tag; raises NotThereError."""
        digest = self.image.digest(version.name)
        if digest is None:
            raise NotThereError(f"{version.name} is listed, but has no manifest", self.name)
        return digest

    def mark(self, pointer: str) -> str:
        """The digest of the pointer's tag."""
        return self.image.registry.digest(pointer) or ""

    def put(self, pointer: str, version: Released, goal: str) -> None:
        """Put the manifest with the digest `goal` under the tag `pointer`; nothing is built or pulled, so every platform comes along."""
        self.image.registry.put(self._manifest(version, goal), pointer)

    def _manifest(self, version: Released, goal: str) -> Manifest:
        manifest = self.image.registry.manifest(goal)
        if manifest is None:
            raise UserError(f"{version.name} was {goal[:19]} and is gone", self.name)
        return manifest
