"""The options that `install`, `uninstall` and `doctor` share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latest_guard.doors.installer import Choice
    from latest_guard.doors.premises import Premises


def name_doors(parser: argparse.ArgumentParser) -> None:
    """Declare the doors that are named on the command line."""
    parser.add_argument(
        "doors", nargs="*", metavar="DOOR", type=door, help="pre-tag, pre-push, server (default: those that can stand here)"
    )


def place_options(parser: argparse.ArgumentParser) -> None:
    """Declare what says where shims may stand."""
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: around the current folder)")
    parser.add_argument("--hook-files", action="store_true", help="write hook files even where git >= 2.54 could be configured")
    parser.add_argument("--shared", action="store_true", help="allow hooks in a core.hooksPath outside the repository")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="server: the folder whose files the server runs as pre-receive hooks")


def door(word: str) -> str:
    """A door's name, checked."""
    from latest_guard.doors.installer import DOORS

    if word not in DOORS:
        raise argparse.ArgumentTypeError(f"there is no door {word!r}: take {', '.join(DOORS)}")
    return word


def chosen(options: argparse.Namespace) -> tuple[Premises, Choice]:
    """The repository and the choice that the options name; a UserError when there is no premises."""
    from latest_guard.doors.installer import Choice
    from latest_guard.doors.premises import premises

    return premises(options.repo), Choice(options.hook_files, options.shared, options.folder)


def doors_of(premises: Premises, named: list[str]) -> list[str]:
    """The doors that were named, or those that the repository can have."""
    from latest_guard.doors.installer import LOCAL_DOORS

    return named or (["server"] if premises.bare else list(LOCAL_DOORS))
