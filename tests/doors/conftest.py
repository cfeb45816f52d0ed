"""Fixtures of the doors' tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from sandbox import Flavour, Sandbox, flavours

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=flavours(), ids=lambda flavour: f"git-{flavour.name}")
def flavour(request: pytest.FixtureRequest) -> Flavour:
    """Each git in turn."""
    found = request.param
    assert isinstance(found, Flavour)
    return found


@pytest.fixture
def sandbox(tmp_path: Path, flavour: Flavour) -> Sandbox:
    """A sandbox for each git."""
    return Sandbox(tmp_path / "sandbox", flavour)


@pytest.fixture
def rounds() -> int:
    """How often each race of pushes is run: LATEST_GUARD_ROUNDS, or a few."""
    return int(os.environ.get("LATEST_GUARD_ROUNDS", "20"))
