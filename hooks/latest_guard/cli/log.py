"""`latest-guard log verify` and `latest-guard log show`: whether the release log is whole, and what it tells."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from latest_guard import config
from latest_guard.cli import recording
from latest_guard.errors import UserError
from latest_guard.git.repository import Repository
from latest_guard.guard.told import as_annotation
from latest_guard.ledger.journal import Journal
from latest_guard.ledger.notes import Notes
from latest_guard.ledger.views import FORMATS
from latest_guard.report.screen import clean, harmless

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from latest_guard.ledger.records import Record
    from latest_guard.ledger.verifying import Finding

SCHEMA = "latest-guard/log-verify-1"
#: An id, or as much of its beginning as tells it from others.
PART = re.compile(r"[0-9a-f]{8,64}")


class Log(Protocol):
    """A log that can be read: a file, or git notes."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    def read(self) -> tuple[Record, ...]:
        """Its records, in order; raises UserError for a line that is none."""

    def verify(self, expected: Sequence[str]) -> Finding:
        """Whether it is whole, and holds the records whose ids begin with those in `expected`."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommands and their options."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    verify = what.add_parser("verify", help="find what was changed, taken out, moved, repeated or cut off")
    verify.add_argument(
        "--expect", action="append", default=[], metavar="ID", help="a record that must be there, by its id or the beginning of it"
    )
    verify.add_argument("--format", choices=("text", "json"), default="text", help="what is printed (default: text)")
    show = what.add_parser("show", help="show the records")
    show.add_argument("--last", type=int, metavar="N", help="only the last N records")
    show.add_argument("--format", choices=tuple(FORMATS), default="text", help="what is printed (default: text)")
    for sub in (verify, show):
        sub.add_argument("file", nargs="?", metavar="FILE", help="the log, where it is another one than the settings name")
        sub.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: the present folder)")
        config.declare(sub, "log")


def run(options: argparse.Namespace) -> int:
    """Verify or show; 0, or 1 where a log is not whole. Raises UserError."""
    logs = list(logs_of(options))
    if not logs:
        raise UserError("which log? Name it with --log FILE or --log-notes, here or in the settings")
    return verify(logs, options) if options.what == "verify" else show(logs[0], options)


def logs_of(options: argparse.Namespace) -> Iterator[Log]:
    """The logs that the command line names, or else those of the settings."""
    root = recording.root_of(options.repo)
    said = config.said(options, "log")
    settings = config.load(root, said)
    path = Path(options.file) if options.file else recording.log_file(settings, root)
    if path is not None and (options.file or not said or "log" in said):
        yield Journal(path)
    if settings.switch("log-notes") and not options.file and (not said or "log-notes" in said):
        yield Notes(Repository.open(options.repo))


def show(log: Log, options: argparse.Namespace) -> int:
    """Print the records, and say so where they are not all, or not as they were."""
    if options.last is not None and options.last < 1:
        raise UserError("must be at least 1", "--last")
    records = log.read()
    sys.stdout.write(FORMATS[options.format](records[-options.last :] if options.last else records))
    faults = log.verify(()).faults
    if faults:
        print(f"latest-guard: {clean(log.name)} is not whole, see latest-guard log verify", file=sys.stderr)
    return int(bool(faults))


def verify(logs: Sequence[Log], options: argparse.Namespace) -> int:
    """Look at every log, and print what is wrong with it."""
    for part in options.expect:
        if not PART.fullmatch(part):
            raise UserError("must be a record's id, or at least the first 8 letters of one", f"--expect {clean(part[:80])}")
    found = [(log.name, log.verify(options.expect)) for log in logs]
    if options.format == "json":
        print(json.dumps({"schema": SCHEMA, "logs": [document(name, finding) for name, finding in found]}, indent=2))
    else:
        lines = [line for name, finding in found for line in told(name, finding)]
        print("\n".join(harmless(clean(line)) for line in lines))
    faults = [fault for _, finding in found for fault in finding.faults]
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for fault in faults:
            print(as_annotation(f"latest-guard: {fault.kind}", f"{fault.where}: {fault.what}"), file=sys.stderr)
    return int(bool(faults))


def told(name: str, finding: Finding) -> Iterator[str]:
    """What was found in a log, in lines."""
    for fault in finding.faults:
        yield f"{fault.where}: {fault.kind}: {fault.what}"
    for note in finding.notes:
        yield f"note: {note}"
    last = f"; the last is {finding.last}" if finding.last else ""
    wrong = f"{len(finding.faults)} fault{'s' if len(finding.faults) != 1 else ''}" if finding.faults else "whole"
    yield f"{name}: {len(finding.records)} record{'s' if len(finding.records) != 1 else ''}, {wrong}{last}"


def document(name: str, finding: Finding) -> dict[str, Any]:
    """The same for programs."""
    faults = [{"kind": fault.kind, "where": fault.where, "what": fault.what} for fault in finding.faults]
    return {"name": name, "records": len(finding.records), "last": finding.last, "faults": faults, "notes": list(finding.notes)}
