"""The log for people and for programs: text, Markdown, JSON. Nothing that a record holds can steer a terminal, a CI system or Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from latest_guard.ledger.records import fields_of
from latest_guard.report.markup import SPECIAL, code
from latest_guard.report.screen import clean, harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from latest_guard.ledger.records import Author, Change, Mark, Record

SCHEMA = "latest-guard/log-show-1"
#: How much of an id or a digest is shown where it only has to be told from others.
SHORT = 12


def text(records: Sequence[Record]) -> str:
    """A paragraph for each record, oldest first."""
    lines = [line for record in records for line in told(record)]
    return "".join(f"{harmless(clean(line))}\n" for line in lines or ["nothing is recorded"])


def told(record: Record) -> Iterator[str]:
    """The lines of a record: when, what and by whom; then each pointer, and whatever else is known."""
    by = " ".join(filter(None, (record.by.name, system_of(record.by))))
    yield f"{record.when:%Y-%m-%d %H:%M:%S}Z  {record.subject}  {record.decision}{f'  by {by}' if by else ''}"
    for change in record.pointers:
        yield f"    {' '.join(filter(None, (change.place, change.pointer)))}: {way_of(change)}{f' ({change.why})' if change.why else ''}"
    for name, value in details(record):
        yield f"    {name}: {value}"


def system_of(author: Author) -> str:
    """The CI system and the run, in words."""
    return " ".join(filter(None, (f"in {author.system}" if author.system else "", author.run)))


def way_of(change: Change) -> str:
    """What became of a pointer: from what to what, or what it is."""
    if change.state in ("stays", "there"):
        return f"{change.state} {mark(change.was)}"
    return f"{change.state}{' BACK' if change.back else ''} {mark(change.was)} -> {mark(change.to)}"


def mark(found: Mark) -> str:
    """A version with the beginning of its digest; what has neither is not there."""
    algorithm, colon, digest = found.mark.partition(":")
    exact = f"{algorithm}:{digest[:SHORT]}" if colon else found.mark
    return " ".join(filter(None, (found.version, f"({exact})" if exact and exact != found.version else ""))) or "nothing"


def details(record: Record) -> Iterator[tuple[str, str]]:
    """What is told of a record besides its pointers, by name."""
    confirmed = {"": "", "typed": "the version was typed", "question": "the question was answered", "yes": "--yes"}[record.confirmed]
    cut = f"{record.cut} bytes of a write that was cut off stood before this" if record.cut else ""
    found = {"why": record.why, "confirmed": confirmed, "asked": "; ".join(record.sources), "commit": record.commit, "note": cut}
    yield from ((name, value) for name, value in {**found, "plan": record.plan[:SHORT], "id": record.id}.items() if value)


def markdown(records: Sequence[Record]) -> str:
    """A table with a row for each record, oldest first."""
    head = ["| when | what | decision | pointers | by | why |", "| --- | --- | --- | --- | --- | --- |"]
    rows = [f"| {' | '.join(cells(record))} |" for record in records]
    return "\n".join([*head, *rows]) + "\n" if rows else "Nothing is recorded.\n"


def cells(record: Record) -> Iterator[str]:
    """A record's row."""
    yield f"{record.when:%Y-%m-%d %H:%M:%S}Z"
    yield literal(record.subject)
    yield record.decision + (f" ({record.confirmed})" if record.confirmed else "")
    yield "<br>".join(
        f"{code(' '.join(filter(None, (change.place, change.pointer))), table=True)} {literal(way_of(change))}"
        for change in record.pointers
    )
    yield "<br>".join(
        filter(None, (literal(record.by.name), literal(record.by.system), code(record.by.run, table=True) if record.by.run else ""))
    )
    yield literal(record.why)


def literal(text: str) -> str:
    """`text` so that Markdown shows it as it is, backquotes as well."""
    return SPECIAL.sub(r"\\\1", clean(text))


def as_json(records: Sequence[Record]) -> str:
    """Everything, for programs."""
    return json.dumps({"schema": SCHEMA, "records": [fields_of(record) for record in records]}, indent=2) + "\n"


FORMATS: dict[str, Callable[[Sequence[Record]], str]] = {"text": text, "markdown": markdown, "json": as_json}
