"""The log as a file: a first line that says how much there is, then a record a line.

The first line has a fixed length and is written anew, in its place, after each append: the number of records, the bytes up to the end of
the last of them, and its id. So an append costs the same however long the log is, and a log that has lost its end shows it.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "latest-guard/log-1"
#: The bytes of the first line, its newline among them.
WIDTH = 192
ID = re.compile(r"[0-9a-f]{64}")
NO_LOG = "this is no release log: its first line is not that of one"
#: Seconds that a reader waits for a writer to end; a log that is kept locked longer is read as it is.
WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Head:
    """What the first line says: how many records there are, where the last of them ends, and its id, empty for none."""

    records: int = 0
    end: int = WIDTH
    last: str = ""

    def line(self) -> bytes:
        """The first line: JSON, then spaces up to its length."""
        fields = {"schema": SCHEMA, "records": self.records, "bytes": self.end, "last": self.last}
        return json.dumps(fields, separators=(",", ":")).encode("ascii").ljust(WIDTH - 1) + b"\n"

    @property
    def sound(self) -> bool:
        """Whether it can be that of a log."""
        none = self.records == 0 and self.end == WIDTH and not self.last
        return none or (self.records > 0 and self.end > WIDTH and ID.fullmatch(self.last) is not None)


def head_in(line: bytes) -> Head | None:
    """What a first line says; None for one that is not exactly as a writer writes it."""
    try:
        fields = json.loads(line)
        head = Head(fields["records"], fields["bytes"], fields["last"])
        return head if head.sound and head.line() == line else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def content_of(path: Path) -> bytes:
    """The whole file, not in the middle of an append; raises UserError where it cannot be read, is no log, or nothing is in it."""
    try:
        content = quietly_read(path)
    except OSError as error:
        raise UserError(f"the log cannot be read: {error.strerror}", str(path)) from error
    if not content:
        raise UserError("the log is empty: nothing was recorded in it yet, or all of it is gone", str(path))
    if schema_of(content.partition(b"\n")[0]) != SCHEMA:
        raise UserError(NO_LOG, f"{path}:1")
    return content


def quietly_read(path: Path) -> bytes:
    """The content of a file when no writer is at it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UserError("the log must be a file of its own", str(path))
        wait_for_writers(descriptor)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def wait_for_writers(descriptor: int) -> None:
    """Take a share of the file's lock, which ends with the descriptor; where there is no such thing, go on."""
    try:
        import fcntl
    except ImportError:
        return
    ends = time.monotonic() + WAIT
    while time.monotonic() < ends:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.005)
        else:
            break


def schema_of(line: bytes) -> object:
    """What a line calls itself, None where it is no JSON object."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found.get("schema") if isinstance(found, dict) else None


def lines_in(content: bytes) -> tuple[list[bytes], bytes]:
    """The lines behind the first one, without their newlines, and the piece of a line that was cut off, empty for none."""
    *lines, piece = content.partition(b"\n")[2].split(b"\n")
    return lines, piece
