"""Images in OCI registries: their tags, and what their pointers are now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from latest_guard.errors import UserError
from latest_guard.sources.contract import Answer, Pointer, Question, Released, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.sources.registry.client import Manifest, Registry

#: The version of the packaged software (OCI image specification 1.1, annotations.md), as an annotation and as a label.
VERSION = "org.opencontainers.image.version"
#: Versions, from the highest downwards, whose digest is compared before a pointer counts as unknown.
FAR = 64


@dataclass(frozen=True, slots=True)
class Claim:
    """What an image says its version is, and where it says so; empty for nothing."""

    version: str = ""
    where: str = ""


@dataclass(slots=True)
class Image:
    """The source `--image`. Without `labels` nothing is believed that an image says of itself, its digest alone counts."""

    registry: Registry
    labels: bool = True
    digests: dict[str, str | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The image as the user wrote it."""
        return f"image {self.registry.image}"

    def ask(self, question: Question) -> Answer:
        """The image's version tags, and for each pointer that is a tag the version it stands for."""
        tags = self.registry.tags() or []
        names = {pointer.name for pointer in question.pointers}
        released = question.read([tag for tag in tags if tag not in names])
        there = frozenset(tags)
        standings = tuple(self._standing(pointer, released, question) for pointer in question.pointers if pointer.name in there)
        return Answer(self.name, tuple(released), standings, requests=self.registry.web.requests)

    def digest(self, tag: str) -> str | None:
        """The digest of `tag`, asked once."""
        if tag not in self.digests:
            self.digests[tag] = self.registry.digest(tag)
        return self.digests[tag]

    def _standing(self, pointer: Pointer, released: list[Released], question: Question) -> Standing:
        """The pointer's version by the cheapest proof: the digest of the highest, of the version that it names, of the others."""
        digest = self.digest(pointer.name)
        if digest is None:
            return Standing(pointer.name, "", "listed, but without a manifest")
        covered = downwards(version for version in released if pointer.covers(version))
        highest = self._same(covered[:1], digest)
        if highest is not None:
            return Standing(pointer.name, highest.text, f"same digest as {highest.name}", digest)
        claim = self._claim(digest)
        claimed = downwards(version for version in released if claim.version in (version.name, version.text))
        same = self._same(claimed[:1], digest) or self._same(covered[1:FAR], digest)
        if same is not None:
            return Standing(pointer.name, same.text, f"same digest as {same.name}", digest)
        if claimed:
            return Standing(pointer.name, claimed[0].text, f"its {claim.where}, built apart from {claimed[0].name}", digest)
        return self._unknown(pointer, digest, claim, covered, question)

    def _same(self, candidates: Iterable[Released], digest: str) -> Released | None:
        return next((version for version in candidates if self.digest(version.name) == digest), None)

    def _unknown(self, pointer: Pointer, digest: str, claim: Claim, covered: list[Released], question: Question) -> Standing:
        """A pointer that is no version we know. If it says that it is a higher one, moving it might be going back: an error."""
        read = question.read([claim.version]) if claim.version else []
        if not read:
            return Standing(pointer.name, "", "none of its newest versions, and it names none", digest)
        if not covered or read[0].key > covered[0].key:
            raise UserError(
                f"{pointer.name} is {claim.version!r} by its {claim.where}, a version without a tag here and above every one that has; "
                f"label the image itself if that came with its base image, or pass --ignore-labels",
                self.name,
            )
        return Standing(pointer.name, "", f"its {claim.where} says {claim.version}, which is no tag here", digest)

    def _claim(self, digest: str) -> Claim:
        """What the image with `digest` says its version is: its annotation, or else that of its first platform, or that one's label."""
        manifest = self.registry.manifest(digest) if self.labels else None
        if manifest is None:
            return Claim()
        found = text_in(manifest.content.get("annotations"))
        if not found and manifest.is_index:
            child = first_platform(manifest)
            manifest = self.registry.manifest(child) if child else None
            found = text_in(manifest.content.get("annotations")) if manifest else ""
        if found or manifest is None:
            return Claim(found, "annotation")
        return Claim(self._label(manifest), "label")

    def _label(self, manifest: Manifest) -> str:
        """The version label in an image's configuration."""
        config = manifest.content.get("config")
        digest = config.get("digest") if isinstance(config, dict) else None
        if not isinstance(digest, str):
            return ""
        inner = self.registry.blob(digest).get("config")
        return text_in(inner.get("Labels")) if isinstance(inner, dict) else ""


def downwards(versions: Iterable[Released]) -> list[Released]:
    """`versions` from the highest down; of those that are one version the one spelled longest first: 1.28.0 before 1.28."""
    return sorted(versions, key=lambda version: (version.key, len(version.text), version.name), reverse=True)


def text_in(table: Any) -> str:
    """The version in a table of annotations or labels, empty for none or for what could be no version."""
    found = table.get(VERSION) if isinstance(table, dict) else None
    return found if isinstance(found, str) and len(found) <= 200 and found.isprintable() else ""


def first_platform(index: Manifest) -> str:
    """The digest of an index's first image; BuildKit's attestations stand there as platform unknown/unknown."""
    for entry in index.content["manifests"]:
        platform = entry.get("platform") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and not (isinstance(platform, dict) and platform.get("os") == "unknown"):
            return str(entry.get("digest") or "")
    return ""
