"""`latest-guard history`: what was released when, on which lines, and how often an unguarded `latest` would have gone back."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.cli.judging import choices, save
from latest_guard.cli.recording import log_file
from latest_guard.errors import UserError
from latest_guard.git.history import tag_dates
from latest_guard.git.repository import Repository
from latest_guard.guard.policy import from_config
from latest_guard.guard.sequence import collecting_paused
from latest_guard.ledger.history import FORMATS, render
from latest_guard.ledger.history.logged import with_log
from latest_guard.ledger.history.reading import past
from latest_guard.report.counts import several
from latest_guard.report.screen import clean
from latest_guard.report.terminal import detect, write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from latest_guard.config import Config
    from latest_guard.ledger.history.past import Past
    from latest_guard.ledger.journal import Journal
    from latest_guard.ledger.notes import Notes

#: The settings of the tag guard that say how tags are read.
READING = ("scheme", "calver-format", "tag-pattern", "line", "pointer-tags", "ignore-tags", "epochs")
#: What is written to a file, besides what is printed.
PICTURES = ("svg", "html")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    printed = {name: line for name, line in FORMATS.items() if name not in PICTURES}
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: around the current folder)")
    parser.add_argument("--component", action="append", metavar="NAME", help="only the tags of this component; may be said again")
    parser.add_argument("--format", choices=printed, default="text", help=choices(printed))
    parser.add_argument("--log", metavar="FILE", help="the release log, for where latest really went")
    parser.add_argument("--log-notes", action="store_true", default=None, help="the release log in git notes, likewise")
    for name in PICTURES:
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write it as well: {FORMATS[name][1]}")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="when to use colours (auto obeys NO_COLOR)")
    config.declare(parser, *READING)


def run(options: argparse.Namespace) -> int:
    """Show the history of the repository's tags; 1 where the log is not whole."""
    repository = Repository.open(options.repo)
    settings = config.load(repository.root, config.said(options, "log", *READING))
    policy, look = from_config(settings), detect(sys.stdout, os.environ, options.color)
    with collecting_paused():
        found = chosen(past(tag_dates(options.repo), policy), options.component)
        logs = list(logs_of(settings, repository))
        if logs:
            found = with_log(found, [record for log in logs for record in log.read()], policy)
        for name in PICTURES:
            if (path := getattr(options, name)) is not None:
                save(path, render(name, found, look))
        write(sys.stdout, render(options.format, found, look))
    if repository.is_shallow:
        write(sys.stderr, "latest-guard: this clone is shallow, so tags may be missing: git fetch --tags\n")
    return int(sum(map(told_broken, logs)) > 0)


def chosen(found: Past, components: list[str] | None) -> Past:
    """The history of `components`, or of all. Raises UserError where there is no version."""
    if not found.tracks:
        count = several(found.others + len(found.undated), "tag")
        raise UserError(f"there is no version with a date among the {count} here; see --tag-pattern")
    if components is None:
        return found
    known = {track.component for track in found.tracks}
    for name in components:
        if name not in known:
            raise UserError(f"there is no such component; there are {', '.join(map(repr, sorted(known)))}", f"--component {clean(name)}")
    return replace(found, tracks=[track for track in found.tracks if track.component in components])


def logs_of(settings: Config, repository: Repository) -> Iterator[Journal | Notes]:
    """The logs that are named on the command line, and those of the settings that are there."""
    path = log_file(settings, repository.root)
    if path is not None and (settings.places["log"] == "--log" or path.exists()):
        from latest_guard.ledger.journal import Journal

        yield Journal(path)
    if settings.switch("log-notes"):
        from latest_guard.ledger.notes import REF, Notes

        if settings.places["log-notes"] == "--log-notes" or repository.git.ask("rev-parse", "--verify", "--quiet", REF):
            yield Notes(repository)


def told_broken(log: Journal | Notes) -> bool:
    """Whether a log is not whole, which is said."""
    broken = bool(log.verify(()).faults)
    if broken:
        write(sys.stderr, f"latest-guard: {clean(log.name)} is not whole, see latest-guard log verify\n")
    return broken
