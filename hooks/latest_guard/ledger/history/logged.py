"""What the release log adds: where `latest` really went."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.ledger.history.past import Logged
from latest_guard.versions.lines import padded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.guard.policy import Policy
    from latest_guard.ledger.history.past import LineKey, Past
    from latest_guard.ledger.records import Record

#: The pointer that is followed.
POINTER = "latest"


def with_log(past: Past, records: Iterable[Record], policy: Policy) -> Past:
    """The history with every move of `latest` in `records` on its component's track, in the order of time.

    A record belongs to the component of its tag; one without a tag to the only component, or else to the one without a name.
    """
    found: defaultdict[str, list[Logged]] = defaultdict(list)
    only = past.tracks[0].component if len(past.tracks) == 1 else ""
    for record in records:
        name = policy.split(record.tag) if record.tag else None
        found[name.component if name else only] += moves(record, policy)
    tracks = [replace(track, logged=sorted(found[track.component], key=lambda move: move.seconds)) for track in past.tracks]
    return replace(past, tracks=tracks)


def moves(record: Record, policy: Policy) -> list[Logged]:
    """The moves of `latest` that a record tells: what was set and looked at, not what was planned."""
    return [
        Logged(
            int(record.when.timestamp()),
            change.place,
            change.was.version,
            change.to.version,
            line_of(change.to.version, policy),
            change.back,
            record.command,
            record.why,
        )
        for change in record.pointers
        if change.pointer == POINTER and change.state == "moved"
    ]


def line_of(text: str, policy: Policy) -> LineKey | None:
    """The release line of a version as a record has it, None where none is known."""
    name = policy.split(text)
    key = policy.scheme_of(text).keys([name.version if name else text])[0]
    return None if key is None else (key[0], key[1], padded(key[2], policy.line.depth))
