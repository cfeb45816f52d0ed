"""A list of findings that are known and not mended yet, so that only new ones count.

Findings are known by their fingerprints, which stay the same when lines move; rule, path and message stand beside them for
those who read the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from latest_guard.errors import UserError
from latest_guard.triage.fingerprint import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from latest_guard.findings import Report

SCHEMA = "latest-guard/baseline/1"
AGAIN = "write it anew with `latest-guard baseline --update`"


@dataclass(frozen=True, slots=True)
class Compared:
    """A report without the findings that a baseline knows, how many those were, and the entries that match nothing any more."""

    report: Report
    known: int
    stale: tuple[str, ...]


def compared(report: Report, baseline: dict[str, str]) -> Compared:
    """The report against a baseline as `read` gives it."""
    names = fingerprints(report)
    fresh = tuple(finding for finding, name in zip(report.findings, names, strict=True) if name not in baseline)
    stale = tuple(told for name, told in baseline.items() if name not in set(names))
    return Compared(replace(report, findings=fresh), len(report.findings) - len(fresh), stale)


def written(report: Report) -> str:
    """The text of a baseline that knows every finding of a report: sorted, an entry a line, for small differences."""
    entries = sorted(
        (finding.span.path, finding.rule, finding.message, name)
        for finding, name in zip(report.findings, fingerprints(report), strict=True)
    )
    lines = [
        json.dumps({"fingerprint": name, "rule": rule, "path": path, "message": message}, ensure_ascii=False)
        for path, rule, message, name in entries
    ]
    body = "[\n" + ",\n".join(f"    {line}" for line in lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": {body}\n}}\n'


def read(path: Path) -> dict[str, str]:
    """The fingerprints of a baseline file, each with its entry in words; UserError where it is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}; {AGAIN}", str(path)) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"is no JSON ({error}); {AGAIN}", str(path)) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or not isinstance(document.get("findings"), list):
        raise UserError(f"is no baseline of this version ({SCHEMA}); {AGAIN}", str(path))
    return dict(entry(item, number, path) for number, item in enumerate(document["findings"], 1))


def entry(item: Any, number: int, path: Path) -> tuple[str, str]:
    """The fingerprint of an entry, and the entry in words."""
    if not isinstance(item, dict) or not isinstance(item.get("fingerprint"), str):
        raise UserError(f"entry {number} has no fingerprint; {AGAIN}", str(path))
    return item["fingerprint"], f"{item.get('rule', '?')} in {item.get('path', '?')}: {item.get('message', '')}"
