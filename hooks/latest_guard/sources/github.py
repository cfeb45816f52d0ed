"""GitHub releases: the whole list. `releases/latest` is never asked, for the release at hand may already be it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latest_guard.errors import UserError
from latest_guard.sources.contract import Answer, Question
from latest_guard.sources.web import Reply, Web, origin, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "https://api.github.com"
#: Owner and name of a repository as GitHub lets them be made.
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
#: The most that GitHub gives on one page (REST, "List releases").
PAGE = 100
#: GitHub ends the list after 10,000 releases (ibid.).
MOST_PAGES = 101
NEXT = re.compile(r'<([^<>]*)>;\s*rel="next"')
TOKEN = re.compile(r"[!-~]{1,1000}")


@dataclass(slots=True)
class GitHubReleases:
    """The source `--github`. Drafts are left out, and releases marked as prereleases, whatever their tags say."""

    repository: str
    web: Web
    api: str = API
    token: str = ""

    def __post_init__(self) -> None:
        if not REPOSITORY.fullmatch(self.repository):
            raise UserError("write the repository as OWNER/NAME", repr(self.repository[:150]))
        if self.token and not TOKEN.fullmatch(self.token):
            raise UserError("the token in the environment is none; look for a newline in it", self.name)

    @property
    def name(self) -> str:
        """The repository, as what it is."""
        return f"GitHub releases of {self.repository}"

    def ask(self, question: Question) -> Answer:
        """The tags of the published releases; none where the repository has no release yet."""
        releases = self._releases()
        kept = [tag for tag, published in releases if published]
        return Answer(self.name, tuple(question.read(kept)), (), len(releases) - len(kept), self.web.requests)

    def _releases(self) -> list[tuple[str, bool]]:
        """Every release's tag, and whether it is published as a final one."""
        found: list[tuple[str, bool]] = []
        url = f"{self.api.rstrip('/')}/repos/{self.repository}/releases?per_page={PAGE}"
        for _ in range(MOST_PAGES):
            reply = self.web.ask("GET", url, self._headers())
            found += self._page(reply)
            link = NEXT.search(reply.headers.get("link", ""))
            if link is None:
                return found
            target = self.web.target(reply.url, link[1])
            if origin(target) != origin(url):
                raise UserError(f"the list of releases goes on at another host, {shown(target)}", self.name)
            url = target
        raise UserError("there are more releases than GitHub tells of; use git tags", self.name)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        return {**headers, "Authorization": f"Bearer {self.token}"} if self.token else headers

    def _page(self, reply: Reply) -> list[tuple[str, bool]]:
        if reply.status != 200:
            raise UserError(self._trouble(reply), self.name)
        try:
            page = json.loads(reply.body)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{shown(reply.url)} answers with what is no JSON", self.name) from error
        if not isinstance(page, list):
            raise UserError(f"{shown(reply.url)} answers with no list of releases", self.name)
        return [self._release(entry) for entry in page]

    def _release(self, entry: Any) -> tuple[str, bool]:
        """Tag, and whether it is final, of one entry; all three fields must be there, for a missing one could hide a release."""
        try:
            tag, draft, prerelease = entry["tag_name"], entry["draft"], entry["prerelease"]
        except (TypeError, KeyError) as error:
            raise UserError("a release in the list lacks its tag, or whether it is a draft or prerelease", self.name) from error
        if not isinstance(tag, str) or not isinstance(draft, bool) or not isinstance(prerelease, bool):
            raise UserError("a release in the list is not as GitHub documents it", self.name)
        return tag, not draft and not prerelease

    def _trouble(self, reply: Reply) -> str:
        """What an answer other than 200 means."""
        if reply.status in (403, 429) and reply.headers.get("x-ratelimit-remaining") == "0":
            return "GitHub's rate limit is used up; give a token in GITHUB_TOKEN"
        if reply.status in (401, 403, 404):
            who = "with this token" if self.token else "without a token (GITHUB_TOKEN)"
            return f"GitHub answers {reply.status} {who}; check the name, and that the token may read the repository"
        return f"{shown(reply.url)} answers {reply.status}"


def releases_of(repository: str, web: Web, environment: Mapping[str, str]) -> GitHubReleases:
    """The source for `repository` with the address and the token that a GitHub job or the `gh` client has in its environment."""
    token = environment.get("GH_TOKEN") or environment.get("GITHUB_TOKEN") or ""
    return GitHubReleases(repository, web, environment.get("GITHUB_API_URL") or API, token)
