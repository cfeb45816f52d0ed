"""What a repository knows about a proposed tag: its commit, its ancestors, its branches, the versions declared there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.guard.verdict import Branches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latest_guard.git.repository import Repository
    from latest_guard.git.tags import TagSet
    from latest_guard.guard.verdict import Declaration, Proposal


@dataclass(frozen=True, slots=True)
class RepositoryEvidence:
    """Asks a repository. `branch` is the branch that somebody says the commit is on (a flag, a CI variable), "" for nothing said."""

    repository: Repository
    tags: TagSet
    branch: str = ""
    version_files: tuple[str, ...] = ()

    def commit(self, proposal: Proposal) -> str | None:
        """The commit that a proposed tag leads to, here or as the remote tells it; None if neither knows."""
        found = self.repository.commit_of(proposal.new) if proposal.new else None
        remote = self.tags.sources[1] if len(self.tags.sources) > 1 else ""
        if found is None and remote and proposal.new:
            return self.repository.remote_commit(remote, proposal.tag)
        return found

    def descends(self, commit: str, tag: str) -> bool | None:
        """Whether `commit` descends from the existing `tag`; None in a clone that lacks the history."""
        older = self.repository.commit_of(self.tags.refs[tag]) if tag in self.tags.refs else None
        return self.repository.is_ancestor(older, commit) if older else None

    def branches(self, commit: str) -> Branches:
        """The branches, here and by the remote's tips, that contain `commit`."""
        names = set(self.repository.branches_with(commit))
        names.update(name for name, tip in self.tags.heads.items() if tip == commit)
        if self.branch:
            names.add(self.branch)
        unseen = "this clone is shallow" if self.repository.is_shallow else _unseen_heads(self.tags.heads, self.repository)
        return Branches(tuple(sorted(names)), unseen)

    def declared(self, commit: str, component: str) -> Sequence[Declaration]:
        """What the files at `commit` declare."""
        from latest_guard.guard.declared import declarations

        return declarations(self.repository, commit, component, self.version_files)


def _unseen_heads(heads: Mapping[str, str], repository: Repository) -> str:
    """Why a branch of the remote may contain a commit without this clone knowing; "" if none can."""
    missing = sorted(name for name, tip in heads.items() if repository.commit_of(tip) is None)
    return f"this clone lacks the remote's branch {missing[0]}" if missing else ""
