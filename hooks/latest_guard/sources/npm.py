"""npm packages, asked through `npm view`: the user's registry, mirror, scopes and credentials hold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latest_guard.errors import UserError
from latest_guard.sources.contract import Answer, Question, Standing
from latest_guard.sources.program import installed, run

if TYPE_CHECKING:
    from latest_guard.sources.web import Deadline

#: validate-npm-package-name, old packages included. Nothing else reaches npm: it would read a path, an address or an option.
NAME = re.compile(r"(?:@[A-Za-z0-9~_][A-Za-z0-9._~-]*/)?[A-Za-z0-9~_][A-Za-z0-9._~-]*")
#: Every final version; of prereleases only those of 0.0.0 (node-semver, "Prerelease Tags").
FINAL = ">=0.0.0-0"


@dataclass(slots=True)
class NpmPackage:
    """The source `--npm`: final versions that are not deprecated, and the dist-tags. With `prereleases` those come in, too."""

    package: str
    deadline: Deadline
    prereleases: bool = False

    def __post_init__(self) -> None:
        if len(self.package) > 214 or not NAME.fullmatch(self.package):
            raise UserError("this is no npm package's name", repr(self.package[:214]))

    @property
    def name(self) -> str:
        """The package, as what it is."""
        return f"npm {self.package}"

    def ask(self, question: Question) -> Answer:
        """The package's versions; none where npm says E404, an error for whatever else goes wrong."""
        rows = self._rows()
        kept = [text for text, deprecated, _ in rows if not deprecated]
        names = kept + (self._prereleases({text for text, _, _ in rows}) if self.prereleases or not rows else [])
        wanted = [pointer.name for pointer in question.pointers]
        tags = rows[0][2] if rows else {}
        standings = tuple(Standing(name, tags[name], "dist-tag") for name in wanted if name in tags)
        return Answer(self.name, tuple(question.read(names)), standings, len(rows) - len(kept))

    def tags(self) -> dict[str, str]:
        """The dist-tags at this moment; none where there is no such package."""
        found = self._view(self.package, "name", "dist-tags")
        return texts_in(found.get("dist-tags")) if isinstance(found, dict) else {}

    def _rows(self) -> list[tuple[str, bool, dict[str, str]]]:
        """Each final version, whether it is deprecated, and the package's dist-tags."""
        found = self._view(f"{self.package}@{FINAL}", "version", "deprecated", "dist-tags")
        rows = found if isinstance(found, list) else [found] if found else []
        if not all(isinstance(row, dict) and isinstance(row.get("version"), str) for row in rows):
            raise UserError("npm view answers with no versions", self.name)
        return [(row["version"], bool(row.get("deprecated")), texts_in(row.get("dist-tags"))) for row in rows]

    def _prereleases(self, final: set[str]) -> list[str]:
        """The versions that are not among the `final` ones; npm tells of no range that holds them all."""
        found = self._view(self.package, "versions", "dist-tags")
        if not found:
            return []
        versions = found.get("versions") if isinstance(found, dict) else None
        versions = [versions] if isinstance(versions, str) else versions
        if not isinstance(versions, list) or not all(isinstance(text, str) for text in versions):
            raise UserError("npm view answers with no versions", self.name)
        return [text for text in versions if text not in final]

    def _view(self, *words: str) -> Any:
        """What `npm view` says about `words`, None where there is no such package or version."""
        said = run([installed("npm", self.name), "view", *words, "--json", "--loglevel=error"], self.deadline, self.name)
        try:
            found = json.loads(said.output or "null")
        except (ValueError, RecursionError) as error:
            raise UserError("npm view answers with what is no JSON", self.name) from error
        if said.code == 0 and found:
            return found
        if error_code(found) == "E404":
            return None
        raise UserError(f"npm view fails: {said.last_words()}", self.name)


def error_code(found: Any) -> str:
    """The code in npm's JSON about an error."""
    error = found.get("error") if isinstance(found, dict) else None
    return str(error.get("code")) if isinstance(error, dict) else ""


def texts_in(table: Any) -> dict[str, str]:
    """The entries of `table` that are texts and could be versions."""
    entries = table.items() if isinstance(table, dict) else ()
    return {str(name): text for name, text in entries if isinstance(text, str) and text.isascii() and text.isprintable()}
