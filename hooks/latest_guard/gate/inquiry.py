"""Which sources the settings name, and what each is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.sources.contract import Question
from latest_guard.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from latest_guard.config import Config
    from latest_guard.sources.contract import Pointer, Source
    from latest_guard.sources.github import GitHubReleases
    from latest_guard.sources.oci import Image
    from latest_guard.sources.reading import Rules
    from latest_guard.sources.registry.credentials import Login
    from latest_guard.sources.registry.reference import ImageName
    from latest_guard.sources.web import Deadline


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything that asking needs: the settings, the repository's folder, the environment with its credentials, and the time.

    `tags` reads names of git tags and of releases, `plain` those of images and packages, which have no component.
    """

    config: Config
    folder: str
    environment: Mapping[str, str]
    deadline: Deadline
    tags: Rules
    plain: Rules
    component: str = ""

    def questions(self, pointers: tuple[Pointer, ...]) -> list[tuple[Source, Question]]:
        """Every source with its question; git tags where no source is named."""
        tagged = Question(Reading(self.tags, self.component), pointers)
        plain = Question(Reading(self.plain), pointers)
        found = [(source, tagged) for source in self._tagged()] + [(source, plain) for source in self._plain()]
        return found or [(self.git(), tagged)]

    def git(self) -> Source:
        """The repository's tags."""
        from latest_guard.sources.git_tags import GitTags

        return GitTags(self.folder, self.deadline, self.config.text("remote"), self.config.switch("offline"))

    def image(self, name: str, actions: str = "pull") -> Image:
        """The image `name`, with the login that this machine has for its registry; `actions` is the access that is asked for."""
        from latest_guard.sources.oci import Image
        from latest_guard.sources.registry.client import Registry
        from latest_guard.sources.registry.reference import image_name
        from latest_guard.sources.web import Web

        image = image_name(name)
        web = Web(f"image {image}", self.deadline, self.config.switch("plain-http"))
        return Image(Registry(image, web, self._login, actions), not self.config.switch("ignore-labels"))

    def releases(self, name: str) -> GitHubReleases:
        """The releases of the repository `name` on GitHub, with the token that this job has."""
        from latest_guard.sources.github import releases_of
        from latest_guard.sources.web import Web

        web = Web(f"GitHub releases of {name[:150]}", self.deadline, self.config.switch("plain-http"))
        return releases_of(name, web, self.environment)

    def _login(self, image: ImageName) -> Login | None:
        from latest_guard.sources.registry.credentials import login_for

        return login_for(image, self.environment)

    def _tagged(self) -> Iterator[Source]:
        """The sources whose names are git tags."""
        if self.config.switch("git"):
            yield self.git()
        for name in self.config.texts("github"):
            yield self.releases(name)

    def _plain(self) -> Iterator[Source]:
        """The sources whose names are versions, as an image's tags and a package's versions are."""
        prereleases = bool(self.config.texts("channel"))
        for name in dict.fromkeys(self.config.texts("image")):
            yield self.image(name)
        for name in self.config.texts("npm"):
            from latest_guard.sources.npm import NpmPackage

            yield NpmPackage(name, self.deadline, prereleases)
        for name in self.config.texts("pypi"):
            from latest_guard.sources.pypi import PythonPackage

            yield PythonPackage(name, self.deadline, prereleases)
