"""`latest-guard lint`: judge every move of a pointer, and say what was found in the format asked for."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.cli.judging import choices, declare, judged, save
from latest_guard.report import FORMATS, render
from latest_guard.report.terminal import detect, write

if TYPE_CHECKING:
    import argparse

    from latest_guard.findings import Report
    from latest_guard.report.look import Look
    from latest_guard.triage.outcome import Outcome

#: The largest step summary that GitHub takes, in bytes.
SUMMARY = 1024 * 1024


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    declare(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help=choices(FORMATS))
    parser.add_argument("--output", metavar="FILE", help="write the report to FILE, and show it as text here")
    parser.add_argument("--show-all", action="store_true", help="list the moves without a finding too")
    parser.add_argument("-q", "--quiet", action="store_true", help="one line a finding, and none where there is no finding")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="when to use colours (auto obeys NO_COLOR)")


def run(options: argparse.Namespace) -> int:
    """Judge and report; 0, 1 for a finding at the fail level, 2 where something could not be read and so was not judged."""
    from latest_guard.triage.selection import fails

    outcome = judged(options)
    publish(outcome, options)
    return 2 if outcome.report.errors else int(fails(outcome.report, outcome.level))


def publish(outcome: Outcome, options: argparse.Namespace) -> None:
    """Write the report where it is wanted, and what the baseline has to say beside it."""
    look = replace(detect(sys.stdout, os.environ, options.color), quiet=options.quiet, show_all=options.show_all)
    shown = "text" if options.output else options.format
    write(sys.stdout, render(shown, outcome.report, look))
    if options.output:
        save(Path(options.output), render(options.format, outcome.report, replace(look, colour=False, links=False)))
    if options.format == "github":
        summarise(outcome.report, look)
    if not options.quiet:
        write(sys.stderr, "".join(f"{line}\n" for line in baseline_lines(outcome)))


def summarise(report: Report, look: Look) -> None:
    """Add the report to the step summary of a GitHub job, where there is one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    text = render("markdown", report, look).encode("utf-8", "backslashreplace")
    with Path(path).open("ab") as summary:
        summary.write(text[:SUMMARY].rpartition(b"\n")[0] + b"\n")


def baseline_lines(outcome: Outcome) -> list[str]:
    """What the baseline hid, and which of its entries can go."""
    lines = [f"baseline: {outcome.known} known, not shown"] if outcome.known else []
    lines += [f"baseline: no longer found: {entry}" for entry in outcome.stale]
    return lines + (["baseline: write it anew with `latest-guard baseline --update`"] if outcome.stale else [])
