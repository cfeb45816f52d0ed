"""Where a declared version stands among the tags: above the newest of its line, as a release branch asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.guard.declared import declarations
from latest_guard.guard.sequence import Sequence, sequences
from latest_guard.versions.version import BadVersion

if TYPE_CHECKING:
    from latest_guard.git.repository import Repository
    from latest_guard.git.tags import TagSet
    from latest_guard.guard.policy import Policy
    from latest_guard.guard.verdict import Declaration
    from latest_guard.versions.version import Version


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the files of which commit (None: the index), on which branch ("": none), for which component."""

    commit: str | None = None
    branch: str = ""
    component: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One declared version, and what is said about it."""

    path: str
    line: int
    version: str
    message: str
    #: the rule that it breaks: `bad-spelling`, `not-above-line` or `off-line`; "" for none
    rule: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether no rule is broken."""
        return not self.rule


def standings(repository: Repository, tags: TagSet, policy: Policy, question: Question) -> list[Standing]:
    """Where every version that is declared stands. Raises UserError for a commit that is not there."""
    commit = repository.commit_of(question.commit) if question.commit else None
    if question.commit and commit is None:
        raise UserError("there is no such commit in this clone", question.commit)
    before = sequences(tags.refs, policy).get(question.component, Sequence())
    judge = _Judge(repository, tags, policy, question, commit, before)
    found = declarations(repository, commit or "", question.component, policy.version_files)
    return [judge.standing(declaration) for declaration in found]


@dataclass(frozen=True, slots=True)
class _Judge:
    repository: Repository
    tags: TagSet
    policy: Policy
    question: Question
    commit: str | None
    before: Sequence

    def standing(self, declared: Declaration) -> Standing:
        """The answer for one file."""
        where = f"{declared.path}:{declared.line}" if declared.line else declared.path
        if not declared.version:
            return self._says(declared, f"{where}: the version is taken from the tag ({declared.from_tag_by})")
        try:
            version = self.policy.scheme.parse(declared.version)
        except BadVersion as error:
            nearest = f"; write {error.nearest}" if error.nearest else ""
            return self._says(
                declared, f"{where}: {declared.version} is no {self.policy.scheme.name} version: {error.reason}{nearest}", "bad-spelling"
            )
        return self._off_line(declared, version, where) or self._above(declared, version, where)

    def _off_line(self, declared: Declaration, version: Version, where: str) -> Standing | None:
        """A version of another line than the one that the release branch is named after."""
        line = self.policy.release_line(self.question.branch)
        if line is None or version.line(len(line)) == line:
            return None
        name = ".".join(map(str, line))
        return self._says(declared, f"{where} declares {version}, but {self.question.branch} is the branch of line {name}", "off-line")

    def _above(self, declared: Declaration, version: Version, where: str) -> Standing:
        line, top = self.policy.line.name(version.key), self.before.line_top(version.key, self.policy.line.depth)
        if top is None:
            return self._says(declared, f"{where}: {version} is the first version of line {line}")
        if version.key > top[0]:
            return self._says(declared, f"{where}: {version} is above {top[1]}, the newest tag of line {line}")
        if version.key == top[0] and (self._is_released_here(top[1]) or self.policy.release_line(self.question.branch) is None):
            return self._says(declared, f"{where}: {version} is released as {top[1]}")
        relation = "equals" if version.key == top[0] else "is below"
        advice = "raise it before the next release, or its tag will be refused"
        return self._says(declared, f"{where}: {version} {relation} {top[1]}, the newest tag of line {line}: {advice}", "not-above-line")

    def _is_released_here(self, tag: str) -> bool:
        """Whether the very commit that is judged carries `tag`, with nothing staged on top of it."""
        released = self.repository.commit_of(self.tags.refs[tag])
        if self.commit is not None:
            return released == self.commit
        return released is not None and released == self.repository.commit_of("HEAD") and not self.repository.has_staged()

    def _says(self, declared: Declaration, message: str, rule: str = "") -> Standing:
        return Standing(declared.path, declared.line, declared.version, message, rule)
