"""Where pointers stand and can be moved: a registry, npm, GitHub's badge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from latest_guard.sources.contract import Answer, Question, Released


class Place(Protocol):
    """One place with pointers. A *mark* is what a pointer holds there, exactly: a digest, or a version where there is nothing finer."""

    @property
    def name(self) -> str:
        """What stands in the plan and before its errors: `image ghcr.io/owner/name`."""

    def holds(self, pointer: str) -> bool:
        """Whether a pointer of this name can stand here at all."""

    def ask(self, question: Question) -> Answer:
        """As every source answers: the released versions and what the pointers are now; their marks are the standings' digests."""

    def goal(self, version: Released) -> str:
        """The mark of a pointer that stands for `version`, which is one of the answer's; raises UserError where it has none."""

    def mark(self, pointer: str) -> str:
        """The pointer's mark at this moment, asked afresh; empty where the pointer is not there."""

    def put(self, pointer: str, version: Released, goal: str) -> None:
        """Set the pointer to `version`, whose mark is `goal`; raises UserError when that fails."""
