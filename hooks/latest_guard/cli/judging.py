"""What `lint`, `baseline`, `explain` and `inventory` share: the linter's options, and its run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config

if TYPE_CHECKING:
    import argparse

    from latest_guard.triage.outcome import Outcome


def declare(parser: argparse.ArgumentParser) -> None:
    """The options that say what is judged."""
    parser.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="a repository, or files of it (default: the current folder)"
    )
    config.declare(parser, "lint")


def root_of(paths: list[str]) -> Path:
    """The folder whose settings hold: the first path that is a folder, or the current one."""
    return next((Path(path) for path in paths if Path(path).is_dir()), Path())


def judged(options: argparse.Namespace) -> Outcome:
    """Run the linter on the paths of the command line, and do with its findings what the settings say. Raises UserError."""
    from latest_guard.linter import lint
    from latest_guard.rules import RULES
    from latest_guard.triage.outcome import outcome

    root = root_of(options.paths)
    settings = config.load(root, config.said(options, "lint"))
    report = lint([Path(path) for path in options.paths], settings.texts("exclude"))
    return outcome(report, settings, RULES, root)
