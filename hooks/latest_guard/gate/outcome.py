"""What the gate answers, ready to be written in any form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.gate.naming import NAME, numbers_of

if TYPE_CHECKING:
    from latest_guard.gate.decision import Decision
    from latest_guard.sources.contract import Answer, Released
    from latest_guard.versions.patterns import TagPattern

#: What a version may hold and a tag of an image may not; Helm writes an underscore as well.
NOT_IN_TAGS = str.maketrans("+!~", "___")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decisions on `version`, the answers that they rest on, and the images that the release goes to.

    `image_tag` is the version's own tag there, empty where it can be none.
    """

    version: Released
    decisions: tuple[Decision, ...]
    answers: tuple[Answer, ...]
    images: tuple[str, ...] = ()
    image_tag: str = ""

    @property
    def moved(self) -> list[str]:
        """The names of the pointers that this release sets."""
        return [decision.pointer for decision in self.decisions if decision.move]

    @property
    def latest(self) -> bool:
        """Whether the first pointer, `latest` unless configured otherwise, is among them."""
        return bool(self.decisions) and self.decisions[0].move

    @property
    def reason(self) -> str:
        """Why the first pointer moves or stays."""
        return self.decisions[0].reason if self.decisions else "no pointer is configured"

    @property
    def tags(self) -> list[str]:
        """Every reference to push: the version's own tag and the moved pointers, for each image."""
        return [f"{image}:{tag}" for image in self.images for tag in (self.image_tag, *self.moved)]

    @property
    def metadata_tags(self) -> list[str]:
        """The same as `tags:` entries of docker/metadata-action, which wants `flavor: latest=false` beside them."""
        return [f"type=raw,value={tag}" for tag in (self.image_tag, *self.moved)] if self.image_tag else []

    @property
    def npm_tag(self) -> str:
        """What `npm publish --tag` is given, as it takes `latest` when it is given nothing."""
        major, minor, _ = numbers_of(self.version)
        return "latest" if "latest" in self.moved else next((name for name in self.moved if name[0].isalpha()), f"release-{major}.{minor}")

    @property
    def warnings(self) -> list[str]:
        """One line for each pointer that was wrong before this release."""
        return [
            f"{decision.pointer} is {now.version} in {now.source}, where {now.highest} is released"
            for decision in self.decisions
            for now in decision.behind
        ]


def image_tag(version: Released, pattern: TagPattern, needed: bool) -> str:
    """The tag of an image for `version`; where it can be none that is an error if it is `needed`, and empty if not."""
    tag = pattern.write(version.text).translate(NOT_IN_TAGS)
    if NAME.fullmatch(tag):
        return tag
    if needed:
        raise UserError(f"{tag[:140]!r} can be no tag of an image; see --image-tag")
    return ""
