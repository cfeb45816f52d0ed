"""`latest-guard init`: put the hooks, the settings and the CI job into a repository, after showing them."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import argparse

    from latest_guard.adoption.edit import Edit
    from latest_guard.adoption.survey import Survey


class Part(Protocol):
    """What a module of `latest_guard.adoption` offers."""

    def edit(self, survey: Survey) -> Edit | None:
        """The change that is missing, None where all is there."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the repository (default: the current folder)")
    parser.add_argument("-y", "--yes", action="store_true", help="write without asking")
    parser.add_argument("-n", "--dry-run", action="store_true", help="only show what would be written")


def run(options: argparse.Namespace) -> int:
    """Show the changes, ask, and make them. Raises UserError."""
    root = Path(options.path)
    edits = planned(root)
    if not edits:
        print("latest-guard is set up here already: nothing to do")
        return 0
    for edit in edits:
        show(edit)
    if options.dry_run or not (options.yes or agreed()):
        print("\nnothing was written" + ("" if options.dry_run else "; `latest-guard init --yes` writes it"))
        return 0
    for edit in edits:
        edit.write(root)
    print("\nwrote " + ", ".join(edit.path for edit in edits))
    print("next: pre-commit install --hook-type pre-commit --hook-type pre-push && latest-guard lint")
    return 0


def show(edit: Edit) -> None:
    """Print a change; what stands in files gives the terminal no orders."""
    from latest_guard.report.screen import clean
    from latest_guard.report.terminal import write

    write(sys.stdout, "".join(f"{clean(line.rstrip(chr(13)))}\n" for line in edit.diff().split("\n")))


def planned(root: Path) -> list[Edit]:
    """The changes that are missing in a repository. Raises UserError."""
    from latest_guard.adoption import PARTS
    from latest_guard.adoption.survey import survey

    seen = survey(root)
    parts = (cast("Part", import_module(f"latest_guard.adoption.{name}")) for name in PARTS)
    return [edit for part in parts if (edit := part.edit(seen))]


def agreed() -> bool:
    """Ask, where there is somebody to answer."""
    return sys.stdin.isatty() and input("\nwrite this? [y/N] ").strip().lower() in {"y", "yes"}
