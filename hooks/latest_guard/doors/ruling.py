"""What every door does with the updates that it is shown: one batch for the guard, and its answer in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.guard import told
from latest_guard.guard.evidence import RepositoryEvidence
from latest_guard.guard.judge import judge
from latest_guard.guard.policy import from_config
from latest_guard.guard.verdict import Branches, Proposal, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from latest_guard.config import Config
    from latest_guard.doors.updates import Update
    from latest_guard.git.repository import Repository
    from latest_guard.git.tags import TagSet
    from latest_guard.guard.verdict import Declaration

HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the guard says about a batch; `remarks` is what it could not see."""

    verdicts: tuple[Verdict, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """The exit code: 1 where something is proven against a tag, 2 where one could not be judged, 0 otherwise."""
        return told.exit_code(self.verdicts)

    def words(self) -> Iterable[str]:
        """The answer, line by line: what is refused and why, and what was accepted with a remark."""
        for verdict in self.verdicts:
            if verdict.refusals or (verdict.notes and verdict.is_version_tag):
                yield from told.lines(verdict)
        yield from map(told.clean, self.remarks)


@dataclass(frozen=True, slots=True)
class PushedEvidence:
    """What a repository knows, and the branches that come with the same push."""

    known: RepositoryEvidence
    heads: dict[str, str] = field(default_factory=dict)

    def commit(self, proposal: Proposal) -> str | None:
        """The commit that a proposed tag leads to."""
        return self.known.commit(proposal)

    def descends(self, commit: str, tag: str) -> bool | None:
        """Whether `commit` descends from the tag, be it there already or in the same batch."""
        return self.known.descends(commit, tag)

    def branches(self, commit: str) -> Branches:
        """The branches that contain `commit` now, and those that will after the push."""
        now = self.known.branches(commit)
        after = {name for name, tip in self.heads.items() if self.known.repository.is_ancestor(commit, tip)}
        return Branches(tuple(sorted(after.union(now.names))), now.unseen)

    def declared(self, commit: str, component: str) -> Sequence[Declaration]:
        """What the files at `commit` declare."""
        return self.known.declared(commit, component)


def rule(updates: Sequence[Update], tags: TagSet, config: Config, repository: Repository) -> Ruling:
    """Judge the tags among `updates` as one batch against `tags`, which must be those of the place where they shall arrive.

    `config` is the settings that hold there. Raises UserError for settings that do not do.
    """
    from dataclasses import replace

    policy = from_config(config)
    batch = {update.tag: update for update in updates if update.tag}
    proposals = [Proposal(tag, None if update.deletes else update.new, tags.refs.get(tag)) for tag, update in batch.items()]
    after = {proposal.tag: proposal.new for proposal in proposals if proposal.new}
    known = RepositoryEvidence(repository, replace(tags, refs={**tags.refs, **after}), version_files=policy.version_files)
    evidence = PushedEvidence(known, pushed_heads(updates))
    moving = [proposal for proposal in proposals if not stays(proposal, evidence)]
    remarks = tuple(gap.reason for gap in tags.gaps)
    return Ruling(tuple(judge(moving, tags.refs, policy, evidence)), remarks)


def pushed_heads(updates: Iterable[Update]) -> dict[str, str]:
    """The branches among `updates` and their new tips."""
    return {update.ref[len(HEADS) :]: update.new for update in updates if update.ref.startswith(HEADS) and not update.deletes}


def stays(proposal: Proposal, evidence: PushedEvidence) -> bool:
    """Whether a tag is there already on the same commit, so that nothing moves."""
    if proposal.old is None or proposal.new is None:
        return False
    if proposal.old == proposal.new:
        return True
    before = evidence.commit(Proposal(proposal.tag, proposal.old))
    return before is not None and before == evidence.commit(proposal)
