"""Whether a log is whole: nothing changed, missing, in another order, written twice or cut off. Pure.

What the chain proves: nobody has changed, taken out or moved a record and left the others as they were. Whoever writes all of it anew, with
new ids, has made another log; to see that, keep an id elsewhere (each command tells that of what it has recorded) and ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal, TypeAlias

from latest_guard.errors import UserError
from latest_guard.ledger.head import head_in, lines_in
from latest_guard.ledger.records import LINE, is_whole, record_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from latest_guard.ledger.head import Head
    from latest_guard.ledger.records import Record

#: `truncated`: records are gone from the end. `torn`: the last line is a piece of one.
Kind: TypeAlias = Literal["changed", "missing", "reordered", "repeated", "truncated", "torn"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what kind, where, and in words."""

    kind: Kind
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: the records that are whole, what is wrong, and what should be known though nothing is wrong."""

    records: tuple[Record, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    @property
    def last(self) -> str:
        """The id of the record that no other follows from; empty where there is none, or more than one."""
        ends = ends_of(self.records)
        return ends[0] if len(ends) == 1 else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a log: where it stands, the id that is written in it, empty for none, and the record, None where it is not whole."""

    where: str
    id: str
    record: Record | None


def entry(line: bytes, where: str) -> Entry:
    """What a line holds."""
    found = LINE.fullmatch(line)
    try:
        record = record_in(line, where) if is_whole(line) else None
    except UserError:
        record = None
    return Entry(where, found[1].decode("ascii") if found else "", record)


def verify_file(content: bytes, name: str, expected: Iterable[str] = ()) -> Finding:
    """Look at a file's content; `expected` are ids of records that must be in it, or how they begin."""
    lines, piece = lines_in(content)
    entries = [entry(line, f"{name}:{number}") for number, line in enumerate(lines, start=2)]
    faults = [*changed(entries), *out_of_order(entries)]
    head = head_in(content.partition(b"\n")[0] + b"\n")
    if head is None:
        faults.insert(0, Fault("changed", f"{name}:1", "the first line is not as it was written"))
        notes: list[str] = []
    else:
        more, notes = held_against(head, entries, len(content) - len(piece), name)
        faults += more if more and (more[0].kind == "truncated" or not faults) else []
    if piece and not any(fault.kind == "truncated" for fault in faults):
        words = f"{len(piece)} bytes of a record whose writing was cut off; the next record takes them away and says so"
        faults.append(Fault("torn", f"{name}:{len(lines) + 2}", words))
    return finding(entries, faults, notes, name, expected)


def finding(entries: Sequence[Entry], faults: list[Fault], notes: Sequence[str], name: str, expected: Iterable[str]) -> Finding:
    """What was found, with the records that must be there and the plans that came to nothing."""
    records = tuple(found.record for found in entries if found.record is not None)
    lost = [
        Fault("missing", name, f"the record {ident} is not there")
        for ident in expected
        if not any(record.id.startswith(ident) for record in records)
    ]
    return Finding(records, (*faults, *lost), (*notes, *unfinished(records)))


def changed(entries: Iterable[Entry]) -> Iterator[Fault]:
    """The lines that are not what their id says."""
    for found in entries:
        if found.record is None:
            what = f"the record {found.id[:12]} is not as it was written" if found.id else "this line is no record"
            yield Fault("changed", found.where, what)


def out_of_order(entries: Sequence[Entry]) -> Iterator[Fault]:
    """The records that do not follow from the line before them."""
    places = {found.id: found.where for found in reversed(entries) if found.id}
    before: Entry | None = None
    for found in entries:
        record = found.record
        if record is not None and record.after != ((before.id,) if before and before.id else ()) and not (before and before.record is None):
            yield misplaced(found, record, places)
        before = found


def misplaced(found: Entry, record: Record, places: dict[str, str]) -> Fault:
    """What is wrong with a record that does not follow from the line before it."""
    if places[record.id] != found.where:
        return Fault("repeated", found.where, f"the record {record.id[:12]} stands in {places[record.id]} already")
    lost = [ident for ident in record.after if ident not in places]
    if lost:
        return Fault("missing", found.where, f"the record {lost[0][:12]} before {record.id[:12]} is not there")
    belongs = f"behind {places[record.after[0]]}" if record.after else "at the beginning"
    return Fault("reordered", found.where, f"the record {record.id[:12]} belongs {belongs}")


def held_against(head: Head, entries: Sequence[Entry], end: int, name: str) -> tuple[list[Fault], list[str]]:
    """What is wrong with the first line of a log whose records are `entries` and end at the byte `end`; and what is to be said of it."""
    ids = [found.id for found in entries]
    if end < head.end and (head.last not in ids):
        there = f"{head.records} records were written, and {len(entries)} are there"
        return [Fault("truncated", f"{name}:{len(entries) + 1}", f"{there}; the last one was {head.last[:12]}")], []
    known = ids[: head.records]
    if len(known) < head.records or (known[-1] if known else "") != head.last or (end == head.end) != (len(ids) == head.records):
        return [Fault("changed", f"{name}:1", "the first line does not fit what follows")], []
    ahead = len(ids) - head.records
    words = f"{name}: {ahead} behind the first line's count: their writer was stopped in the middle; the next record puts that right"
    return [], [words] if ahead else []


def verify_notes(lines: Iterable[tuple[str, bytes]], past: Iterable[tuple[str, bytes]], name: str, expected: Iterable[str] = ()) -> Finding:
    """Look at the lines of all notes, each with its place, and at those that have ever stood in them (`past`).

    Merging notes mixes their lines, so their order says nothing; what counts is that each record's forerunners are there, and whatever
    the ref's own history has seen.
    """
    entries = [entry(line, where) for where, line in lines]
    there = {found.record.id for found in entries if found.record is not None}
    gone = {found.id: found for found in (entry(line, where) for where, line in past) if found.record is not None and found.id not in there}
    orphans = [
        Fault("missing", found.where, f"the record {ident[:12]} before {found.id[:12]} is not there")
        for found in entries
        if found.record is not None
        for ident in found.record.after
        if ident not in there and ident not in gone
    ]
    taken = [Fault("missing", found.where, f"the record {found.id[:12]} stood here and is not there any more") for found in gone.values()]
    heads = ends_of(found.record for found in entries if found.record is not None)
    notes = [f"{name}: {len(heads)} chains side by side, since a merge; the next record joins them"] if len(heads) > 1 else []
    return finding(entries, [*changed(entries), *orphans, *taken], notes, name, expected)


def ends_of(records: Iterable[Record]) -> tuple[str, ...]:
    """The ids of the records that no other one follows from, in order."""
    found = list(records)
    followed = set(chain.from_iterable(record.after for record in found))
    return tuple(sorted({record.id for record in found} - followed))


def unfinished(records: Sequence[Record]) -> Iterator[str]:
    """The plans that no outcome was recorded of."""
    finished = {record.plan for record in records}
    for record in records:
        if record.decision == "planned" and record.id not in finished:
            about = f"{record.subject}, {record.when:%Y-%m-%d %H:%M:%SZ}"
            yield f"the plan {record.id[:12]} ({about}) has no outcome here: its run was stopped, goes on, or could not record it"
