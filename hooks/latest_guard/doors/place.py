"""What every place in which a shim can stand is able to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from latest_guard.doors.shims import Shim


class Place(Protocol):
    """One place from which git, or a manager of hooks, calls a shim."""

    @property
    def shim(self) -> Shim:
        """The shim that stands there."""

    @property
    def words(self) -> str:
        """The place, for people."""

    def install(self) -> None:
        """Put the shim there; what was there before keeps working. Doing it twice changes nothing more."""

    def remove(self) -> bool:
        """Bring back what was there before; False when there was nothing of ours."""

    def trouble(self) -> str:
        """Why this place does not guard; empty when it does."""


def write(path: Path, text: str, mode: int) -> None:
    """Replace a file at once, so that a git that runs meanwhile never reads half a hook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_text(text, encoding="utf-8", newline="\n", errors="surrogateescape")
    new.chmod(mode)
    new.replace(path)


def read(path: Path) -> str:
    """The text of a file, empty when it cannot be read; bytes that are no UTF-8 come back from `write` as they were."""
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
