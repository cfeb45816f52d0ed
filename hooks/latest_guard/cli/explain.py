"""`latest-guard explain`: the page of a rule, or why a move has its verdict."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from latest_guard.cli.judging import declare, linted
from latest_guard.errors import UserError
from latest_guard.report.terminal import detect, write

if TYPE_CHECKING:
    import argparse

    from latest_guard.findings import Move, Report

PLACE = re.compile(r"(.+?):(\d{1,9})(?::\d{1,9})?")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("subject", metavar="RULE|PATH:LINE", help="a rule's name, or the place of a move as `lint --show-all` gives it")
    declare(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="when to use colours (auto obeys NO_COLOR)")


def run(options: argparse.Namespace) -> int:
    """Explain a place or a rule. Raises UserError where there is neither."""
    place = PLACE.fullmatch(options.subject)
    if place:
        explain_place(place[1].removeprefix("./"), int(place[2]), options)
    else:
        explain_rule(options.subject)
    return 0


def explain_rule(rule: str) -> None:
    """Show a rule's page."""
    from latest_guard.rules.ids import IDS
    from latest_guard.rules.pages import page
    from latest_guard.triage.nearest import nearest
    from latest_guard.triage.suppressions import RULES as COMMENT_RULES

    if rule not in IDS and rule not in COMMENT_RULES:
        raise UserError(f"there is no rule `{rule}`{nearest(rule, (*IDS, *COMMENT_RULES))}; a place is written PATH:LINE")
    body = COMMENT_RULES.get(rule) or page(rule).body
    write(sys.stdout, f"{rule}\n{'=' * len(rule)}\n\n{body}\n")


def explain_place(path: str, line: int, options: argparse.Namespace) -> None:
    """Show every move that stands on a line, or one that passes it where none stands there."""
    from latest_guard.report.text import explained

    report = linted(options)
    path = whole(report, path)
    found = on(report, path, line) or passing(report, path, line)
    if not found:
        raise UserError(missing(report, path), f"{path}:{line}")
    look = detect(sys.stdout, os.environ, options.color)
    write(sys.stdout, "\n".join(explained(move, report, look) for move in found))


def whole(report: Report, path: str) -> str:
    """The path of the one file with moves whose path ends so, for who types a file's name only; else the path itself."""
    paths = {move.span.path for move in report.moves}
    ending = [known for known in paths if known.endswith(f"/{path}")]
    return ending[0] if path not in paths and len(ending) == 1 else path


def on(report: Report, path: str, line: int) -> list[Move]:
    """The moves that stand on a line."""
    return [move for move in report.moves if move.span.path == path and move.span.line <= line <= move.span.end_line]


def passing(report: Report, path: str, line: int) -> list[Move]:
    """The moves whose way leads over a line."""
    return [move for move in report.moves if any(step.span.path == path and step.span.line == line for step in move.trace)]


def missing(report: Report, path: str) -> str:
    """What to say where no move is: where the moves of the file are, or of which files there are some."""
    lines = sorted({move.span.line for move in report.moves if move.span.path == path})
    if lines:
        return f"no move stands on this line; moves of this file stand on line {', '.join(map(str, lines))}"
    return "no move stands in this file; `latest-guard lint --show-all` lists them all"
