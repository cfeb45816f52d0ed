"""What the commands that decide share: writing their decisions down in the logs that the settings name."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from latest_guard.config import Config
    from latest_guard.guard.policy import Policy
    from latest_guard.ledger.drafts import Filling
    from latest_guard.ledger.records import Author, Command, Confirmation, Decision, Record
    from latest_guard.sources.contract import Released


class Unrecorded(UserError):
    """A decision that cannot be recorded."""


class Log(Protocol):
    """A log that can be written: a file, or git notes."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    def append(self, records: Sequence[Record]) -> tuple[Record, ...]:
        """Write the records, all or none, and give them back sealed; raises UserError."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes records by `author` into `logs`; without any it does nothing, and is false."""

    logs: tuple[Log, ...] = ()
    author: Author | None = None

    def __bool__(self) -> bool:
        return bool(self.logs)

    def book(self, command: Command, **more: str) -> Book:
        """What one run of `command` is recorded in; `more` are fields that all its records have."""
        return Book(self, lambda: drafted(command, self.author, more))

    def write(self, records: Sequence[Record], plans: Sequence[str] = ()) -> tuple[str, ...]:
        """Write `records` into every log, say their ids, and return the last one's id in each.

        `plans` is what writing their plan has returned. Raises UserError where one of the logs cannot be written.
        """
        return tuple(self._write(log, records, plan) for log, plan in zip(self.logs, plans or [""] * len(self.logs), strict=True))

    def _write(self, log: Log, records: Sequence[Record], plan: str) -> str:
        from latest_guard.report.screen import clean

        made = log.append([replace(record, plan=plan) for record in records])
        for record in made:
            print(f"recorded in {clean(log.name)}: {record.command} {record.decision}: {record.id}", file=sys.stderr)
        return made[-1].id


def drafted(command: Command, author: Author | None, more: dict[str, str]) -> Record:
    """A record of this moment, to be filled."""
    from datetime import datetime, timezone

    from latest_guard.ledger.records import Author, Record

    return Record(datetime.now(timezone.utc).replace(microsecond=0), command, "unknown", by=author or Author(), **more)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Book:
    """What one run is recorded in: who writes, what all its records start from, the plan that it carries out and how that was confirmed."""

    recorder: Recorder
    draft: Callable[[], Record]
    plans: tuple[str, ...] = ()
    confirmed: Confirmation = ""

    def after(self, plans: tuple[str, ...], confirmed: Confirmation = "") -> Book:
        """The same for what becomes of a plan, whose ids are `plans`."""
        return replace(self, plans=plans, confirmed=confirmed)

    def note(self, decision: Decision, *filled: Filling, otherwise: str = "", **more: Any) -> tuple[str, ...]:
        """Record a decision, once for each of `filled`, with the fields `more`, and return the last one's id in each log.

        Raises Unrecorded, which begins with `otherwise`, where that fails.
        """
        if not self.recorder:
            return ()
        draft = replace(self.draft(), decision=decision, confirmed=self.confirmed)
        try:
            return self.recorder.write([replace(filling(draft), **more) for filling in filled], self.plans)
        except UserError as error:
            raise Unrecorded(f"{otherwise}{error}") from error

    @contextmanager
    def noting_failure(self, decision: Decision = "unknown", filling: Filling | None = None) -> Iterator[None]:
        """An error in here is recorded as `decision`, with its words, and raised."""
        try:
            yield
        except Unrecorded:
            raise
        except UserError as error:
            self.failed(error, decision, filling)
            raise

    def failed(self, error: UserError, decision: Decision = "unknown", filling: Filling | None = None) -> None:
        """Record that something went wrong, behind the reason that there was for it. Raises Unrecorded, with both errors."""
        if self.recorder:
            why = "; ".join(filter(None, (self.draft().why, str(error))))
            self.note(decision, filling or (lambda draft: draft), why=why, otherwise=f"{error}; and ")


def root_of(folder: Path) -> Path:
    """Where the settings stand: the top of the work tree that `folder` lies in, or `folder` itself where it lies in none."""
    if not folder.is_dir():
        raise UserError("there is no such folder", str(folder))
    start = folder.resolve()
    return next((place for place in (start, *start.parents) if (place / ".git").exists()), folder)


def recorder(settings: Config, root: Path, folder: Path) -> Recorder:
    """What writes the logs that the settings name, for the project at `root`, in the repository that `folder` lies in. Raises UserError."""
    logs = tuple(logs_of(settings, root, folder))
    if not logs:
        return Recorder()
    from latest_guard.git.command import Git
    from latest_guard.ledger.authors import author

    return Recorder(logs, author(os.environ, Git(folder)))


def logs_of(settings: Config, root: Path, folder: Path) -> Iterator[Log]:
    """The logs that the settings name."""
    path = log_file(settings, root)
    if path is not None:
        from latest_guard.ledger.journal import Journal

        yield Journal(path)
    if settings.switch("log-notes"):
        from latest_guard.git.repository import Repository
        from latest_guard.ledger.notes import Notes

        yield Notes(Repository.open(folder))


def log_file(settings: Config, root: Path) -> Path | None:
    """The file that is said on the command line, from the present folder; or the one in the settings, in the project. Raises UserError."""
    name = settings.text("log")
    if not name or settings.places.get("log") == "--log":
        return Path(name) if name else None
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise settings.error("log", "the log must lie in the project; name another place with --log")
    return path


def about(version: Released, policy: Policy, folder: Path) -> dict[str, str]:
    """What a record says of a version: its text, the name that it was given, and the commit of its tag, empty where none is known."""
    return {"version": version.text, "tag": version.name, "commit": commit_of(version, policy, folder)}


def commit_of(version: Released, policy: Policy, folder: Path) -> str:
    """The commit of a version's tag, empty where there is no repository or no such tag."""
    from latest_guard.git.repository import Repository

    try:
        repository = Repository.open(folder)
    except UserError:
        return ""
    names = (version.name, *(pattern.write(version.text) for pattern in policy.patterns if not pattern.has_component))
    return next(filter(None, (repository.commit_of(f"refs/tags/{name}") for name in names)), "")
