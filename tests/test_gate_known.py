"""The linter knows its own gate: each way to ask it and to take its answer, the right ones and the wrong ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from latest_guard.linter import lint
from machine import REPOSITORY

FIXTURES = REPOSITORY / "fixtures" / "gate"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/label.json"))


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_and_findings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    label: dict[str, Any] = json.loads((FIXTURES / name / "label.json").read_text(encoding="utf-8"))
    monkeypatch.chdir(FIXTURES / name)
    report = lint([Path()])
    assert sorted(move.verdict.value for move in report.moves) == label["verdicts"], label["why"]
    assert sorted(finding.rule for finding in report.findings) == label["rules"], label["why"]
    assert not report.errors
