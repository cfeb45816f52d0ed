"""What `gate`, `promote`, `reconcile` and `verify` share: their settings, and the version at hand."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.cli import recording
from latest_guard.errors import UserError
from latest_guard.gate.inquiry import Inquiry
from latest_guard.gate.naming import Template, templates
from latest_guard.guard.policy import from_config
from latest_guard.sources.contract import Released
from latest_guard.sources.reading import rest_of_final, shown
from latest_guard.sources.web import Deadline
from latest_guard.versions.patterns import TagPattern
from latest_guard.versions.version import BadVersion

if TYPE_CHECKING:
    import argparse

    from latest_guard.config import Config
    from latest_guard.guard.policy import Policy

#: The settings of the tag guard that say how tags are read.
READING = ("scheme", "calver-format", "tag-pattern", "pointer-tags", "ignore-tags", "epochs", "remote", "offline")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a command works with: the settings, how tags are read by them, and how images' tags are."""

    config: Config
    policy: Policy
    image_tags: tuple[TagPattern, ...]
    folder: str

    @property
    def templates(self) -> tuple[Template, ...]:
        """The configured pointers and channels."""
        return templates(self.config.texts("pointer"), self.config.texts("channel"))

    @property
    def plain(self) -> Policy:
        """How names of images' tags and of packages' versions are read."""
        return replace(self.policy, patterns=self.image_tags)

    def inquiry(self, deadline: Deadline, component: str = "") -> Inquiry:
        """What asks the sources."""
        return Inquiry(self.config, self.folder, os.environ, deadline, self.policy, self.plain, component)

    def deadline(self) -> Deadline:
        """The end of the time for all lookups, counted from now."""
        return Deadline(self.config.seconds("timeout"))

    def released(self, text: str) -> tuple[Released, str]:
        """The version named by `text`, a version or its tag, read as strictly as its scheme is; and its component. Raises UserError."""
        tag = text.removeprefix("refs/tags/")
        name = self.policy.split(tag)
        written, component = (name.version, name.component) if name else (tag, "")
        scheme = self.policy.scheme_of(tag)
        try:
            version = scheme.parse(written)
        except BadVersion as error:
            nearest = f"; write {error.nearest}" if error.nearest else ""
            raise UserError(f"this is no {scheme.name} version: {error.reason}{nearest}", repr(shown(text[:200]))) from error
        final = version.key[3] >= rest_of_final(scheme) and not version.is_prerelease
        return Released(tag, version.text, version.key, final), component

    def is_version(self, text: str) -> bool:
        """Whether `text` is written as its scheme asks; 1.27 is no semver version."""
        try:
            self.policy.scheme_of(text).parse(text)
        except BadVersion:
            return False
        return True


def declare(parser: argparse.ArgumentParser, *more: str) -> None:
    """The options that all of them take, and the settings of the sections `more`."""
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: the present folder)")
    config.declare(parser, "gate", *READING, *more)


def setting_of(options: argparse.Namespace, *more: str) -> Setting:
    """The settings of the project, with the flags, those of the sections `more` as well, before them. Raises UserError."""
    found = config.load(recording.root_of(options.repo), config.said(options, "gate", *READING, *more))
    return Setting(found, from_config(found), image_patterns(found), str(options.repo))


def image_patterns(settings: Config) -> tuple[TagPattern, ...]:
    """How an image's tags hold versions; raises UserError, at the setting's place, for what is no pattern."""
    try:
        found = tuple(TagPattern(text) for text in settings.texts("image-tag"))
    except ValueError as error:
        raise settings.error("image-tag", str(error)) from error
    if not found or any(pattern.has_component for pattern in found):
        raise settings.error("image-tag", "must be patterns with a {version} and no {component}")
    return found
