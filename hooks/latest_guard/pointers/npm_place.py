"""npm's dist-tags, moved through the npm client."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.sources.contract import Answer, Question, Released, Standing
from latest_guard.sources.program import installed, run

if TYPE_CHECKING:
    from latest_guard.sources.npm import NpmPackage

#: npm refuses a tag that could be read as a range of versions (npm-dist-tag): 1, v1.27, x.
RANGE = re.compile(r"[vV=]?[0-9xX*][0-9A-Za-z.+-]*")


@dataclass(slots=True)
class NpmPlace:
    """An npm package. A pointer's mark is its version: a published version never changes."""

    package: NpmPackage

    @property
    def name(self) -> str:
        """The package."""
        return self.package.name

    def holds(self, pointer: str) -> bool:
        """Only what is no range of versions: latest, next."""
        return not RANGE.fullmatch(pointer)

    def ask(self, question: Question) -> Answer:
        """The package's versions and dist-tags; what a tag is, is its mark as well."""
        answer = self.package.ask(question)
        marked = tuple(Standing(found.pointer, found.version, found.how, found.version) for found in answer.standings)
        return Answer(answer.source, answer.released, marked, answer.left_out, answer.requests)

    def goal(self, version: Released) -> str:
        """The version itself."""
        return version.name

    def mark(self, pointer: str) -> str:
        """The version that the dist-tag is."""
        return self.package.tags().get(pointer, "")

    def put(self, pointer: str, version: Released, goal: str) -> None:
        """`npm dist-tag add`."""
        words = [installed("npm", self.name), "dist-tag", "add", f"{self.package.package}@{goal}", pointer, "--loglevel=error"]
        said = run(words, self.package.deadline, self.name)
        if said.code != 0:
            raise UserError(f"npm dist-tag add fails: {said.last_words()}", self.name)
