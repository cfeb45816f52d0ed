"""`latest-guard baseline`: the list of findings that are known and not mended yet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from latest_guard.cli.judging import declare, judged, root_of, settings_of
from latest_guard.errors import UserError
from latest_guard.report.counts import several

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

#: Where a baseline is kept where no setting says so.
USUAL = ".latest-guard-baseline.json"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    declare(parser)
    parser.add_argument("--update", action="store_true", help="write the findings of now into the file, and forget those that are gone")


def run(options: argparse.Namespace) -> int:
    """With `--update` write the file and return 0; else say what it knows, 1 where it no longer fits."""
    root = root_of(options)
    options.baseline = settings_of(options).text("baseline") or USUAL
    path = root / options.baseline
    return update(path, options) if options.update else compare(path, options)


def update(path: Path, options: argparse.Namespace) -> int:
    """Write a baseline of all findings, those of ignored rules as well; of the rules that are off by default only those selected."""
    from latest_guard.triage.baseline import written

    selected = settings_of(options).texts("select")
    options.baseline, options.select, options.ignore, options.per_path = "", ["default", *selected], [], []
    report = judged(options).report
    try:
        path.write_text(written(report), encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", str(path)) from error
    print(f"{path}: {several(len(report.findings), 'finding')}")
    if report.errors:
        print(f"not judged: {several(len(report.errors), 'place')}, which `latest-guard lint` names", file=sys.stderr)
    return 0


def compare(path: Path, options: argparse.Namespace) -> int:
    """Say how many findings the baseline knows, how many are new, and which entries can go."""
    outcome = judged(options)
    print(f"{path}: {outcome.known} known, {len(outcome.report.findings)} new, {len(outcome.stale)} no longer found")
    for entry in outcome.stale:
        print(f"  no longer found: {entry}")
    return int(bool(outcome.report.findings or outcome.stale))
