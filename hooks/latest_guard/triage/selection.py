"""Which rules are asked, and from which severity on a run fails."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from latest_guard.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.findings import Finding, Report

#: From the mildest on.
SEVERITIES = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Selection:
    """`select` names the rules that count (empty: all), `ignore` those that do not.

    `per_path` names rules that do not count in files whose path matches a pattern (`*` matches slashes too).
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    per_path: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def keeps(self, finding: Finding) -> bool:
        """Whether a finding counts."""
        if finding.rule in self.ignore or (self.select and finding.rule not in self.select):
            return False
        return not any(finding.rule in rules and fnmatchcase(finding.span.path, pattern) for pattern, rules in self.per_path.items())


def selected(report: Report, selection: Selection) -> Report:
    """The report with the findings that count."""
    return replace(report, findings=tuple(finding for finding in report.findings if selection.keeps(finding)))


def fails(report: Report, level: Severity | None) -> bool:
    """Whether a finding is at `level` or worse; None never fails."""
    if level is None:
        return False
    return any(SEVERITIES.index(finding.severity) >= SEVERITIES.index(level) for finding in report.findings)
