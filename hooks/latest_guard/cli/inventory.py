"""`latest-guard inventory`: every pointer of the repository, what moves it, when, and behind which gate."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from latest_guard.cli.judging import choices, declare, linted
from latest_guard.inventory import FORMATS
from latest_guard.report.terminal import detect, write

if TYPE_CHECKING:
    import argparse

    from latest_guard.report import Format


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    declare(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help=choices(FORMATS))
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="when to use colours (auto obeys NO_COLOR)")


def run(options: argparse.Namespace) -> int:
    """Show the inventory; 2 where something could not be read and may move a pointer too."""
    report = linted(options)
    module = cast("Format", import_module(f"latest_guard.inventory.{FORMATS[options.format][0]}"))
    write(sys.stdout, module.render(report, detect(sys.stdout, os.environ, options.color)))
    for error in report.errors:
        write(sys.stderr, f"{error.span}: not judged: {error.message}\n")
    return 2 if report.errors else 0
