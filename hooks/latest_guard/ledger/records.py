"""What the release log holds: one record for each decision, chained by hash.

A record is one line of JSON, in ASCII, `{"id":"…",REST}`. Its id is the SHA-256 of `{REST}`, the very bytes of the line without the id, and
`after` in it names the records before it by their ids: whoever changes a record changes its id, and breaks what comes after it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from latest_guard.errors import UserError
from latest_guard.ledger.head import ID, content_of, lines_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA = "latest-guard/record-1"

#: `rollback` is a promote that was told to go back.
Command: TypeAlias = Literal["check-tag", "gate", "promote", "rollback", "reconcile"]
#: `accepted` and `refused`: a tag, or a pointer's move. `planned`: about to move pointers, written before the first of them is touched, and
#: followed by `moved` or `failed`. `unchanged`: nothing is to be done. `unknown`: it could not be decided.
Decision: TypeAlias = Literal["accepted", "refused", "unknown", "planned", "moved", "failed", "unchanged"]
#: What becomes of one pointer. `moves`: it may, or is about to. `moved`: it was set and looked at. `failed`: setting it failed. `left`: it
#: was not tried any more. `stays`: it is left where it is on purpose. `there`: it is there already.
State: TypeAlias = Literal["moves", "moved", "failed", "left", "stays", "there"]
#: How a move was confirmed: the version was typed, a question was answered, or --yes was said.
Confirmation: TypeAlias = Literal["", "typed", "question", "yes"]

#: A line, cut into its id and the bytes that the id is made of.
LINE = re.compile(rb'\{"id":"([0-9a-f]{64})",([ -~]*\})')
WHEN = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a pointer is: a version, empty where none is known, and what stands there exactly, a digest or the like, empty for nothing."""

    version: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One pointer in one place: what became of it, whether that is a way back, from what, to what, and why."""

    place: str
    pointer: str
    state: State
    was: Mark = Mark()
    to: Mark = Mark()
    back: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it: a name, and in CI the system and the run's address."""

    name: str = ""
    system: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One decision. `id` is empty and `after` meaningless until it is sealed.

    `version`, `tag` and `commit` are what it is about, empty where there is none or none is known; `sources` is what was asked; `plan` is
    the id of the record of the plan that this is the outcome of; `cut` counts the bytes of a write that was cut off right before this one.
    """

    when: datetime
    command: Command
    decision: Decision
    version: str = ""
    tag: str = ""
    commit: str = ""
    pointers: tuple[Change, ...] = ()
    by: Author = Author()
    sources: tuple[str, ...] = ()
    confirmed: Confirmation = ""
    why: str = ""
    plan: str = ""
    cut: int = 0
    after: tuple[str, ...] = ()
    id: str = ""

    @property
    def subject(self) -> str:
        """What it is about, in a word or two: `promote 1.28.0`."""
        return " ".join(filter(None, (self.command, self.version or self.tag)))


def sealed(record: Record, after: Iterable[str], cut: int = 0) -> Record:
    """The record with its place in the chain and its id."""
    placed = replace(record, after=tuple(after), cut=cut)
    return replace(placed, id=hashlib.sha256(content(placed)).hexdigest())


def content(record: Record) -> bytes:
    """What the id is made of."""
    fields = fields_of(record)
    del fields["id"]
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def fields_of(record: Record) -> dict[str, Any]:
    """The record as JSON has it; fields may be added, never renamed."""
    fields = asdict(record)
    changes = [{("from" if name == "was" else name): value for name, value in change.items()} for change in fields["pointers"]]
    head = {"id": record.id, "schema": SCHEMA, "after": list(record.after), "when": record.when.strftime(WHEN)}
    return {**head, **{name: value for name, value in fields.items() if name not in head}, "pointers": changes}


def line_of(record: Record) -> bytes:
    """A sealed record as a line of the log, with its newline."""
    return b'{"id":"' + record.id.encode("ascii") + b'",' + content(record)[1:] + b"\n"


def is_whole(line: bytes) -> bool:
    """Whether a line, without its newline, is what its id says."""
    found = LINE.fullmatch(line)
    return found is not None and hashlib.sha256(b"{" + found[2]).hexdigest().encode("ascii") == found[1]


def record_in(line: bytes, where: str) -> Record:
    """The record in a line; raises UserError, at the place `where`, for one that holds none."""
    try:
        if LINE.fullmatch(line) is None:
            raise ValueError("no line of this form")
        return from_fields(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UserError("this line is no record of the release log; see latest-guard log verify", where) from error


def from_fields(fields: dict[str, Any]) -> Record:
    """The record in what JSON holds; fields that are not known are left out. Raises ValueError, TypeError or KeyError."""
    if fields["schema"] != SCHEMA:
        raise ValueError("another schema")
    return Record(
        when=datetime.strptime(text(fields["when"]), WHEN).replace(tzinfo=timezone.utc),
        command=one_of(Command, fields["command"]),
        decision=one_of(Decision, fields["decision"]),
        **{name: text(fields[name]) for name in ("version", "tag", "commit", "why")},
        pointers=tuple(change_in(change) for change in fields["pointers"]),
        by=Author(**{name: text(fields["by"][name]) for name in ("name", "system", "run")}),
        sources=tuple(text(source) for source in fields["sources"]),
        confirmed=one_of(Confirmation, fields["confirmed"]),
        plan=identity(fields["plan"]) if fields["plan"] else "",
        cut=number(fields["cut"]),
        after=tuple(identity(before) for before in fields["after"]),
        id=identity(fields["id"]),
    )


def change_in(fields: dict[str, Any]) -> Change:
    """One pointer's change."""
    was, to = (Mark(text(fields[name]["version"]), text(fields[name]["mark"])) for name in ("from", "to"))
    state = one_of(State, fields["state"])
    return Change(text(fields["place"]), text(fields["pointer"]), state, was, to, fields["back"] is True, text(fields["why"]))


def text(value: object) -> str:
    """`value`, which must be text."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def number(value: object) -> int:
    """`value`, which must be a count."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("no count")
    return value


def identity(value: object) -> str:
    """`value`, which must be an id."""
    if ID.fullmatch(text(value)) is None:
        raise ValueError("no id")
    return text(value)


def one_of(kind: Any, value: object) -> Any:
    """`value`, which must be one of a Literal's."""
    if value not in get_args(kind):
        raise ValueError("no word of ours")
    return value


def read(path: Path) -> tuple[Record, ...]:
    """The records of the log at `path`, oldest first. Raises UserError, with file and line, for what is no log or no record.

    The chain is not looked at: that is what verifying.py does.
    """
    return tuple(record_in(line, f"{path}:{number}") for number, line in enumerate(lines_in(content_of(path))[0], start=2))
