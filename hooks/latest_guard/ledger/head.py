"""The log as a file: a first line that says how much there is, then a record a line.

The first line has a fixed length and is written anew, in its place, after each append: the number of records, the bytes up to the end of
the last of them, and its id. So an append costs the same however long the log is, and a log that has lost its end shows it.
"""

from __future__ import annotations

import json
import re
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


def head_in(line: bytes, path: Path) -> Head:
    """What a first line says, exactly as a writer writes it; raises UserError for any other."""
    try:
        fields = json.loads(line)
        head = Head(fields["records"], fields["bytes"], fields["last"])
        if (
            head.line() == line
            and head.end >= WIDTH
            and (head.records == 0) == (head.last == "")
            and (not head.last or ID.fullmatch(head.last))
        ):
            return head
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise UserError(NO_LOG, f"{path}:1")


def content_of(path: Path) -> bytes:
    """The whole file; raises UserError where it cannot be read, or nothing is in it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"the log cannot be read: {error.strerror}", str(path)) from error
    if not content:
        raise UserError("the log is empty: nothing was recorded in it yet, or all of it is gone", str(path))
    return content


def lines_of(path: Path) -> list[bytes]:
    """The lines behind the first one, without their newlines; a last one that was cut off is left out. Raises UserError."""
    content = content_of(path)
    if json_schema(content[:WIDTH]) != SCHEMA:
        raise UserError(NO_LOG, f"{path}:1")
    return content[WIDTH:].split(b"\n")[:-1]


def json_schema(line: bytes) -> object:
    """What a line calls itself, None where it is no JSON object."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found.get("schema") if isinstance(found, dict) else None
