"""What all tests share: generated examples that are the same in every run, and tests of time that run only when asked for."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that measure time: `pytest -m timed` runs them, on a machine that does nothing else."""
    for item in items:
        if "test_time_" in item.name or "linear" in item.name or item.name.startswith("test_deep_nesting_is_unread_and_fast"):
            item.add_marker("timed")
