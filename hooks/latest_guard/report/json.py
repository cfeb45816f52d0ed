"""The report as JSON, for programs: stable, `docs/schemas/lint.json` is its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latest_guard.findings import Finding, LintError, Move, Report, TraceStep
    from latest_guard.report.look import Look
    from latest_guard.source import Span

SCHEMA = "latest-guard/1"


def render(report: Report, look: Look) -> str:
    """The report as one JSON object; `moves` are those with a finding, or all where `look.show_all`."""
    found = {move for finding in report.findings if (move := finding.move) is not None}
    moves = [move for move in report.moves if look.show_all or move in found]
    document = {
        "schema": SCHEMA,
        "moves": [move_object(move) for move in moves],
        "findings": [finding_object(finding) for finding in report.findings],
        "errors": [error_object(error) for error in report.errors],
        "files": report.files,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def place(span: Span) -> dict[str, Any]:
    """A span; lines and columns start at 1, the end column is exclusive."""
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def move_object(move: Move) -> dict[str, Any]:
    """A move with its verdict and trace."""
    return {
        **place(move.span),
        "pointer": {"kind": move.pointer.kind, "name": move.pointer.name, "target": move.pointer.target},
        "via": move.via,
        "system": move.system,
        "scenarios": list(move.scenarios),
        "verdict": move.verdict.value,
        "reason": move.reason,
        "trace": [step_object(step) for step in move.trace],
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """A finding with its trace."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        **place(finding.span),
        "message": finding.message,
        "help": finding.help,
        "trace": [step_object(step) for step in finding.trace],
    }


def step_object(step: TraceStep) -> dict[str, Any]:
    """A place on the way; whole lines, as the story is told line by line."""
    return {"path": step.span.path, "line": step.span.line, "end_line": step.span.end_line, "note": step.note}


def error_object(error: LintError) -> dict[str, Any]:
    """What could not be read."""
    return {"path": error.span.path, "line": error.span.line, "message": error.message}
