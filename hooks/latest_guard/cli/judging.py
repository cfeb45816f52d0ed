"""What `lint`, `baseline`, `explain` and `inventory` share: the linter's options, and its run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.cli.progress import Progress
from latest_guard.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from latest_guard.config import Config
    from latest_guard.findings import Report
    from latest_guard.triage.outcome import Outcome


def choices(formats: Mapping[str, tuple[str, str]]) -> str:
    """The formats of a table, for the help."""
    return "; ".join(f"{name}: {line}" for name, (_, line) in formats.items())


def declare(parser: argparse.ArgumentParser) -> None:
    """The options that say what is judged."""
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="a repository or files of it (default: this folder)")
    config.declare(parser, "lint")


def root_of(options: argparse.Namespace) -> Path:
    """The folder whose settings hold: the first path that is a folder, or the current one."""
    return next((Path(path) for path in options.paths if Path(path).is_dir()), Path())


def settings_of(options: argparse.Namespace) -> Config:
    """The settings of the project with the flags before them. Raises UserError."""
    return config.load(root_of(options), config.said(options, "lint"))


def linted(options: argparse.Namespace, *, optional: bool = False) -> Report:
    """What the linter says of the paths of the command line, with `optional` by those rules as well that are off unless selected."""
    from latest_guard.linter import lint

    exclude = settings_of(options).texts("exclude")
    with Progress(sys.stderr, not getattr(options, "quiet", False)) as progress:
        return lint([Path(path) for path in options.paths], exclude, told=progress, optional=optional)


def judged(options: argparse.Namespace) -> Outcome:
    """What the settings of the project make of that. Raises UserError."""
    from latest_guard.rules.ids import IDS, OPTIONAL
    from latest_guard.triage.outcome import outcome

    return outcome(linted(options, optional=True), settings_of(options), IDS, root_of(options), OPTIONAL)


def save(path: Path, text: str) -> None:
    """Write a report to a file; UserError where that fails."""
    try:
        path.write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", str(path)) from error
