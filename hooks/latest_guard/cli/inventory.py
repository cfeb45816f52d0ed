"""`latest-guard inventory`: every pointer of the repository, what moves it, when, and behind which gate."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from latest_guard.cli.judging import choices, declare, linted, save
from latest_guard.inventory import FORMATS
from latest_guard.report.terminal import detect, write

if TYPE_CHECKING:
    import argparse

    from latest_guard.findings import Report
    from latest_guard.report import Format
    from latest_guard.report.look import Look


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    declare(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help=choices(FORMATS))
    parser.add_argument("--svg", metavar="FILE", help="draw it as well: scenarios, jobs, gates, pointers")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="when to use colours (auto obeys NO_COLOR)")


def run(options: argparse.Namespace) -> int:
    """Show the inventory; 2 where something could not be read and may move a pointer too."""
    report = linted(options)
    look = detect(sys.stdout, os.environ, options.color)
    write(sys.stdout, rendered(options.format, report, look))
    if options.svg:
        save(Path(options.svg), rendered("svg", report, look))
    for error in report.errors:
        write(sys.stderr, f"{error.span}: not judged: {error.message}\n")
    return 2 if report.errors else 0


def rendered(name: str, report: Report, look: Look) -> str:
    """The inventory in a format."""
    module = cast("Format", import_module(f"latest_guard.inventory.{FORMATS[name][0]}"))
    return module.render(report, look)
