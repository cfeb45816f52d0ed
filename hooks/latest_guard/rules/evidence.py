"""What a rule looks at: the moves with everything that the replay says of each, scenario by scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Move, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from latest_guard.replay.conditions import Test
    from latest_guard.replay.verdicts import Judged
    from latest_guard.source import Source, Span
    from latest_guard.values import Lookup


@dataclass(frozen=True, slots=True)
class Evidence:
    """The moves of a repository, each with the reaches that are it; all reaches; and the files that were read, by path."""

    moves: tuple[tuple[Move, tuple[Judged, ...]], ...]
    judged: tuple[Judged, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)

    def releases(self) -> Iterator[tuple[Move, Judged]]:
        """Every move in every scenario in which a version is released."""
        for move, group in self.moves:
            for one in group:
                if one.releases:
                    yield move, one

    def compared(self) -> Iterator[tuple[Move, Judged, Test, Lookup]]:
        """Every lookup whose answer a gate compares, in every scenario in which a version is released."""
        for move, one in self.releases():
            for test in one.comparisons:
                for lookup in test.lookups:
                    yield move, one, test, lookup


def finding(
    rule: str, severity: Severity, message: str, help_: str, move: Move, one: Judged | None = None, span: Span | None = None
) -> Finding:
    """A finding about a move: at its place unless `span` is another, with the way to it in one scenario where it is about `one`."""
    return Finding(rule, severity, span or move.span, message, help_, (one.trace if one else ()) or move.trace, move)


def pointer(move: Move) -> str:
    """The pointer in words: docker `latest`."""
    return {"github-release": 'GitHub\'s "Latest" badge'}.get(move.pointer.kind, f"{move.pointer.kind} `{move.pointer.name}`")
