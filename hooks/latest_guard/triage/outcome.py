"""From what the linter found to what is shown, in one order: comments, baseline, selection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latest_guard.errors import UserError
from latest_guard.findings import Severity
from latest_guard.triage.nearest import nearest
from latest_guard.triage.selection import Selection, selected
from latest_guard.triage.suppressions import RULES, suppressed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from latest_guard.config import Config
    from latest_guard.findings import Finding, Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is shown, how many findings the baseline knows, its entries that match nothing any more, and the level at which a run fails."""

    report: Report
    known: int
    stale: tuple[str, ...]
    level: Severity | None


def outcome(report: Report, settings: Config, rules: Iterable[str], root: Path, optional: frozenset[str] = frozenset()) -> Outcome:
    """What the settings of the project at `root` make of a report; `rules` are the ids of the linter's rules. Raises UserError.

    `optional` are those among them that count only where they are selected.
    """
    known = frozenset(rules) | RULES.keys()
    selection = chosen(settings, known, optional)
    report = suppressed(report, known)
    path = settings.text("baseline")
    known_before, stale = 0, tuple[str, ...]()
    if path:
        from latest_guard.triage.baseline import compared, read

        after = compared(report, read(root / path))
        report, known_before, stale = after.report, after.known, after.stale
    shown = selected(report, selection)
    level = settings.text("fail-level")
    return Outcome(ordered(shown), known_before, stale, None if level == "never" else Severity(level))


def chosen(settings: Config, known: frozenset[str], optional: frozenset[str]) -> Selection:
    """The selection that the settings ask for; UserError for a rule that does not exist."""
    per_path: dict[str, frozenset[str]] = {}
    for table in settings.tables("per-path"):
        found = rules_in((table["ignore"],), "per-path", settings, known)
        per_path[table["paths"]] = per_path.get(table["paths"], frozenset()) | found
    ignore = rules_in(settings.texts("ignore"), "ignore", settings, known)
    return Selection(counting(settings, known, optional), ignore, per_path)


def counting(settings: Config, known: frozenset[str], optional: frozenset[str]) -> frozenset[str]:
    """The rules that `select` names; `all` and `default` stand for several, and nothing for the default ones."""
    several = {"all": known, "default": known - optional}
    named = rules_in(settings.texts("select") or ("default",), "select", settings, known | several.keys())
    return (named & known).union(*(rules for name, rules in several.items() if name in named))


def rules_in(texts: Iterable[str], name: str, settings: Config, known: frozenset[str]) -> frozenset[str]:
    """The rules in texts, each of which may name several with commas between."""
    found = frozenset(rule.strip() for text in texts for rule in text.split(",") if rule.strip())
    for rule in sorted(found - known):
        raise UserError(f"{name}: there is no rule `{rule}`{nearest(rule, known)}", settings.places.get(name, ""))
    return found


def ordered(report: Report) -> Report:
    """The report with its findings in the order of their places, the worst of a place first."""
    ranks = list(Severity)

    def key(finding: Finding) -> tuple[object, ...]:
        return finding.span, ranks.index(finding.severity), finding.rule, finding.message

    return replace(report, findings=tuple(sorted(report.findings, key=key)))
