"""Git tags, local and of the remote: the tags that the guard judges by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.sources.contract import Answer, Question

if TYPE_CHECKING:
    from latest_guard.sources.web import Deadline


@dataclass(slots=True)
class GitTags:
    """The source `--git`: the tags of the repository at `folder` and of its `remote` (empty: the one that counts there).

    `offline` trusts the local tags alone.
    """

    folder: str
    deadline: Deadline
    remote: str = ""
    offline: bool = False

    @property
    def name(self) -> str:
        """The remote, where one was named."""
        return f"git tags of {self.remote}" if self.remote else "git tags"

    def ask(self, question: Question) -> Answer:
        """The version tags; raises UserError where tags may be missing and `offline` was not said."""
        from latest_guard.git.repository import Repository

        tags = Repository.open(self.folder).tags(self.remote or None, offline=self.offline, limit=self.deadline.left())
        gaps = [gap.reason for gap in tags.gaps if not (self.offline and gap.kind == "offline")]
        if gaps:
            raise UserError(f"{gaps[0]}; --offline trusts the tags that are here", self.name)
        return Answer(self.name, tuple(question.read(list(tags.refs))))
