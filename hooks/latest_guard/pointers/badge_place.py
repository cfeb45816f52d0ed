"""GitHub's "Latest release" badge, read and moved through the gh client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.sources.contract import Answer, Question, Released, Standing
from latest_guard.sources.program import Said, installed, run

if TYPE_CHECKING:
    from latest_guard.sources.github import GitHubReleases
    from latest_guard.sources.web import Deadline


@dataclass(slots=True)
class BadgePlace:
    """A repository on GitHub. The badge is one pointer, `latest`; its mark is the tag of the release that has it."""

    releases: GitHubReleases
    deadline: Deadline

    @property
    def name(self) -> str:
        """The badge of the repository."""
        return f"GitHub badge of {self.releases.repository}"

    def holds(self, pointer: str) -> bool:
        """There is one badge."""
        return pointer == "latest"

    def ask(self, question: Question) -> Answer:
        """The published releases, and which of them has the badge: here that is what is asked, so asking for it is not circular."""
        answer = self.releases.ask(question)
        tag = self.mark("latest")
        version = next((found.text for found in answer.released if found.name == tag), "")
        standing = (Standing("latest", version, "badge", tag),) if tag else ()
        return Answer(self.name, answer.released, standing, answer.left_out, answer.requests)

    def goal(self, version: Released) -> str:
        """The release's tag."""
        return version.name

    def mark(self, pointer: str) -> str:
        """The tag of the release with the badge; empty where no release has it."""
        said = self._gh("api", f"repos/{self.releases.repository}/releases/latest", "--jq", ".tag_name")
        if said.code != 0 and "HTTP 404" not in said.complaint:
            raise UserError(f"gh api fails: {said.last_words()}", self.name)
        return said.output.strip() if said.code == 0 else ""

    def put(self, pointer: str, version: Released, goal: str) -> None:
        """`gh release edit --latest`."""
        said = self._gh("release", "edit", "--repo", self.releases.repository, "--latest", "--", goal)
        if said.code != 0:
            raise UserError(f"gh release edit fails: {said.last_words()}", self.name)

    def _gh(self, *words: str) -> Said:
        return run([installed("gh", self.name), *words], self.deadline, self.name)
