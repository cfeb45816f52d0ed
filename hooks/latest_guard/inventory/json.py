"""The inventory as JSON: stable, `docs/schemas/inventory.json` is its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from latest_guard.inventory.pointers import entries, gates

if TYPE_CHECKING:
    from latest_guard.findings import Move, Report
    from latest_guard.report.look import Look

SCHEMA = "latest-guard/inventory/1"


def render(report: Report, look: Look) -> str:
    """Every pointer with its moves."""
    pointers = [
        {
            "kind": entry.pointer.kind,
            "name": entry.pointer.name,
            "target": entry.pointer.target,
            "verdict": entry.verdict.value,
            "moves": [move_object(move) for move in entry.moves],
        }
        for entry in entries(report)
    ]
    return json.dumps({"schema": SCHEMA, "pointers": pointers}, indent=2, ensure_ascii=False) + "\n"


def move_object(move: Move) -> dict[str, Any]:
    """A move, with the comparisons that it stands behind."""
    return {
        "path": move.span.path,
        "line": move.span.line,
        "via": move.via,
        "system": move.system,
        "scenarios": list(move.scenarios),
        "verdict": move.verdict.value,
        "reason": move.reason,
        "gates": [{"path": step.span.path, "line": step.span.line, "note": step.note} for step in gates(move)],
    }
