"""The log as git notes under a ref of its own: lines of records, each on the commit that it is about.

A ref of notes has a history, is pushed, fetched and merged like a branch, and `git notes merge -s cat_sort_uniq` unites two of them line by
line. So the records form a graph: a writer puts its record behind all the ends that it sees, and after a merge the next record joins
the chains. Writing is compare-and-swap: `git update-ref REF NEW OLD` fails where another was faster, and then all is read again. A lock
beside the ref only keeps those that write in this clone from getting into each other's way.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.ledger.journal import locked
from latest_guard.ledger.records import line_of, record_in, sealed
from latest_guard.ledger.verifying import ends_of, verify_notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from latest_guard.git.repository import Repository
    from latest_guard.ledger.records import Record
    from latest_guard.ledger.verifying import Finding

REF = "refs/notes/latest-guard"
#: The file in the git directory by which writers take turns.
LOCK = "latest-guard-notes.lock"
#: Seconds in which a writer tries again when others are faster.
PATIENCE = 60.0
#: What git says where another process has the ref's lock, in a file or in a reftable.
LOCKED = ("File exists", "cannot lock references")
#: Who the commits of the ref are by where git knows nobody.
NOBODY = ("-c", "user.name=latest-guard", "-c", "user.email=latest-guard@localhost")


@dataclass(frozen=True, slots=True)
class Notes:
    """The log in the notes of `repository`."""

    repository: Repository

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return REF

    def append(self, records: Sequence[Record]) -> tuple[Record, ...]:
        """Write `records` behind what is there, all or none, and give them back sealed. Raises UserError where that cannot be done."""
        targets = [self._target(record) for record in records]
        ends = time.monotonic() + PATIENCE
        with in_turn(self.repository.git_dir / LOCK):
            while (made := self._attempt(records, targets)) is None:
                if time.monotonic() > ends:
                    raise UserError(f"others have been faster for {PATIENCE:.0f} s: try again", REF)
                time.sleep(random.uniform(0, 0.1))
        return made

    def read(self) -> tuple[Record, ...]:
        """The records, each behind those that it follows from, otherwise by time. Raises UserError for a line that is no record."""
        return in_order({record.id: record for where, line in self._lines(self._present()) for record in (record_in(line, where),)})

    def verify(self, expected: Iterable[str] = ()) -> Finding:
        """Whether all is there as it was written, and the records whose ids begin with `expected`. Raises UserError without a log."""
        tip = self._present()
        return verify_notes(self._lines(tip), self._past(tip), REF, expected)

    def _present(self) -> str:
        """The commit that the ref is at; raises UserError where there is none."""
        tip = self._tip()
        if not tip:
            raise UserError("there is no such ref: nothing was recorded in git notes here, or they were not fetched", REF)
        return tip

    def _lines(self, tip: str) -> Iterator[tuple[str, bytes]]:
        """Every line of every note, with its place."""
        for path, note in (self._notes(tip) if tip else {}).items():
            yield from numbered(note, path)

    def _past(self, tip: str) -> Iterator[tuple[str, bytes]]:
        """Every line that has ever stood in a note, as far as the ref's history goes, with a place where it stood."""
        objects = [line.partition(" ") for line in self._git("rev-list", "--objects", tip).split("\n")]
        paths = {ident: path for ident, _, path in objects if path and len(path.replace("/", "")) == len(ident)}
        for ident, note in self.repository.blobs({ident: ident for ident in paths}).items():
            yield from numbered(note, paths[ident])

    def _attempt(self, records: Sequence[Record], targets: Sequence[str]) -> tuple[Record, ...] | None:
        """Write once; None where another was faster."""
        tip = self._tip()
        notes = self._notes(tip) if tip else {}
        made = joined(records, ends_of(record_in(line, where) for path, note in notes.items() for where, line in numbered(note, path)))
        paths = {path.replace("/", ""): path for path in notes}
        changed: dict[str, bytes] = {}
        for target, record in zip(targets, made, strict=True):
            path = paths.get(target, target)
            changed[path] = ended(changed.get(path, notes.get(path, b""))) + line_of(record)
        return made if self._swap(tip, self._commit(tip, changed, made)) else None

    def _commit(self, tip: str, changed: Mapping[str, bytes], made: Sequence[Record]) -> str:
        """A commit with the changed notes on top of `tip`, not in any ref yet."""
        tree = self._tree(tip, changed)
        subject = "; ".join(f"{record.subject}: {record.decision}" for record in made)[:200]
        message = "".join(letter if letter.isprintable() else "?" for letter in subject).encode("utf-8", "replace")
        who = () if self.repository.git.run("var", "GIT_COMMITTER_IDENT").status == 0 else NOBODY
        return self._git(*who, "commit-tree", tree, *(("-p", tip) if tip else ()), stdin=message).strip()

    def _tree(self, tip: str, changed: Mapping[str, bytes]) -> str:
        """The tree of `tip` with the changed notes in it, put together in an index of its own."""
        entries = "".join(
            f"100644 {self._git('hash-object', '-w', '--stdin', stdin=note).strip()}\t{path}\n" for path, note in changed.items()
        )
        with tempfile.TemporaryDirectory() as folder:
            index = str(Path(folder) / "index")
            if tip:
                self._git("read-tree", tip, index=index)
            self._git("update-index", "--add", "--index-info", stdin=entries.encode(), index=index)
            return self._git("write-tree", index=index).strip()

    def _swap(self, old: str, new: str) -> bool:
        """Put `new` in the place of `old` ("": nothing); False where something else is there by now. Raises UserError for other reasons."""
        answer = self.repository.git.run("update-ref", "-m", "latest-guard log", REF, new, old or "0" * len(new))
        if answer.status != 0 and self._tip() == old and not any(words in answer.error for words in LOCKED):
            raise UserError(f"the log cannot be written: {answer.error}", REF)
        return answer.status == 0

    def _tip(self) -> str:
        """The commit that the ref is at, empty where there is none."""
        return self.repository.git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", REF) or ""

    def _notes(self, tip: str) -> dict[str, bytes]:
        """Every note by its path, which is the id of the commit, with slashes in it where there are many."""
        listing = [
            line.split("\t", 1) for line in self._git("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", tip).split("\0")[:-1]
        ]
        return self.repository.blobs({path: meta.split(" ")[2] for meta, path in listing})

    def _target(self, record: Record) -> str:
        """The commit whose note the record goes to: the one that it is about, or HEAD."""
        found = self.repository.commit_of(record.commit or "HEAD")
        if found is None:
            raise UserError("the log cannot be written: there is no commit here to put a note on", REF)
        return found

    def _git(self, *words: str, stdin: bytes | None = None, index: str = "") -> str:
        """What git answers; raises UserError where it fails."""
        answer = self.repository.git.run(*words, stdin=stdin, index=index)
        if answer.status != 0:
            raise UserError(f"git {next(word for word in words if word[0] != '-')} fails: {answer.error}", REF)
        return answer.text


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Wait for the lock in the file at `path`, and keep it; nothing where there are no such locks. Raises UserError."""
    try:
        with nullcontext() if os.name == "nt" else locked(path):
            yield
    except OSError as error:
        raise UserError(f"the log cannot be written: {error.strerror}", str(path)) from error


def numbered(note: bytes, path: str) -> Iterator[tuple[str, bytes]]:
    """The lines of a note with their places; empty ones are none, as git puts them between notes that it joins."""
    for number, line in enumerate(note.split(b"\n"), start=1):
        if line:
            yield f"{REF}:{path.replace('/', '')[:12]}:{number}", line


def ended(note: bytes) -> bytes:
    """A note that ends with its line."""
    return note if not note or note.endswith(b"\n") else note + b"\n"


def joined(records: Sequence[Record], ends: Sequence[str]) -> tuple[Record, ...]:
    """The records, each sealed behind the one before, the first behind all `ends`."""
    made: list[Record] = []
    for record in records:
        made.append(sealed(record, ends))
        ends = (made[-1].id,)
    return tuple(made)


def in_order(records: Mapping[str, Record]) -> tuple[Record, ...]:
    """The records, each behind those that it follows from; of several that could be next, the earliest."""
    import heapq

    waiting = {ident: {before for before in record.after if before in records} for ident, record in records.items()}
    followers: dict[str, list[str]] = {}
    for ident, before in waiting.items():
        for one in before:
            followers.setdefault(one, []).append(ident)
    ready = [(records[ident].when, ident) for ident, before in waiting.items() if not before]
    heapq.heapify(ready)
    order: list[Record] = []
    while ready:
        _, ident = heapq.heappop(ready)
        order.append(records[ident])
        for follower in followers.get(ident, ()):
            waiting[follower].discard(ident)
            if not waiting[follower]:
                heapq.heappush(ready, (records[follower].when, follower))
    return tuple(order)
