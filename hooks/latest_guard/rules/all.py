"""All the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.findings import Severity
from latest_guard.replay.loose import CALLED
from latest_guard.rules import (
    blind_gate,
    circular_gate,
    contested_latest,
    coupled_release,
    fail_open_gate,
    opaque_gate,
    racy_gate,
    ungated_latest,
    unsound_comparison,
    unversioned_latest,
    void_gate,
    weak_gate,
)
from latest_guard.rules.ids import OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from latest_guard.findings import Finding
    from latest_guard.rules.evidence import Evidence

RULES: tuple[ModuleType, ...] = (
    ungated_latest,
    weak_gate,
    opaque_gate,
    fail_open_gate,
    void_gate,
    blind_gate,
    unsound_comparison,
    circular_gate,
    racy_gate,
    contested_latest,
    coupled_release,
    unversioned_latest,
)


def findings(evidence: Evidence, *, optional: bool) -> Iterator[Finding]:
    """What every rule finds, each thing once; those that are off unless they are selected only where `optional` ones are asked for."""
    seen: set[tuple[str, object, str]] = set()
    for rule in RULES:
        if rule.ID in OPTIONAL and not optional:
            continue
        for found in rule.check(evidence):
            key = (found.rule, found.span, found.message)
            if key not in seen:
                seen.add(key)
                yield _milder(found) if _is_called(found) else found


def _is_called(found: Finding) -> bool:
    """Is it about what no pipeline of the repository runs, so that a person is there who can stop it?"""
    return found.move is not None and found.move.scenarios == (CALLED,)


def _milder(found: Finding) -> Finding:
    """The finding one level milder."""
    return replace(found, severity=Severity.WARNING if found.severity is Severity.ERROR else Severity.NOTE)
