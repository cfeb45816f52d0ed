"""The version that a project's own files declare, read at the commit that is being tagged, never from the work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.git.repository import Repository
    from latest_guard.guard.verdict import Declaration


def declarations(repository: Repository, commit: str, component: str = "", files: Sequence[str] = ()) -> list[Declaration]:
    """Every version declared at `commit` for `component`, by `files` or by the files that are usual."""
    return []
