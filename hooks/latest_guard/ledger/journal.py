"""Writing the log as a file: under a lock, in the order of the lock, so that no two writers lose anything.

Whoever is killed in between leaves either whole records that the first line does not know yet, which the next writer takes over, or a piece
of a line, which the next writer cuts off and mentions in its own record. A log that has lost records is not written on.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.ledger.head import NO_LOG, WIDTH, Head, content_of, head_in
from latest_guard.ledger.records import is_whole, line_of, read, record_in, sealed
from latest_guard.ledger.verifying import verify_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from latest_guard.ledger.records import Record
    from latest_guard.ledger.verifying import Finding

#: Seconds that a writer waits for the others.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Journal:
    """The log in the file `path`, which need not be there yet; its folder must."""

    path: Path

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return str(self.path)

    def append(self, records: Sequence[Record]) -> tuple[Record, ...]:
        """Write `records` behind what is there, all or none, and give them back sealed. Raises UserError where that cannot be done.

        When it returns they are on the disk.
        """
        try:
            with locked(self.path) as descriptor:
                return appended(descriptor, self.path, records)
        except OSError as error:
            raise UserError(f"the log cannot be written: {error.strerror}", str(self.path)) from error

    def read(self) -> tuple[Record, ...]:
        """The records. Raises UserError for what is no log, and for a line that is no record."""
        return read(self.path)

    def verify(self, expected: Iterable[str] = ()) -> Finding:
        """Whether all is there as it was written, and the records whose ids begin with `expected`. Raises UserError for what is no log."""
        return verify_file(content_of(self.path), self.name, expected)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """The log's file, opened and locked; a new one where there is none. The kernel frees the lock of whoever is killed."""
    ends = time.monotonic() + PATIENCE
    while (descriptor := attempt(path)) is None:
        if time.monotonic() > ends:
            raise UserError(f"another writer has kept the log for {PATIENCE:.0f} s: try again", str(path))
        time.sleep(0.005)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def attempt(path: Path) -> int | None:
    """Open and lock the file; None where another has the lock, or has put another file in its place."""
    try:
        import fcntl
    except ImportError:
        raise UserError("this system has no flock, so writers cannot be kept apart: the log needs a Unix", str(path)) from None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UserError("the log must be a file of its own", str(path))
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def appended(descriptor: int, path: Path, records: Sequence[Record]) -> tuple[Record, ...]:
    """Write the records to the locked file: first they, then the first line."""
    known = begun(descriptor, path)
    head, torn = taken_over(descriptor, known, path)
    os.ftruncate(descriptor, head.end)
    made, lines = chained(records, head.last, torn)
    put(descriptor, lines, head.end)
    put(descriptor, Head(head.records + len(made), head.end + len(lines), made[-1].id if made else head.last).line(), 0)
    return made


def begun(descriptor: int, path: Path) -> Head:
    """What the first line says; written now where there is none, or only a piece of a new one."""
    first = os.pread(descriptor, WIDTH, 0)
    fresh = Head().line()
    if len(first) < WIDTH and fresh.startswith(first):
        put(descriptor, fresh, 0)
        return Head()
    head = head_in(first)
    if head is None:
        raise UserError(NO_LOG, f"{path}:1")
    return head


def taken_over(descriptor: int, head: Head, path: Path) -> tuple[Head, int]:
    """The head with the records that a killed writer has left behind it, and how many bytes of a piece of a line follow them.

    Raises UserError where records are gone, or what follows does not go on from the last one.
    """
    size = os.fstat(descriptor).st_size
    if size < head.end or not ends_with(descriptor, head):
        raise UserError("the log has lost records, or was changed, and is not written on; see latest-guard log verify", str(path))
    *lines, piece = read_at(descriptor, head.end, size - head.end).split(b"\n")
    for line in lines:
        where = f"{path}:{head.records + 2}"
        if not is_whole(line) or record_in(line, where).after != ((head.last,) if head.last else ()):
            raise UserError("this record does not follow from the one before it; see latest-guard log verify", where)
        head = Head(head.records + 1, head.end + len(line) + 1, record_in(line, where).id)
    return head, len(piece)


def ends_with(descriptor: int, head: Head) -> bool:
    """Whether a line ends where the head says so."""
    return os.pread(descriptor, 1, head.end - 1) == b"\n"


def read_at(descriptor: int, start: int, length: int) -> bytes:
    """So many bytes from there on, or up to the end of the file."""
    found = b""
    while len(found) < length and (more := os.pread(descriptor, length - len(found), start + len(found))):
        found += more
    return found


def chained(records: Sequence[Record], last: str, cut: int) -> tuple[tuple[Record, ...], bytes]:
    """The records, each sealed behind the one before, the first behind `last`; and their lines."""
    made: list[Record] = []
    for record in records:
        made.append(sealed(record, (last,) if last else (), cut))
        last, cut = made[-1].id, 0
    return tuple(made), b"".join(map(line_of, made))


def put(descriptor: int, content: bytes, at: int) -> None:
    """Write all of it at this place, and wait until it is on the disk; where that fails, what was appended is taken back."""
    done = 0
    try:
        while done < len(content):
            done += os.pwrite(descriptor, content[done:], at + done)
        os.fsync(descriptor)
    except OSError:
        if at:
            os.ftruncate(descriptor, at)
        raise
